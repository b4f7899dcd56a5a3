package app_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/app"
	"zakup/internal/apptest"
)

// patience is much longer than what is allowed below, and shorter than what the
// program allows where a bound is missing.
const patience = 15 * time.Second

// hasty makes the bounds so short that a test can wait for them.
func hasty(b *app.Bounds) {
	b.Header, b.Answer, b.Idle = 400*time.Millisecond, 3*time.Second, 400*time.Millisecond
	b.Pace.Body, b.Pace.Upload = 500*time.Millisecond, 2*time.Second
	b.Pace.Stall, b.Pace.Rest = 400*time.Millisecond, 300*time.Millisecond
}

// dial opens a connection that ends with the test.
func dial(t *testing.T, a *apptest.App) net.Conn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(a.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// request is the text of a request, its body not whole.
func request(line, token string, headers ...string) string {
	text := line + " HTTP/1.1\r\nHost: zakup\r\n"
	if token != "" {
		text += "Authorization: Token " + token + "\r\n"
	}
	for _, h := range headers {
		text += h + "\r\n"
	}
	return text + "\r\n"
}

// dribble sends the text, and then a byte now and then until the connection ends.
func dribble(t *testing.T, c net.Conn, text, byByte string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	if byByte == "" {
		return
	}
	var sender sync.WaitGroup
	sender.Go(func() {
		for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
			if _, err := io.WriteString(c, byByte); err != nil {
				tick.Stop()
				return
			}
		}
	})
	t.Cleanup(func() { _ = c.Close(); sender.Wait() })
}

// A client that sends slowly, or begins and falls silent, loses its connection
// in the time that is stated, whatever it has begun.
func TestSlowSendersAreLetGo(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), apptest.Bounds(hasty))
	shop := a.Shop(t, "shop@example.com", "")
	const long = "Content-Length: 100000"
	const chunked = "Transfer-Encoding: chunked"
	for _, x := range []struct{ name, text, byByte string }{
		{"nothing at all", "", ""},
		{"half a line", "GET /healthz", ""},
		{"headers without end", "GET /healthz HTTP/1.1\r\nHost: zakup\r\n", "X-A: b\r\n"},
		{"an idle connection", request("GET /healthz", ""), ""},
		{"an unwanted body", request("GET /healthz", "", long) + "x", ""},
		{"an unwanted body, byte by byte", request("GET /healthz", "", long), "x"},
		{"a body for no path", request("POST /nowhere", "", long) + "x", ""},
		{"a body for no method", request("DELETE /healthz", "", long) + "x", ""},
		{"a body of a stranger", request("POST /api/v1/partner/update", "", long) + "x", "x"},
		{"a text", request("POST /api/v1/user/login", "", "Content-Type: text/plain", "Content-Length: 1000") + "x", ""},
		{"a text, byte by byte", request("POST /api/v1/user/login", "", "Content-Type: text/plain", long), "x"},
		{"JSON", request("POST /api/v1/user/login", "", "Content-Type: application/json", long) + "{", " "},
		{"a form", request("POST /api/v1/user/login", "", "Content-Type: application/x-www-form-urlencoded", long) + "a", "b"},
		{"a form in chunks", request("POST /api/v1/user/login", "", "Content-Type: application/x-www-form-urlencoded", chunked), "1\r\na\r\n"},
		{"parts", request("POST /api/v1/user/login", "", "Content-Type: multipart/form-data; boundary=x", long), "a"},
		{"what follows the last part", request("POST /api/v1/user/login", "", "Content-Type: multipart/form-data; boundary=x", long) + "--x--\r\n", "a"},
		{"with a key", request("POST /api/v1/user/login", "", "Idempotency-Key: k1", "Content-Type: text/plain", long) + "x", ""},
		{"the sign-in of the page of jobs", request("POST /admin/jobs/sign-in", "", "Content-Type: application/x-www-form-urlencoded", long) + "a", "b"},
		{"a price list that stops", request("POST /api/v1/partner/update", shop.Token, "Content-Type: application/yaml", long) + "shop: x\n", ""},
		{"a price list, byte by byte", request("POST /api/v1/partner/update", shop.Token, "Content-Type: application/yaml", long) + "shop: x\n", "#"},
		{"a price list in parts", request("POST /api/v1/partner/update", shop.Token, "Content-Type: multipart/form-data; boundary=x", long) +
			"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.yaml\"\r\n\r\n", "#"},
		{"a price list with a key", request("POST /api/v1/partner/update", shop.Token, "Idempotency-Key: k2", "Content-Type: application/yaml", long) + "a", "#"},
		{"an address of a price list", request("POST /api/v1/partner/update", shop.Token, "Content-Type: application/json", long) + "{", " "},
		{"a file of 1C", request("POST /api/v1/partner/exchange/1c?type=catalog&mode=file&filename=a.xml", "", "Cookie: zakup_exchange=none", long) + "<", " "},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, a)
			dribble(t, c, x.text, x.byByte)
			text, err := io.ReadAll(c)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the connection is still open; it was answered %q", text)
			}
		})
	}
}

