package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"zakup/internal/platform/fault"
)

// errSlow is why a download that is over its time ends.
var errSlow = errors.New("fetch: over the limit of time")

// download is the life of one Get: its context ends with the caller's, and with
// errSlow when a limit of time is over.
type download struct {
	caller context.Context // asked for who ended the download
	ctx    context.Context // the one of the request
	cancel context.CancelCauseFunc
	whole  *time.Timer
	idle   time.Duration
}

func begin(caller context.Context, times Times) *download {
	ctx, cancel := context.WithCancelCause(caller)
	d := &download{caller: caller, ctx: ctx, cancel: cancel, idle: times.Idle}
	d.whole = time.AfterFunc(times.Whole, d.tooSlow)
	return d
}

func (d *download) tooSlow() { d.cancel(errSlow) }

func (d *download) end() {
	d.whole.Stop()
	d.cancel(nil)
}

// explain turns an error of the transport into the one that is reported.
func (d *download) explain(err error, host string) error {
	if d.caller.Err() != nil {
		return fmt.Errorf("fetch: %w", d.caller.Err())
	}
	if f := fault.As(err); f != nil {
		return f
	}
	// The text of this one holds the whole address, its query included.
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var network net.Error
	if errors.Is(context.Cause(d.ctx), errSlow) || errors.As(err, &network) && network.Timeout() {
		return Timeout.Saying(
			fmt.Sprintf("Сервер %s не ответил вовремя", host),
			fmt.Sprintf("The server %s did not answer in time", host),
		).Because(err)
	}
	return Failed.Saying(
		fmt.Sprintf("Сервер %s не ответил или оборвал ответ", host),
		fmt.Sprintf("The server %s did not answer, or broke off its answer", host),
	).Because(err)
}

// body reads an answer within its limits.
type body struct {
	d     *download
	inner io.ReadCloser
	host  string
	limit int64
	left  int64 // bytes that may still come
	timer *time.Timer
	err   error // what ended the reading, once it has
}

func newBody(d *download, inner io.ReadCloser, host string, limit int64) *body {
	b := &body{d: d, inner: inner, host: host, limit: limit, left: limit}
	b.timer = time.AfterFunc(d.idle, d.tooSlow)
	b.timer.Stop()
	return b
}

// Read waits for bytes no longer than the limit of idleness; the time that the
// caller spends between two reads counts only for the limit of the whole.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	// One byte over the limit is asked for, to tell its end from the answer's.
	if int64(len(p)) > b.left {
		p = p[:b.left+1]
	}
	b.timer.Reset(b.d.idle)
	n, err := b.inner.Read(p)
	b.timer.Stop()
	if int64(n) > b.left {
		n = int(b.left)
		b.err = tooLarge(b.limit)
		b.left = 0
		return n, b.err
	}
	b.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF):
		b.err = io.EOF
	case err != nil:
		b.err = b.d.explain(err, b.host)
	}
	return n, b.err
}

// Close ends the download; what was not read is not fetched.
func (b *body) Close() error {
	b.timer.Stop()
	b.d.end()
	if err := b.inner.Close(); err != nil {
		return fmt.Errorf("fetch: close: %w", err)
	}
	return nil
}
