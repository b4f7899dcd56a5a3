package account

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// session signs in and returns the sign-in.
func (a *accounts) session(t *testing.T, email string) SignIn {
	t.Helper()
	s, err := a.SignInOf(t.Context(), a.login(t, email, password))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// key makes a key.
func (a *accounts) key(t *testing.T, s SignIn, scopes ...Scope) (string, Token) {
	t.Helper()
	key, made, err := a.AddKey(t.Context(), s, NewKey{Name: "machine", Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return key, made
}

// works tells whether a token works, a session's or a key.
func (a *accounts) works(t *testing.T, token string) bool {
	t.Helper()
	_, err := a.SignInOf(t.Context(), token)
	if err != nil && !is(err, BadToken) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		ctx := audit.With(t.Context(), audit.Actor{User: int64(u.ID), Address: "203.0.113.5", Agent: "1C+\x00\xff/8.3 " + strings.Repeat("ж", 300)})
		key, made, err := a.AddKey(ctx, a.session(t, u.Email), NewKey{Name: " Касса ", Scopes: []Scope{OrdersWrite, OrdersRead, OrdersWrite}, Days: new(30)})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(key, "zk_") || len(key) != 43 {
			t.Errorf("the key is %q", key)
		}
		got, err := a.SignInOf(t.Context(), key)
		want := SignIn{User: u, Token: made.ID, Kind: Key, Scopes: []Scope{OrdersRead, OrdersWrite}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		for scope, may := range map[Scope]bool{OrdersRead: true, OrdersWrite: true, PricesWrite: false, CatalogRead: false, "": false} {
			if got.May(scope) != may {
				t.Errorf("May(%q) is %v", scope, !may)
			}
		}
		if a.signedIn(t, key) {
			t.Error("a key signs in as a person")
		}
		list, err := a.Tokens(t.Context(), u.ID, 0, 10)
		if err != nil || len(list) != 2 || list[0].Kind != Key || list[1].Kind != Session {
			t.Fatalf("%+v, %v", list, err)
		}
		shown := Token{
			ID: made.ID, Kind: Key, Name: "Касса", Scopes: []Scope{OrdersRead, OrdersWrite}, CreatedAt: a.now(), ExpiresAt: a.now().Add(30 * 24 * time.Hour),
			Agent: "1C+/8.3 " + strings.Repeat("ж", 192), Address: "203.0.113.5",
		}
		if diff := cmp.Diff([]Token{shown, shown}, []Token{list[0], made}); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if more, err := a.Tokens(t.Context(), u.ID, list[0].ID, 1); err != nil || len(more) != 1 || more[0].ID != list[1].ID {
			t.Errorf("the next page: %+v, %v", more, err)
		}
		a.move(30*24*time.Hour - time.Microsecond)
		if !a.works(t, key) {
			t.Error("ended too early")
		}
		a.move(time.Microsecond)
		if list, err := a.Tokens(t.Context(), u.ID, 0, 10); a.works(t, key) || err != nil || len(list) != 0 {
			t.Errorf("does not end: %+v, %v", list, err)
		}
	})
}

func TestNoSuchKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		s := a.session(t, a.person(t, "ivan@example.com").Email)
		for name, k := range map[string]NewKey{
			"name: This field may not be blank.":                                              {Name: " ", Scopes: Scopes()},
			"name: Ensure this field has no more than 100 characters.":                        {Name: strings.Repeat("ж", 101), Scopes: Scopes()},
			"scopes: Must be one of: catalog:read, prices:write, orders:read, orders:write.":  {Name: "x"},
			"scopes: Must be one of: catalog:read, prices:write, orders:read, orders:write. ": {Name: "x", Scopes: []Scope{OrdersRead, "users:write"}},
			"days: Ensure this value is greater than or equal to 1.":                          {Name: "x", Scopes: Scopes(), Days: new(0)},
			"days: Ensure this value is less than or equal to 730.":                           {Name: "x", Scopes: Scopes(), Days: new(731)},
		} {
			key, _, err := a.AddKey(t.Context(), s, k)
			if got := fields(err); key != "" || len(got) != 1 || got[0] != strings.TrimSpace(name) {
				t.Errorf("%s: %q, %v", name, key, err)
			}
		}
		// A key makes no keys, and neither does a session that has ended.
		key, _ := a.key(t, s, Scopes()...)
		k, err := a.SignInOf(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = a.AddKey(t.Context(), k, NewKey{Name: "x", Scopes: Scopes()})
		want(t, err, BadToken)
		if _, err := a.Revoke(t.Context(), s.User.ID, []TokenID{s.Token}); err != nil {
			t.Fatal(err)
		}
		_, _, err = a.AddKey(t.Context(), s, NewKey{Name: "x", Scopes: Scopes()})
		want(t, err, BadToken)
		if n := a.count(t, `select count(*) from tokens`); n != 1 {
			t.Errorf("%d tokens", n)
		}
	})
}

