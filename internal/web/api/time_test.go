package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
)

// The date of a placed order is when it was placed, not when its basket was made.
func TestOrderDate(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Shop(t, "shop@example.com", apptest.List("Первый", "Чай", 1))
		b := a.Buyer(t, "buyer@example.com")
		offer := id(a.Get(t, b, "products").Want(t, 200).Array(t)[0]["id"])
		a.Do(t, b, "POST", "basket", apptest.JSON(`{"items": [{"product_info": `+offer+`, "quantity": 1}]}`)).Want(t, 200)
		made := date(t, a.Get(t, b, "basket").Want(t, 200).Array(t)[0]["dt"])
		a.Clock.Move(26 * time.Hour)
		before := a.Clock.Now()
		place(t, a, b, offer)
		placed := date(t, a.Get(t, b, "order").Want(t, 200).Array(t)[0]["dt"])
		if placed.Before(before) || placed.After(a.Clock.Now()) {
			t.Errorf("placed at %s, the basket was made at %s, the order placed after %s", placed, made, before)
		}
	})
}

func date(t *testing.T, v any) time.Time {
	t.Helper()
	text := fmt.Sprint(v)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !strings.HasSuffix(text, "Z") {
		t.Fatalf("%v is no time in UTC: %v", v, err)
	}
	return at
}

// What proves who somebody is ends by itself: a sign-in after 30 days, the
// secrets of letters after a day.
func TestExpiry(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		b := a.Buyer(t, "buyer@example.com")
		register := apptest.Form("first_name", "Олег", "last_name", "Сомов", "email", "new@example.com", "password", "Vb7-dom.Karta")
		a.Do(t, apptest.Person{}, "POST", "user/register", register).Want(t, 200)
		a.Do(t, apptest.Person{}, "POST", "user/password_reset", apptest.Form("email", b.Email)).Want(t, 200)
		confirm, reset := secretOf(t, a, "new@example.com"), secretOf(t, a, b.Email)
		a.Clock.Move(25 * time.Hour)
		a.Do(t, apptest.Person{}, "POST", "user/register/confirm", apptest.Form("email", "new@example.com", "token", confirm)).Want(t, 400)
		a.Do(t, apptest.Person{}, "POST", "user/password_reset/confirm", apptest.Form("token", reset, "password", "Vb7-dom.Karta")).Want(t, 404)
		a.Do(t, apptest.Person{}, "POST", "user/register/resend", apptest.Form("email", "NEW@example.com")).Want(t, 200)
		apptest.Until(t, "another letter", func() bool { return secretOf(t, a, "new@example.com") != confirm })
		confirm = secretOf(t, a, "new@example.com")
		a.Do(t, apptest.Person{}, "POST", "user/register/confirm", apptest.Form("email", "new@example.com", "token", confirm)).Want(t, 200)

		a.Get(t, b, "basket").Want(t, 200)
		a.Clock.Move(30 * 24 * time.Hour)
		a.Get(t, b, "basket").Want(t, 401)
		a.Get(t, b, "shops").Want(t, 401)
	})
}

// secretOf waits for a letter and returns the secret of the newest.
func secretOf(t *testing.T, a *apptest.App, address string) (token string) {
	t.Helper()
	apptest.Until(t, "a letter to "+address, func() bool {
		for _, l := range apptest.To(a.Letters(t, 1), address) {
			token = l.Token()
		}
		return token != ""
	})
	return token
}

// Neither a password, nor a token, nor the secret of a letter rests in the
// database or the log.
func TestSecretsAtRest(t *testing.T) {
	t.Parallel()
	url := dbtest.SQLite(t)
	a := apptest.New(t, url)
	const password = "Vb7-dom.Karta"
	register := apptest.Form("first_name", "Олег", "last_name", "Сомов", "email", "new@example.com", "password", password)
	a.Do(t, apptest.Person{}, "POST", "user/register", register).Want(t, 200)
	secrets := []string{password, secretOf(t, a, "new@example.com")}
	a.Do(t, apptest.Person{}, "POST", "user/register/confirm", apptest.Form("email", "new@example.com", "token", secrets[1])).Want(t, 200)
	for range 2 {
		r := a.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", "new@example.com", "password", password)).Want(t, 200)
		secrets = append(secrets, fmt.Sprint(r.Object(t)["Token"]))
	}
	if secrets[2] == secrets[3] {
		t.Error("two sign-ins have one token")
	}
	a.Do(t, apptest.Person{}, "POST", "user/password_reset", apptest.Form("email", "new@example.com")).Want(t, 200)
	apptest.Until(t, "the letter to reset", func() bool { return len(apptest.To(a.Letters(t, 2), "new@example.com")) == 2 })
	secrets = append(secrets, secretOf(t, a, "new@example.com"))
	everything := a.Log.String()
	for name, rows := range readTables(t, strings.TrimPrefix(url, "sqlite:")) {
		everything += name + ": " + rows + "\n"
	}
	for _, secret := range secrets {
		if len(secret) < 10 || strings.Contains(everything, secret) {
			t.Errorf("%q rests in the database or the log", secret)
		}
	}
	if !strings.Contains(everything, "$argon2id$") {
		t.Error("no password with argon2id")
	}
}

// With ZAKUP_SUPPLIER_APPROVAL=auto a new shop is open at once.
func TestApprovalAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.With(func(c *config.Config) { c.SupplierApproval = config.ApprovalAuto }))
	register := apptest.Form("first_name", "Олег", "last_name", "Сомов", "email", "new@example.com", "password", "Vb7-dom.Karta", "type", "shop", "company", "Ромашка")
	a.Do(t, apptest.Person{}, "POST", "user/register", register).Want(t, 200)
	body := apptest.Form("email", "new@example.com", "token", secretOf(t, a, "new@example.com"))
	a.Do(t, apptest.Person{}, "POST", "user/register/confirm", body).Want(t, 200)
	results := array(a.Get(t, apptest.Person{}, "shops").Want(t, 200).Object(t)["results"])
	if len(results) != 1 || object(results[0])["name"] != "Ромашка" {
		t.Errorf("open shops: %v", results)
	}
}
