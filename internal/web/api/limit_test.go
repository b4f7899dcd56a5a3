package api_test

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
	"zakup/internal/platform/limit"
)

// limited runs the program with the limits of the text, behind a proxy that is
// this machine, so that a request may come from any address.
func limited(text string) apptest.Option {
	return apptest.With(func(c *config.Config) {
		rules, err := limit.Parse(text)
		if err != nil {
			panic(err)
		}
		c.Limits = rules
		c.TrustedProxies = c.FetchAllow // the loopback address
	})
}

const forwarded = "X-Forwarded-For"

// tooMany ends the test unless the answer is a 429 that says everything it should;
// it returns in what time to try again.
func tooMany(t *testing.T, r apptest.Answer) time.Duration {
	t.Helper()
	body := r.Want(t, 429).Object(t)
	seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if err != nil || seconds < 1 || body["RetryAfter"] != float64(seconds) {
		t.Fatalf("Retry-After %q in %s", r.Header.Get("Retry-After"), r.Text)
	}
	if body["Code"] != "too_many_requests" || body["Status"] != false || body["Error"] != body["Errors"] {
		t.Errorf("answered %s", r.Text)
	}
	return time.Duration(seconds) * time.Second
}

func TestRequestsOfAnAddress(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("address=5/h"))
	nobody := apptest.Person{}
	for i := range 5 {
		r := a.Get(t, nobody, "shops", forwarded, "203.0.113.5").Want(t, 200)
		if got, want := r.Header.Get("RateLimit"), fmt.Sprintf(`"address";r=%d`, 4-i); got != want {
			t.Errorf("RateLimit %s, want %s", got, want)
		}
		if got := r.Header.Get("RateLimit-Policy"); got != `"address";q=5;w=3600` {
			t.Errorf("RateLimit-Policy %s", got)
		}
	}
	for lang, want := range map[string]string{"ru": limit.TooMany.Text.RU, "en": limit.TooMany.Text.EN} {
		r := a.Get(t, nobody, "shops", forwarded, "203.0.113.5", "Accept-Language", lang)
		tooMany(t, r)
		if r.Object(t)["Error"] != want {
			t.Errorf("%s: %s", lang, r.Text)
		}
		if !strings.HasPrefix(r.Header.Get("RateLimit"), `"address";r=0;t=`) || r.Header.Get("X-Request-Id") == "" {
			t.Errorf("headers %v", r.Header)
		}
	}
	for _, path := range []string{"/docs", "/openapi.json", "/admin/jobs/", "/no/such/path", "user/login", "user/details"} {
		tooMany(t, a.Get(t, nobody, path, forwarded, "203.0.113.5", "Accept", "text/html"))
	}
	r := a.Get(t, nobody, "partner/exchange/1c?type=catalog&mode=checkauth", forwarded, "203.0.113.5").Want(t, 200)
	if r.Text != "failure\n"+limit.TooMany.Text.RU+"\n" || r.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("1C got %q, %v", r.Text, r.Header)
	}
	for range 10 {
		for _, path := range []string{"/healthz", "/readyz"} {
			if r := a.Get(t, nobody, path, forwarded, "203.0.113.5").Want(t, 200); r.Header.Get("RateLimit") != "" {
				t.Errorf("%s is counted", path)
			}
		}
	}
	a.Get(t, nobody, "shops", forwarded, "203.0.113.6").Want(t, 200)
	a.Get(t, nobody, "shops", forwarded, "203.0.113.5, 203.0.113.7").Want(t, 200)
	// One /64 is one client.
	for i := range 5 {
		a.Get(t, nobody, "shops", forwarded, fmt.Sprintf("2001:db8:1:2::%d", i)).Want(t, 200)
	}
	tooMany(t, a.Get(t, nobody, "shops", forwarded, "2001:db8:1:2:ffff::1"))
	a.Get(t, nobody, "shops", forwarded, "2001:db8:1:3::1").Want(t, 200)
	if !strings.Contains(a.Log.String(), "client=203.0.113.6 ") {
		t.Error("the log does not tell the client")
	}
}

// Whoever is no proxy of ours says nothing by the header.
func TestSpoofedAddress(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.With(func(c *config.Config) { c.Limits.Address = limit.Rate{Count: 3, Per: time.Hour} }))
	for i := range 3 {
		a.Get(t, apptest.Person{}, "shops", forwarded, fmt.Sprint("203.0.113.", i)).Want(t, 200)
	}
	tooMany(t, a.Get(t, apptest.Person{}, "shops", forwarded, "203.0.113.77"))
	if strings.Contains(a.Log.String(), "client=203") || !strings.Contains(a.Log.String(), "client=127.0.0.1 ") {
		t.Error("the log believes the header")
	}
}

