package limit_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/limit"
)

// logins is the rule of failed sign-ins: five, then one in fifteen minutes.
var logins = limit.Standard().Login

// Beyond the free tries the waits double, up to the time after which one is
// forgotten, as one is during the fourth wait; whoever waits as long as they are
// told is let through.
func TestGrowth(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		mine := limit.Count{Rule: logins, Of: "mine"}
		for range 5 {
			s.fails(t, mine)
		}
		var got []time.Duration
		for range 8 {
			first := s.held(t, mine)
			s.clock.Move(first - time.Second)
			if again := s.held(t, mine); again != time.Second {
				t.Errorf("a held try made it longer: %s, and %s later %s", first, first-time.Second, again)
			}
			s.clock.Move(time.Second)
			s.fails(t, mine)
			got = append(got, first/time.Minute)
		}
		if diff := cmp.Diff([]time.Duration{1, 2, 4, 8, 8, 15, 15, 15}, got); diff != "" {
			t.Errorf("the waits in minutes (-want +got)\n%s", diff)
		}
		s.fails(t, limit.Count{Rule: logins, Of: "another's"})
		s.clock.Move(24 * time.Hour)
		for range 5 {
			s.fails(t, mine)
		}
		s.held(t, mine)
	})
}

// One is forgotten after its time, so an office that fails now and then is never held.
func TestForgetting(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		office := limit.Count{Rule: limit.Rule{Free: 3, Forget: time.Minute}, Of: "office"}
		for range 100 {
			s.fails(t, office)
			s.clock.Move(time.Minute)
		}
		s.fails(t, office)
		s.fails(t, office)
		s.clock.Move(time.Minute)
		s.fails(t, office)
		s.fails(t, office)
		s.held(t, office)
	})
}

// The clocks of several instances disagree a little: no try is taken for two.
func TestClocksDisagree(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		mine := limit.Count{Rule: logins, Of: "mine"}
		for i := range 5 {
			s.clock.Move([]time.Duration{500 * time.Millisecond, -500 * time.Millisecond}[i%2])
			s.fails(t, mine)
		}
		s.held(t, mine)
	})
}

// A rule of one try lets one through.
func TestOne(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		one := limit.Count{Rule: limit.Rule{Free: 1, Forget: 15 * time.Minute}, Of: "one"}
		for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			s.fails(t, one)
			got := s.held(t, one)
			if got != want {
				t.Errorf("held for %s, want %s", got, want)
			}
			s.clock.Move(got)
		}
		s.clock.Move(time.Hour)
		s.fails(t, one)
		s.held(t, one)
	})
}

// Of many at once, on several instances, exactly those pass that would pass one
// after the other; and none is counted where another count holds it.
func TestManyAtOnce(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		c := newClock()
		var instances []*scene
		for range 2 {
			instances = append(instances, guard(t, open(t, url), c))
		}
		const crowd = 50
		storm := func(counts func(i int) []limit.Count) (passed int64) {
			var all sync.WaitGroup
			var n atomic.Int64
			errs := make([]error, crowd)
			start := make(chan struct{})
			for i := range crowd {
				all.Go(func() {
					<-start
					_, err := instances[i%2].Try(context.WithoutCancel(t.Context()), counts(i)...)
					switch {
					case err == nil:
						n.Add(1)
					case !errors.Is(err, limit.TooMany):
						errs[i] = err
					}
				})
			}
			close(start)
			all.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			return n.Load()
		}
		own := limit.Count{Rule: logins, Of: "own", Own: true}
		if got := storm(func(int) []limit.Count { return []limit.Count{own} }); got != 5 {
			t.Errorf("%d of 50 passed, want 5", got)
		}
		c.Move(time.Minute)
		if got := storm(func(int) []limit.Count { return []limit.Count{own} }); got != 1 {
			t.Errorf("%d of 50 passed after the wait, want 1", got)
		}
		// Every account has its own count, their address one: crossed, so that they
		// would wait for each other if the rows were locked in any order.
		address := limit.Count{Rule: limit.Rule{Free: 7, Forget: time.Minute}, Of: "address"}
		wide := limit.Count{Rule: limit.Rule{Free: 30, Forget: time.Minute}, Of: "wide", Wide: true}
		got := storm(func(i int) []limit.Count {
			one := limit.Count{Rule: logins, Of: fmt.Sprint("account ", i), Own: true}
			if i%2 == 0 {
				return []limit.Count{address, wide, one}
			}
			return []limit.Count{one, wide, address}
		})
		if got != 7 {
			t.Errorf("%d of 50 passed, want 7", got)
		}
		var counted int
		if err := instances[0].db.QueryRow(t.Context(), `select count(*) from tries`).Scan(&counted); err != nil {
			t.Fatal(err)
		}
		if counted != 1+7+2 {
			t.Errorf("%d counts are kept, want those of own, seven accounts, the address and wide", counted)
		}
	})
}

