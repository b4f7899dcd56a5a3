package fetch

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		size, limit int64
		fits        bool
	}{
		"empty":                {0, 0, true},
		"below":                {999, 1000, true},
		"exactly":              {1000, 1000, true},
		"one over":             {1001, 1000, false},
		"many over":            {100_000, 1000, false},
		"nothing is accepted":  {1, 0, false},
		"a limit without end":  {1000, 1<<63 - 1, true},
		"a limit below zero":   {1, -1, false},
		"empty and below zero": {0, -1, true},
	} {
		for _, announced := range []bool{true, false} {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if announced {
					w.Header().Set("Content-Length", strconv.FormatInt(c.size, 10))
				} else if f, ok := w.(http.Flusher); ok {
					f.Flush() // leaves the length open
				}
				_, _ = io.CopyN(w, forever{}, c.size)
			})
			got, err := get(t, New(here), s.URL, c.limit)
			switch {
			case !c.fits:
				wants(t, name, err, TooLarge)
			case err != nil || int64(len(got)) != c.size:
				t.Errorf("%s (announced: %v): got %d bytes, %v", name, announced, len(got), err)
			}
			if int64(len(got)) > max(c.limit, 0) {
				t.Errorf("%s (announced: %v): got %d bytes over the limit", name, announced, len(got))
			}
		}
	}
}

// forever reads as the letter x without end.
type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestEndlessBody(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, forever{}) })
	resp, err := New(here).Get(t.Context(), s.URL, mega)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	wants(t, "endless", err, TooLarge)
	if len(data) != mega {
		t.Errorf("got %d bytes, want %d", len(data), mega)
	}
	// The fault stays, and no byte follows it.
	n, err := resp.Body.Read(make([]byte, 10))
	wants(t, "read again", err, TooLarge)
	if n != 0 {
		t.Errorf("%d bytes after the fault", n)
	}
}

func TestBodyReader(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("a price list; ", 1000)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, content) })
	resp, err := New(here).Get(t.Context(), s.URL, mega)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := iotest.TestReader(resp.Body, []byte(content)); err != nil {
		t.Error(err)
	}
}

func packed(t *testing.T, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.CopyN(z, forever{}, size); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzip(t *testing.T) {
	t.Parallel()
	small, bomb := packed(t, 100_000), packed(t, 32*mega)
	if len(bomb) > mega/8 {
		t.Fatalf("a bomb of %d bytes", len(bomb))
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", r.URL.Query().Get("encoding"))
		content := small
		switch r.URL.Path {
		case "/bomb":
			content = bomb
		case "/broken":
			content = small[:len(small)/2]
		}
		_, _ = w.Write(content)
	})
	c := New(here)
	if got, err := get(t, c, s.URL+"/small?encoding=gzip", 100_000); err != nil || len(got) != 100_000 {
		t.Errorf("gzip: got %d bytes, %v; want 100000", len(got), err)
	}
	if got, err := get(t, c, s.URL+"/bomb?encoding=gzip", mega); len(got) != mega {
		t.Errorf("bomb: got %d bytes, %v; want %d", len(got), err, mega)
	} else {
		wants(t, "bomb", err, TooLarge)
	}
	_, err := get(t, c, s.URL+"/broken?encoding=gzip", mega)
	wants(t, "half of a gzip", err, Failed)
	// A file that is a gzip is not unpacked: nobody said that it is a transfer.
	if got, err := get(t, c, s.URL+"/small?encoding=identity", mega); err != nil || got != string(small) {
		t.Errorf("a gzip file: got %d bytes, %v; want %d as they are", len(got), err, len(small))
	}
	for _, encoding := range []string{"br", "deflate", "gzip,gzip", "zstd"} {
		_, err := get(t, c, s.URL+"/small?encoding="+encoding, mega)
		wants(t, encoding, err, Failed)
	}
}

func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"nothing":         "",
		"no HTTP":         "220 mail.example.org ESMTP\r\n",
		"half a header":   "HTTP/1.1 200 OK\r\nContent-Ty",
		"half a body":     "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
		"half a chunk":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
		"two lengths":     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a huge header":   "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n",
		"many 100s":       strings.Repeat("HTTP/1.1 100 Continue\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 200),
		"a switch":        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
		"another success": "HTTP/1.1 204 No Content\r\n\r\n",
		"a part":          "HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\na",
	} {
		address := serveRaw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, answer) })
		_, err := get(t, New(here), "http://"+address, mega)
		wants(t, name, err, Failed)
	}
}
