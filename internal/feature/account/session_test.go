package account

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// Whatever is wrong, the answer is the same.
func TestLoginTellsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		a.registered(t, "inactive@example.com")
		for _, try := range []struct{ name, email, password string }{
			{"wrong password", "ivan@example.com", "wrong"},
			{"no password", "ivan@example.com", ""},
			{"another letter case", "ivan@example.com", strings.ToUpper(password)},
			{"unknown", "unknown@example.com", password},
			{"inactive", "inactive@example.com", password},
			{"inactive and wrong", "inactive@example.com", "wrong"},
			{"no address", "", password},
		} {
			token, err := a.Login(t.Context(), try.email, try.password, "")
			e := fault.As(err)
			if token != "" || e == nil || e.Code != BadLogin.Code || e.Text != BadLogin.Text || len(e.Fields)+len(e.Facts) != 0 {
				t.Errorf("%s: %q, %v", try.name, token, err)
			}
		}
	})
}

func TestAuthenticate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		a.person(t, "other@example.com")
		token := a.login(t, " IVAN@example.com", password)
		got, err := a.Authenticate(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(u, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for _, bad := range []string{"", "x", strings.ToUpper(token), token[1:], string(hashToken(token))} {
			if a.signedIn(t, bad) {
				t.Errorf("%q signs in", bad)
			}
		}
		a.exec(t, `update users set active = $2 where id = $1`, u.ID, false)
		if a.signedIn(t, token) {
			t.Error("signed in although inactive")
		}
	})
}

func TestASignInExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		token := a.login(t, "ivan@example.com", password)
		a.move(tokenLife - time.Microsecond)
		if !a.signedIn(t, token) {
			t.Error("ended too early")
		}
		for _, later := range []time.Duration{time.Microsecond, time.Hour} {
			a.move(later)
			if a.signedIn(t, token) {
				t.Error("does not end")
			}
		}
		a.login(t, "ivan@example.com", password)
		if n := a.count(t, `select count(*) from tokens`); n != 1 {
			t.Errorf("%d tokens: the expired one is still kept", n)
		}
	})
}

func TestLogoutEndsOneSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		phone, desk := a.login(t, u.Email, password), a.login(t, u.Email, password)
		foreign := a.login(t, other.Email, password)
		if phone == desk {
			t.Fatal("one token for two sign-ins")
		}
		if err := a.Logout(t.Context(), u.ID, phone); err != nil {
			t.Fatal(err)
		}
		if err := a.Logout(t.Context(), u.ID, foreign); err != nil {
			t.Fatal(err)
		}
		if a.signedIn(t, phone) || !a.signedIn(t, desk) || !a.signedIn(t, foreign) {
			t.Errorf("phone %v, desk %v, another person %v", a.signedIn(t, phone), a.signedIn(t, desk), a.signedIn(t, foreign))
		}
	})
}

func TestANewPasswordEndsEverySignIn(t *testing.T) {
	const fresh = "another#Pass1"
	ways := map[string]func(t *testing.T, a *accounts, u User){
		"details": func(t *testing.T, a *accounts, u User) {
			token, err := a.Update(t.Context(), u.ID, Profile{Password: new(fresh)})
			if err != nil {
				t.Fatal(err)
			}
			if !a.signedIn(t, token) {
				t.Error("the token of the answer does not sign in")
			}
		},
		"reset": func(t *testing.T, a *accounts, u User) {
			if err := a.ResetPassword(t.Context(), a.resetToken(t, u.Email), fresh); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, change := range ways {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
				one, two := a.login(t, u.Email, password), a.login(t, u.Email, password)
				foreign, foreignReset := a.login(t, other.Email, password), a.resetToken(t, other.Email)
				oldReset := a.resetToken(t, u.Email)
				change(t, a, u)
				if a.signedIn(t, one) || a.signedIn(t, two) {
					t.Error("an old sign-in works")
				}
				if !a.signedIn(t, foreign) {
					t.Error("another person is signed out")
				}
				_, err := a.Login(t.Context(), u.Email, password, "")
				want(t, err, BadLogin)
				a.login(t, u.Email, fresh)
				want(t, a.ResetPassword(t.Context(), oldReset, "third#Pass1"), ResetGone)
				if err := a.ResetPassword(t.Context(), foreignReset, "third#Pass1"); err != nil {
					t.Errorf("the reset of another person: %v", err)
				}
			})
		})
	}
}

// A sign-in with the old password that began before the new one was set does
// not survive it.
func TestLoginWhileThePasswordChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		a.hasher.key = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
			a.hasher.key = cheap
			err := a.db.InTx(t.Context(), func(tx db.Tx) error { return setPassword(t.Context(), tx, u.ID, "$argon2id$another") })
			if err != nil {
				t.Error(err)
			}
			return cheap(password, salt, time, memory, threads, length)
		}
		_, err := a.Login(t.Context(), u.Email, password, "")
		want(t, err, BadLogin)
		if n := a.count(t, `select count(*) from tokens`); n != 0 {
			t.Errorf("%d tokens", n)
		}
	})
}
