package api_test

import (
	"net/http"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/config"
)

const friend = "https://shop.example"

// openTo lets pages of the origins call the program.
func openTo(origins ...string) apptest.Option {
	return apptest.With(func(c *config.Config) { c.CORSOrigins = origins })
}

// preflight asks as a browser does before it sends a request of a page.
func preflight(t *testing.T, a *apptest.App, path, origin string) http.Header {
	t.Helper()
	return a.Do(t, apptest.Person{}, "OPTIONS", path, apptest.Body{}, "Origin", origin, "Access-Control-Request-Method", "PUT",
		"Access-Control-Request-Headers", "authorization,content-type,idempotency-key").Header
}

// checkClosed tells whether nothing lets a page of another site in.
func checkClosed(t *testing.T, name string, h http.Header) {
	t.Helper()
	for header, values := range h {
		if strings.HasPrefix(header, "Access-Control-Allow") {
			t.Errorf("%s: %s: %q", name, header, values)
		}
	}
}

// hostile are origins that come near to the friend's.
var hostile = []string{
	"null", "*", "", "https://evil.example", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example",
	"https://evilshop.example", "https://sub.shop.example", "https://shop.example.", "https://shop.example/", "https://shop.example@evil.example",
	"https://shopxexample", "https://shop.example, https://evil.example", "https://shop.example%60.evil.example", "shop.example",
	"file://", "https://user@shop.example", "https://shop.example:443",
}

// Without the setting no page of another site is let in.
func TestOtherSitesAreShutOut(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	for _, op := range a.API.Operations() {
		path := inPath.ReplaceAllString(op.Path, "1")
		for _, origin := range []string{friend, "null"} {
			checkClosed(t, op.Method+" "+path, a.Do(t, apptest.Person{}, op.Method, path, apptest.Body{}, "Origin", origin).Header)
			checkClosed(t, "OPTIONS "+path, preflight(t, a, path, origin))
		}
	}
}

// With it the very origin is let in, and nothing that resembles it; cookies never.
func TestOnlyTheOriginIsLetIn(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), openTo(friend, "http://127.0.0.1:3000"))
	for _, path := range []string{"/api/v1/products", "/api/v1/user/login", "/api/v1/user/oauth", "/api/v1/nothing", "/openapi.json"} {
		for _, origin := range hostile {
			checkClosed(t, path+" for "+origin, a.Get(t, apptest.Person{}, path, "Origin", origin).Header)
			checkClosed(t, "before "+path+" for "+origin, preflight(t, a, path, origin))
		}
		h := a.Get(t, apptest.Person{}, path, "Origin", friend).Header
		if h.Get("Access-Control-Allow-Origin") != friend || !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") {
			t.Errorf("%s: %v", path, h)
		}
		for _, name := range []string{"X-Request-Id", "Location", "Retry-After", "Etag"} {
			if !strings.Contains(strings.ToLower(h.Get("Access-Control-Expose-Headers")), strings.ToLower(name)) {
				t.Errorf("%s: %s is not exposed: %v", path, name, h)
			}
		}
		p := preflight(t, a, path, friend)
		if p.Get("Access-Control-Allow-Origin") != friend || !strings.Contains(p.Get("Access-Control-Allow-Methods"), "PUT") ||
			!strings.Contains(p.Get("Access-Control-Allow-Headers"), "authorization") {
			t.Errorf("before %s: %v", path, p)
		}
		for _, h := range []http.Header{h, p} {
			if c := h.Get("Access-Control-Allow-Credentials"); c != "" {
				t.Errorf("%s: cookies are let in: %s", path, c)
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
				t.Errorf("%s: it is not safe: %v", path, h)
			}
		}
	}
	unknown := a.Do(t, apptest.Person{}, "OPTIONS", "user/login", apptest.Body{}, "Origin", friend,
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-forwarded-for")
	checkClosed(t, "a header that nobody knows", unknown.Header)
	trace := a.Do(t, apptest.Person{}, "OPTIONS", "user/login", apptest.Body{}, "Origin", friend, "Access-Control-Request-Method", "TRACE")
	checkClosed(t, "a method that nobody knows", trace.Header)
}

// What knows browsers by a cookie is closed even to the origins that are let in.
func TestCookiesAreForOurPages(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs(), openTo(friend))
	for _, path := range []string{
		"/admin/jobs/", "/admin/jobs/sign-in", "/admin/jobs/api/jobs", "/api/v1/user/oauth/google",
		"/api/v1/user/oauth/google/callback", "/api/v1/partner/exchange/1c?type=catalog&mode=init",
	} {
		checkClosed(t, path, a.Get(t, apptest.Person{}, path, "Origin", friend).Header)
		checkClosed(t, "before "+path, preflight(t, a, path, friend))
	}
}
