package api_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
)

// publicURL is where browsers think that the program is.
const publicURL = "http://zakup.test"

// realProvider starts an OpenID provider and returns its issuer. OIDC is the folder
// of its program; scripts/npm-install oidc prints it.
func realProvider(t *testing.T, callbacks ...string) string {
	t.Helper()
	folder := os.Getenv("OIDC")
	if folder == "" {
		dbtest.Missing(t, "oidc", "OIDC is not set; scripts/npm-install oidc prints the folder")
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"server.mjs"}, callbacks...)...)
	cmd.Dir, cmd.Stderr = folder, t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // it is ended, however
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "http://127.0.0.1:") {
			return lines.Text()
		}
	}
	t.Fatal("the provider does not say where it is")
	return ""
}

// browser goes where it is sent, and remembers cookies. zakup.test is the program.
type browser struct {
	*http.Client
	t *testing.T
}

func newBrowser(t *testing.T, a *apptest.App) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var d net.Dialer
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "zakup.test:80" {
			address = strings.TrimPrefix(a.URL, "http://")
		}
		return d.DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	b := &browser{t: t, Client: &http.Client{Jar: jar, Transport: transport}}
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "shop.example" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b
}

// answer is what a browser ended up with.
type answer struct {
	status   int
	text     string
	address  *url.URL
	location string
}

func (b *browser) do(r *http.Request, err error) answer {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(text), resp.Request.URL, resp.Header.Get("Location")}
}

func (b *browser) get(address string) answer {
	b.t.Helper()
	return b.do(http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil))
}

