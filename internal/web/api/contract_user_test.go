package api_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest"
)

func TestContractRegister(t *testing.T) {
	t.Parallel()
	const password = "Vb7-dom.Karta"
	person := func(email string, more ...string) []string {
		return append([]string{"first_name", "Олег", "last_name", "Сомов", "email", email, "password", password}, more...)
	}
	play(t, "register", nil, []exchange{
		{name: "missing first_name", method: "POST", path: "user/register", body: form("last_name", "Сомов", "email", "one@example.com", "password", password), status: 400},
		{name: "nothing", method: "POST", path: "user/register", body: form(), status: 400},
		{name: "password too short", method: "POST", path: "user/register", body: form("first_name", "Олег", "last_name", "Сомов", "email", "one@example.com", "password", "a1b2"), status: 400},
		{name: "password of digits", method: "POST", path: "user/register", body: form("first_name", "Олег", "last_name", "Сомов", "email", "one@example.com", "password", "12345678"), status: 400},
		{name: "password that is common", method: "POST", path: "user/register", body: form("first_name", "Олег", "last_name", "Сомов", "email", "one@example.com", "password", "BaseBall"), status: 400},
		{name: "password like the address", method: "POST", path: "user/register", body: form("first_name", "Олег", "last_name", "Сомов", "email", "longname@example.com", "password", "longname1"), status: 400},
		{name: "bad email", method: "POST", path: "user/register", body: form(person("not-an-email")...), status: 400},
		{name: "several wrong", method: "POST", path: "user/register", body: form("first_name", strings.Repeat("и", 151), "last_name", strings.Repeat("ф", 151), "email", "bad",
			"password", password, "company", strings.Repeat("к", 41), "position", strings.Repeat("п", 41)), status: 400},
		{
			name: "several wrong, English", method: "POST", path: "user/register", body: form("first_name", strings.Repeat("и", 151), "last_name", "Сомов", "email", "bad", "password", password),
			headers: []string{"Accept-Language", "en"}, status: 400,
		},
		{
			name: "several wrong, Russian", method: "POST", path: "user/register", body: form("first_name", strings.Repeat("и", 151), "last_name", "Сомов", "email", "bad", "password", password),
			headers: []string{"Accept-Language", "ru"}, status: 400,
		},
		{name: "email a number", method: "POST", path: "user/register", body: js(`{"first_name": "Олег", "last_name": "Сомов", "email": 123, "password": "Vb7-dom.Karta"}`), status: 400},
		{name: "first_name null", method: "POST", path: "user/register", body: js(`{"first_name": null, "last_name": "Сомов", "email": "nul@example.com", "password": "Vb7-dom.Karta"}`), status: 400},
		{name: "password a number", method: "POST", path: "user/register", body: js(`{"first_name": "Олег", "last_name": "Сомов", "email": "nul@example.com", "password": 5}`), status: 400},
		{name: "password a list", method: "POST", path: "user/register", body: js(`{"first_name": "Олег", "last_name": "Сомов", "email": "nul@example.com", "password": ["x"]}`), status: 400},
		{name: "NUL in the address", method: "POST", path: "user/register", body: js(`{"first_name": "Олег", "last_name": "Сомов", "email": "a\u0000@example.com", "password": "Vb7-dom.Karta"}`), status: 400},
		{name: "no such type", method: "POST", path: "user/register", body: form(person("one@example.com", "type", "admin")...), status: 400},
		{name: "first_name a number is text", method: "POST", path: "user/register", body: js(`{"first_name": 5, "last_name": "Сомов", "email": "num@example.com", "password": "Vb7-dom.Karta"}`), status: 200},
		{name: "form", method: "POST", path: "user/register", body: form(person("One@Example.com", "company", "ООО Ромашка", "position", "менеджер")...), status: 200},
		{name: "multipart", method: "POST", path: "user/register", body: multi(person("two@example.com", "company", "", "position", "")...), status: 200},
		{name: "JSON, a shop", method: "POST", path: "user/register", body: js(`{"first_name": "Олег", "last_name": "Сомов", "email": "three@example.com", "password": "Vb7-dom.Karta", "type": "shop", "company": "Третий"}`), status: 200},
		{name: "an address that waits", method: "POST", path: "user/register", body: form(person("two@example.com")...), status: 200},
		{name: "an address that waits, in other letters", method: "POST", path: "user/register", body: form(person("oNE@eXAMPLE.COM", "company", "Ромашка", "position", "менеджер")...), status: 200},
		{name: "login before the address is confirmed", method: "POST", path: "user/login", body: form("email", "one@example.com", "password", password), status: 401},

		{name: "confirm: missing token", method: "POST", path: "user/register/confirm", body: form("email", "one@example.com"), status: 400},
		{name: "confirm: token a number", method: "POST", path: "user/register/confirm", body: js(`{"email": "one@example.com", "token": 5}`), status: 400},
		{name: "confirm: the token of another", method: "POST", path: "user/register/confirm", body: form("email", "one@example.com", "token", "{{confirm:two@example.com}}"), status: 400},
		{name: "confirm: form", method: "POST", path: "user/register/confirm", body: form("email", "one@example.com", "token", "{{confirm:One@Example.com}}"), status: 200},
		{name: "confirm: again", method: "POST", path: "user/register/confirm", body: form("email", "one@example.com", "token", "{{confirm:One@Example.com}}"), status: 400},
		{name: "confirm: multipart", method: "POST", path: "user/register/confirm", body: multi("email", "two@example.com", "token", "{{confirm:two@example.com}}"), status: 200},
		{name: "confirm: JSON", method: "POST", path: "user/register/confirm", body: js(`{"email": "three@example.com", "token": "{{confirm:three@example.com}}"}`), status: 200},
		{name: "a taken address", method: "POST", path: "user/register", body: form("first_name", "Пётр", "last_name", "Чужой", "email", "one@example.com", "password", "An0ther.Pass"), status: 200},
		{name: "resend: unknown", method: "POST", path: "user/register/resend", body: form("email", "nobody@example.com"), status: 200},
		{name: "resend: known", method: "POST", path: "user/register/resend", body: form("email", "num@example.com"), status: 200},
		{name: "resend: no address", method: "POST", path: "user/register/resend", body: multi("email", "here"), status: 400},
		{name: "resend: missing", method: "POST", path: "user/register/resend", body: form(), status: 400},

		{name: "login: missing password", method: "POST", path: "user/login", body: form("email", "one@example.com"), status: 400},
		{name: "login: unknown", method: "POST", path: "user/login", body: form("email", "nobody@example.com", "password", password), status: 401},
		{name: "login: wrong password", method: "POST", path: "user/login", body: form("email", "one@example.com", "password", "wrong"), status: 401},
		{name: "login: wrong password, English", method: "POST", path: "user/login", body: form("email", "one@example.com", "password", "wrong"), headers: []string{"Accept-Language", "en"}, status: 401},
		{name: "login: NUL", method: "POST", path: "user/login", body: js(`{"email": "one\u0000@example.com", "password": "x"}`), status: 400},
		{name: "login: form", method: "POST", path: "user/login", body: form("email", "one@example.com", "password", password), status: 200},
		{name: "login: other letters", method: "POST", path: "user/login", body: form("email", "ONE@example.COM", "password", password), status: 200},
		{name: "login: JSON", method: "POST", path: "user/login", body: js(`{"email": "one@example.com", "password": "Vb7-dom.Karta"}`), status: 200, keep: map[string]string{"one": "Token"}},
		{name: "login: multipart", method: "POST", path: "user/login", body: multi("email", "one@example.com", "password", password), status: 200},
		{name: "details of the registered", method: "GET", path: "user/details", headers: []string{"Authorization", "Token {{one}}"}, status: 200},
		{name: "login of a shop", method: "POST", path: "user/login", body: form("email", "three@example.com", "password", password), status: 200, keep: map[string]string{"three": "Token"}},
		{name: "its shop is closed until it is approved", method: "GET", path: "partner/shop", headers: []string{"Authorization", "Token {{three}}"}, status: 200},
		{name: "it can't open by itself", method: "POST", path: "partner/state", body: form("state", "on"), headers: []string{"Authorization", "Token {{three}}"}, status: 409},
	})
}

