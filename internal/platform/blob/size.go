package blob

import (
	"context"
	"errors"
	"io"
)

// exact gives the bytes of a body of which the size was said. It looks behind the
// last one before it gives it away: a store that has got as many bytes as it was
// told keeps them, whatever is said later.
type exact struct {
	ctx  context.Context // of the one Put that it is made for
	from io.Reader
	left int64
}

// measure fails with ErrSize at once when nothing is to come and something does.
func measure(ctx context.Context, from io.Reader, size int64) (*exact, error) {
	e := &exact{ctx, from, size}
	switch {
	case size < 0:
		return nil, ErrSize
	case size == 0:
		return e, e.end()
	}
	return e, nil
}

func (e *exact) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.from.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0:
		if err := e.end(); err != nil {
			return 0, err
		}
		return n, nil
	case errors.Is(err, io.EOF):
		return 0, ErrSize
	}
	return n, err
}

// end fails when there is more.
func (e *exact) end() error {
	var more [1]byte
	switch _, err := io.ReadFull(e.from, more[:]); {
	case err == nil:
		return ErrSize
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}
