package jobsui_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
)

// answer is what a browser got.
type answer struct {
	status int
	header http.Header
	text   string
}

// browser makes requests as browsers do: it keeps the cookie and follows no
// redirect.
type browser struct {
	a      *apptest.App
	cookie *http.Cookie
}

func (b *browser) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.a.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != nil {
		req.AddCookie(b.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		b.cookie = c
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (b *browser) signIn(t *testing.T, email, password string, headers ...string) answer {
	t.Helper()
	return b.do(t, "POST", "/admin/jobs/sign-in", url.Values{"email": {email}, "password": {password}}.Encode(), headers...)
}

// inside are requests for all that the page of the queue is made of.
var inside = []struct{ method, path, body string }{
	{"GET", "/admin/jobs/", ""},
	{"HEAD", "/admin/jobs/", ""},
	{"GET", "/admin/jobs/jobs", ""},
	{"GET", "/admin/jobs/index.html", ""},
	{"GET", "/admin/jobs/favicon.ico", ""},
	{"GET", "/admin/jobs/.vite/manifest.json", ""},
	{"GET", "/admin/jobs/assets/", ""},
	{"GET", "/admin/jobs/api/jobs", ""},
	{"GET", "/admin/jobs/api/jobs/1", ""},
	{"GET", "/admin/jobs/api/states", ""},
	{"GET", "/admin/jobs/api/queues", ""},
	{"GET", "/admin/jobs/api/queues/default", ""},
	{"GET", "/admin/jobs/api/features", ""},
	{"GET", "/admin/jobs/api/version", ""},
	{"GET", "/admin/jobs/api/autocomplete?facet=job_kind", ""},
	{"GET", "/admin/jobs/api/health-checks/minimal", ""},
	{"POST", "/admin/jobs/api/jobs/cancel", `{"ids": ["1"]}`},
	{"POST", "/admin/jobs/api/jobs/delete", `{"ids": ["1"]}`},
	{"POST", "/admin/jobs/api/jobs/retry", `{"ids": ["1"]}`},
	{"PUT", "/admin/jobs/api/queues/default/pause", "{}"},
	{"PUT", "/admin/jobs/api/queues/default/resume", "{}"},
	{"PATCH", "/admin/jobs/api/queues/default", "{}"},
	{"DELETE", "/admin/jobs/api/jobs/1", ""},
	{"OPTIONS", "/admin/jobs/api/jobs", ""},
	{"GET", "/admin/jobs//api/jobs", ""},
	{"GET", "/admin/jobs/%61pi/jobs", ""},
	{"GET", "/admin/jobs/sign-in/../api/jobs", ""},
}

// shut tells whether the browser gets nothing but the form.
func shut(t *testing.T, who string, b *browser) {
	t.Helper()
	for _, x := range inside {
		r := b.do(t, x.method, x.path, x.body)
		if r.status == http.StatusTemporaryRedirect || r.status == http.StatusMovedPermanently {
			r = b.do(t, x.method, r.header.Get("Location"), x.body) // to the clean path
		}
		if r.status != http.StatusUnauthorized || x.method != "HEAD" && !strings.Contains(r.text, "<form") || strings.Contains(r.text, "root") {
			t.Errorf("%s: %s %s: %d %.200s", who, x.method, x.path, r.status, r.text)
		}
		if got := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; form-action 'self';") {
			t.Errorf("%s: %s %s: Content-Security-Policy %q", who, x.method, x.path, got)
		}
	}
}

// The page is for administrators who have signed in by its form, and for nobody
// else, whatever part of it they ask for.
func TestOnlyForAdministrators(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		chief := a.Person(t, "chief@example.com", account.Admin)
		shut(t, "nobody", &browser{a: a})
		shut(t, "an unknown token", &browser{a: a, cookie: &http.Cookie{Name: "zakup_jobs", Value: "0000"}})
		for _, kind := range []account.Type{account.Buyer, account.Shop} {
			p := a.Person(t, string(kind)+"@example.com", kind)
			b := &browser{a: a}
			if r := b.signIn(t, p.Email, apptest.Password); r.status != 403 || b.cookie != nil {
				t.Errorf("%s signs in: %d, %v", kind, r.status, b.cookie)
			}
			shut(t, string(kind), &browser{a: a, cookie: &http.Cookie{Name: "zakup_jobs", Value: p.Token}})
		}
		b := &browser{a: a}
		if r := b.signIn(t, chief.Email, "wrong"); r.status != 401 || b.cookie != nil || !strings.Contains(r.text, account.BadLogin.Text.RU) {
			t.Errorf("a wrong password: %d %s", r.status, r.text)
		}
		r := b.signIn(t, chief.Email, apptest.Password)
		if r.status != 303 || r.header.Get("Location") != "/admin/jobs/" || b.cookie == nil {
			t.Fatalf("the administrator: %d %v", r.status, r.header)
		}
		if c := b.cookie; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/admin/jobs" || c.Secure {
			t.Errorf("the cookie: %v", c)
		}
		works(t, a, b)
		if r := b.do(t, "POST", "/admin/jobs/sign-out", ""); r.status != 303 || b.cookie.Value != "" || b.cookie.MaxAge >= 0 {
			t.Errorf("sign out: %d %v", r.status, b.cookie)
		}
		b.cookie = nil

		// A token that has ended opens nothing.
		if r := b.signIn(t, chief.Email, apptest.Password); r.status != 303 {
			t.Fatal(r.status)
		}
		a.Clock.Move(31 * 24 * time.Hour)
		shut(t, "an expired sign-in", b)
	})
}

