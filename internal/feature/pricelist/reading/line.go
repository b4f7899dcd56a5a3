package reading

import (
	"bytes"
	"errors"
	"io"
)

var errTokenTooLong = errors.New("a token is too long")

// lineCounter tells the lines of offsets in what was read through it. It holds
// what is read but not yet passed, and so bounds it.
type lineCounter struct {
	source io.Reader
	window []byte // from passed on: not yet passed
	passed int
	start  int64 // offset of window[passed]
	line   int   // there, from 1
}

// Read fails when a single token would need more than maxToken bytes.
func (l *lineCounter) Read(p []byte) (int, error) {
	l.window = l.window[:copy(l.window, l.window[l.passed:])]
	l.passed = 0
	if len(l.window) > maxToken {
		return 0, errTokenTooLong
	}
	n, err := l.source.Read(p)
	l.window = append(l.window, p[:n]...)
	return n, err
}

// at returns the line of an offset; offsets must not decrease.
func (l *lineCounter) at(offset int64) int {
	n := l.passed + int(offset-l.start)
	l.line += bytes.Count(l.window[l.passed:n], []byte{'\n'})
	l.start, l.passed = offset, n
	return l.line
}

// last returns the line of the last character that was read.
func (l *lineCounter) last() int {
	return l.line + bytes.Count(bytes.TrimRight(l.window[l.passed:], " \t\r\n"), []byte{'\n'})
}
