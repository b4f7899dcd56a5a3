package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

// elsewhere runs a server on an address that is not allowed, which must never be
// asked.
func elsewhere(t *testing.T, address string) string {
	t.Helper()
	l, err := net.Listen("tcp", address) //nolint:noctx // ends with the test
	if err != nil {
		t.Skipf("this machine has no %s: %v", address, err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Errorf("a request arrived at %s", address)
	}))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func TestRedirectToAForbiddenAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.2:0", "[::1]:0"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			target := elsewhere(t, address)
			for _, status := range []int{301, 302, 303, 307, 308} {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, status) })
				_, err := get(t, New(here), s.URL, mega)
				wants(t, fmt.Sprint(status), err, ForbiddenAddress)
				shown := fault.As(err)
				for _, text := range []string{shown.Text.RU, shown.Text.EN} {
					if strings.Contains(text, "127.") || strings.Contains(text, "::1") {
						t.Errorf("the address is told: %s", text)
					}
				}
			}
		})
	}
}

func TestRedirectToAWrongURL(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"ftp://127.0.0.1/price.yaml", "file:///etc/passwd", "gopher://127.0.0.1/", "data:text/plain,hello",
		"http://user:Secret@127.0.0.1/", "http://2130706433/", "http://127.0.0.1:0/", "http://127.0.0.1:6379/",
		"/" + strings.Repeat("a", maxURL),
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusFound)
		})
		_, err := get(t, New(here), s.URL, mega)
		wants(t, target, err, BadURL)
		if err != nil && strings.Contains(err.Error(), "Secret") {
			t.Errorf("the password is in %v", err)
		}
	}
}

// What is asked for encrypted does not come unencrypted, on any hop.
func TestRedirectToPlainHTTP(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		from, to string
		want     error
	}{
		{"https://example.org/a", "http://example.org/a", BadURL},
		{"https://example.org/a", "http://other.example/a", BadURL},
		{"https://example.org/a", "https://other.example/a", nil},
		{"http://example.org/a", "https://example.org/a", nil},
		{"http://example.org/a", "http://other.example/a", nil},
	} {
		request := func(url string) *http.Request {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		via := []*http.Request{request("http://first.example/"), request(x.from)}
		if err := checkRedirect(request(x.to), via); !errors.Is(err, x.want) {
			t.Errorf("from %s to %s: %v, want %v", x.from, x.to, err, x.want)
		}
	}
}

func TestRedirectNowhere(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"", "http://[::1", "http://a b/"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusFound)
		})
		_, err := get(t, New(here), s.URL, mega)
		wants(t, target, err, Failed)
	}
}

// /n redirects to /n-1, /0 answers, and /loop to itself.
func countdown(w http.ResponseWriter, r *http.Request) {
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil {
		http.Redirect(w, r, "/loop", http.StatusFound)
		return
	}
	if n > 0 {
		http.Redirect(w, r, fmt.Sprintf("/%d", n-1), http.StatusFound)
	}
}

func TestNumberOfRedirects(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		countdown(w, r)
	})
	c := New(here)
	if _, err := get(t, c, s.URL+"/5", mega); err != nil {
		t.Errorf("five redirects: %v", err)
	}
	_, err := get(t, c, s.URL+"/6", mega)
	wants(t, "six redirects", err, Failed)
	asked.Store(0)
	_, err = get(t, c, s.URL+"/loop", mega)
	wants(t, "a loop", err, Failed)
	if got := asked.Load(); got != 6 {
		t.Errorf("a loop: %d requests, want 6", got)
	}
}

// What a request says of us, and of where we come from.
func TestRequestTellsLittle(t *testing.T) {
	t.Parallel()
	headers := make(chan http.Header, 2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		if r.URL.Path == "/first" {
			http.Redirect(w, r, "/second", http.StatusFound)
		}
	})
	if _, err := get(t, New(here), s.URL+"/first?token=secret", mega); err != nil {
		t.Fatal(err)
	}
	want := http.Header{"User-Agent": {"zakup"}, "Accept-Encoding": {"gzip"}, "Connection": {"close"}}
	for _, name := range []string{"first", "second"} {
		if diff := cmp.Diff(want, <-headers); diff != "" {
			t.Errorf("the %s request (-want +got):\n%s", name, diff)
		}
	}
}