func (b *browser) post(address string, values url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader(values.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(r, err)
}

var formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// signIn fills in the two forms of the provider: who one is, and that one agrees.
func (b *browser) signIn(page answer, claims string) answer {
	b.t.Helper()
	for _, form := range []url.Values{{"prompt": {"login"}, "login": {claims}, "password": {"x"}}, {"prompt": {"consent"}}} {
		found := formAction.FindStringSubmatch(page.text)
		if found == nil {
			b.t.Fatalf("no form at %s: %s", page.address, page.text)
		}
		page = b.post(found[1], form)
	}
	return page
}

const (
	annaClaims    = `{"email":"anna@example.com","email_verified":true,"given_name":"Анна","family_name":"Орлова"}`
	oauthVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

func oauthStart(returnTo string) string {
	q := url.Values{}
	if returnTo != "" {
		sum := sha256.Sum256([]byte(oauthVerifier))
		q = url.Values{"return": {returnTo}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}}
	}
	return publicURL + "/api/v1/user/oauth/real?" + q.Encode()
}

func providing(t *testing.T, url, issuer string) *apptest.App {
	t.Helper()
	return apptest.New(t, url, apptest.NoJobs(), apptest.With(func(c *config.Config) {
		c.PublicURL = publicURL
		c.OAuthReturn = []string{"https://shop.example/in?from=zakup"}
		c.Providers = []config.Provider{
			{Name: "real", Title: "Real", Issuer: issuer, ID: "zakup", Secret: "hush"},
			{Name: "down", Title: "Down", Issuer: "http://127.0.0.1:1", ID: "zakup", Secret: "hush"},
		}
	}))
}

// The whole way through a real provider, as a browser and a client go it.
func TestOAuth(t *testing.T) {
	t.Parallel()
	issuer := realProvider(t, publicURL+"/api/v1/user/oauth/real/callback")
	dbtest.EachURL(t, func(t *testing.T, database string) {
		a := providing(t, database, issuer)
		if got := a.Get(t, apptest.Person{}, "user/oauth").Array(t); len(got) != 2 || got[0]["url"] != publicURL+"/api/v1/user/oauth/real" {
			t.Errorf("providers: %v", got)
		}

		// A client of the command line reads the code off the last page.
		b := newBrowser(t, a)
		end := b.signIn(b.get(oauthStart("")), annaClaims)
		if end.status != 200 || end.address.Host != "zakup.test" {
			t.Fatalf("%+v", end)
		}
		code := apptest.Answer{Status: end.status, Text: end.text}.Object(t)["code"]
		token := a.Do(t, apptest.Person{}, "POST", "user/oauth", apptest.JSON(map[string]any{"code": code})).Want(t, 200).Object(t)["Token"]
		anna := apptest.Person{Token: fmt.Sprint(token)}
		me := a.Get(t, anna, "user/details").Want(t, 200).Object(t)
		if me["email"] != "anna@example.com" || me["first_name"] != "Анна" || me["type"] != "buyer" {
			t.Errorf("%v", me)
		}
		// The way back works once.
		if again := b.get(end.address.String()); again.status != 400 || !strings.Contains(again.text, `"oauth_state"`) {
			t.Errorf("the callback again: %+v", again)
		}

		// A page gets the code at its address, and no token.
		b = newBrowser(t, a)
		end = b.signIn(b.get(oauthStart("https://shop.example/in?from=zakup")), annaClaims)
		to, err := url.Parse(end.location)
		if err != nil || end.status != 302 || !strings.HasPrefix(end.location, "https://shop.example/in?from=zakup&code=") || len(to.Query()) != 2 {
			t.Fatalf("%+v", end)
		}
		proof := map[string]any{"code": to.Query().Get("code"), "code_verifier": "stolen"}
		a.Do(t, apptest.Person{}, "POST", "user/oauth", apptest.JSON(proof)).Want(t, 401)
		proof["code_verifier"] = oauthVerifier
		token = a.Do(t, apptest.Person{}, "POST", "user/oauth", apptest.JSON(proof)).Want(t, 200).Object(t)["Token"]
		if again := a.Get(t, apptest.Person{Token: fmt.Sprint(token)}, "user/details").Object(t); again["id"] != me["id"] {
			t.Errorf("somebody else: %v", again)
		}
		a.Do(t, apptest.Person{}, "POST", "user/oauth", apptest.JSON(proof)).Want(t, 401)

		// Whoever brings another browser's state back gets nothing.
		victim := newBrowser(t, a)
		page := victim.get(oauthStart(""))
		victim.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Host == "zakup.test" {
				return http.ErrUseLastResponse
			}
			return nil
		}
		sent := victim.signIn(page, annaClaims)
		if other := newBrowser(t, a).get(sent.location); other.status != 400 || !strings.Contains(other.text, `"oauth_state"`) {
			t.Errorf("another browser: %+v", other)
		}
		if mixed := victim.get(strings.Replace(sent.location, "/real/", "/down/", 1)); mixed.status != 400 {
			t.Errorf("another provider: %+v", mixed)
		}
		forged := sent.location[:strings.Index(sent.location, "iss=")] + "iss=https%3A%2F%2Fevil.example"
		if mixed := victim.get(forged); mixed.status != 401 || !strings.Contains(mixed.text, `"oauth_untrusted"`) {
			t.Errorf("another issuer: %+v", mixed)
		}

		b = newBrowser(t, a)
		if down := b.get(publicURL + "/api/v1/user/oauth/down"); down.status != 503 || !strings.Contains(down.text, `"oauth_unreachable"`) {
			t.Errorf("a provider that is down: %+v", down)
		}
		// What the provider says is wrong, and whoever changed their mind.
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		start := b.get(oauthStart("https://shop.example/in?from=zakup"))
		at, err := url.Parse(start.location)
		if err != nil {
			t.Fatal(err)
		}
		back := b.get(publicURL + "/api/v1/user/oauth/real/callback?error=access_denied&state=" + at.Query().Get("state"))
		if back.status != 302 || back.location != "https://shop.example/in?from=zakup&error=oauth_declined" {
			t.Errorf("declined: %+v", back)
		}
		if bad := b.get(publicURL + "/api/v1/user/oauth/real?return=https%3A%2F%2Fevil.example"); bad.status != 400 || bad.location != "" {
			t.Errorf("another return: %+v", bad)
		}
	})
}

// The cookie of a sign-in can be read by no page, and with https set by no other
// host.
func TestOAuthCookie(t *testing.T) {
	t.Parallel()
	issuer := realProvider(t, publicURL+"/")
	for public, want := range map[string][]string{
		"http://zakup.test":  {"zakup_oauth=", "Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax"},
		"https://zakup.test": {"__Host-zakup_oauth=", "Path=/", "Max-Age=600", "HttpOnly", "Secure", "SameSite=Lax"},
	} {
		a := apptest.SQLite(t, apptest.NoJobs(), apptest.With(func(c *config.Config) {
			c.PublicURL = public
			c.Providers = []config.Provider{{Name: "real", Issuer: issuer, ID: "zakup", Secret: "hush"}}
		}))
		b := newBrowser(t, a)
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL+"/api/v1/user/oauth/real", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := b.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		parts := strings.Split(resp.Header.Get("Set-Cookie"), "; ")
		parts[0] = parts[0][:strings.Index(parts[0], "=")+1]
		if !slices.Equal(parts, want) || resp.StatusCode != http.StatusFound {
			t.Errorf("%s: %d %q", public, resp.StatusCode, parts)
		}
	}
}