var asset = regexp.MustCompile(`(?:src|href)="(/admin/jobs/[^"]+)"`)

// works tells whether the page shows and changes the queue.
func works(t *testing.T, a *apptest.App, b *browser) {
	t.Helper()
	page := b.do(t, "GET", "/admin/jobs/", "")
	files := asset.FindAllStringSubmatch(page.text, -1)
	if page.status != 200 || len(files) < 4 {
		t.Fatalf("the page: %d %s", page.status, page.text)
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy %q", policy)
	}
	for _, file := range files {
		if r := b.do(t, "GET", file[1], "", "Accept", "*/*"); r.status != 200 || r.text == "" {
			t.Errorf("%s: %d", file[1], r.status)
		}
		shutOut := &browser{a: a}
		if r := shutOut.do(t, "GET", file[1], "", "Accept", "*/*"); r.status != 401 {
			t.Errorf("%s for nobody: %d", file[1], r.status)
		}
	}
	a.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("first_name", "Олег", "last_name", "Сомов",
		"email", "new@example.com", "password", "Vb7-dom.Karta")).Want(t, 200)
	a.Letters(t, 1)
	apptest.Until(t, "the job of the letter", func() bool {
		r := b.do(t, "GET", "/admin/jobs/api/jobs?state=completed", "")
		return r.status == 200 && strings.Contains(r.text, `"letter"`)
	})
	if r := b.do(t, "GET", "/admin/jobs/api/states", ""); r.status != 200 {
		t.Errorf("states: %d %s", r.status, r.text)
	}
	for _, x := range []struct {
		site string
		want int
	}{{"cross-site", 403}, {"same-site", 403}, {"same-origin", 200}} {
		r := b.do(t, "PUT", "/admin/jobs/api/queues/exports/pause", "{}", "Sec-Fetch-Site", x.site)
		if r.status != x.want {
			t.Errorf("a request of %s: %d %s", x.site, r.status, r.text)
		}
	}
}

// What changes the queue is recorded before it is done, by whom it was.
func TestChangesAreRecorded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		chief := a.Person(t, "chief@example.com", account.Admin)
		b := &browser{a: a}
		if r := b.signIn(t, chief.Email, apptest.Password); r.status != 303 {
			t.Fatal(r.status)
		}
		records := func() (list []map[string]any) {
			t.Helper()
			return a.Get(t, chief, "admin/audit?action=jobs.change").Want(t, 200).Array(t)
		}
		for _, x := range inside {
			if x.method != "GET" && x.method != "HEAD" && x.method != "OPTIONS" {
				continue
			}
			b.do(t, x.method, x.path, x.body)
		}
		b.do(t, "PUT", "/admin/jobs/api/queues/exports/pause", "{}", "Sec-Fetch-Site", "cross-site")
		(&browser{a: a}).do(t, "PUT", "/admin/jobs/api/queues/exports/pause", "{}")
		if got := records(); len(got) != 0 {
			t.Errorf("recorded of nothing: %v", got)
		}
		r := b.do(t, "PUT", "/admin/jobs/api/queues/exports/pause", "{}")
		got := records()
		if r.status != 200 || len(got) != 1 {
			t.Fatalf("%d, recorded: %v", r.status, got)
		}
		for field, want := range map[string]any{
			"action": "jobs.change", "subject": "job/0", "details": "PUT /api/queues/exports/pause",
			"address": "127.0.0.1", "request": r.header.Get("X-Request-Id"),
		} {
			if got[0][field] != want {
				t.Errorf("%s: %v, want %v", field, got[0][field], want)
			}
		}
		if user := fmt.Sprint(got[0]["user"]); user != fmt.Sprint(chief.ID) {
			t.Errorf("the actor: %s", user)
		}
	})
}