func TestContractDetails(t *testing.T) {
	t.Parallel()
	play(t, "details", func(s *scenario) { s.person("other") }, []exchange{
		{name: "anonymous GET", method: "GET", path: "user/details", status: 401},
		{name: "anonymous POST", method: "POST", path: "user/details", body: form("first_name", "x"), status: 401},
		{name: "GET", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "GET with a body", who: "buyer", method: "GET", path: "user/details", body: multi("first_name", "Никто"), status: 200},
		{name: "nothing", who: "buyer", method: "POST", path: "user/details", body: form(), status: 200},
		{name: "JSON", who: "buyer", method: "POST", path: "user/details", body: js(`{"last_name": "Сидоров", "position": "директор"}`), status: 200},
		{name: "form", who: "buyer", method: "POST", path: "user/details", body: form("company", "  ООО Ромашка  "), status: 200},
		{name: "multipart", who: "buyer", method: "POST", path: "user/details", body: multi("email", "Fresh@example.com"), status: 200},
		{name: "unknown names are nothing", who: "buyer", method: "POST", path: "user/details", body: js(`{"id": 1, "type": "admin", "contacts": [], "is_staff": true}`), status: 200},
		{name: "the same again is no other letter", who: "buyer", method: "POST", path: "user/details", body: form("email", "Fresh@example.com", "company", "ООО Ромашка"), status: 200},
		{name: "another one at once", who: "buyer", method: "POST", path: "user/details", body: form("email", "fresher@example.com"), status: 429},
		{name: "after that", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "weak password: nothing saved", who: "buyer", method: "POST", path: "user/details", body: form("first_name", "Нет", "password", "123"), status: 400},
		{name: "a taken address", who: "third", method: "POST", path: "user/details", body: form("email", "OTHER@example.com"), status: 200},
		{name: "an address as it is", who: "other", method: "POST", path: "user/details", body: form("email", "other@example.com"), status: 200},
		{name: "null", who: "buyer", method: "POST", path: "user/details", body: js(`{"first_name": null}`), status: 400},
		{name: "password null", who: "buyer", method: "POST", path: "user/details", body: js(`{"password": null}`), status: 400},
		{name: "too long", who: "buyer", method: "POST", path: "user/details", body: form("first_name", strings.Repeat("x", 151), "company", strings.Repeat("x", 41)), status: 400},
		{name: "nothing of that was saved", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "a name may be blank, as in the registration", who: "buyer", method: "POST", path: "user/details", body: form("first_name", " "), status: 200},
		{name: "a new password", who: "buyer", method: "POST", path: "user/details", body: form("password", "Vb7-dom.Karta"), status: 200, keep: map[string]string{"fresh": "Token"}},
		{name: "ends the sign-in", who: "buyer", method: "GET", path: "user/details", status: 401},
		{name: "and brings a new one", method: "GET", path: "user/details", headers: []string{"Authorization", "Token {{fresh}}"}, status: 200},
	})
}

