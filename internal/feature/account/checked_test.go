package account

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// statements is how many statements f sends.
func (a *accounts) statements(f func()) int64 {
	before := a.d.Statements()
	f()
	return a.d.Statements() - before
}

func TestATokenIsLookedUpOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		token := a.login(t, u.Email, password)
		try := func(name string, wants int64, works bool) {
			t.Helper()
			if n := a.statements(func() {
				if a.works(t, token) != works {
					t.Errorf("%s: works %v", name, !works)
				}
			}); n != wants {
				t.Errorf("%s: %d statements, want %d", name, n, wants)
			}
		}
		try("first", 1, true)
		for range 3 {
			try("again", 0, true)
		}
		a.login(t, other.Email, password)
		try("somebody else has signed in", 0, true)
		if err := a.Register(t.Context(), profile("new@example.com"), Buyer); err != nil {
			t.Fatal(err)
		}
		try("somebody has registered", 0, true)
		a.move(checkedLife - time.Microsecond)
		try("just before it is old", 0, true)
		a.move(time.Microsecond)
		try("old", 1, true)
		a.move(-time.Hour)
		try("the clock was set back", 1, true)

		// One that expires is not known for longer than that.
		a.move(time.Hour + tokenLife - checkedLife - time.Microsecond)
		try("about to expire", 1, true)
		try("again", 0, true)
		a.move(time.Microsecond)
		try("expired", 1, false)
		try("what does not work is looked up each time", 1, false)
	})
}

// changesOfSignIns are all the ways that end a sign-in or change what it is made
// of. A new one needs no thought to be right (db.Watch tells the cache of every
// statement), but one that says what it is about must not lie: it comes here.
var changesOfSignIns = map[string]func(t *testing.T, a *accounts, u User, s SignIn, token string) error{
	"logout": func(t *testing.T, a *accounts, u User, _ SignIn, token string) error {
		return a.Logout(t.Context(), u.ID, token)
	},
	"revoke": func(t *testing.T, a *accounts, u User, s SignIn, _ string) error {
		_, err := a.Revoke(t.Context(), u.ID, []TokenID{s.Token})
		return err
	},
	"revoke others": func(t *testing.T, a *accounts, u User, s SignIn, _ string) error {
		_, err := a.RevokeOthers(t.Context(), u.ID, s.Token+1000)
		return err
	},
	"new password": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		_, err := a.Update(t.Context(), u.ID, Profile{Password: new("another#Pass1")})
		return err
	},
	"reset": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		return a.ResetPassword(t.Context(), a.resetToken(t, u.Email), "another#Pass1")
	},
	"block": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		_, err := a.tryBlock(t, u.ID, true)
		return err
	},
	"role": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		return a.d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := ChangeType(t.Context(), tx, u.ID, Shop)
			return err
		})
	},
	"details": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		_, err := a.Update(t.Context(), u.ID, Profile{FirstName: new("Пётр"), Language: new("en"), AcceptShortages: new(true)})
		return err
	},
	"another address": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		old, fresh := a.agreements(t, u, "fresh@example.com")
		if err := a.agree(t, old, false); err != nil {
			return err
		}
		return a.agree(t, fresh, true)
	},
	"another spelling of the address": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		a.askAddress(t, u.ID, strings.ToUpper(u.Email))
		return nil
	},
	"leave": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		stamp, err := StampOf(t.Context(), a.d, u.ID)
		if err != nil {
			return err
		}
		return a.leave(t, u.ID, stamp)
	},
	"a statement that says nothing of whom it is about": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		return a.d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `update users set company = $2 where id = $1`, u.ID, "ООО Роза")
			return err
		})
	},
	"deleted": func(t *testing.T, a *accounts, u User, _ SignIn, _ string) error {
		return a.d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `delete from users where id = $1`, u.ID)
			return err
		})
	},
}

// Whatever ends or changes a sign-in is seen at once.
func TestChangesAreSeenAtOnce(t *testing.T) {
	for name, change := range changesOfSignIns {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u := a.person(t, "ivan@example.com")
				token := a.login(t, u.Email, password)
				before, err := a.SignInOf(t.Context(), token)
				if err != nil {
					t.Fatal(err)
				}
				if err := change(t, a, u, before, token); err != nil {
					t.Fatal(err)
				}
				got, gotErr := a.SignInOf(t.Context(), token)
				want, _, wantErr := a.readSignIn(t.Context(), token, a.now())
				if cmp.Equal(before, want) {
					t.Fatal("nothing was changed")
				}
				if diff := cmp.Diff(want, got); diff != "" || (gotErr == nil) != (wantErr == nil) {
					t.Errorf("%v, want %v (-want +got)\n%s", gotErr, wantErr, diff)
				}
			})
		})
	}
}

// What confirms an address lets sign in: nothing is known of who may not yet.
func TestConfirmedIsSeenAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		token := a.login(t, u.Email, password)
		a.exec(t, `update users set active = $2 where id = $1`, u.ID, false)
		if a.works(t, token) {
			t.Fatal("works")
		}
		a.exec(t, `update users set active = $2 where id = $1`, u.ID, true)
		if !a.works(t, token) {
			t.Error("does not work")
		}
	})
}

