package config

import (
	"fmt"
	"strings"
)

// Error is everything that is wrong with the settings.
type Error struct {
	Problems []Problem // in the order of the settings, at least one
}

// Problem is one setting that can't be used.
type Problem struct {
	Name    string // of the variable
	Value   string // as given, secrets masked
	Wrong   string // what is wrong with it
	Example string // a good value
}

// shown is how much of a bad value the message repeats, in characters.
const shown = 100

// Error lists every problem on lines of their own.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wrong settings:")
	for _, p := range e.Problems {
		value := []rune(p.Value)
		if len(value) > shown {
			value = append(value[:shown:shown], '…')
		}
		fmt.Fprintf(&b, "\n  %s=%q: %s; a good one: %s=%s", p.Name, string(value), p.Wrong, p.Name, p.Example)
	}
	return b.String()
}