// Fifty keys at once are twenty, also when others are made at the same time.
func TestKeysAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		s, other := a.session(t, a.person(t, "ivan@example.com").Email), a.session(t, a.person(t, "other@example.com").Email)
		made := 0
		for _, err := range atOnce(50, func(i int) error {
			by := s
			if i%10 == 0 {
				by = other
			}
			_, _, err := a.AddKey(t.Context(), by, NewKey{Name: "x", Scopes: Scopes()})
			return err
		}) {
			if err == nil {
				made++
				continue
			}
			want(t, err, TooManyKeys)
		}
		if n := a.count(t, `select count(*) from tokens where kind = 'key'`); made != MaxKeys+5 || n != MaxKeys+5 {
			t.Errorf("made %d, there are %d", made, n)
		}
		// What has expired is in nobody's way.
		a.move(KeyDays * 24 * time.Hour)
		a.key(t, a.session(t, s.User.Email), OrdersRead)
	})
}

// No key is left over by a session that is ended while the key is made.
func TestKeysWhileSignInsEnd(t *testing.T) {
	ends := map[string]func(a *accounts, t *testing.T, u User) error{
		"blocked": func(a *accounts, t *testing.T, u User) error {
			t.Helper()
			_, err := a.tryBlock(t, u.ID, true)
			return err
		},
		"a new password": func(a *accounts, t *testing.T, u User) error {
			t.Helper()
			return a.d.InTx(t.Context(), func(tx db.Tx) error { return setPassword(t.Context(), tx, u.ID, "$argon2id$another") })
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u := a.person(t, "ivan@example.com")
				s := a.session(t, u.Email)
				for i, err := range a.crowd(t, "users", 11, func(i int) error {
					if i == 10 {
						return end(a, t, u)
					}
					_, _, err := a.AddKey(t.Context(), s, NewKey{Name: "x", Scopes: Scopes()})
					return err
				}) {
					if err != nil && i < 10 {
						want(t, err, BadToken)
					} else if err != nil {
						t.Error(err)
					}
				}
				if n := a.count(t, `select count(*) from tokens`); n != 0 {
					t.Errorf("%d tokens are left", n)
				}
			})
		})
	}
}

func TestRevoke(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		s, foreign := a.session(t, u.Email), a.session(t, other.Email)
		phone := a.session(t, u.Email)
		one, first := a.key(t, s, OrdersRead)
		two, _ := a.key(t, s, OrdersRead)
		theirs, _ := a.key(t, foreign, OrdersRead)
		ctx := audit.With(t.Context(), audit.Actor{User: int64(u.ID), Address: "203.0.113.5"})
		n, err := a.Revoke(ctx, u.ID, []TokenID{first.ID, foreign.Token, first.ID, 1 << 60})
		if n != 1 || err != nil || a.works(t, one) || !a.works(t, two) || !a.works(t, theirs) {
			t.Errorf("revoked %d, %v", n, err)
		}
		n, err = a.RevokeOthers(ctx, u.ID, s.Token)
		if n != 2 || err != nil || a.works(t, two) || !a.works(t, theirs) {
			t.Errorf("revoked %d others, %v", n, err)
		}
		if left := a.count(t, `select count(*) from tokens`); left != 3 {
			t.Errorf("%d tokens are left", left)
		}
		_ = phone
		if diff := cmp.Diff([]string{
			"session.revoke user/1: 1 by 1 from 203.0.113.5", "key.revoke key/5: machine by 1 from 203.0.113.5", "key.revoke key/4: machine by 1 from 203.0.113.5",
		}, a.records(t, "revoke")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A new password, a block and another role end keys as they end sessions.
func TestKeysEndWithSignIns(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, a *accounts, u User){
		"details": func(t *testing.T, a *accounts, u User) {
			t.Helper()
			if _, err := a.Update(t.Context(), u.ID, Profile{Password: new("another#Pass1")}); err != nil {
				t.Fatal(err)
			}
		},
		"reset": func(t *testing.T, a *accounts, u User) {
			t.Helper()
			if err := a.ResetPassword(t.Context(), a.resetToken(t, u.Email), "another#Pass1"); err != nil {
				t.Fatal(err)
			}
		},
		"block": func(t *testing.T, a *accounts, u User) {
			t.Helper()
			a.block(t, u.ID, true)
			a.block(t, u.ID, false)
		},
		"role": func(t *testing.T, a *accounts, u User) {
			t.Helper()
			err := a.d.InTx(t.Context(), func(tx db.Tx) error {
				_, err := ChangeType(t.Context(), tx, u.ID, Shop)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u := a.person(t, "ivan@example.com")
				key, _ := a.key(t, a.session(t, u.Email), Scopes()...)
				if !a.works(t, key) {
					t.Fatal("does not work")
				}
				end(t, a, u)
				if a.works(t, key) {
					t.Error("works still")
				}
			})
		})
	}
}

// Neither the table nor the log holds the key itself.
func TestAKeyIsAHash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		key, made := a.key(t, a.session(t, a.person(t, "ivan@example.com").Email), OrdersRead)
		var hash []byte
		var texts string
		err := d.QueryRow(t.Context(), `select hash, name || scopes || agent || address from tokens where id = $1`, made.ID).Scan(&hash, &texts)
		if err != nil || !bytes.Equal(hash, hashToken(key)) || strings.Contains(texts, key[3:]) {
			t.Errorf("%x, %q, %v", hash, texts, err)
		}
		got := a.records(t, "")
		if len(got) != 3 || !strings.HasPrefix(got[0], "key.add "+keySubject(made.ID)+": machine: orders:read by ") || strings.Contains(got[0], key[3:]) {
			t.Errorf("%q", got)
		}
	})
}