// A check that read before a revocation has committed does not keep its answer
// after it.
func TestACheckThatIsOvertaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		for name, end := range map[string]func(token string) error{
			"logout": func(token string) error { return a.Logout(t.Context(), u.ID, token) },
			"a statement that says nothing of whom it is about": func(token string) error {
				a.exec(t, `delete from tokens where hash = $1`, hashToken(token))
				return nil
			},
		} {
			token := a.login(t, u.Email, password)
			s, err := a.checked.through(token, a.now(), func() (SignIn, time.Time, error) {
				s, expires, err := a.readSignIn(t.Context(), token, a.now())
				if err == nil {
					err = end(token)
				}
				return s, expires, err
			})
			if err != nil || s.User != u {
				t.Fatalf("%s: %+v, %v", name, s, err)
			}
			if a.works(t, token) {
				t.Errorf("%s: what has ended works", name)
			}
		}
	})
}

// Sign-ins that are checked all the time and end at any: when the end was
// answered, no check says yes.
func TestChecksAndEndsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		for range 20 {
			token := a.login(t, u.Email, password)
			var ended atomic.Bool
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for {
						before := ended.Load()
						if _, err := a.SignInOf(t.Context(), token); err != nil {
							return
						} else if before {
							t.Error("what has ended works")
							return
						}
					}
				})
			}
			if err := a.Logout(t.Context(), u.ID, token); err != nil {
				t.Error(err)
			}
			ended.Store(true)
			all.Wait()
		}
	})
}

// Another instance sees the end of a token within five seconds.
func TestAnotherInstance(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		one, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = one.Close() })
		if one.Dialect() == db.SQLite {
			if err := one.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		two, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = two.Close() })
		a, b := open(t, one), open(t, two)
		u := a.person(t, "ivan@example.com")
		token := a.login(t, u.Email, password)
		if !b.works(t, token) {
			t.Fatal("does not work")
		}
		if err := a.Logout(t.Context(), u.ID, token); err != nil {
			t.Fatal(err)
		}
		if a.works(t, token) {
			t.Error("works on the same instance")
		}
		b.move(5 * time.Second)
		if b.works(t, token) {
			t.Error("works on another instance after five seconds")
		}
	})
}

func TestCheckedIsBounded(t *testing.T) {
	t.Parallel()
	var c checked
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for i := range maxChecked * 2 {
		_, err := c.through(fmt.Sprint(i), now, func() (SignIn, time.Time, error) { return SignIn{}, now.Add(time.Hour), nil })
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.all); n > maxChecked || n == 0 {
			t.Fatalf("%d are known", n)
		}
	}
}

// The cache is told of every table that a sign-in is read from.
func TestTablesOfASignIn(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?i)\b(?:from|join)\s+(\w+)`).FindAllStringSubmatch(selectSignIn, -1) {
		read[match[1]] = true
	}
	for table := range read {
		if !slices.Contains(signInTables, table) {
			t.Errorf("%s is not watched", table)
		}
	}
	if len(read) < 2 {
		t.Errorf("found only %v", read)
	}
}

func TestLastUse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		s := a.session(t, u.Email)
		key, made := a.key(t, s, OrdersRead)
		used := func() (list []time.Time) {
			if err := a.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			tokens, err := a.Tokens(t.Context(), u.ID, 0, 10)
			if err != nil || tokens[0].ID != made.ID {
				t.Fatalf("%+v, %v", tokens, err)
			}
			for _, token := range tokens {
				at := time.Time{}
				if token.LastUsedAt != nil {
					at = *token.LastUsedAt
				}
				list = append(list, at)
			}
			return list
		}
		start := a.now()
		if diff := cmp.Diff([]time.Time{{}, start}, used()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		a.move(90 * time.Second)
		a.works(t, key)
		a.move(time.Hour) // it is written down late, as when the database was away
		if diff := cmp.Diff([]time.Time{start.Add(time.Minute), start}, used()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if n := a.statements(func() { used() }); n != 1 {
			t.Errorf("%d statements, with nothing to write down", n)
		}
		for range 3 {
			a.works(t, key)
		}
		if n := a.statements(func() { used() }); n != 2 {
			t.Errorf("%d statements for one use", n)
		}
		if n := a.statements(func() { a.works(t, key) }); n != 0 {
			t.Errorf("writing it down costs %d look-ups", n)
		}
		// Another instance has seen a later use.
		a.uses.note(made.ID, start)
		if got := used(); !got[0].After(start) {
			t.Errorf("set back to %v", got[0])
		}
	})
}

func TestUsesAreBounded(t *testing.T) {
	t.Parallel()
	var u uses
	for i := range maxUses + 10 {
		u.note(TokenID(i), time.Now())
	}
	if n := len(u.all); n != maxUses {
		t.Errorf("%d are remembered", n)
	}
}