func TestRequestsOfAnAccount(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("account=5/h"))
	anna, boris := a.Buyer(t, "anna@example.com"), a.Buyer(t, "boris@example.com")
	for i := range 5 {
		r := a.Get(t, anna, "user/details", forwarded, fmt.Sprint("203.0.113.", i)).Want(t, 200)
		if got, want := r.Header.Get("RateLimit"), fmt.Sprintf(`"address";r=5999, "account";r=%d`, 4-i); got != want {
			t.Errorf("RateLimit %s, want %s", got, want)
		}
	}
	tooMany(t, a.Get(t, anna, "user/details", forwarded, "203.0.113.99"))
	tooMany(t, a.Get(t, anna, "admin/users", forwarded, "203.0.113.99"))
	a.Get(t, boris, "user/details", forwarded, "203.0.113.99").Want(t, 200)
	a.Get(t, apptest.Person{}, "shops", forwarded, "203.0.113.99").Want(t, 200)
}

// signIn tries a password from an address.
func signIn(t *testing.T, a *apptest.App, email, password, from string) apptest.Answer {
	t.Helper()
	return a.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", email, "password", password), forwarded, from)
}

// After five failures each sign-in from there waits, whatever the password and
// whoever the person, known or not; nobody else does, and a token goes on.
func TestLimitOfSignIns(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		anna := a.Buyer(t, "anna@example.com")
		answers := map[string]string{}
		for _, email := range []string{"anna@example.com", "nobody@example.com"} {
			for i := range 5 {
				signIn(t, a, strings.Repeat(" ", i)+strings.ToUpper(email), "wrong", "203.0.113.5").Want(t, 401)
			}
			for _, password := range []string{apptest.Password, "wrong", ""} {
				r := signIn(t, a, email, password, "203.0.113.5")
				if wait := tooMany(t, r); wait < 50*time.Second || wait > time.Minute {
					t.Errorf("%s waits %s", email, wait)
				}
				answers[shape(r)] = email
			}
		}
		if len(answers) != 1 {
			t.Errorf("the answers differ: %v", answers)
		}
		a.Get(t, anna, "user/details", forwarded, "203.0.113.5").Want(t, 200)
		signIn(t, a, "anna@example.com", apptest.Password, "203.0.113.6").Want(t, 200)
		wait := tooMany(t, signIn(t, a, "anna@example.com", apptest.Password, "203.0.113.5"))
		a.Clock.Move(wait)
		signIn(t, a, "anna@example.com", "wrong", "203.0.113.5").Want(t, 401)
		wait = tooMany(t, signIn(t, a, "anna@example.com", apptest.Password, "203.0.113.5"))
		if wait < 110*time.Second {
			t.Errorf("the second wait is %s", wait)
		}
		a.Clock.Move(wait)
		for range 10 {
			signIn(t, a, "anna@example.com", apptest.Password, "203.0.113.5").Want(t, 200)
		}
	}, limited("on"))
}

// shape is an answer without its times.
func shape(r apptest.Answer) string {
	text := r.Text
	if before, rest, ok := strings.Cut(text, `"RetryAfter":`); ok {
		text = before + strings.TrimLeft(rest, "0123456789")
	}
	return fmt.Sprint(r.Status, text)
}

// A crowd of guesses at once is as many as one after the other.
func TestCrowdOfSignIns(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		statuses := make([]int, 50)
		var all sync.WaitGroup
		for i := range statuses {
			all.Go(func() { statuses[i] = signIn(t, a, "anna@example.com", fmt.Sprint("guess ", i), "203.0.113.5").Status })
		}
		all.Wait()
		counts := map[int]int{}
		for _, s := range statuses {
			counts[s]++
		}
		if counts[401] != 5 || counts[429] != 45 {
			t.Errorf("the answers were %v, want five of 401", counts)
		}
	}, limited("on"))
}

// The page of the queue and the exchange of 1C are ways of the same sign-in.
func TestOtherSignIns(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("on"))
	a.Person(t, "chief@example.com", account.Admin)
	a.Shop(t, "shop@example.com", "")
	page := func(password string) apptest.Answer {
		return a.Do(t, apptest.Person{}, "POST", "/admin/jobs/sign-in", apptest.Form("email", "chief@example.com", "password", password), forwarded, "203.0.113.5")
	}
	exchange := func(password string) apptest.Answer {
		basic := base64.StdEncoding.EncodeToString([]byte("shop@example.com:" + password))
		return a.Get(t, apptest.Person{}, "partner/exchange/1c?type=catalog&mode=checkauth", "Authorization", "Basic "+basic, forwarded, "203.0.113.5").Want(t, 200)
	}
	for range 5 {
		page("wrong").Want(t, 401)
		if r := exchange("wrong"); !strings.HasPrefix(r.Text, "failure\n") {
			t.Errorf("1C got %q", r.Text)
		}
	}
	r := page(apptest.Password).Want(t, 429)
	if r.Header.Get("Retry-After") == "" || !strings.Contains(r.Text, limit.TooMany.Text.RU) || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		t.Errorf("the page answered %v %s", r.Header, r.Text)
	}
	if r := exchange(apptest.Password); r.Text != "failure\n"+limit.TooMany.Text.RU+"\n" {
		t.Errorf("1C got %q", r.Text)
	}
	tooMany(t, signIn(t, a, "chief@example.com", apptest.Password, "203.0.113.5"))
	a.Clock.Move(time.Minute)
	signIn(t, a, "chief@example.com", apptest.Password, "203.0.113.5").Want(t, 200)
	if r := exchange(apptest.Password); !strings.HasPrefix(r.Text, "success\n") {
		t.Errorf("1C got %q", r.Text)
	}
}

