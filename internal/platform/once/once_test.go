package once_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/once"
)

// Of many equal requests at once, on several instances, one is worked on; all
// the others get its answer.
func TestOneWorks(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		var instances []*scene
		c := &clock{}
		for range 3 {
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			})
			instances = append(instances, instance(t, d, c))
		}
		key := keyOf(t, 1, "k")
		const crowd = 60
		answers, errs := make([]string, crowd), make([]error, crowd)
		worked := make(chan int, crowd)
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				<-start
				s := instances[i%len(instances)]
				claim, past, err := s.Claim(t.Context(), key, patience, nil)
				if err == nil && claim != nil {
					worked <- i
					answers[i] = fmt.Sprint("worked on by ", i)
					errs[i] = claim.Keep(t.Context(), sum(key, "same"), answerOf(answers[i]))
					return
				}
				if err == nil {
					var a once.Answer
					a, err = past.Answer(sum(key, "same"))
					answers[i] = string(a.Body)
				}
				errs[i] = err
			})
		}
		close(start)
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if len(worked) != 1 {
			t.Fatalf("%d worked on it", len(worked))
		}
		want := fmt.Sprint("worked on by ", <-worked)
		for i, got := range answers {
			if got != want {
				t.Errorf("request %d got %q, want %q", i, got, want)
			}
		}
	})
}

// The answer is for the same request only, and for the caller who made it.
func TestOtherRequestsAndCallers(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		key := keyOf(t, 1, "k")
		keep(t, s.work(t, key), key, "the request", "the answer")
		for range 2 {
			got, err := s.past(t, key, "the request")
			if diff := cmp.Diff(answerOf("the answer"), got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		}
		got, err := s.past(t, key, "the request, changed")
		if !errors.Is(err, once.Reused) || got.Body != nil {
			t.Errorf("another request got %q, %v", got.Body, err)
		}
		for _, other := range []once.Key{keyOf(t, 2, "k"), keyOf(t, 0, "k"), keyOf(t, 1, "K"), keyOf(t, 11, "k")} {
			s.work(t, other)
		}
	})
}

// A repeat waits for the first request: for its answer, or until it may work
// itself; not longer than its patience, and not when the program stops.
func TestRepeatsWait(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		type outcome struct {
			claim *once.Claim
			past  *once.Past
			err   error
		}
		key := keyOf(t, 1, "k")
		repeat := func(ctx context.Context, patience time.Duration, stopping <-chan struct{}) <-chan outcome {
			came := make(chan outcome, 1)
			go func() {
				c, p, err := s.Claim(ctx, key, patience, stopping)
				came <- outcome{c, p, err}
			}()
			return came
		}
		first := s.work(t, key)
		if got := <-repeat(t.Context(), time.Millisecond, nil); !errors.Is(got.err, once.InProgress) {
			t.Errorf("after its patience: %+v", got)
		}
		stopping := make(chan struct{})
		stopped, waiting := repeat(t.Context(), patience, stopping), repeat(t.Context(), patience, nil)
		close(stopping)
		if got := <-stopped; !errors.Is(got.err, once.InProgress) {
			t.Errorf("a stopping program: %+v", got)
		}
		gone, leave := context.WithCancel(t.Context())
		left := repeat(gone, patience, nil)
		leave()
		if got := <-left; !errors.Is(got.err, context.Canceled) {
			t.Errorf("a client that went away: %+v", got)
		}
		if len(waiting) != 0 {
			t.Errorf("a repeat did not wait: %+v", <-waiting)
		}
		if err := first.Free(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := <-waiting
		if second.claim == nil {
			t.Fatalf("a freed key: %+v", second)
		}
		waiting = repeat(t.Context(), patience, nil)
		keep(t, second.claim, key, "x", "of the second")
		third := <-waiting
		if third.past == nil {
			t.Fatalf("a kept answer: %+v", third)
		}
		if got, err := third.past.Answer(sum(key, "x")); err != nil || string(got.Body) != "of the second" {
			t.Errorf("the repeat got %q, %v", got.Body, err)
		}
	})
}

// The claim of a process that has died ends with its lease. If it only slept, it
// does not take back what another has done meanwhile.
func TestDeadHolder(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		key := keyOf(t, 1, "k")
		silent := s.work(t, key)
		s.clock.Move(29 * time.Second)
		if !s.held(t, key) {
			t.Fatal("the claim ended before its lease")
		}
		s.clock.Move(2 * time.Second)
		second := s.work(t, key)
		if err := silent.Keep(t.Context(), sum(key, "x"), answerOf("too late")); err == nil {
			t.Error("a claim that was taken over kept its answer")
		}
		keep(t, second, key, "x", "of the second")
		if err := silent.Free(t.Context()); err == nil {
			t.Error("a claim that was taken over freed the key")
		}
		if got, err := s.past(t, key, "x"); err != nil || string(got.Body) != "of the second" {
			t.Errorf("kept: %q, %v", got.Body, err)
		}
	})
}

