package fetch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const changedAt = "Mon, 04 May 2026 09:30:00 GMT"

// versioned gives a file with a version, as http.ServeContent knows it, behind
// a redirect.
func versioned(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/old" {
		http.Redirect(w, r, "/list", http.StatusFound)
		return
	}
	at, _ := http.ParseTime(changedAt)
	if r.URL.Path != "/time" {
		w.Header().Set("ETag", `"v1"`)
	}
	if r.URL.Path == "/tag" {
		at = time.Time{}
	}
	http.ServeContent(w, r, "list.yaml", at, strings.NewReader("shop: Связной"))
}

func TestGetIfChanged(t *testing.T) {
	t.Parallel()
	s := serve(t, versioned)
	for path, want := range map[string]Version{
		"/old": {`"v1"`, changedAt}, "/list": {`"v1"`, changedAt}, "/tag": {`"v1"`, ""}, "/time": {"", changedAt},
	} {
		resp, err := New(here).GetIfChanged(t.Context(), s.URL+path, mega, Version{})
		if err != nil {
			t.Fatal(path, err)
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if diff := cmp.Diff(want, resp.Version); diff != "" || err != nil || len(data) == 0 {
			t.Errorf("%s: %d bytes, %v, version (-want +got)\n%s", path, len(data), err, diff)
		}
		if _, err := New(here).GetIfChanged(t.Context(), s.URL+path, mega, resp.Version); !errors.Is(err, ErrUnchanged) {
			t.Errorf("%s again: %v", path, err)
		}
	}
	resp, err := New(here).GetIfChanged(t.Context(), s.URL+"/tag", mega, Version{ETag: `"v0"`})
	if err != nil {
		t.Fatal("another version:", err)
	}
	resp.Body.Close()
}

// A server that says "not changed" without being asked has failed, and the
// answer of one that repeats hostile names is not held against it.
func TestVersionsOfOddServers(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/always" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", strings.Repeat("x", maxVersion+1))
		w.Header().Set("Last-Modified", "вчера")
		_, _ = io.WriteString(w, "ok")
	})
	_, err := New(here).GetIfChanged(t.Context(), s.URL+"/always", mega, Version{})
	wants(t, "unasked", err, Failed)
	resp, err := New(here).GetIfChanged(t.Context(), s.URL+"/odd", mega, Version{})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Version != (Version{}) {
		t.Errorf("kept %+v", resp.Version)
	}
}
