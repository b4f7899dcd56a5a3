package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zakup/internal/platform/client"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/limit"
)

// limited is the feature with the standard limits, and what counts the checks of
// passwords.
func limited(t *testing.T, d *db.DB) (*accounts, *atomic.Int64) {
	t.Helper()
	a := open(t, d)
	q, err := jobs.New(d, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	a.o.Limits = limit.NewGuard(d, q, limit.Standard(), a.now)
	checks := &atomic.Int64{}
	a.hasher.key = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
		checks.Add(1)
		return cheap(password, salt, time, memory, threads, length)
	}
	return a, checks
}

// at is a context of requests from the address.
func at(t *testing.T, address string) context.Context {
	t.Helper()
	return client.With(t.Context(), netip.MustParseAddr(address))
}

// A storm of guesses costs as many checks of passwords as are let through.
func TestStormIsCheap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, checks := limited(t, d)
		a.person(t, "anna@example.com")
		checks.Store(0)
		for name, try := range map[string]func(email string) error{
			"Login": func(email string) error { _, err := a.Login(at(t, "203.0.113.5"), email, "wrong", ""); return err },
			"Check": func(email string) error { _, _, err := a.Check(at(t, "203.0.113.6"), email, "wrong"); return err },
		} {
			for _, email := range []string{"anna@example.com", name + "@example.com"} {
				checks.Store(0)
				errs := make([]error, 50)
				var all sync.WaitGroup
				for i := range errs {
					all.Go(func() { errs[i] = try(email) })
				}
				all.Wait()
				bad, held := 0, 0
				for _, err := range errs {
					switch {
					case errors.Is(err, BadLogin):
						bad++
					case errors.Is(err, limit.TooMany):
						held++
					default:
						t.Fatal(err)
					}
				}
				if bad != 5 || held != 45 || checks.Load() != 5 {
					t.Errorf("%s of %s: %d failed, %d were held, %d passwords were checked", name, email, bad, held, checks.Load())
				}
			}
		}
	})
}

// Guesses from many addresses are held as one; who has signed in before is not.
func TestManyStrangers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := limited(t, d)
		a.person(t, "anna@example.com")
		home := at(t, "2001:db8:1:2::7")
		token, err := a.Login(home, "anna@example.com", password, "")
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for i := range 300 {
			_, err := a.Login(at(t, fmt.Sprintf("203.0.113.%d", i%250)), "anna@example.com", "wrong", "")
			switch {
			case errors.Is(err, BadLogin):
				failed++
			case !errors.Is(err, limit.TooMany):
				t.Fatal(err)
			}
		}
		if failed != 100 {
			t.Errorf("%d guesses were let through", failed)
		}
		if _, err := a.Login(at(t, "198.51.100.1"), "anna@example.com", password, ""); !errors.Is(err, limit.TooMany) {
			t.Errorf("from elsewhere: %v", err)
		}
		if _, err := a.Authenticate(t.Context(), token); err != nil {
			t.Errorf("an earlier sign-in: %v", err)
		}
		if _, err := a.Login(at(t, "2001:db8:1:2::8"), "anna@example.com", password, ""); err != nil {
			t.Errorf("from home: %v", err)
		}
		a.move(time.Minute) // the longest wait of an account
		if _, err := a.Login(at(t, "198.51.100.1"), "anna@example.com", password, ""); err != nil {
			t.Errorf("from elsewhere after the wait: %v", err)
		}
	})
}

// One address tries many accounts: each once or twice, as a list of leaked
// passwords has them.
func TestManyAccounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := limited(t, d)
		a.person(t, "anna@example.com")
		failed := 0
		for i := range 200 {
			_, err := a.Login(at(t, "203.0.113.5"), fmt.Sprintf("person%d@example.com", i), password, "")
			switch {
			case errors.Is(err, BadLogin):
				failed++
			case !errors.Is(err, limit.TooMany):
				t.Fatal(err)
			}
		}
		if failed != 100 {
			t.Errorf("%d guesses were let through", failed)
		}
		// A good sign-in waits too, and takes nothing from what was counted.
		if _, err := a.Login(at(t, "203.0.113.5"), "anna@example.com", password, ""); !errors.Is(err, limit.TooMany) {
			t.Errorf("from there: %v", err)
		}
		if _, err := a.Login(at(t, "203.0.113.6"), "anna@example.com", password, ""); err != nil {
			t.Errorf("from next door: %v", err)
		}
	})
}

// The command line and the program itself are not limited by an address.
func TestNoAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := limited(t, d)
		for i := range 30 {
			a.person(t, fmt.Sprintf("person%d@example.com", i))
			if _, err := a.Login(t.Context(), fmt.Sprintf("person%d@example.com", i), password, ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}
