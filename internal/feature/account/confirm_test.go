package account

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ctx := t.Context()
		token := a.registered(t, "ivan@example.com")
		others := a.registered(t, "other@example.com")
		for _, try := range []struct{ name, email, token string }{
			{"another person's address", "other@example.com", token},
			{"another person's token", "ivan@example.com", others},
			{"an unknown address", "nobody@example.com", token},
			{"no address", "", token},
			{"no token", "ivan@example.com", ""},
			{"an unknown token", "ivan@example.com", "0123456789abcdef0123456789abcdef01234567"},
			{"the hash of the token", "ivan@example.com", string(hashToken(token))},
		} {
			want(t, a.Confirm(ctx, try.email, try.token), BadSecret)
			if n := a.count(t, `select count(*) from users where active`); n != 0 {
				t.Fatalf("%s: %d people are active", try.name, n)
			}
		}
		if err := a.Confirm(ctx, "ivan@example.com", token); err != nil {
			t.Fatalf("the token after wrong tries: %v", err)
		}
		a.login(t, "ivan@example.com", password)
		want(t, a.Confirm(ctx, "ivan@example.com", token), BadSecret)
		if err := a.Confirm(ctx, "other@example.com", others); err != nil {
			t.Errorf("the other person: %v", err)
		}
	})
}

func TestConfirmExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		late, early := a.registered(t, "late@example.com"), a.registered(t, "early@example.com")
		a.move(secretLife - time.Microsecond)
		if err := a.Confirm(t.Context(), "early@example.com", early); err != nil {
			t.Errorf("a moment before the end: %v", err)
		}
		for _, later := range []time.Duration{time.Microsecond, time.Hour} {
			a.move(later)
			want(t, a.Confirm(t.Context(), "late@example.com", late), BadSecret)
		}
		if err := a.Resend(t.Context(), "LATE@example.com"); err != nil {
			t.Fatal(err)
		}
		fresh := a.mailed(t, confirmLetter, "late@example.com")
		if n := a.count(t, `select count(*) from secrets`); n != 1 {
			t.Errorf("%d secrets: the expired one is still kept", n)
		}
		if err := a.Confirm(t.Context(), "late@example.com", fresh); err != nil {
			t.Errorf("the letter that was sent again: %v", err)
		}
	})
}

func TestResend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		first := a.registered(t, "ivan@example.com")
		a.person(t, "active@example.com")
		for _, email := range []string{"IVAN@example.com", "active@example.com", "unknown@example.com", "ivan@example.com"} {
			if err := a.Resend(t.Context(), email); err != nil {
				t.Errorf("%s: %v", email, err)
			}
		}
		for _, bad := range []string{"", "ivan"} {
			want(t, a.Resend(t.Context(), bad), fault.BadArguments)
		}
		if diff := cmp.Diff([]string{"confirm ivan@example.com", "confirm ivan@example.com"}, a.letters(t)); diff != "" {
			t.Errorf("letters (-want +got)\n%s", diff)
		}
		second := a.mailed(t, confirmLetter, "ivan@example.com")
		if first == second {
			t.Error("the same token again")
		}
		// The first letter may be on its way, so both work, until one is used.
		if err := a.Confirm(t.Context(), "ivan@example.com", first); err != nil {
			t.Errorf("the first letter: %v", err)
		}
		want(t, a.Confirm(t.Context(), "ivan@example.com", second), BadSecret)
	})
}

// A secret of one purpose is none of another.
func TestSecretsHaveAPurpose(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		reset, confirm := a.resetToken(t, "ivan@example.com"), a.registered(t, "new@example.com")
		want(t, a.Confirm(t.Context(), "ivan@example.com", reset), BadSecret)
		want(t, a.ResetPassword(t.Context(), confirm, "another#Pass1"), ResetGone)
		want(t, a.ResetPassword(t.Context(), a.login(t, "ivan@example.com", password), "another#Pass1"), ResetGone)
		_, err := a.Authenticate(t.Context(), reset)
		want(t, err, BadToken)
	})
}

func TestRaceToConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		token := a.registered(t, "ivan@example.com")
		oneOf(t, a.crowd(t, "secrets", 20, func(int) error { return a.Confirm(t.Context(), "ivan@example.com", token) }), BadSecret)
		a.login(t, "ivan@example.com", password)
	})
}
