package account

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// askEmail asks for another address.
func (a *accounts) askAddress(t *testing.T, who ID, email string) {
	t.Helper()
	if token, err := a.Update(t.Context(), who, Profile{Email: &email}); err != nil || token != "" {
		t.Fatalf("%q, %v", token, err)
	}
}

// agreements asks for another address and returns the tokens of the two letters.
func (a *accounts) agreements(t *testing.T, u User, email string) (old, fresh string) {
	t.Helper()
	a.askAddress(t, u.ID, email)
	return a.mailed(t, emailOldLetter, u.Email), a.mailed(t, emailNewLetter, email)
}

// is the person's address this one?
func (a *accounts) hasAddress(t *testing.T, who ID, email string) {
	t.Helper()
	if u, err := Find(t.Context(), a.d, who); err != nil || u.Email != email {
		t.Errorf("the address is %q, want %q: %v", u.Email, email, err)
	}
}

func TestBothAddressesAgree(t *testing.T) {
	for name, oldFirst := range map[string]bool{"the old one first": true, "the new one first": false} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				u := a.person(t, "old@example.com")
				signedIn, forgotten := a.login(t, u.Email, password), a.resetToken(t, u.Email)
				one, two := a.agreements(t, u, "New@example.com")
				if !oldFirst {
					one, two = two, one
				}
				a.hasAddress(t, u.ID, "old@example.com")
				want(t, a.agree(t, "0123456789abcdef0123456789abcdef01234567", false), BadSecret)
				want(t, a.agree(t, "", false), BadSecret)
				if err := a.agree(t, one, false); err != nil {
					t.Fatal(err)
				}
				want(t, a.agree(t, one, false), BadSecret)
				a.hasAddress(t, u.ID, "old@example.com")
				a.login(t, "old@example.com", password)
				if err := a.agree(t, two, true); err != nil {
					t.Fatal(err)
				}
				a.hasAddress(t, u.ID, "New@example.com")
				a.login(t, "new@example.com", password)
				_, err := a.Login(t.Context(), "old@example.com", password, "")
				want(t, err, BadLogin)
				if !a.signedIn(t, signedIn) {
					t.Error("the sign-in ended")
				}
				// Who reads the letters to the address before can't use them.
				want(t, a.ResetPassword(t.Context(), forgotten, "another#Pass1"), ResetGone)
				want(t, a.agree(t, two, false), BadSecret)
				if diff := cmp.Diff([]string{
					"reset old@example.com", "email_old old@example.com", "email_new New@example.com",
					"email_done old@example.com", "email_done New@example.com",
				}, a.letters(t)); diff != "" {
					t.Errorf("letters (-want +got)\n%s", diff)
				}
				records, err := a.trail.List(t.Context(), audit.Filter{Subject: userSubject(u.ID)}, 0, 10)
				var actions []string
				for _, r := range records {
					if strings.HasPrefix(r.Action, "user.email") {
						actions = append(actions, r.Action)
					}
				}
				if diff := cmp.Diff([]string{"user.email", "user.email_ask"}, actions); diff != "" || err != nil {
					t.Errorf("%v, records (-want +got)\n%s", err, diff)
				}
				all := fmt.Sprint(records)
				if strings.Contains(strings.ToLower(all), "@example.com") {
					t.Errorf("an address is in the log of acts: %s", all)
				}
			})
		})
	}
}

// agree confirms; changed is what is expected of a success.
func (a *accounts) agree(t *testing.T, token string, changed bool) error {
	t.Helper()
	got, err := a.ConfirmEmail(t.Context(), token)
	if err == nil && got != changed {
		t.Errorf("changed %v, want %v", got, changed)
	}
	return err
}

