// Package examples owns the price lists of the demonstration, inside the binary
// so that it runs anywhere.
package examples

import "embed"

// Files are the price lists.
//
//go:embed *.yaml *.json
var Files embed.FS
