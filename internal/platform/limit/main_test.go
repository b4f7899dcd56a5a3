package limit_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/limit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that stands still until it is moved.
type clock struct{ at atomic.Int64 }

func (c *clock) Now() time.Time       { return time.UnixMicro(c.at.Load()).UTC() }
func (c *clock) Move(d time.Duration) { c.at.Add(d.Microseconds()) }

// scene is a database with a guard.
type scene struct {
	*limit.Guard
	db    *db.DB
	queue *jobs.Queue
	clock *clock
}

type nothing struct{}

func (nothing) Kind() string { return "nothing" }

func guard(t *testing.T, d *db.DB, c *clock) *scene {
	t.Helper()
	q, err := jobs.New(d, slog.New(slog.DiscardHandler), jobs.All())
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, time.Minute, func(context.Context, nothing) error { return nil }) // a queue needs a kind of job
	return &scene{limit.NewGuard(d, q, limit.Standard(), c.Now), d, q, c}
}

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func each(t *testing.T, f func(t *testing.T, s *scene)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, guard(t, d, newClock())) })
}

// wait is what a try was told: 0 when it was let through.
func wait(t *testing.T, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	f := fault.As(err)
	if f == nil || f.Code != limit.TooMany.Code || limit.Wait(f) < 1 {
		t.Fatalf("a failure: %v", err)
	}
	return time.Duration(limit.Wait(f)) * time.Second
}

// fails makes a try that fails; it must be let through.
func (s *scene) fails(t *testing.T, counts ...limit.Count) *limit.Try {
	t.Helper()
	try, err := s.Try(t.Context(), counts...)
	if err != nil {
		t.Fatalf("held: %v", err)
	}
	return try
}

// held makes a try that must be held, and returns for how long.
func (s *scene) held(t *testing.T, counts ...limit.Count) time.Duration {
	t.Helper()
	_, err := s.Try(t.Context(), counts...)
	d := wait(t, err)
	if d == 0 {
		t.Fatal("not held")
	}
	return d
}

func (s *scene) passes(t *testing.T, counts ...limit.Count) {
	t.Helper()
	if err := s.fails(t, counts...).Passed(t.Context()); err != nil {
		t.Fatal(err)
	}
}
