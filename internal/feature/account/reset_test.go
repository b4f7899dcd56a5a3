package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestResetTokenWorksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ctx := t.Context()
		u := a.person(t, "ivan@example.com")
		token := a.resetToken(t, u.Email)
		a.move(askPause)
		second := a.resetToken(t, u.Email)
		for _, bad := range []string{"", "x", "0123456789abcdef0123456789abcdef01234567", string(hashToken(token))} {
			want(t, a.ResetPassword(ctx, bad, "another#Pass1"), ResetGone)
		}
		// A password that is refused does not use the token up.
		for bad, field := range map[string]string{
			"short":    "password: This password is too short. It must contain at least 8 characters.",
			"петров12": "password: The password is too similar to the last name.",
		} {
			err := a.ResetPassword(ctx, token, bad)
			want(t, err, WeakPassword)
			if diff := cmp.Diff([]string{field}, fields(err)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
		a.login(t, u.Email, password)
		if err := a.ResetPassword(ctx, token, "another#Pass1"); err != nil {
			t.Fatal(err)
		}
		want(t, a.ResetPassword(ctx, token, "third#Pass1"), ResetGone)
		want(t, a.ResetPassword(ctx, second, "third#Pass1"), ResetGone)
		a.login(t, u.Email, "another#Pass1")
	})
}

func TestResetExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		a.person(t, "early@example.com")
		token, early := a.resetToken(t, "ivan@example.com"), a.resetToken(t, "early@example.com")
		a.move(secretLife - time.Microsecond)
		if err := a.ResetPassword(t.Context(), early, "another#Pass1"); err != nil {
			t.Errorf("a moment before the end: %v", err)
		}
		for _, later := range []time.Duration{time.Microsecond, time.Hour} {
			a.move(later)
			want(t, a.ResetPassword(t.Context(), token, "another#Pass1"), ResetGone)
		}
		a.login(t, "ivan@example.com", password)
	})
}

// It answers the same whether there is such a person, and only writes to active
// ones.
func TestRequestReset(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "Ivan@example.com")
		a.registered(t, "inactive@example.com")
		for _, email := range []string{"ivan@EXAMPLE.com", "inactive@example.com", "unknown@example.com"} {
			if err := a.RequestReset(t.Context(), email); err != nil {
				t.Errorf("%s: %v", email, err)
			}
		}
		for bad, field := range map[string]string{
			" ": "email: This field may not be blank.", "no address": "email: Enter a valid email address.",
		} {
			err := a.RequestReset(t.Context(), bad)
			if diff := cmp.Diff([]string{field}, fields(err)); diff != "" || !is(err, fault.BadArguments) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if err := a.RequestReset(t.Context(), "IVAN@example.com"); err != nil {
			t.Errorf("again: %v", err)
		}
		if diff := cmp.Diff([]string{"confirm inactive@example.com", "reset Ivan@example.com"}, a.letters(t)); diff != "" {
			t.Errorf("letters (-want +got)\n%s", diff)
		}
	})
}

func TestRaceForAResetToken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		token := a.resetToken(t, u.Email)
		fresh := func(i int) string { return fmt.Sprintf("another#Pass%d", i) }
		all := a.crowd(t, "secrets", 20, func(i int) error { return a.ResetPassword(t.Context(), token, fresh(i)) })
		oneOf(t, all, ResetGone)
		for i, err := range all {
			if err == nil {
				a.login(t, u.Email, fresh(i))
			}
		}
	})
}
