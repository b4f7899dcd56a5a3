package api_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
)

// enrolled sets a second factor up and returns its secret.
func enrolled(t *testing.T, a *apptest.App, p apptest.Person) string {
	t.Helper()
	begun := a.Do(t, p, "POST", "user/totp", apptest.Form("password", apptest.Password)).Want(t, 200).Object(t)
	secret := fmt.Sprint(begun["secret"])
	code, err := totp.GenerateCode(secret, a.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(fmt.Sprint(begun["qr"]), "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := png.Decode(bytes.NewReader(picture)); err != nil || m.Bounds().Dx() != 240 {
		t.Errorf("the QR code: %v", err)
	}
	confirmed := a.Do(t, p, "POST", "user/totp/confirm", apptest.JSON(map[string]string{"code": code})).Want(t, 200).Object(t)
	if codes, _ := confirmed["recovery_codes"].([]any); len(codes) != 10 {
		t.Errorf("recovery codes: %v", codes)
	}
	a.Clock.Move(time.Minute)
	return secret
}

// Administrators administer nothing without a second factor where it is demanded,
// on the page of the queue neither.
func TestAdministratorsNeedASecondFactor(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		root := a.Person(t, "root@example.com", account.Admin)
		refused := a.Get(t, root, "admin/users").Want(t, 403).Object(t)
		if refused["Code"] != "totp_enrollment_required" {
			t.Errorf("%v", refused)
		}
		a.Get(t, root, "user/details").Want(t, 200)
		secret := enrolled(t, a, root)
		a.Get(t, root, "admin/users").Want(t, 200)

		login := func(pairs ...string) apptest.Answer {
			return a.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form(append([]string{"email", root.Email, "password", apptest.Password}, pairs...)...))
		}
		if needs := login().Want(t, 401).Object(t); needs["Code"] != "totp_required" {
			t.Errorf("%v", needs)
		}
		code, err := totp.GenerateCode(secret, a.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		login("code", code).Want(t, 200)
		login("code", code).Want(t, 401)

		form := func(code string) apptest.Answer {
			return a.Do(t, apptest.Person{}, "POST", "/admin/jobs/sign-in", apptest.Body{
				Type: "application/x-www-form-urlencoded",
				Text: url.Values{"email": {root.Email}, "password": {apptest.Password}, "code": {code}}.Encode(),
			})
		}
		if page := form("").Want(t, 401); !strings.Contains(page.Text, "Нужен код из приложения") || !strings.Contains(page.Text, `name="code"`) {
			t.Errorf("the form: %s", page.Text)
		}
	}, apptest.NoJobs(), apptest.With(func(c *config.Config) {
		c.AdminTOTP, c.SecretKey = config.TOTPRequired, "a key of tests that is long enough"
	}))
}
