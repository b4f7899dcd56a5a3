package reading

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// empty tells a line of blanks or of a comment alone.
func empty(line []byte) bool {
	rest := bytes.TrimLeft(line, " \t")
	return len(rest) == 0 || rest[0] == '#' || breakAt(rest, 0) > 0
}

// dashAt tells whether a line is an element of a list whose dashes are in a column.
func dashAt(line []byte, column int) bool {
	if len(line) <= column || line[column] != '-' || len(bytes.TrimLeft(line[:column], " ")) > 0 {
		return false
	}
	rest := line[column+1:]
	return len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || breakAt(rest, 0) > 0
}

// marker tells the mark of a document's beginning or end.
func marker(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("---")) && !bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	rest := line[3:]
	return len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || breakAt(rest, 0) > 0
}

// take adds the next line to the text.
func (c *cutter) take() {
	c.text = append(c.text, c.ahead...)
	c.pass()
}

func (c *cutter) pass() {
	c.line++
	c.ahead = nil
	if len(c.queue) > 0 {
		c.ahead, c.queue = c.queue[0], c.queue[1:]
	}
}

// peek returns the next line with its end; io.EOF when there is none.
func (c *cutter) peek() ([]byte, error) {
	if c.ahead != nil {
		return c.ahead, nil
	}
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(long) > maxToken {
				return nil, unusualError{broken(noteTooBig.at(c.line, ""))}
			}
			line, err = c.r.ReadSlice('\n')
			long = append(long, line...)
		}
		line = long
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the price list: %w", err)
	}
	if len(line) == 0 {
		return nil, io.EOF
	}
	c.ahead = line
	if body := bytes.TrimSuffix(line, []byte("\r\n")); hasOtherBreak(body) {
		lines := splitBreaks(line)
		c.ahead, c.queue = lines[0], lines[1:]
	}
	return c.ahead, nil
}

// hasOtherBreak tells whether a line has breaks of YAML beside the usual ones.
func hasOtherBreak(line []byte) bool {
	return bytes.IndexByte(line, '\r') >= 0 || bytes.Contains(line, []byte("\u0085")) ||
		bytes.Contains(line, []byte("\u2028")) || bytes.Contains(line, []byte("\u2029"))
}

// splitBreaks splits a line of a file at every line break of YAML.
func splitBreaks(line []byte) [][]byte {
	var lines [][]byte
	begin := 0
	for i := 0; i < len(line); {
		n := breakAt(line, i)
		if n == 0 {
			i++
			continue
		}
		i += n
		lines = append(lines, bytes.Clone(line[begin:i]))
		begin = i
	}
	if begin < len(line) {
		lines = append(lines, bytes.Clone(line[begin:]))
	}
	return lines
}

// breakAt returns the length of the line break at a place, 0 when there is none.
func breakAt(b []byte, at int) int {
	rest := b[at:]
	switch {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return 2
	case len(rest) > 0 && (rest[0] == '\n' || rest[0] == '\r'):
		return 1
	case bytes.HasPrefix(rest, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(rest, []byte("\u2028")), bytes.HasPrefix(rest, []byte("\u2029")):
		return 3
	}
	return 0
}