// An address of the person's own is nothing to ask about.
func TestTheSameAddressIsNoChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		reset := a.resetToken(t, u.Email)
		for _, email := range []string{"ivan@example.com", "Ivan@Example.com"} {
			a.askAddress(t, u.ID, email)
			a.hasAddress(t, u.ID, email)
		}
		if _, err := a.EmailChange(t.Context(), u.ID); !is(err, fault.Absent) {
			t.Errorf("a change waits: %v", err)
		}
		if got := a.letters(t); len(got) != 1 {
			t.Errorf("letters %v", got)
		}
		if err := a.ResetPassword(t.Context(), reset, "another#Pass1"); err != nil {
			t.Errorf("the letter before: %v", err)
		}
	})
}

// Whether the new address is somebody's, is not told: the statements and the
// letters queued are the same, and only their owner reads of it.
func TestATakenAddressIsNotTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "taken@example.com")
		var costs []string
		for i, email := range []string{"free@example.com", "Taken@example.com"} {
			u := a.person(t, fmt.Sprintf("p%d@example.com", i))
			sent := d.Statements()
			a.askAddress(t, u.ID, email)
			costs = append(costs, fmt.Sprint(d.Statements()-sent))
			c, err := a.EmailChange(t.Context(), u.ID)
			if err != nil || c.Email != email || c.OldAgreed || c.NewAgreed {
				t.Errorf("%s: %+v, %v", email, c, err)
			}
		}
		if costs[0] != costs[1] {
			t.Errorf("statements %v", costs)
		}
		var ref int64
		if err := d.QueryRow(t.Context(), `select ref from letters where recipient = 'Taken@example.com'`).Scan(&ref); err != nil {
			t.Fatal(err)
		}
		l, err := a.writeEmailNew(t.Context(), ref, mail.Russian)
		if err != nil || secretText.MatchString(l.Text) || l.Only != "Taken@example.com" || !strings.Contains(l.Text, "У вас уже есть") {
			t.Errorf("the letter to the owner: %+v, %v", l, err)
		}
		if err := a.agree(t, a.mailed(t, emailOldLetter, "p1@example.com"), false); err != nil {
			t.Error(err)
		}
		a.login(t, "taken@example.com", password)
	})
}

// An address that became somebody's meanwhile stays theirs.
func TestAnAddressTakenMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "old@example.com")
		old, fresh := a.agreements(t, u, "new@example.com")
		if err := a.agree(t, old, false); err != nil {
			t.Fatal(err)
		}
		other := a.person(t, "NEW@example.com")
		want(t, a.agree(t, fresh, false), EmailTaken)
		a.hasAddress(t, u.ID, "old@example.com")
		a.hasAddress(t, other.ID, "NEW@example.com")
	})
}

// A registration that was never confirmed keeps nobody from their address.
func TestAnAddressThatOnlyWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		confirm := a.registered(t, "new@example.com")
		u := a.person(t, "old@example.com")
		old, fresh := a.agreements(t, u, "new@example.com")
		if err := a.agree(t, old, false); err != nil {
			t.Fatal(err)
		}
		if err := a.agree(t, fresh, true); err != nil {
			t.Fatal(err)
		}
		a.hasAddress(t, u.ID, "new@example.com")
		want(t, a.Confirm(t.Context(), "new@example.com", confirm), BadSecret)
		if n := a.count(t, `select count(*) from users where email_key = 'new@example.com'`); n != 1 {
			t.Errorf("%d people", n)
		}
	})
}

func TestAChangeExpires(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "old@example.com")
		old, fresh := a.agreements(t, u, "new@example.com")
		a.move(secretLife - time.Microsecond)
		if err := a.agree(t, old, false); err != nil {
			t.Errorf("a moment before the end: %v", err)
		}
		a.move(time.Microsecond)
		want(t, a.agree(t, fresh, false), BadSecret)
		if _, err := a.EmailChange(t.Context(), u.ID); !is(err, fault.Absent) {
			t.Errorf("it is shown: %v", err)
		}
		a.hasAddress(t, u.ID, "old@example.com")
	})
}

