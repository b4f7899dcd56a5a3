package account

import (
	"errors"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// block blocks or unblocks a person.
func (a *accounts) block(t *testing.T, id ID, blocked bool) {
	t.Helper()
	changed, err := a.tryBlock(t, id, blocked)
	if err != nil || !changed {
		t.Fatalf("blocked %v: changed %v, %v", blocked, changed, err)
	}
}

func (a *accounts) tryBlock(t *testing.T, id ID, blocked bool) (changed bool, err error) {
	t.Helper()
	err = a.d.InTx(t.Context(), func(tx db.Tx) error {
		changed, err = Block(t.Context(), tx, id, blocked)
		return err
	})
	return changed, err
}

func TestBlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		tokens := []string{a.login(t, u.Email, password), a.login(t, u.Email, password)}
		foreign, secret := a.login(t, other.Email, password), a.resetToken(t, u.Email)
		_, stamp, err := a.Check(t.Context(), u.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		a.block(t, u.ID, true)
		if a.signedIn(t, tokens[0]) || a.signedIn(t, tokens[1]) || !a.signedIn(t, foreign) {
			t.Error("a sign-in of the blocked works, or another person's does not")
		}
		for _, try := range []string{password, "wrong"} {
			_, err := a.Login(t.Context(), u.Email, try, "")
			e := fault.As(err)
			if e == nil || e.Code != BadLogin.Code || e.Text != BadLogin.Text || len(e.Fields)+len(e.Facts) != 0 {
				t.Errorf("login: %v", err)
			}
		}
		_, _, err = a.Check(t.Context(), u.Email, password)
		want(t, err, BadLogin)
		_, err = StampOf(t.Context(), d, u.ID)
		want(t, err, fault.Absent)

		// Neither an old letter nor a new one sets a password.
		letters := len(a.letters(t))
		if err := a.RequestReset(t.Context(), u.Email); err != nil || len(a.letters(t)) != letters {
			t.Errorf("a reset: %v, letters %v", err, a.letters(t))
		}
		want(t, a.ResetPassword(t.Context(), secret, "another#Pass1"), ResetGone)
		late, err := a.makeSecret(t.Context(), reset, u.ID) // of a letter that was queued before
		if err != nil {
			t.Fatal(err)
		}
		want(t, a.ResetPassword(t.Context(), late, "another#Pass1"), ResetGone)

		if changed, err := a.tryBlock(t, u.ID, true); err != nil || changed {
			t.Errorf("again: changed %v, %v", changed, err)
		}
		a.block(t, u.ID, false)
		if a.signedIn(t, tokens[0]) || a.signedIn(t, tokens[1]) {
			t.Error("an ended sign-in came back")
		}
		a.login(t, u.Email, password)
		if again, err := StampOf(t.Context(), d, u.ID); err != nil || again != stamp {
			t.Errorf("the stamp is another one: %v", err)
		}
	})
}

// A token that is there all the same does not sign the blocked in.
func TestATokenOfTheBlocked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		token := a.login(t, u.Email, password)
		a.exec(t, `update users set blocked = $2 where id = $1`, u.ID, true)
		_, err := a.Authenticate(t.Context(), token)
		want(t, err, BadToken)
	})
}

// whileHashing runs f when the next password is hashed or checked.
func (a *accounts) whileHashing(f func()) {
	a.hasher.key = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
		a.hasher.key = cheap
		f()
		return cheap(password, salt, time, memory, threads, length)
	}
}

