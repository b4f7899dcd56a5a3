package account

import (
	"encoding/base32"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/limit"
	"zakup/internal/platform/mail/mailtest"
	"zakup/internal/platform/seal"
)

// The times of RFC 6238, appendix B, and the last six digits of their codes.
func TestCodes(t *testing.T) {
	t.Parallel()
	f := factor{secret: base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))}
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		step := at / 30
		for after, good := range map[int64]bool{-61: false, -30: true, 0: true, 30: true, 61: false} {
			got := f.step(code, time.Unix(step*30+after, 0))
			if (got == step) != good || !good && got != 0 {
				t.Errorf("the code of %d, %d s later: step %d", at, after, got)
			}
		}
		if f.step(code[:3]+" "+code[3:], time.Unix(at, 0)) != step {
			t.Errorf("a space in %s", code)
		}
	}
	for _, bad := range []string{"", "00000", "0000000", "28708x", "２８７０８２"} {
		if f.step(bad, time.Unix(59, 0)) != 0 {
			t.Errorf("%q is a code", bad)
		}
	}
}

// factored opens the feature with a person who has a second factor in force.
func factored(t *testing.T, d *db.DB) (a *accounts, u User, e Enrolment, recovery []string) {
	t.Helper()
	a = sealing(t, d)
	u = a.person(t, "ivan@example.com")
	e, err := a.BeginTOTP(t.Context(), u, password)
	if err != nil {
		t.Fatal(err)
	}
	if recovery, err = a.ConfirmTOTP(t.Context(), u, "", a.code(t, e)); err != nil {
		t.Fatal(err)
	}
	a.move(time.Minute) // the code of then was used
	return a, u, e, recovery
}

func sealing(t *testing.T, d *db.DB) *accounts {
	t.Helper()
	a := open(t, d)
	sealer, err := seal.New("a key of tests")
	if err != nil {
		t.Fatal(err)
	}
	a.o.Sealer = sealer
	return a
}

// code is that of now.
func (a *accounts) code(t *testing.T, e Enrolment) string {
	t.Helper()
	code, err := hotp.GenerateCodeCustom(e.Secret, uint64(a.now().Unix()/30), hotp.ValidateOpts{Digits: otp.DigitsSix})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// wrong is no code of these minutes.
func (a *accounts) wrong(t *testing.T, e Enrolment) string {
	t.Helper()
	f := factor{secret: e.Secret}
	for _, code := range []string{"000000", "111111", "222222", "333333"} {
		if f.step(code, a.now()) == 0 {
			return code
		}
	}
	t.Fatal("four codes at once")
	return ""
}

func TestTOTP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := sealing(t, d)
		u := a.person(t, "ivan@example.com")
		here, elsewhere := a.login(t, u.Email, password), a.login(t, u.Email, password)
		_, err := a.BeginTOTP(t.Context(), u, "wrong")
		want(t, err, WrongPassword)
		e, err := a.BeginTOTP(t.Context(), u, password)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(e.URL, "otpauth://totp/Zakup:ivan@example.com?") || e.Key.Secret() != e.Secret || len(e.Secret) != 32 {
			t.Errorf("%+v", e)
		}
		a.login(t, u.Email, password) // it is not in force yet
		_, err = a.ConfirmTOTP(t.Context(), u, here, a.wrong(t, e))
		want(t, err, BadTOTP)
		codes, err := a.ConfirmTOTP(t.Context(), u, here, a.code(t, e))
		if err != nil || len(codes) != 10 {
			t.Fatalf("%q, %v", codes, err)
		}
		if !a.signedIn(t, here) || a.signedIn(t, elsewhere) {
			t.Error("other sign-ins go on, or this one does not")
		}
		_, err = a.ConfirmTOTP(t.Context(), u, here, a.code(t, e))
		want(t, err, TOTPOn)
		_, err = a.BeginTOTP(t.Context(), u, password)
		want(t, err, TOTPOn)

		// A wrong password tells nothing of the second factor.
		_, err = a.Login(t.Context(), u.Email, "wrong", "")
		want(t, err, BadLogin)
		_, err = a.Login(t.Context(), u.Email, "wrong", a.code(t, e))
		want(t, err, BadLogin)
		_, err = a.Login(t.Context(), u.Email, password, "")
		want(t, err, TOTPRequired)
		_, err = a.Login(t.Context(), u.Email, password, a.code(t, e))
		want(t, err, BadTOTP) // it was used to confirm
		a.move(time.Minute)
		if _, err = a.Login(t.Context(), u.Email, password, a.code(t, e)); err != nil {
			t.Error(err)
		}
		_, err = a.Login(t.Context(), u.Email, password, a.code(t, e))
		want(t, err, BadTOTP)
		_, _, err = a.Check(t.Context(), u.Email, password)
		want(t, err, TOTPRequired)

		// A recovery code works once, however it is typed.
		for i, typed := range []string{codes[0], strings.ToUpper(strings.ReplaceAll(codes[1], "-", " ")), strings.ReplaceAll(codes[2], "-", "")} {
			if _, err = a.Login(t.Context(), u.Email, password, typed); err != nil {
				t.Errorf("%d: %v", i, err)
			}
			_, err = a.Login(t.Context(), u.Email, password, typed)
			want(t, err, BadTOTP)
		}
		if s, err := a.TOTPOf(t.Context(), u.ID); err != nil || s != (TOTP{true, 7}) {
			t.Errorf("%+v, %v", s, err)
		}
		a.move(time.Minute)
		fresh, err := a.RenewRecovery(t.Context(), u, a.code(t, e))
		if err != nil || len(fresh) != 10 {
			t.Errorf("%q, %v", fresh, err)
		}
		_, err = a.Login(t.Context(), u.Email, password, codes[5])
		want(t, err, BadTOTP)

		want(t, a.EndTOTP(t.Context(), u, "wrong", fresh[0]), WrongPassword)
		want(t, a.EndTOTP(t.Context(), u, password, ""), TOTPRequired)
		if err = a.EndTOTP(t.Context(), u, password, fresh[0]); err != nil {
			t.Error(err)
		}
		a.login(t, u.Email, password)
		want(t, a.EndTOTP(t.Context(), u, password, fresh[1]), TOTPOff)
		_, err = a.RenewRecovery(t.Context(), u, fresh[1])
		want(t, err, TOTPOff)
		// On, three recovery codes used, new ones, one used to end it, off.
		if n := a.count(t, `select count(*) from letters where kind = 'totp'`); n != 7 {
			t.Errorf("%d letters", n)
		}
		if n := a.count(t, `select count(*) from audit_log where action like 'totp.%'`); n != 7 {
			t.Errorf("%d records", n)
		}
	})
}