// A process that works keeps its claim, however long it works.
func TestRenewal(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		s.RenewEvery(time.Millisecond)
		key := keyOf(t, 1, "k")
		s.work(t, key)
		for range 4 {
			s.clock.Move(25 * time.Second)
			now, end := s.clock.Now(), time.Now().Add(patience)
			for until := now; !until.After(now.Add(25 * time.Second)); {
				if err := s.db.QueryRow(t.Context(), `select held_until from idempotency_keys`).Scan(&until); err != nil {
					t.Fatal(err)
				}
				if time.Now().After(end) {
					t.Fatalf("at %s it is held until %s", now, until)
				}
			}
			if !s.held(t, key) {
				t.Fatal("a claim was lost while its process worked")
			}
		}
	})
}

// An answer is kept for a day, and then deleted.
func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		old, busy := keyOf(t, 1, "old"), keyOf(t, 1, "busy")
		keep(t, s.work(t, old), old, "x", "the first")
		s.clock.Move(once.Kept - time.Minute)
		if got, err := s.past(t, old, "x"); err != nil || string(got.Body) != "the first" {
			t.Errorf("within the day: %q, %v", got.Body, err)
		}
		s.clock.Move(2 * time.Minute)
		keep(t, s.work(t, old), old, "y", "the second")
		if got, err := s.past(t, old, "y"); err != nil || string(got.Body) != "the second" {
			t.Errorf("after the day: %q, %v", got.Body, err)
		}
		err := s.db.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.CopyIn(t.Context(), "idempotency_keys",
				[]string{"hash", "request", "holder", "held_until", "status", "answer", "created_at"},
				func(yield func([]any, error) bool) {
					past := s.clock.Now().Add(-once.Kept)
					for i := range 2500 { // more than two batches
						if !yield([]any{fmt.Append(nil, i), []byte{}, "", past, 200, []byte{}, past}, nil) {
							return
						}
					}
				})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.work(t, busy)
		if err := s.queue.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.queue.Stop(context.WithoutCancel(t.Context())) })
		var left int
		for end := time.Now().Add(patience); left != 2; {
			if err := s.db.QueryRow(t.Context(), `select count(*) from idempotency_keys`).Scan(&left); err != nil {
				t.Fatal(err)
			}
			if time.Now().After(end) {
				t.Fatalf("%d keys are left", left)
			}
		}
		if got, err := s.past(t, old, "y"); err != nil || string(got.Body) != "the second" || !s.held(t, busy) {
			t.Errorf("a key that still answers was deleted: %q, %v", got.Body, err)
		}
	})
}

// The table gives away neither the key, nor the request, nor the answer; and an
// answer opens in its own row only.
func TestSealed(t *testing.T) {
	each(t, func(t *testing.T, s *scene) {
		one, two := keyOf(t, 1, "key-of-one"), keyOf(t, 1, "key-of-two")
		if bytes.Equal(sum(one, "same"), sum(two, "same")) {
			t.Error("the sum of a request needs no key")
		}
		keep(t, s.work(t, one), one, "password=secret-1", "token secret-2")
		keep(t, s.work(t, two), two, "password=secret-1", "token secret-3")
		rows, err := s.db.Query(t.Context(), `select hash, request, holder, answer from idempotency_keys`)
		all, err := db.Collect(rows, err, func(r db.Row) (string, error) {
			var hash, request, answer []byte
			var holder string
			err := r.Scan(&hash, &request, &holder, &answer)
			return string(hash) + string(request) + holder + string(answer), err
		})
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		for _, word := range []string{"key-of", "secret", "password", "token", "Location", "c2VjcmV0"} {
			if strings.Contains(strings.Join(all, " "), word) {
				t.Errorf("%q rests in the table", word)
			}
		}
		err = s.db.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				update idempotency_keys set request = $1, answer = (select answer from idempotency_keys order by hash limit 1)`, sum(one, "x"))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []once.Key{one, two} {
			_, past, err := s.Claim(t.Context(), k, patience, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := past.Answer(sum(one, "x")); err == nil {
				t.Errorf("a foreign answer opened: %q", got.Body)
			}
		}
	})
}

func TestKeys(t *testing.T) {
	for text, good := range map[string]bool{
		"a": true, "~!": true, "3f2c9a52-7d1e-4c61-8a0b-5a1df2f0c001": true, strings.Repeat("k", 255): true,
		"": false, "a b": false, "a\t": false, "ключ": false, "\x7f": false, strings.Repeat("k", 256): false,
	} {
		if _, err := once.KeyOf(1, text); good != (err == nil) || !good && !errors.Is(err, once.BadKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