// Who is blocked between the check of the password and what follows it gets no
// sign-in, and no new password.
func TestBlockedMeanwhile(t *testing.T) {
	const fresh = "another#Pass1"
	for name, x := range map[string]struct {
		act  func(a *accounts, t *testing.T, u User, secret string) error
		want *fault.Error
	}{
		"login": {func(a *accounts, t *testing.T, u User, _ string) error {
			t.Helper()
			_, err := a.Login(t.Context(), u.Email, password, "")
			return err
		}, BadLogin},
		"a new password": {func(a *accounts, t *testing.T, u User, _ string) error {
			t.Helper()
			_, err := a.Update(t.Context(), u.ID, Profile{Password: new(fresh)})
			return err
		}, BadToken},
		"reset": {func(a *accounts, t *testing.T, _ User, secret string) error {
			t.Helper()
			return a.ResetPassword(t.Context(), secret, fresh)
		}, ResetGone},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u := a.person(t, "ivan@example.com")
				secret := a.resetToken(t, u.Email)
				// The secret is left, as that of a letter that is written late.
				a.whileHashing(func() { a.exec(t, `update users set blocked = $2 where id = $1`, u.ID, true) })
				want(t, x.act(a, t, u, secret), x.want)
				if n := a.count(t, `select count(*) from tokens`); n != 0 {
					t.Errorf("%d tokens", n)
				}
				a.block(t, u.ID, false)
				a.login(t, u.Email, password)
			})
		})
	}
}

// Whatever the order of logins and a block at once: when it has returned, no
// token works, and none comes to life with the end of the block.
func TestBlockAndLoginAtOnce(t *testing.T) {
	const logins = 10
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		for range 5 {
			tokens := make([]string, logins+1)
			tokens[logins] = a.login(t, u.Email, password)
			all := a.crowd(t, "users", logins+1, func(i int) error {
				if i == logins {
					changed, err := a.tryBlock(t, u.ID, true)
					if err == nil && !changed {
						err = errors.New("nothing changed")
					}
					if err == nil && a.signedIn(t, tokens[logins]) {
						err = errors.New("a token works when the block has returned")
					}
					return err
				}
				token, err := a.Login(t.Context(), u.Email, password, "")
				tokens[i] = token
				return err
			})
			if all[logins] != nil {
				t.Fatal(all[logins])
			}
			for i, err := range all[:logins] {
				if err != nil {
					want(t, err, BadLogin)
				}
				if a.signedIn(t, tokens[i]) {
					t.Error("a token of the blocked works")
				}
			}
			if n := a.count(t, `select count(*) from tokens`); n != 0 {
				t.Errorf("%d tokens wait for the end of the block", n)
			}
			a.block(t, u.ID, false)
		}
	})
}

func TestChangeType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		change := func(id ID, to Type) (changed bool, err error) {
			err = d.InTx(t.Context(), func(tx db.Tx) error {
				changed, err = ChangeType(t.Context(), tx, id, to)
				return err
			})
			return changed, err
		}
		token := a.login(t, u.Email, password)
		_, stamp, err := a.Check(t.Context(), u.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		if changed, err := change(u.ID, Buyer); err != nil || changed || !a.signedIn(t, token) {
			t.Errorf("a buyer made a buyer: changed %v, %v", changed, err)
		}
		if changed, err := change(u.ID, Shop); err != nil || !changed || a.signedIn(t, token) {
			t.Errorf("a buyer made a supplier: changed %v, %v", changed, err)
		}
		if got, err := Find(t.Context(), d, u.ID); err != nil || got.Type != Shop {
			t.Errorf("%+v, %v", got, err)
		}
		if now, err := StampOf(t.Context(), d, u.ID); err != nil || now == stamp {
			t.Errorf("the stamp did not change: %v", err)
		}
		for _, to := range []Type{Admin, "", "owner"} {
			_, err := change(u.ID, to)
			if got := fields(err); len(got) != 1 || got[0] != "type: Must be one of: buyer, shop." {
				t.Errorf("made %q: %v", to, err)
			}
		}
	})
}

func TestAdministratorsAreOutOfReach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		admin, err := a.AddActive(t.Context(), profile("chief@example.com"), Admin)
		if err != nil {
			t.Fatal(err)
		}
		token := a.login(t, admin.Email, password)
		for _, x := range []struct {
			id   ID
			want *fault.Error
		}{{admin.ID, OfAdmin}, {admin.ID + 1, fault.Absent}} {
			for _, blocked := range []bool{true, false} {
				_, err := a.tryBlock(t, x.id, blocked)
				want(t, err, x.want)
			}
			want(t, d.InTx(t.Context(), func(tx db.Tx) error {
				_, err := ChangeType(t.Context(), tx, x.id, Buyer)
				return err
			}), x.want)
		}
		if got, err := a.Authenticate(t.Context(), token); err != nil || got.Type != Admin {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