// The tokens of a change that was withdrawn, or replaced, work no more, and its
// letters that are not written yet are not.
func TestAChangeThatIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "old@example.com")
		old, fresh := a.agreements(t, u, "first@example.com")
		_, err := a.Update(t.Context(), u.ID, Profile{Email: new("second@example.com"), FirstName: new("Другой")})
		want(t, err, EmailTooSoon)
		a.askAddress(t, u.ID, "first@example.com")
		if n := len(a.letters(t)); n != 2 {
			t.Errorf("%d letters", n)
		}
		var ref int64
		if err := d.QueryRow(t.Context(), `select id from email_changes`).Scan(&ref); err != nil {
			t.Fatal(err)
		}
		a.move(askPause)
		a.askAddress(t, u.ID, "second@example.com")
		want(t, a.agree(t, old, false), BadSecret)
		want(t, a.agree(t, fresh, false), BadSecret)
		for name, write := range map[string]mail.Renderer{"old": a.writeEmailOld, "new": a.writeEmailNew} {
			if _, err := write(t.Context(), ref, mail.Russian); !jobs.Cancelled(err) {
				t.Errorf("the letter to the %s one: %v", name, err)
			}
		}
		old, fresh = a.mailed(t, emailOldLetter, "old@example.com"), a.mailed(t, emailNewLetter, "second@example.com")
		if err := a.WithdrawEmail(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
		want(t, a.WithdrawEmail(t.Context(), u.ID), fault.Absent)
		want(t, a.agree(t, old, false), BadSecret)
		want(t, a.agree(t, fresh, false), BadSecret)
		if got, err := Find(t.Context(), d, u.ID); err != nil || got != u {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// The blocked change nothing.
func TestTheBlockedKeepTheirAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "old@example.com")
		old, fresh := a.agreements(t, u, "new@example.com")
		a.block(t, u.ID, true)
		if err := a.agree(t, old, false); err != nil {
			t.Fatal(err)
		}
		want(t, a.agree(t, fresh, false), BadSecret)
		a.hasAddress(t, u.ID, "old@example.com")
	})
}

// Both at once: one of them changes the address, never none.
func TestRaceToAgree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		for i := range 10 {
			u := a.person(t, fmt.Sprintf("old%d@example.com", i))
			email := fmt.Sprintf("new%d@example.com", i)
			old, fresh := a.agreements(t, u, email)
			tokens, changed := []string{old, fresh}, make([]bool, 2)
			for _, err := range a.crowd(t, "email_changes", 2, func(i int) (err error) {
				changed[i], err = a.ConfirmEmail(t.Context(), tokens[i])
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
			if changed[0] == changed[1] {
				t.Errorf("changed: %v", changed)
			}
			a.hasAddress(t, u.ID, email)
		}
	})
}

// Ten people move to one address at once: one gets it.
func TestRaceToMoveToAnAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		var tokens []string
		for i := range 10 {
			old, fresh := a.agreements(t, a.person(t, fmt.Sprintf("%d@example.com", i)), "same@example.com")
			if err := a.agree(t, old, false); err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, fresh)
		}
		oneOf(t, a.crowd(t, "users", len(tokens), func(i int) error {
			_, err := a.ConfirmEmail(t.Context(), tokens[i])
			return err
		}), EmailTaken)
		if n := a.count(t, `select count(*) from users where email = 'same@example.com'`); n != 1 {
			t.Errorf("%d people have it", n)
		}
	})
}

// One person asks for many at once: one change waits, and two letters go out.
func TestRaceToAskForAnAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "old@example.com")
		oneOf(t, atOnce(20, func(i int) error {
			_, err := a.Update(context.WithoutCancel(t.Context()), u.ID, Profile{Email: new(fmt.Sprintf("new%d@example.com", i))})
			return err
		}), EmailTooSoon)
		if n, letters := a.count(t, `select count(*) from email_changes`), a.letters(t); n != 1 || len(letters) != 2 {
			t.Errorf("%d changes, letters %v", n, letters)
		}
	})
}
