package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// everySort makes one person of each sort there is and returns their addresses,
// beside that of nobody.
func (a *accounts) everySort(t *testing.T) []string {
	t.Helper()
	a.person(t, "active@example.com")
	a.registered(t, "inactive@example.com")
	a.block(t, a.person(t, "blocked@example.com").ID, true)
	return []string{"unknown@example.com", "active@example.com", "inactive@example.com", "blocked@example.com"}
}

// Whoever has the address, the request sends the same statements, hashes as
// often, enqueues the same job, and answers the same, in the first request as in
// a repeated one.
func TestAskingCostsTheSame(t *testing.T) {
	requests := map[string]func(a *accounts, email string) error{
		"register": func(a *accounts, email string) error {
			p := profile(email)
			p.Password = new("another#Pass1")
			return a.Register(t.Context(), p, Buyer)
		},
		"resend": func(a *accounts, email string) error { return a.Resend(t.Context(), email) },
		"reset":  func(a *accounts, email string) error { return a.RequestReset(t.Context(), email) },
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, request := range requests {
			a := open(t, d)
			emails := a.everySort(t)
			a.work(t)
			a.move(askPause)
			hashes := 0
			a.hasher.key = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
				hashes++
				return cheap(password, salt, time, memory, threads, length)
			}
			for _, try := range []string{"first", "again"} {
				var first string
				for _, email := range emails {
					hashes = 0
					sent, letters := d.Statements(), a.count(t, `select count(*) from letters`)
					err := request(a, email)
					_, jobs := a.asked(t)
					cost := fmt.Sprintf("%v, %d statements, %d hashes, %d jobs, %d letters", err, d.Statements()-sent-2, hashes, len(jobs),
						a.count(t, `select count(*) from letters`)-letters)
					if first == "" {
						first = cost
						t.Log(name, try, cost)
					}
					if cost != first {
						t.Errorf("%s %s, %s: %s; of %s: %s", name, try, email, cost, emails[0], first)
					}
					a.exec(t, `delete from river_job where kind = 'letter_asked'`)
				}
			}
			for _, email := range emails { // for the next request
				a.exec(t, `delete from users where email_key = $1`, email)
			}
			a.exec(t, `delete from letter_asks`)
		}
	})
}

// What the letter is depends on the person, as they are when it is written down.
func TestWhoGetsWhichLetter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		emails := a.everySort(t)
		a.move(askPause)
		before := len(a.letters(t))
		for _, email := range emails {
			for _, err := range []error{a.Register(t.Context(), profile(email), Buyer), a.Resend(t.Context(), email), a.RequestReset(t.Context(), email)} {
				if err != nil {
					t.Errorf("%s: %v", email, err)
				}
			}
		}
		if diff := cmp.Diff([]string{
			"confirm unknown@example.com", "confirm unknown@example.com",
			"known active@example.com", "reset active@example.com",
			"confirm inactive@example.com", "confirm inactive@example.com",
		}, a.letters(t)[before:]); diff != "" {
			t.Errorf("letters (-want +got)\n%s", diff)
		}
	})
}

// A job that is worked on twice sends one letter.
func TestAnAskedLetterIsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		if err := a.RequestReset(t.Context(), "ivan@example.com"); err != nil {
			t.Fatal(err)
		}
		_, list := a.asked(t)
		for range 2 {
			if err := a.sendAsked(t.Context(), list[0]); err != nil {
				t.Fatal(err)
			}
		}
		a.exec(t, `delete from users`)
		if err := a.sendAsked(t.Context(), list[0]); err != nil {
			t.Errorf("nobody is there any more: %v", err)
		}
		if n := a.count(t, `select count(*) from letters`); n != 1 {
			t.Errorf("%d letters", n)
		}
	})
}