// Whoever asks for letters too often is told so, and it does not tell whether
// somebody has the address.
func TestLimitOfLetters(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("on"))
	a.Buyer(t, "anna@example.com")
	for _, path := range []string{"user/password_reset", "user/register/resend"} {
		answers := map[string]bool{}
		for _, email := range []string{"anna@example.com", "nobody@example.com"} {
			ask := func(from string) apptest.Answer {
				return a.Do(t, apptest.Person{}, "POST", path, apptest.Form("email", email), forwarded, from)
			}
			for i := range 5 {
				answers[ask(fmt.Sprint("203.0.113.", i)).Want(t, 200).Text] = true
			}
			r := ask("203.0.113.77")
			tooMany(t, r)
			answers[shape(r)] = true
		}
		if len(answers) != 2 {
			t.Errorf("%s: the answers differ: %v", path, answers)
		}
	}
	a.Clock.Move(2 * time.Hour)
	a.Do(t, apptest.Person{}, "POST", "user/password_reset", apptest.Form("email", "anna@example.com")).Want(t, 200)
}

func TestLimitsOfAnAddress(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("register=3+1/m token=3+1/m key=3+1/m letter-address=6+1/m"))
	post := func(path string, n int, body apptest.Body, headers ...string) (r apptest.Answer) {
		for range n {
			r = a.Do(t, apptest.Person{}, "POST", path, body, append(headers, forwarded, "203.0.113.5")...)
			if n > 1 && r.Status == 429 {
				t.Errorf("%s is held: %s", path, r.Text)
			}
		}
		return r
	}
	register := func(email string) apptest.Body {
		return apptest.Form("first_name", "Вера", "last_name", "Ильина", "email", email, "password", apptest.Password)
	}
	for i := range 3 {
		post("user/register", 1, register(fmt.Sprint("new", i, "@example.com"))).Want(t, 200)
	}
	tooMany(t, post("user/register", 1, register("new3@example.com")))
	a.Do(t, apptest.Person{}, "POST", "user/register", register("new3@example.com"), forwarded, "203.0.113.6").Want(t, 200)

	for i := range 3 { // the letters of the registrations count too
		post("user/password_reset", 1, apptest.Form("email", fmt.Sprint("x", i, "@example.com"))).Want(t, 200)
	}
	tooMany(t, post("user/password_reset", 1, apptest.Form("email", "x3@example.com")))

	post("user/register/confirm", 2, apptest.Form("email", "new0@example.com", "token", "wrong")).Want(t, 400)
	post("user/password_reset/confirm", 1, apptest.Form("token", "wrong", "password", apptest.Password)).Want(t, 404)
	tooMany(t, post("user/password_reset/confirm", 1, apptest.Form("token", "wrong", "password", apptest.Password)))
	tooMany(t, post("user/register/confirm", 1, apptest.Form("email", "new0@example.com", "token", "wrong")))

	for i := range 5 { // what is refused before is not kept
		post("user/logout", 1, apptest.Body{}, "Idempotency-Key", fmt.Sprint("refused-", i)).Want(t, 401)
	}
	for i := range 3 {
		post("user/login", 1, apptest.Form("email", "x@example.com", "password", "x"), "Idempotency-Key", fmt.Sprint("key-", i)).Want(t, 401)
	}
	tooMany(t, post("user/login", 1, apptest.Form("email", "y@example.com", "password", "x"), "Idempotency-Key", "key-3"))
	b := a.Buyer(t, "buyer@example.com")
	for i := range 5 {
		a.Do(t, b, "POST", "user/details", apptest.Form("company", "Полка"), "Idempotency-Key", fmt.Sprint("of-one-", i), forwarded, "203.0.113.5").Want(t, 200)
	}
}

// A mailed secret opens the way for its person, whatever failed before.
func TestResetOpensTheWay(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, limited("login-account=8+1/m"))
	a.Buyer(t, "anna@example.com")
	for i := range 8 {
		signIn(t, a, "anna@example.com", "wrong", fmt.Sprint("203.0.113.", i)).Want(t, 401)
	}
	tooMany(t, signIn(t, a, "anna@example.com", apptest.Password, "198.51.100.1"))
	a.Do(t, apptest.Person{}, "POST", "user/password_reset", apptest.Form("email", "anna@example.com"), forwarded, "198.51.100.1").Want(t, 200)
	token := apptest.To(a.Letters(t, 1), "anna@example.com")[0].Token()
	a.Do(t, apptest.Person{}, "POST", "user/password_reset/confirm", apptest.Form("token", token, "password", "An0ther.Pass"), forwarded, "198.51.100.1").Want(t, 200)
	signIn(t, a, "anna@example.com", "An0ther.Pass", "198.51.100.1").Want(t, 200)
	tooMany(t, signIn(t, a, "anna@example.com", "An0ther.Pass", "198.51.100.2"))
}
