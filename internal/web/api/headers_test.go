package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
	"zakup/internal/platform/limit"
	"zakup/internal/web/api"
	"zakup/internal/web/jobsui"
)

// checkSafe tells whether an answer has the headers that every answer has.
func checkSafe(t *testing.T, name string, h http.Header) {
	t.Helper()
	for header, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000",
	} {
		if got := h.Values(header); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s: %q, want %q", name, header, got, want)
		}
	}
	if page := !strings.Contains(name, api.Prefix+"/"); page && h.Get("Cross-Origin-Opener-Policy") != "same-origin" {
		t.Errorf("%s: other windows may reach it: %v", name, h)
	}
	policies := h.Values("Content-Security-Policy")
	if len(policies) != 1 || !strings.HasPrefix(policies[0], "default-src 'none'; ") {
		t.Errorf("%s: the policy of content: %q", name, policies)
	}
	for _, want := range []string{"frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(h.Get("Content-Security-Policy"), want) {
			t.Errorf("%s: no %s in the policy of content", name, want)
		}
	}
	if p := h.Get("Permissions-Policy"); !strings.Contains(p, "camera=()") || !strings.Contains(p, "geolocation=()") {
		t.Errorf("%s: the policy of permissions: %q", name, p)
	}
	// The page of the queue shows its own origin to itself, for forms.
	if p := h.Get("Referrer-Policy"); p != "no-referrer" && (p != "same-origin" || !strings.Contains(name, jobsui.Path)) {
		t.Errorf("%s: the policy of referrers: %q", name, p)
	}
	if h.Get("X-Request-Id") == "" || h.Get("Cache-Control") == "" {
		t.Errorf("%s: no id, or nothing about keeping it: %v", name, h)
	}
	if h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s: it tells too much: %v", name, h)
	}
}

var inPath = regexp.MustCompile(`\{[^}]*\}`)

// https is a program that people reach by https.
func https(c *config.Config) { c.PublicURL = "https://zakup.example" }

// Every operation as nobody and as the administrator, every page and every kind
// of error has the headers that keep browsers from harm.
func TestEveryAnswerIsSafe(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), apptest.With(https))
	admin := a.Person(t, "chief@example.com", account.Admin)
	try := func(who apptest.Person, method, path string, body apptest.Body, headers ...string) apptest.Answer {
		t.Helper()
		headers = append(headers, "Prefer", "respond-async")
		r := a.Do(t, who, method, path, body, headers...)
		checkSafe(t, method+" "+path, r.Header)
		return r
	}
	nobody, none := apptest.Person{}, apptest.Body{}
	for _, op := range a.API.Operations() {
		path := inPath.ReplaceAllString(op.Path, "1")
		try(nobody, op.Method, path, none)
		// What signs the administrator out or ends the account is done last, by hand.
		if !strings.Contains(path, "/logout") && !(op.Method == http.MethodDelete && strings.Contains(path, "/user")) {
			try(admin, op.Method, path, none)
		}
		try(nobody, http.MethodPatch, path, none)
		try(nobody, http.MethodOptions, path, none)
		try(nobody, http.MethodHead, path, none)
	}
	for _, path := range []string{
		"/", "/nothing", "/api/v1/nothing", "/api/v1", "//", "/docs", "/docs/", "/docs/swagger-ui.css", "/docs/nothing", "/docs/../x",
		"/openapi.json", "/healthz", "/robots.txt", "/admin/jobs", "/admin/jobs/", "/admin/jobs/sign-in", "/admin/jobs/sign-out", "/admin/jobs/api/jobs",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"} {
			try(nobody, method, path, none)
			try(nobody, method, path, none, "Sec-Fetch-Site", "cross-site")
		}
	}
	for _, x := range []struct {
		status  int
		body    apptest.Body
		headers []string
	}{
		{400, apptest.JSON(`{`), nil},
		{406, none, []string{"Accept", "image/png"}},
		{413, apptest.JSON(`{"email": "` + strings.Repeat("a", 2<<20) + `"}`), nil},
		{415, apptest.Body{Type: "text/plain", Text: "x"}, nil},
		{422, none, []string{"Idempotency-Key", strings.Repeat("a", 300)}},
	} {
		if r := try(nobody, "POST", "/api/v1/user/login", x.body, x.headers...); r.Status < 400 {
			t.Errorf("%d: %d", x.status, r.Status)
		}
	}
}

// So has the answer to a panic, and what a page that panics had set is not left.
func TestAPanicIsSafe(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src *")
		w.Header().Set("Set-Cookie", "half=done")
		panic("page")
	})
	server := httptest.NewServer(api.New(api.Deps{Requests: &limit.Requests{}, JobsPage: page, PublicURL: "https://zakup.example", Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+jobsui.Path+"/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusInternalServerError {
		t.Error(resp.Status)
	}
	checkSafe(t, "a panic", resp.Header)
	if cookie := resp.Header.Get("Set-Cookie"); cookie != "" {
		t.Errorf("a cookie of an answer that did not come about: %s", cookie)
	}
}

// Browsers that come by http are not told to come by https, which may not be there.
func TestWithoutHTTPS(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	if h := a.Get(t, apptest.Person{}, "/healthz").Header.Get("Strict-Transport-Security"); h != "" {
		t.Errorf("Strict-Transport-Security: %s", h)
	}
}
