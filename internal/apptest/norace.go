//go:build !race

package apptest

// Race tells whether the race detector is on: see race.go.
const Race = false