// A sign-in by the form is recorded like any other, with where it came from.
func TestSignInsAreRecorded(t *testing.T) {
	a := apptest.SQLite(t, apptest.NoJobs())
	chief := a.Person(t, "chief@example.com", account.Admin)
	b := &browser{a: a}
	if r := b.signIn(t, chief.Email, apptest.Password); r.status != 303 {
		t.Fatal(r.status)
	}
	b.do(t, "POST", "/admin/jobs/sign-out", "")
	log := a.Get(t, chief, "admin/audit?action=user.sign_in").Want(t, 200).Array(t)
	out := a.Get(t, chief, "admin/audit?action=user.sign_out").Want(t, 200).Array(t)
	if len(log) != 2 || len(out) != 1 || log[0]["address"] != "127.0.0.1" || out[0]["address"] != "127.0.0.1" {
		t.Errorf("%v, %v", log, out)
	}
}

// A key is no sign-in of a browser.
func TestAKeyIsNoSignIn(t *testing.T) {
	a := apptest.SQLite(t, apptest.NoJobs())
	chief := a.Person(t, "chief@example.com", account.Admin)
	key, _ := a.Do(t, chief, "POST", "user/tokens", apptest.Form("name", "x", "scopes", "catalog:read,prices:write,orders:read,orders:write")).
		Want(t, 200).Object(t)["key"].(string)
	for token, want := range map[string]int{chief.Token: 200, key: 401} {
		b := &browser{a: a, cookie: &http.Cookie{Name: "zakup_jobs", Value: token}}
		if r := b.do(t, "GET", "/admin/jobs/", ""); r.status != want {
			t.Errorf("%d, want %d", r.status, want)
		}
	}
}

// What can't be recorded is not done.
func TestAChangeAndItsRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zakup.db")
	a := apptest.New(t, "sqlite:"+path)
	chief := a.Person(t, "chief@example.com", account.Admin)
	b := &browser{a: a}
	if r := b.signIn(t, chief.Email, apptest.Password); r.status != 303 {
		t.Fatal(r.status)
	}
	d, err := db.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), `drop table audit_log`)
		return err
	}), d.Close())
	if err != nil {
		t.Fatal(err)
	}
	if r := b.do(t, "PUT", "/admin/jobs/api/queues/exports/pause", "{}"); r.status != http.StatusInternalServerError {
		t.Errorf("answered %d %s", r.status, r.text)
	}
	if r := b.do(t, "GET", "/admin/jobs/api/queues/exports", ""); strings.Contains(r.text, `"paused_at":"`) {
		t.Errorf("paused: %s", r.text)
	}
}

// Another site can't sign a browser in or out either.
func TestForeignSites(t *testing.T) {
	a := apptest.SQLite(t)
	chief := a.Person(t, "chief@example.com", account.Admin)
	b := &browser{a: a}
	if r := b.signIn(t, chief.Email, apptest.Password, "Sec-Fetch-Site", "cross-site"); r.status != 403 || b.cookie != nil {
		t.Errorf("sign in: %d", r.status)
	}
	if r := b.signIn(t, chief.Email, apptest.Password); r.status != 303 {
		t.Fatal(r.status)
	}
	if r := b.do(t, "POST", "/admin/jobs/sign-out", "", "Sec-Fetch-Site", "cross-site"); r.status != 403 {
		t.Errorf("sign out: %d", r.status)
	}
	if r := b.do(t, "GET", "/admin/jobs/", ""); r.status != 200 {
		t.Errorf("after it: %d", r.status)
	}
}

// Where browsers come by https, the cookie goes by nothing else.
func TestSecureCookie(t *testing.T) {
	a := apptest.SQLite(t, apptest.NoJobs(), apptest.With(func(c *config.Config) { c.PublicURL = "https://zakup.example" }))
	chief := a.Person(t, "chief@example.com", account.Admin)
	b := &browser{a: a}
	if b.signIn(t, chief.Email, apptest.Password); b.cookie == nil || !b.cookie.Secure {
		t.Errorf("the cookie: %v", b.cookie)
	}
}
