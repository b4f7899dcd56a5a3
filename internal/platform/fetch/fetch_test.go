package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

func TestGet(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.ContentLength != 0 {
			t.Errorf("%s with %d bytes, want GET without a body", r.Method, r.ContentLength)
		}
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/files/price.yaml?v=2", http.StatusMovedPermanently)
			return
		}
		w.Header().Set("Content-Type", "application/yaml; charset=windows-1251")
		_, _ = io.WriteString(w, "shop: Связной")
	})
	resp, err := New(here).Get(t.Context(), s.URL+"/old", mega)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || string(data) != "shop: Связной" {
		t.Errorf("body: got %q, %v", data, err)
	}
	resp.Body = nil
	want := &Response{
		ContentType: "application/yaml; charset=windows-1251",
		FinalURL:    s.URL + "/files/price.yaml?v=2",
		FileName:    "price.yaml",
	}
	if diff := cmp.Diff(want, resp); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		w.WriteHeader(status)
		if status != http.StatusNoContent && status != http.StatusNotModified {
			_, _ = io.WriteString(w, "the server's own words")
		}
	})
	for _, status := range []int{201, 204, 300, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503} {
		_, err := get(t, New(here), s.URL+"/"+strconv.Itoa(status), mega)
		f := fault.As(err)
		if f == nil || f.Code != Failed.Code || f.Kind != fault.Invalid {
			t.Errorf("%d: got %v, want fetch_failed", status, err)
			continue
		}
		wantText := fault.Text{
			RU: fmt.Sprintf("Сервер 127.0.0.1 ответил кодом %d", status),
			EN: fmt.Sprintf("The server 127.0.0.1 answered with status %d", status),
		}
		if diff := cmp.Diff(wantText, f.Text); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if f.Facts["status"] != status {
			t.Errorf("%d: facts %v", status, f.Facts)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, err = get(t, New(here), "http://"+address+"/?token=Secret", mega)
	wants(t, "closed port", err, Failed)
	if err != nil && strings.Contains(err.Error(), "Secret") {
		t.Errorf("the query of the address is in %v", err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := get(t, New(here), s.URL, mega)
	wants(t, "a certificate of nobody known", err, Failed)

	authorities := x509.NewCertPool()
	authorities.AddCert(s.Certificate())
	trusting := func(opts ...Option) *Client {
		c := New(here, opts...)
		transport, ok := c.http.Transport.(*http.Transport)
		if !ok {
			t.Fatalf("the transport is a %T", c.http.Transport)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
		return c
	}
	got, err := get(t, trusting(), s.URL, mega)
	if err != nil || got != "HTTP/1.1" {
		t.Errorf("got %q, %v; want HTTP/1.1", got, err)
	}
	// The certificate is for example.com and 127.0.0.1 only.
	byName := WithResolver(nameServer(t, []string{"127.0.0.1"}))
	_, err = get(t, trusting(byName), named(s.URL), mega)
	wants(t, "a certificate for another name", err, Failed)
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, disposition, want string }{
		{"/", "", ""},
		{"", "", ""},
		{"/price.yaml", "", "price.yaml"},
		{"/a/b/price.yaml?x=/y.csv", "", "price.yaml"},
		{"/a/b/", "", ""},
		{"/%D0%BF%D1%80%D0%B0%D0%B9%D1%81%20%E2%84%961.xlsx", "", "прайс №1.xlsx"},
		{"/..%2f..%2fetc%2fpasswd", "", "passwd"},
		{"/..%5c..%5cboot.ini", "", "boot.ini"},
		{"/%2e%2e", "", ""},
		{"/%20.%20", "", ""},
		{"/a%00b%0ac%e2%80%aed.csv", "", "abcd.csv"},
		{"/%ff%fe.csv", "", ".csv"},
		{"/" + strings.Repeat("n", 300) + ".csv", "", strings.Repeat("n", 196) + ".csv"},
		{"/x.php", `attachment; filename=price.yaml`, "price.yaml"},
		{"/x.php", `attachment; filename="my price.yaml"`, "my price.yaml"},
		{"/x.php", `attachment; filename="прайс.yaml"`, "прайс.yaml"},
		{"/x.php", `attachment; filename="old.xls"; filename*=UTF-8''%D0%BD%D0%BE%D0%B2.xls`, "нов.xls"},
		{"/x.php", `inline`, "x.php"},
		{"/x.php", `attachment; filename="../../etc/passwd"`, "passwd"},
		{"/x.php", `attachment; filename="C:\\price.xls"`, "price.xls"},
		{"/x.php", `attachment; filename=".."`, "x.php"},
		{"/x.php", `attachment; filename=a b c;;;`, "x.php"},
		{"/x.php", "attachment; filename=\"\xef\xf0.xls\"", ".xls"},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.disposition != "" {
				w.Header().Set("Content-Disposition", c.disposition)
			}
		})
		resp, err := New(here).Get(t.Context(), s.URL+c.path, mega)
		if err != nil {
			t.Errorf("%s %s: %v", c.path, c.disposition, err)
			continue
		}
		if resp.FileName != c.want {
			t.Errorf("%s %s: got %q, want %q", c.path, c.disposition, resp.FileName, c.want)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDefaultTimes(t *testing.T) {
	t.Parallel()
	want := Times{
		Dial: 5 * time.Second, TLS: 5 * time.Second, Header: 15 * time.Second, Idle: 15 * time.Second, Whole: time.Minute,
	}
	if got := New(nil).times; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
