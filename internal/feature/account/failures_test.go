package account

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// from is a context of a client at the address.
func from(ctx context.Context, address string) context.Context {
	return audit.With(ctx, audit.Actor{Address: address, Request: "R"})
}

func TestSignInsAreRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		ctx := from(t.Context(), "203.0.113.5")
		token, err := a.Login(ctx, u.Email, password, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Logout(ctx, u.ID, token); err != nil {
			t.Fatal(err)
		}
		if err := a.Logout(ctx, u.ID, token); err != nil { // which ends nothing
			t.Fatal(err)
		}
		if _, err := a.Update(audit.As(ctx, int64(u.ID)), u.ID, Profile{Password: new("another#Pass1")}); err != nil {
			t.Fatal(err)
		}
		if err := a.ResetPassword(ctx, a.resetToken(t, u.Email), password); err != nil {
			t.Fatal(err)
		}
		who := fmt.Sprintf(" by %d from 203.0.113.5", u.ID)
		want := []string{
			"user.password_reset user/1: " + who, "user.sign_in user/1: new password" + who, "user.password user/1: " + who,
			"user.sign_out user/1: " + who, "user.sign_in user/1: password" + who, "user.add user/1: buyer by 0 from ",
		}
		if diff := cmp.Diff(want, a.records(t, "user.")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A sign-in that failed is recorded without a word of what was tried, once a
// minute for a person and an address, and costs nothing before.
func TestFailedSignInsAreRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		blocked := a.person(t, "blocked@example.com")
		a.block(t, blocked.ID, true)
		fail := func(address, email string) int64 {
			t.Helper()
			return a.statements(func() {
				_, err := a.Login(from(t.Context(), address), email, "wrong", "")
				want(t, err, BadLogin)
				_, _, err = a.Check(from(t.Context(), address), email, "wrong")
				want(t, err, BadLogin)
			})
		}
		for range 3 {
			if one, other := fail("203.0.113.5", u.Email), fail("203.0.113.5", "nobody@example.com"); one != 2 || other != 2 {
				t.Errorf("%d statements for a person, %d for nobody", one, other)
			}
		}
		fail("203.0.113.6", u.Email)
		fail("203.0.113.6", blocked.Email)
		if got := a.records(t, "failed"); len(got) != 0 {
			t.Errorf("recorded at once: %v", got)
		}
		for range 2 { // the second time there is nothing
			if err := a.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		wants := []string{
			"user.sign_in_failed user/2: password, times: 2 by 0 from 203.0.113.6",
			"user.sign_in_failed user/1: password, times: 2 by 0 from 203.0.113.6",
			"user.sign_in_failed user/1: password, times: 6 by 0 from 203.0.113.5",
			"user.sign_in_failed user/0: password, times: 6 by 0 from 203.0.113.5",
		}
		if diff := cmp.Diff(wants, a.records(t, "failed")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// However many addresses try, a minute of it is a bounded number of records.
func TestAFloodOfFailures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		for i := range maxFailures * 2 {
			a.failures.note(from(t.Context(), fmt.Sprint("2001:db8::", i)), 0, byPassword)
		}
		if err := a.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := a.count(t, `select count(*) from audit_log`); n != maxFailures+1 {
			t.Errorf("%d records", n)
		}
		all := a.count(t, `select count(*) from audit_log where address = '' and details = 'password, times: 200'`)
		if all != 1 {
			t.Error("the rest is not counted")
		}
	})
}