// What can't be undone takes the second factor too, and its code once.
func TestProveTakesTheSecondFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, recovery := factored(t, d)
		_, err := a.Prove(t.Context(), u, password, "")
		want(t, err, TOTPRequired)
		_, err = a.Prove(t.Context(), u, password, a.wrong(t, e))
		want(t, err, BadTOTP)
		_, err = a.Prove(t.Context(), u, "wrong", recovery[0])
		want(t, err, WrongPassword)
		if _, err := a.Prove(t.Context(), u, password, recovery[0]); err != nil {
			t.Error(err)
		}
		_, err = a.Prove(t.Context(), u, password, recovery[0])
		want(t, err, BadTOTP)
	})
}

// A code signs in once, however many use it at once.
func TestRaceOfOneCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, recovery := factored(t, d)
		for _, code := range []string{a.code(t, e), recovery[0]} {
			a.exec(t, `update totp set tries = 0, locked_until = created_at`)
			won := 0
			for _, err := range atOnce(20, func(int) error {
				_, err := a.Login(t.Context(), u.Email, password, code)
				return err
			}) {
				if err == nil {
					won++
				} else if !is(err, TOTPLocked) {
					want(t, err, BadTOTP)
				}
			}
			if won != 1 {
				t.Errorf("%d signed in", won)
			}
		}
	})
}

// Guesses are counted one by one, also those at once; each beyond the fifth waits
// longer, and a good code forgives all.
func TestGuessing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, _ := factored(t, d)
		looked := 0
		for _, err := range atOnce(20, func(int) error {
			_, err := a.Login(t.Context(), u.Email, password, a.wrong(t, e))
			return err
		}) {
			if is(err, BadTOTP) {
				looked++
			} else {
				want(t, err, TOTPLocked)
			}
		}
		if looked != 5 {
			t.Errorf("%d guesses were looked at", looked)
		}
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			a.move(wait - time.Second)
			_, err := a.Login(t.Context(), u.Email, password, a.code(t, e))
			if f := fault.As(err); !is(err, TOTPLocked) || f.Facts[limit.RetryAfter] != int64(1) {
				t.Errorf("before %v: %v", wait, err)
			}
			a.move(time.Second)
			_, err = a.Login(t.Context(), u.Email, password, a.wrong(t, e))
			want(t, err, BadTOTP)
		}
		a.move(15 * time.Minute)
		if _, err := a.Login(t.Context(), u.Email, password, a.code(t, e)); err != nil {
			t.Fatal(err)
		}
		_, err := a.Login(t.Context(), u.Email, password, a.wrong(t, e))
		want(t, err, BadTOTP)
		_, err = a.Login(t.Context(), u.Email, password, a.wrong(t, e))
		want(t, err, BadTOTP)
	})
}

