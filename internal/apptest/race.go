//go:build race

package apptest

// Race tells that the race detector is on, which makes the embedded database
// ten times slower: the longest tests take smaller steps then, and `make long`
// runs them whole.
const Race = true
