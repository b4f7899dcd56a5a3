package reading

import (
	"errors"
	"fmt"
	"io"
)

// window is the piece of a text that a lexer looks at.
type window struct {
	source io.Reader
	buffer []byte
	begin  int // of what is not cut yet
	end    int
	eof    bool
}

func newWindow(source io.Reader) window { return window{source: source, buffer: make([]byte, 64<<10)} }

// fill reads on, and keeps what is not cut yet: one piece, which may be maxToken
// long. It returns io.EOF when there is no more.
func (w *window) fill() error {
	if w.eof {
		return io.EOF
	}
	held := w.end - w.begin
	if held > maxToken {
		return errTokenTooLong
	}
	if held > len(w.buffer)/2 {
		larger := make([]byte, 2*len(w.buffer))
		copy(larger, w.buffer[w.begin:w.end])
		w.buffer = larger
	} else {
		copy(w.buffer, w.buffer[w.begin:w.end])
	}
	w.begin, w.end = 0, held
	n, err := io.ReadAtLeast(w.source, w.buffer[held:], max(1, held)) // so that no piece is looked at too often
	w.end += n
	switch {
	case n > 0:
		return nil
	case errors.Is(err, io.EOF):
		w.eof = true
		return io.EOF
	}
	return fmt.Errorf("reading the price list: %w", err)
}