// A client that takes nothing of its answers is let go too. Its connection was
// the only one that there may be, so the next is served when it has ended.
func TestAReaderThatNeverReads(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), apptest.Bounds(hasty), apptest.Bounds(func(b *app.Bounds) { b.Connections = 1 }))
	c := dial(t, a)
	// So many answers of a megabyte fill every buffer on the way.
	many := strings.Repeat(request("GET /docs/swagger-ui-bundle.js", ""), 40)
	if _, err := io.WriteString(c, many); err != nil {
		t.Fatal(err)
	}
	next := dial(t, a)
	if _, err := io.WriteString(next, request("GET /healthz", "", "Connection: close")); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(next), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	_ = resp.Body.Close()
}

// While there are as many connections as there may be, another is not served; it
// is as soon as one of them ends.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), apptest.Bounds(func(b *app.Bounds) { b.Connections = 1 }))
	ask := func(c net.Conn) {
		t.Helper()
		if _, err := io.WriteString(c, request("GET /healthz", "")); err != nil {
			t.Fatal(err)
		}
	}
	answered := func(c net.Conn) error {
		t.Helper()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return errors.Join(err, resp.Body.Close())
	}
	first, second := dial(t, a), dial(t, a)
	ask(first)
	if err := answered(first); err != nil {
		t.Fatal(err)
	}
	ask(second)
	for range 20 { // the first goes on meanwhile
		ask(first)
		if err := answered(first); err != nil {
			t.Fatal(err)
		}
	}
	if err := second.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if err := answered(second); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the second connection: %v", err)
	}
	if err := second.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	if err := answered(second); err != nil {
		t.Errorf("when the first has gone: %v", err)
	}
}

// An upload may take longer than an ordinary body, as long as it keeps coming.
func TestASteadyUploadIsTaken(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.Bounds(hasty), apptest.Bounds(func(b *app.Bounds) { b.Pace.Upload, b.Answer = time.Minute, time.Minute }))
	shop := a.Shop(t, "shop@example.com", "")
	list := apptest.List("Чайная", "Чай", 1)
	c := dial(t, a)
	const steps, step = 12, 1024 // a second and more, of half a second for an ordinary body
	head := request("POST /api/v1/partner/update", shop.Token, "Content-Type: application/yaml", "Connection: close",
		fmt.Sprintf("Content-Length: %d", len(list)+steps*step))
	if _, err := io.WriteString(c, head+list); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range steps {
		<-tick.C
		if _, err := io.WriteString(c, strings.Repeat("#", step-1)+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Errorf("%s %s", resp.Status, text)
	}
}

// A header that is too long is refused before it is read whole.
func TestLongHeadersAreRefused(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	for name, text := range map[string]string{
		"one header":     "GET /healthz HTTP/1.1\r\nHost: zakup\r\nX-A: " + strings.Repeat("a", 80<<10),
		"many headers":   "GET /healthz HTTP/1.1\r\nHost: zakup\r\n" + strings.Repeat("X-A: b\r\n", 10<<10),
		"a long address": "GET /healthz?" + strings.Repeat("a", 80<<10),
		"many cookies":   "GET /healthz HTTP/1.1\r\nHost: zakup\r\nCookie: " + strings.Repeat("a=b; ", 16<<10),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, a)
			_, _ = io.WriteString(c, text) // refused before its end
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
				t.Error(resp.Status)
			}
		})
	}
}
