package fetch

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/platform/fault"
)

// A proxy in the environment would break every download by name below: there is
// nothing on that port.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// here is the allow list of most tests: the servers of the tests and no other
// address of this machine.
var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

const mega = 1 << 20

// patient are times that no test reaches, so that one of them can be shortened.
func patient() Times {
	return Times{Dial: time.Minute, TLS: time.Minute, Header: time.Minute, Idle: time.Minute, Whole: time.Minute}
}

// serve runs a server on a free port of 127.0.0.1.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// serveRaw hands each connection to answer, after the request's first bytes, and
// closes it afterwards.
func serveRaw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := conn.Read(make([]byte, 4096)); err == nil {
				answer(conn)
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String()
}

// get downloads all; the error is that of Get or of the reading.
func get(t *testing.T, c *Client, url string, limit int64) (string, error) {
	t.Helper()
	resp, err := c.Get(t.Context(), url, limit)
	if err != nil {
		if resp != nil {
			t.Errorf("%s: an error and a response", url)
		}
		return "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return string(data), err
}

// wants reports an error that is not want.
func wants(t *testing.T, name string, err error, want *fault.Error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %s", name, err, want.Code)
	}
}