func TestContractEmail(t *testing.T) {
	t.Parallel()
	play(t, "email", func(s *scenario) { s.person("other") }, []exchange{
		{name: "anonymous", method: "DELETE", path: "user/email", status: 401},
		{name: "nothing to withdraw", who: "buyer", method: "DELETE", path: "user/email", status: 404},
		{name: "confirm: missing", method: "POST", path: "user/email/confirm", body: form(), status: 400},
		{name: "confirm: unknown", method: "POST", path: "user/email/confirm", body: js(`{"token": "0123456789abcdef0123456789abcdef01234567"}`), status: 400},
		{name: "no address", who: "buyer", method: "POST", path: "user/details", body: form("email", "here"), status: 400},
		{name: "ask", who: "buyer", method: "POST", path: "user/details", body: form("email", "New@example.com", "company", "Роза"), status: 200},
		{name: "ask in English", who: "other", method: "POST", path: "user/details", body: form("email", "another@example.com"), headers: []string{"Accept-Language", "en"}, status: 200},
		{name: "nothing has changed so far", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "the new one agrees", method: "POST", path: "user/email/confirm", body: form("token", "{{email_new:New@example.com}}"), status: 200},
		{name: "twice", method: "POST", path: "user/email/confirm", body: form("token", "{{email_new:New@example.com}}"), status: 400},
		{name: "login by the new one", method: "POST", path: "user/login", body: form("email", "new@example.com", "password", apptest.Password), status: 401},
		{name: "the old one agrees", method: "POST", path: "user/email/confirm", body: multi("token", "{{email_old:buyer@example.com}}"), status: 200},
		{name: "it has changed, the sign-in goes on", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "login by the old one", method: "POST", path: "user/login", body: form("email", "buyer@example.com", "password", apptest.Password), status: 401},
		{name: "login by the new one now", method: "POST", path: "user/login", body: form("email", "new@example.com", "password", apptest.Password), status: 200},
		{name: "withdraw", who: "other", method: "DELETE", path: "user/email", status: 200, after: "{{email_old:other@example.com}}"},
		{name: "confirm what was withdrawn", method: "POST", path: "user/email/confirm", body: form("token", "{{email_old:other@example.com}}"), status: 400},
	})
}

