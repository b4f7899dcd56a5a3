package blob

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Times are the limits of one request to a store. There is none for all of it: how
// long a body takes is up to its size, and to the context.
type Times struct {
	Dial   time.Duration // resolving the name and connecting
	TLS    time.Duration // the TLS handshake
	Header time.Duration // from the end of the request to the end of the answer's header
	Idle   time.Duration // for the next bytes of a body to come, or to be taken
	Check  time.Duration // for the question at the start, tries together
}

// DefaultTimes returns the limits of a store that is told nothing else.
func DefaultTimes() Times {
	return Times{
		Dial: 5 * time.Second, TLS: 5 * time.Second, Header: 20 * time.Second, Idle: 20 * time.Second, Check: 10 * time.Second,
	}
}

// unused is how long a connection waits for the next request: not so long that the
// store would close it under a Put, which can't be sent again.
const unused = 2 * time.Second

// errIdle tells that a store stopped in the middle of an answer.
var errIdle = errors.New("blob: the store sends nothing more")

// newTransport dials whom the operator named, without a guard: the store is
// trusted as the database is.
func newTransport(times Times) *http.Transport {
	dialer := &net.Dialer{Timeout: times.Dial}
	return &http.Transport{
		// Proxy stays nil: the environment must not decide who is asked.
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return taken{conn, times.Idle}, nil
		},
		TLSHandshakeTimeout:    times.TLS,
		ResponseHeaderTimeout:  times.Header,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        unused,
		MaxIdleConnsPerHost:    16,
		DisableCompression:     true, // sizes are those of what is kept
	}
}

// taken is a connection whose other end must take what is sent.
type taken struct {
	net.Conn
	within time.Duration
}

func (c taken) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.within)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// patient waits for the next bytes of an answer, but not for ever.
type patient struct {
	http.RoundTripper
	within time.Duration
}

func (p patient) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := p.RoundTripper.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	timer := time.AfterFunc(p.within, func() { cancel(errIdle) })
	timer.Stop()
	resp.Body = &awaited{resp.Body, cancel, timer, p.within}
	return resp, nil
}

// awaited is the body of an answer.
type awaited struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
	timer  *time.Timer
	within time.Duration
}

// Read counts the time in which it is asked for: who reads may be slow.
func (a *awaited) Read(p []byte) (int, error) {
	a.timer.Reset(a.within)
	n, err := a.ReadCloser.Read(p)
	a.timer.Stop()
	return n, err
}

func (a *awaited) Close() error {
	a.timer.Stop()
	err := a.ReadCloser.Close()
	a.cancel(nil)
	return err
}
