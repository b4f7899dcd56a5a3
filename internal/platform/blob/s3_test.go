package blob_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zakup/internal/platform/blob"
	"zakup/internal/platform/config"
)

const secret = "Hunter2Hunter2"

// short are times that a test can wait for.
func short() blob.Times {
	const t = 300 * time.Millisecond
	return blob.Times{Dial: t, TLS: t, Header: t, Idle: t, Check: 4 * t}
}

// at are the settings of a store at an address, for who has no real one.
func at(addr string) config.S3 {
	return config.S3{Host: addr, Key: "zakup", Secret: secret, Bucket: "zakup", Region: "test-1", Plain: true}
}

// try does everything once, and returns what was wrong.
func try(t *testing.T, s *blob.S3) map[string]error {
	t.Helper()
	body, _, opened := s.Open(t.Context(), "ab/x")
	if opened == nil {
		_, opened = io.Copy(io.Discard, body)
		body.Close()
	}
	var listed error
	for _, err := range s.Names(t.Context(), "") {
		listed = err
	}
	return map[string]error{
		"check": s.Check(t.Context()), "put": s.Put(t.Context(), "ab/x", &io.LimitedReader{R: &counter{}, N: 50 << 20}, 50<<20, ""),
		"open": opened, "delete": s.Delete(t.Context(), "ab/x"), "list": listed,
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	right := settings(t)
	if err := bucket(t, right).Check(t.Context()); err != nil {
		t.Errorf("the right settings: %v", err)
	}
	for want, change := range map[string]func(*config.S3){
		"refuses the key": func(c *config.S3) { c.Secret = secret },
		"has no bucket":   func(c *config.S3) { c.Bucket = "nobodys-own" },
		right.Host:        func(c *config.S3) { c.Key = "nobody" },
		"region":          func(c *config.S3) { c.Region = "elsewhere-1" },
		"HTTPS client":    func(c *config.S3) { c.Plain = false },
	} {
		for _, region := range []string{"", "test-1"} {
			wrong := right
			wrong.Region = region
			change(&wrong)
			err := bucket(t, wrong).Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), want) && wrong.Region != "elsewhere-1" {
				t.Errorf("got %v, want %q", err, want)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), right.Secret)) {
				t.Errorf("the secret is told: %v", err)
			}
		}
	}
}

// A store that refuses the key is no store in which nothing is there.
func TestRefused(t *testing.T) {
	t.Parallel()
	wrong := settings(t)
	wrong.Secret = secret
	for what, err := range try(t, bucket(t, wrong)) {
		if err == nil || errors.Is(err, blob.ErrAbsent) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", what, err)
		}
	}
	gone := settings(t)
	gone.Bucket = "nobodys-own"
	for what, err := range try(t, bucket(t, gone)) {
		if err == nil || errors.Is(err, blob.ErrAbsent) {
			t.Errorf("%s without a bucket: %v", what, err)
		}
	}
}

// The prefix of the settings is a place of its own.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	one := settings(t)
	other := one
	other.Prefix += "-other"
	whole := one
	whole.Prefix = ""
	put(t, bucket(t, one), "x", "one")
	put(t, bucket(t, other), "x", "other")
	if a, b := get(t, bucket(t, one), "x"), get(t, bucket(t, other), "x"); a != "one" || b != "other" {
		t.Errorf("%s, %s", a, b)
	}
	for _, name := range names(t, bucket(t, one), "") {
		if name != "x" {
			t.Errorf("lists %s", name)
		}
	}
	// Keys with capitals are no names: whoever sees all of the bucket skips them.
	for _, name := range names(t, bucket(t, whole), "tests/") {
		t.Errorf("lists %s", name)
	}
}

// Whatever a store does not do, nobody waits for it for ever.
func TestGone(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	stall := func(http.ResponseWriter, *http.Request) {
		<-over // a server that does not read does not see that the client has gone
		panic(http.ErrAbortHandler)
	}
	half := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		if r.Method != http.MethodGet {
			stall(w, r)
		}
		_, _ = io.WriteString(w, "<begun")
		_ = http.NewResponseController(w).Flush()
		stall(w, r)
	}
	addrs := map[string]string{
		"nobody listens": reserve(t),
		"says nothing":   serve(t, stall),
		"stops half way": serve(t, half),
		"takes nothing":  silent(t),
	}
	t.Cleanup(func() { close(over) }) // before the servers end
	for what, addr := range addrs {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			for did, err := range try(t, bucket(t, at(addr), blob.WithTimes(short()))) {
				if err == nil || errors.Is(err, blob.ErrAbsent) || !strings.Contains(err.Error(), addr) && did != "open" {
					t.Errorf("%s: %v", did, err)
				}
				if errors.Is(err, context.Canceled) || err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s says %v", did, err)
				}
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// The start waits for a slow store less than a picture does.
func TestSlowCheck(t *testing.T) {
	t.Parallel()
	times := blob.DefaultTimes()
	times.Check = 100 * time.Millisecond
	err := bucket(t, at(silent(t)), blob.WithTimes(times)).Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "did not answer within 100ms") {
		t.Errorf("got %v", err)
	}
}

// A store that can't prove who it is gets no picture.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	cfg := at(srv.Listener.Addr().String())
	cfg.Plain = false
	for what, err := range try(t, bucket(t, cfg)) {
		if err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Where a request names the bucket is up to the settings.
func TestStyles(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 9)
	addr := serve(t, func(_ http.ResponseWriter, r *http.Request) { asked <- r.Host + r.URL.Path })
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	for style, want := range map[config.S3Style]string{
		config.S3Auto: "localhost:" + port + "/zakup/", config.S3Path: "localhost:" + port + "/zakup/", config.S3Host: "zakup.localhost:" + port + "/",
	} {
		cfg := at("localhost:" + port)
		cfg.Style = style
		if err := bucket(t, cfg).Check(t.Context()); err != nil {
			t.Logf("%q: %v", style, err) // not every system resolves names below localhost
			continue
		}
		if got := <-asked; got != want {
			t.Errorf("%q: asked %s, want %s", style, got, want)
		}
	}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// reserve finds a port that nobody listens at.
func reserve(t *testing.T) string {
	t.Helper()
	l := listen(t)
	l.Close()
	return l.Addr().String()
}

// silent listens, and neither reads nor writes.
func silent(t *testing.T) string {
	t.Helper()
	return listen(t).Addr().String()
}