// Fifty requests at once, or within a minute, are one letter; a minute later
// there is another one.
func TestOneLetterAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "ivan@example.com")
		for i, err := range atOnce(50, func(int) error { return a.RequestReset(t.Context(), "ivan@example.com") }) {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {askPause - time.Microsecond, 1}, {time.Microsecond, 2}, {askPause - time.Microsecond, 2}} {
			a.move(step.after)
			if err := a.RequestReset(t.Context(), "IVAN@example.com"); err != nil {
				t.Error(err)
			}
			if got := a.letters(t); len(got) != step.want {
				t.Errorf("letters %v, want %d", got, step.want)
			}
		}
		if err := a.dropAsks(t.Context()); err != nil || a.count(t, `select count(*) from letter_asks`) != 1 {
			t.Errorf("one that is still waited for was forgotten: %v", err)
		}
		a.move(askPause)
		if err := a.dropAsks(t.Context()); err != nil || a.count(t, `select count(*) from letter_asks`) != 0 {
			t.Errorf("one that nothing waits for is kept: %v", err)
		}
	})
}

// Whoever else registered an address that was not confirmed yet, before its owner
// or after, knows no password that opens the account.
func TestRegistrationsOfOthersOpenNothing(t *testing.T) {
	const theirs, owners = "Their#Pass12", "Owner#Pass12"
	register := func(t *testing.T, a *accounts, password, name string) {
		t.Helper()
		p := profile("victim@example.com")
		p.Password, p.FirstName = &password, &name
		if err := a.Register(t.Context(), p, Buyer); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		passwords []string
		works     string // of the passwords
	}{
		"nobody else":                   {[]string{owners}, owners},
		"the owner twice":               {[]string{owners, owners}, owners},
		"before the owner":              {[]string{theirs, owners}, ""},
		"after the owner":               {[]string{owners, theirs}, ""},
		"before and after":              {[]string{theirs, owners, theirs}, ""},
		"after the owner, who tries on": {[]string{owners, theirs, owners, owners}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := open(t, d)
				for i, password := range c.passwords {
					register(t, a, password, fmt.Sprint("Имя", i))
				}
				if err := a.Confirm(t.Context(), "victim@example.com", a.mailed(t, confirmLetter, "victim@example.com")); err != nil {
					t.Fatal(err)
				}
				for _, password := range []string{theirs, owners} {
					if _, err := a.Login(t.Context(), "victim@example.com", password, ""); (err == nil) != (password == c.works) {
						t.Errorf("login with %s: %v", password, err)
					}
				}
				if u, err := a.ByEmail(t.Context(), "victim@example.com"); err != nil || u.FirstName != fmt.Sprint("Имя", len(c.passwords)-1) {
					t.Errorf("the person is %+v, %v", u, err)
				}
				if c.works != "" {
					return
				}
				// The mailbox sets the password.
				if err := a.ResetPassword(t.Context(), a.mailed(t, resetLetter, "victim@example.com"), owners); err != nil {
					t.Fatal(err)
				}
				a.login(t, "victim@example.com", owners)
			})
		})
	}
}

// A registration changes nothing of who is there.
func TestRegistrationLeavesPeopleAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.everySort(t)
		waiting := a.registered(t, "waiting@example.com")
		w, err := a.ByEmail(t.Context(), "waiting@example.com")
		if err != nil {
			t.Fatal(err)
		}
		a.block(t, w.ID, true)
		for _, email := range []string{"active@example.com", "blocked@example.com", "waiting@example.com"} {
			before, err := a.ByEmail(t.Context(), email)
			if err != nil {
				t.Fatal(err)
			}
			err = a.Register(t.Context(), Profile{
				FirstName: new("Чужой"), LastName: new("Человек"), Email: new(email), Password: new("Their#Pass12"), Language: new("en"),
			}, Shop)
			if err != nil {
				t.Fatal(err)
			}
			if after, err := a.ByEmail(t.Context(), email); err != nil || after != before {
				t.Errorf("%s: %+v, %v", email, after, err)
			}
		}
		if err := a.Confirm(t.Context(), "waiting@example.com", waiting); err != nil {
			t.Fatal(err)
		}
		a.block(t, w.ID, false)
		a.login(t, "waiting@example.com", password)
		a.login(t, "active@example.com", password)
	})
}