func TestContractPasswordReset(t *testing.T) {
	t.Parallel()
	play(t, "password_reset", func(s *scenario) { s.person("buyer") }, []exchange{
		{name: "missing", method: "POST", path: "user/password_reset", body: form(), status: 400},
		{name: "JSON number", method: "POST", path: "user/password_reset", body: js(`{"email": 5}`), status: 400},
		{name: "blank", method: "POST", path: "user/password_reset", body: form("email", " "), status: 400},
		{name: "JSON list body", method: "POST", path: "user/password_reset", body: js(`[]`), status: 400},
		{name: "malformed JSON", method: "POST", path: "user/password_reset", body: js(`{`), status: 400},
		{name: "an unknown address", method: "POST", path: "user/password_reset", body: form("email", "nobody@example.com"), status: 200},
		{name: "form", method: "POST", path: "user/password_reset", body: form("email", "BUYER@example.com"), status: 200},
		{name: "confirm: missing both", method: "POST", path: "user/password_reset/confirm", body: form(), status: 400},
		{name: "confirm: missing token", method: "POST", path: "user/password_reset/confirm", body: form("password", "Vb7-dom.Karta"), status: 400},
		{name: "confirm: missing password", method: "POST", path: "user/password_reset/confirm", body: form("token", "{{reset:buyer@example.com}}"), status: 400},
		{name: "confirm: bad token", method: "POST", path: "user/password_reset/confirm", body: form("token", "deadbeef", "password", "Vb7-dom.Karta"), status: 404},
		{name: "confirm: number for a token", method: "POST", path: "user/password_reset/confirm", body: js(`{"token": 5, "password": "Vb7-dom.Karta"}`), status: 404},
		{name: "confirm: weak", method: "POST", path: "user/password_reset/confirm", body: form("token", "{{reset:buyer@example.com}}", "password", "buyer@example"), status: 400},
		{name: "confirm", method: "POST", path: "user/password_reset/confirm", body: js(`{"token": "{{reset:buyer@example.com}}", "password": "Vb7-dom.Karta"}`), status: 200},
		{name: "confirm: used", method: "POST", path: "user/password_reset/confirm", body: multi("token", "{{reset:buyer@example.com}}", "password", "Vb8-dom.Karta"), status: 404},
		{name: "the sign-in from before", who: "buyer", method: "GET", path: "user/details", status: 401},
		{name: "the old password", method: "POST", path: "user/login", body: form("email", "buyer@example.com", "password", "Qwe#12345rty"), status: 401},
		{name: "the new password", method: "POST", path: "user/login", body: form("email", "buyer@example.com", "password", "Vb7-dom.Karta"), status: 200},
	})
}