// A sign-in with a provider asks for the code as well, and stays on its way until
// that is right.
func TestTOTPOfOAuth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, _ := factored(t, d)
		a.o.Providers, a.o.Returns = providers(&proving{id: anna()}), []string{returnTo}
		if err := a.Link(t.Context(), u.ID, a.proof(t), verifier); err != nil {
			t.Fatal(err)
		}
		proof := a.proof(t)
		_, err := a.SignInWith(t.Context(), proof, verifier, "", "")
		want(t, err, TOTPRequired)
		_, err = a.SignInWith(t.Context(), proof, verifier, a.wrong(t, e), "")
		want(t, err, BadTOTP)
		if _, err = a.SignInWith(t.Context(), proof, verifier, a.code(t, e), ""); err != nil {
			t.Error(err)
		}
	})
}

// Who has lost the device is helped by an administrator; administrators by the
// command line alone.
func TestResetTOTP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, _ := factored(t, d)
		token, err := a.Login(t.Context(), u.Email, password, a.code(t, e))
		if err != nil {
			t.Fatal(err)
		}
		want(t, a.ResetTOTP(t.Context(), 99, false), fault.Absent)
		a.exec(t, `update users set type = 'admin' where id = $1`, u.ID)
		want(t, a.ResetTOTP(t.Context(), u.ID, false), OfAdmin)
		if err := a.ResetTOTP(t.Context(), u.ID, true); err != nil {
			t.Fatal(err)
		}
		if a.signedIn(t, token) {
			t.Error("a sign-in goes on")
		}
		a.login(t, u.Email, password)
		want(t, a.ResetTOTP(t.Context(), u.ID, true), TOTPOff)
	})
}

func TestAdministers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, _, _ := factored(t, d)
		other := a.person(t, "other@example.com")
		for _, required := range []bool{false, true} {
			a.o.AdminTOTP = required
			if err := a.Administers(t.Context(), u.ID); err != nil {
				t.Error(err)
			}
			if err := a.Administers(t.Context(), other.ID); required != errors.Is(err, TOTPEnrolment) {
				t.Errorf("%v: %v", required, err)
			}
		}
	})
}

// The secret is readable neither in the database nor by another key.
func TestTOTPIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, u, e, recovery := factored(t, d)
		var sealed []byte
		if err := d.QueryRow(t.Context(), `select secret from totp`).Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if plain, _ := base32.StdEncoding.DecodeString(e.Secret); strings.Contains(string(sealed), string(plain)) || strings.Contains(string(sealed), e.Secret) {
			t.Error("the secret is in the database")
		}
		other, err := seal.New("another key of tests")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*seal.Sealer{other, nil} {
			a.o.Sealer = s
			_, err = a.Login(t.Context(), u.Email, password, recovery[0])
			want(t, err, TOTPUnavailable)
		}
		_, err = a.BeginTOTP(t.Context(), a.person(t, "other@example.com"), password)
		want(t, err, TOTPUnavailable)
	})
}

func TestTOTPLetter(t *testing.T) {
	t.Parallel()
	u := User{Email: "anna@example.com", FirstName: "Анна", LastName: "Орлова"}
	hostile := User{Email: "o'brien@example.com", FirstName: "<script>alert(1)</script>\r\nBcc: victim@example.com", LastName: "{{.State}}"}
	mailtest.Both(t, "letter_totp_on", totpTemplate, totpData{u, TOTP{true, 10}, "https://zakup.example"})
	mailtest.Both(t, "letter_totp_off", totpTemplate, totpData{u, TOTP{}, "https://zakup.example"})
	mailtest.Both(t, "letter_totp_hostile", totpTemplate, totpData{hostile, TOTP{true, 1}, "https://zakup.example"})
}
