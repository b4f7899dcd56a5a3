package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"zakup/internal/apptest"
)

// request is one as it goes over the wire, right or not.
type request struct {
	role           string
	method, target string
	headers        [][2]string
	body           string
	own            bool // it says who sends it
}

// wire is the request in the bytes of HTTP/1.1.
func (q request) wire() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: zakup.example.org\r\n", q.method, q.target)
	for _, h := range q.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(q.body), q.body)
	return b.String()
}

// longShown is the longest body that a failure prints.
const longShown = 4000

// curl is the request as a command.
func (q request) curl(url string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "curl -i -X %s %s", shell(q.method), shell(url+q.target))
	for _, h := range q.headers {
		fmt.Fprintf(&b, " -H %s", shell(h[0]+": "+h[1]))
	}
	if len(q.body) > longShown {
		return b.String() + fmt.Sprintf(" --data-binary …  # %d bytes, beginning with %q", len(q.body), q.body[:100])
	}
	return b.String() + " --data-binary " + shell(q.body)
}

// shell quotes a text for bash.
func shell(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + s[:n])
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return "$'" + b.String() + "'"
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	text   string
	head   bool // without a body
	unread bool // the server could not read it as HTTP
}

// sender sends a request.
type sender func(q request) reply

// direct hands requests to the program itself, as its server would.
func direct(t *testing.T, a *apptest.App) sender {
	t.Helper()
	return func(q request) reply {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(q.wire())))
		if err != nil || !validHeaders(r.Header) {
			return reply{unread: true}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r = r.WithContext(ctx)
		r.RemoteAddr = "203.0.113.7:4711"
		w := httptest.NewRecorder()
		a.API.ServeHTTP(w, r)
		return reply{status: w.Code, header: w.Header(), text: w.Body.String(), head: q.method == http.MethodHead}
	}
}

// validHeaders tells whether the server takes them.
func validHeaders(h http.Header) bool {
	for name, values := range h {
		for _, v := range values {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(v) {
				return false
			}
		}
	}
	return true
}

// overHTTP sends the bytes of requests to the server.
func overHTTP(t *testing.T, a *apptest.App) sender {
	t.Helper()
	look := func(q request) (reply, error) {
		var dial net.Dialer
		c, err := dial.DialContext(t.Context(), "tcp", strings.TrimPrefix(a.URL, "http://"))
		if err != nil {
			return reply{}, err
		}
		defer c.Close()
		go func() { _, _ = io.WriteString(c, q.wire()) }() // the server may answer before it has read all
		got, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: q.method})
		if err != nil {
			return reply{}, err
		}
		defer got.Body.Close()
		text, err := io.ReadAll(got.Body)
		r := reply{status: got.StatusCode, header: got.Header, text: string(text), head: q.method == http.MethodHead}
		r.unread = r.status == http.StatusBadRequest && (strings.HasPrefix(r.text, "400 Bad Request") || q.method == http.MethodHead && r.header.Get("X-Request-Id") == "")
		return r, err
	}
	return func(q request) reply {
		r, err := look(q)
		if err != nil && len(q.body) < 1<<16 { // of a body that is not wanted whole the answer may be lost
			t.Errorf("no answer: %v\n%s", err, q.curl(a.URL))
		}
		r.unread = r.unread || err != nil
		return r
	}
}