// A success forgets the own count, and takes only itself back from the others.
func TestSuccess(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		own := limit.Count{Rule: logins, Of: "own", Own: true}
		address := limit.Count{Rule: limit.Rule{Free: 6, Forget: time.Hour}, Of: "address"}
		for range 4 {
			s.fails(t, own, address)
		}
		for range 20 {
			s.passes(t, own, address)
		}
		s.fails(t, own, address) // the fifth of the address
		s.passes(t, own, address)
		s.fails(t, own, address)
		if got := s.held(t, own, address); got != 4*time.Minute {
			t.Errorf("held for %s", got)
		}
		for range 4 {
			s.fails(t, own)
		}
		s.held(t, own)
	})
}

// The wait that a success had set goes with it; one that another has set stays.
func TestSuccessAmongFailures(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		address := limit.Count{Rule: limit.Rule{Free: 2, Forget: time.Hour}, Of: "address"}
		early := s.fails(t, address)
		s.fails(t, address)
		if err := early.Passed(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.held(t, address)
		s.clock.Move(4 * time.Minute)
		s.passes(t, address)
		s.passes(t, address)
	})
}

// A crowd of strangers fills the wide count; whoever has been there, or has
// proven themselves otherwise, does not meet it, for thirty days.
func TestNobodyIsLockedOut(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		wide := limit.Count{Rule: limit.Rule{Free: 10, Forget: time.Minute}, Of: "account", Wide: true}
		from := func(place string) []limit.Count {
			return []limit.Count{{Rule: logins, Of: "account from " + place, Own: true}, wide}
		}
		s.passes(t, from("office")...)
		attack := func() {
			t.Helper()
			for i := range 30 {
				_, err := s.Try(t.Context(), from(fmt.Sprint("stranger ", i))...)
				wait(t, err)
			}
			s.held(t, from("another stranger")...)
		}
		attack()
		s.passes(t, from("office")...)
		s.held(t, from("hotel")...)
		err := s.db.InTx(t.Context(), func(tx db.Tx) error { return s.Known(t.Context(), tx, "account from hotel") })
		if err != nil {
			t.Fatal(err)
		}
		s.passes(t, from("hotel")...)
		for range 5 {
			s.fails(t, from("office")...)
		}
		s.held(t, from("office")...) // their own failures hold them all the same
		s.clock.Move(31 * 24 * time.Hour)
		attack()
		s.held(t, from("office")...)
	})
}

// What is forgotten is deleted, and nothing else.
func TestOldTriesAreDeleted(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		short := limit.Rule{Free: 5, Forget: time.Minute}
		for i := range 30 {
			s.fails(t, limit.Count{Rule: short, Of: fmt.Sprint("old ", i)})
		}
		long := limit.Count{Rule: limit.Rule{Free: 2, Forget: time.Hour}, Of: "long"}
		s.fails(t, long)
		s.fails(t, long)
		s.passes(t, limit.Count{Rule: short, Of: "known", Own: true})
		s.clock.Move(2 * time.Minute)
		if err := s.queue.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.queue.Stop(context.WithoutCancel(t.Context())) })
		var left int
		for end := time.Now().Add(30 * time.Second); left != 2; {
			if err := s.db.QueryRow(t.Context(), `select count(*) from tries`).Scan(&left); err != nil {
				t.Fatal(err)
			}
			if time.Now().After(end) {
				t.Fatalf("%d counts are left", left)
			}
		}
		s.held(t, long)
	})
}

// Of nobody, without a rule and without a guard nothing is counted.
func TestUnlimited(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		var none *limit.Guard
		for range 50 {
			s.passes(t, limit.Count{Rule: logins, Of: limit.Key("login", "")})
			s.passes(t, limit.Count{Of: "off"})
			try, err := none.Try(t.Context(), limit.Count{Rule: logins, Of: "x"})
			if err = errors.Join(err, try.Passed(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		if before := s.db.Statements(); before > 10 {
			t.Errorf("%d statements", before)
		}
	})
}

// The table tells nobody who tried.
func TestTableHoldsHashes(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.fails(t, limit.Count{Rule: logins, Of: limit.Key("login", "anna@example.com", "203.0.113.5")})
		var hash []byte
		if err := s.db.QueryRow(t.Context(), `select hash from tries`).Scan(&hash); err != nil {
			t.Fatal(err)
		}
		if len(hash) != 32 {
			t.Errorf("%d bytes: %q", len(hash), hash)
		}
	})
}
