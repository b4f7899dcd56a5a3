package once_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/once"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is the time, moved by tests.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time {
	return time.Now().UTC().Add(time.Duration(c.ahead.Load())).Truncate(time.Microsecond)
}

func (c *clock) Move(d time.Duration) { c.ahead.Add(int64(d)) }

// scene is a database with the keys of one instance.
type scene struct {
	*once.Keys
	db    *db.DB
	queue *jobs.Queue
	clock *clock
}

type nothing struct{}

func (nothing) Kind() string { return "nothing" }

func instance(t *testing.T, d *db.DB, c *clock) *scene {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	q, err := jobs.New(d, log, jobs.All())
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, time.Minute, func(context.Context, nothing) error { return nil }) // a queue needs a kind of job
	return &scene{once.New(d, q, log, c.Now), d, q, c}
}

func each(t *testing.T, f func(t *testing.T, s *scene)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, instance(t, d, &clock{})) })
}

func keyOf(t *testing.T, caller int64, text string) once.Key {
	t.Helper()
	k, err := once.KeyOf(caller, text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sum is that of a whole request.
func sum(k once.Key, request string) []byte {
	h := k.Hash()
	_, _ = h.Write([]byte(request))
	return h.Sum(nil)
}

func answerOf(text string) once.Answer {
	return once.Answer{Status: 200, Header: map[string][]string{"Location": {"/there"}}, Body: []byte(text)}
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// work claims the key, which must be free.
func (s *scene) work(t *testing.T, k once.Key) *once.Claim {
	t.Helper()
	c, past, err := s.Claim(t.Context(), k, patience, nil)
	if c == nil {
		t.Fatalf("the key is not free: %v, %v", past, err)
	}
	t.Cleanup(func() { _ = c.Free(context.WithoutCancel(t.Context())) }) // ends its renewal
	return c
}

// past returns the kept answer to the request.
func (s *scene) past(t *testing.T, k once.Key, request string) (once.Answer, error) {
	t.Helper()
	c, past, err := s.Claim(t.Context(), k, patience, nil)
	if c != nil {
		t.Fatal("the key is free", c.Free(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return past.Answer(sum(k, request))
}

func keep(t *testing.T, c *once.Claim, k once.Key, request, text string) {
	t.Helper()
	if err := c.Keep(t.Context(), sum(k, request), answerOf(text)); err != nil {
		t.Fatal(err)
	}
}

// held tells whether somebody works on the request.
func (s *scene) held(t *testing.T, k once.Key) bool {
	t.Helper()
	c, past, err := s.Claim(t.Context(), k, 0, nil)
	switch {
	case c != nil:
		if err := c.Free(t.Context()); err != nil {
			t.Fatal(err)
		}
	case past == nil && !errors.Is(err, once.InProgress):
		t.Fatal(err)
	}
	return errors.Is(err, once.InProgress)
}
