package api_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

var (
	attribute = regexp.MustCompile(`(?:src|href|data-document)="([^"]*)"`)
	// What a browser loads by itself; links in texts may lead anywhere.
	cssLoads = regexp.MustCompile(`(?:url\(\s*["']?|@import\s+["']?)([^"')\s]+)`)
	jsLoads  = regexp.MustCompile(`(?:importScripts|\bimport|\.src\s*=|new Worker|new WebSocket)\s*\(?\s*["'](?:https?:|wss?:)?//[^"']+`)
)

// The documentation page and all that it loads come from the program, and
// nothing from elsewhere.
func TestDocs(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	page := a.Get(t, apptest.Person{}, "/docs").Want(t, 200)
	if got := page.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	policy := page.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("Content-Security-Policy %q", policy)
	}
	if strings.Contains(page.Text, "<script>") || regexp.MustCompile(`\son\w+=`).MatchString(page.Text) {
		t.Errorf("a script inside the page, which its policy forbids: %s", page.Text)
	}
	types := map[string]string{".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".json": "application/json"}
	loaded := map[string]bool{}
	for _, m := range attribute.FindAllStringSubmatch(page.Text, -1) {
		at := m[1]
		if u, err := url.Parse(at); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(at, "/") {
			t.Errorf("the page loads %q", at)
			continue
		}
		r := a.Get(t, apptest.Person{}, at).Want(t, 200)
		ext := at[strings.LastIndex(at, "."):]
		if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, types[ext]) || types[ext] == "" {
			t.Errorf("%s: Content-Type %q", at, got)
		}
		loaded[ext] = true
		checkLoads(t, at, ext, r.Text)
	}
	if len(loaded) != len(types) {
		t.Errorf("the page loads only %v", loaded)
	}
	a.Get(t, apptest.Person{}, "/docs/").Want(t, 200)
	for _, path := range []string{"/docs/nothing.js", "/docs/..%2fapidoc.go", "/docs/assets/swagger-ui.css"} {
		if r := a.Get(t, apptest.Person{}, path); r.Status != 404 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
}

// checkLoads tells whether a file loads nothing from outside.
func checkLoads(t *testing.T, name, ext, text string) {
	t.Helper()
	switch ext {
	case ".css":
		for _, m := range cssLoads.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], "data:") && !strings.HasPrefix(m[1], "#") {
				t.Errorf("%s loads %q", name, m[1])
			}
		}
	case ".js":
		for _, m := range jsLoads.FindAllString(text, -1) {
			t.Errorf("%s loads %q", name, m)
		}
		if strings.Contains(text, "sourceMappingURL") {
			t.Errorf("%s names a map that is not there", name)
		}
	}
}
