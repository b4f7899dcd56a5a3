package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"zakup/internal/platform/fault"
)

const short = 50 * time.Millisecond

// Each limit of time is met by a server that is slow in just that, while the
// other limits are a minute.
func TestSlowServers(t *testing.T) {
	t.Parallel()
	hanging := &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}
	silent := func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }
	dripping := func(start, drop string) func(net.Conn) {
		return func(conn net.Conn) {
			_, err := io.WriteString(conn, start)
			tick := time.NewTicker(short / 10)
			defer tick.Stop()
			for err == nil {
				<-tick.C
				_, err = io.WriteString(conn, drop)
			}
		}
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nstart"
	for name, c := range map[string]struct {
		scheme, host string // host "" is the server's own address
		answer       func(net.Conn)
		shorten      func(*Times)
	}{
		"name server": {"http", "price.test", silent, func(t *Times) { t.Dial = short }},
		"handshake":   {"https", "", silent, func(t *Times) { t.TLS = short }},
		"no header":   {"http", "", silent, func(t *Times) { t.Header = short }},
		"slow header": {"http", "", dripping("HTTP/1.1 200 OK\r\nX: ", "x"), func(t *Times) { t.Header = short }},
		"no body": {"http", "", func(conn net.Conn) {
			_, _ = io.WriteString(conn, head)
			silent(conn)
		}, func(t *Times) { t.Idle = short }},
		"slow body":        {"http", "", dripping(head, "x"), func(t *Times) { t.Whole = 4 * short }},
		"no header, whole": {"http", "", silent, func(t *Times) { t.Whole = short }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := c.host
			if host == "" {
				host = serveRaw(t, c.answer)
			}
			times := patient()
			c.shorten(&times)
			start := time.Now()
			_, err := get(t, New(here, WithTimes(times), WithResolver(hanging)), c.scheme+"://"+host, mega)
			wants(t, name, err, Timeout)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// The clock of the two tests below is the one of synctest.

// Bytes that keep coming are no idleness, however long they take together.
func TestSteadyBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := Times{Idle: 15 * time.Second, Whole: time.Minute}
		from, to := io.Pipe()
		b := newBody(begin(t.Context(), times), from, "price.test", mega)
		defer b.Close()
		go func() {
			for range 4 {
				<-time.After(14 * time.Second)
				_, _ = io.WriteString(to, "x")
			}
			to.Close()
		}()
		if got, err := io.ReadAll(b); err != nil || string(got) != "xxxx" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A reader that takes its time is not an idle server, until the whole is over.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := Times{Idle: 15 * time.Second, Whole: time.Minute}
		d := begin(t.Context(), times)
		b := newBody(d, io.NopCloser(forever{}), "price.test", mega)
		defer b.Close()
		for _, pause := range []time.Duration{0, 20 * time.Second, 39 * time.Second} {
			<-time.After(pause)
			if _, err := b.Read(make([]byte, 10)); err != nil || d.ctx.Err() != nil {
				t.Errorf("after a pause of %v: %v, %v", pause, err, d.ctx.Err())
			}
		}
		<-time.After(2 * time.Second)
		if got := context.Cause(d.ctx); !errors.Is(got, errSlow) {
			t.Errorf("after a minute: got %v, want %v", got, errSlow)
		}
	})
}

// The end of the caller's context is not a fault of the server.
func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = io.WriteString(w, "start")
			_ = http.NewResponseController(w).Flush()
		}
		if r.URL.Path != "/silent" {
			asked <- struct{}{}
		}
		<-r.Context().Done()
	})
	for _, path := range []string{"/header", "/body"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-asked
			cancel()
		}()
		err := readAll(ctx, New(here, WithTimes(patient())), s.URL+path)
		if !errors.Is(err, context.Canceled) || fault.As(err) != nil {
			t.Errorf("%s: got %v, want that the context was cancelled", path, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	err := readAll(ctx, New(here, WithTimes(patient())), s.URL+"/silent")
	if !errors.Is(err, context.DeadlineExceeded) || fault.As(err) != nil {
		t.Errorf("got %v, want that the deadline is over", err)
	}
}

func readAll(ctx context.Context, c *Client, url string) error {
	resp, err := c.Get(ctx, url, mega)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// A body that is closed early ends the transfer: the server notices, and the
// test's end finds nothing left behind.
func TestCloseEarly(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, err := io.Copy(w, forever{})
		ended <- err
	})
	resp, err := New(here).Get(t.Context(), s.URL, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(resp.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the server wrote an endless body to its end")
	}
	if _, err := resp.Body.Read(make([]byte, 1)); err == nil {
		t.Error("a closed body can be read")
	}
}
