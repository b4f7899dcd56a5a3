package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// secrets are what a run must not tell in its log, with what each is.
type secrets map[string]string

func (s secrets) notIn(t *testing.T, log string) {
	t.Helper()
	for secret, what := range s {
		if len(secret) < 6 {
			t.Fatalf("%s: %q is found anywhere", what, secret)
		}
		for line := range strings.Lines(log) {
			if strings.Contains(line, secret) {
				t.Errorf("%s is in the log: %s", what, line)
			}
		}
	}
}

// Everything that is logged of a full round, at the lowest level, tells no
// token, no password and nothing of a letter's body.
func TestTheLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"debug text", "debug json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			dbtest.EachURL(t, func(t *testing.T, url string) {
				t.Parallel()
				p := serve(t, settings(url, t.TempDir(), "ZAKUP_LOG="+format))
				s := p.secretRound(t)
				p.secretDoors(t, s)
				p.stop(t)
				log := p.Log.String()
				if !strings.Contains(log, "/api/v1/user/login") || !strings.Contains(log, "letter written") {
					t.Fatalf("the log is not of this run: %s", log)
				}
				s.notIn(t, log)
			})
		})
	}
}

// secretRound registers, confirms, signs in, resets the password, orders, and
// fails at each of these in passing. It returns every secret that came by.
func (p *process) secretRound(t *testing.T) secrets {
	t.Helper()
	const email, first, second, wrong = "buyer@example.com", "First#12345x", "Second#12345x", "Wrong#12345x"
	const phone, street = "+79995550123", "Заповедная-77"
	nobody := apptest.Person{}
	s := secrets{
		first: "the first password", second: "the new password", wrong: "a wrong password", "weak12": "a weak password",
		phone: "the phone", street: "the street", apptest.Password: "the shop's password",
		"query-secret": "the query of an address", "user-secret": "the password in an address",
		"Здравствуйте": "the body of a letter", "doctype html": "the HTML of a letter", "$argon2id$": "a hash",
	}
	send := func(status int, who apptest.Person, method, path string, body apptest.Body) apptest.Answer {
		t.Helper()
		return p.Do(t, who, method, path, body).Want(t, status)
	}
	profile := []string{"first_name", "Иван", "last_name", "Петров", "email", email, "password"}
	send(400, nobody, "POST", "user/register", apptest.Form(append(profile, "weak12")...))
	send(200, nobody, "POST", "user/register", apptest.Form(append(profile, first)...))
	send(200, nobody, "POST", "user/register", apptest.Form(append(profile, first)...))
	send(400, nobody, "POST", "user/login", apptest.JSON(`{"email": "`+email+`", "password": "`+first))
	token := p.Letters(t, 1)[0].Token()
	s[token] = "the confirming token"
	wrongToken := strings.Repeat("ab", 20)
	s[wrongToken] = "a wrong token"
	send(400, nobody, "POST", "user/register/confirm", apptest.Form("email", email, "token", wrongToken))
	send(200, nobody, "POST", "user/register/confirm", apptest.Form("email", email, "token", token))

	send(401, nobody, "POST", "user/login", apptest.Form("email", email, "password", wrong))
	login := send(200, nobody, "POST", "user/login", apptest.Form("email", email, "password", first)).Object(t)
	s[text(t, login["Token"])] = "the first token"
	send(401, apptest.Person{Token: wrongToken}, "GET", "user/details", apptest.Body{})

	send(200, nobody, "POST", "user/password_reset", apptest.Form("email", email))
	reset := p.Letters(t, 2)[1].Token()
	s[reset] = "the token of the reset"
	send(404, nobody, "POST", "user/password_reset/confirm", apptest.Form("email", email, "token", wrongToken, "password", second))
	send(200, nobody, "POST", "user/password_reset/confirm", apptest.Form("email", email, "token", reset, "password", second))
	login = send(200, nobody, "POST", "user/login", apptest.Form("email", email, "password", second)).Object(t)
	who := apptest.Person{Email: email, Token: text(t, login["Token"])}
	s[who.Token] = "the second token"

	shop := p.supplier(t, shopEmail, apptest.List("Чайная", "Чай", 1))
	s[shop.Token] = "the shop's token"
	list := listServer(t, "no list at all")
	send(400, shop, "POST", "partner/update", apptest.Form("url", list+"?key=query-secret"))
	send(400, shop, "POST", "partner/update", apptest.Form("url", "http://user:user-secret@127.0.0.1/list.yaml"))

	contact := send(200, who, "POST", "user/contact", apptest.Form("city", "Москва", "street", street, "phone", phone)).Object(t)
	b := buyer{who, number(t, contact["id"])}
	p.place(t, b, p.fill(t, b, p.offers(t))).Want(t, http.StatusOK)
	p.Letters(t, 5)
	return s
}

var failedLetter = regexp.MustCompile(`(?m)^.*level=WARN.*kind=letter.*connection refused.*$`)

// A mail server that is not there delays letters, says so, and tells nothing of
// how we sign in to it.
func TestTheLogKeepsTheMailPassword(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, settings("sqlite:"+filepath.Join(dir, "zakup.db"), dir, "ZAKUP_LOG=debug",
		"ZAKUP_SMTP_URL=smtp://mailer:mail-secret@127.0.0.1:1"))
	p.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("email", "buyer@example.com",
		"password", apptest.Password, "first_name", "Иван", "last_name", "Петров")).Want(t, 200)
	apptest.Until(t, "the failure is told", func() bool { return failedLetter.MatchString(p.Log.String()) })
	p.stop(t)
	secrets{
		"mail-secret": "the password of the mail server", apptest.Password: "the password", "Здравствуйте": "the body of a letter",
	}.notIn(t, p.Log.String())
	// The next one sends it.
	p = serve(t, settings("sqlite:"+filepath.Join(dir, "zakup.db"), dir))
	if to := p.Letters(t, 1)[0].To; to != "buyer@example.com" {
		t.Errorf("a letter to %s", to)
	}
	p.stop(t)
}
