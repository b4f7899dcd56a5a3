package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// work is a job of which these tests have many.
type work struct{ Name string }

func (work) Kind() string { return "work" }

// queue makes a queue whose jobs do f.
func queue(t *testing.T, d *db.DB, f func(ctx context.Context, w work) error, names ...string) *jobs.Queue {
	t.Helper()
	q, err := jobs.New(d, slog.New(slog.DiscardHandler), names)
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, time.Minute, f)
	return q
}

// start runs the queue until the test ends.
func start(t *testing.T, q *jobs.Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
}

func enqueue(t *testing.T, d *db.DB, q *jobs.Queue, o jobs.Options, names ...string) {
	t.Helper()
	err := d.InTx(t.Context(), func(tx db.Tx) error {
		for _, name := range names {
			if err := q.Enqueue(t.Context(), tx, work{name}, o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// next receives what must come.
func next[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain: %s", what)
		panic("unreachable")
	}
}

// ended waits until no job is waiting or running and returns their number by
// state.
func ended(t *testing.T, d *db.DB) map[string]int {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); ; {
		states := map[string]int{}
		rows, err := d.Query(t.Context(), `select cast(state as text) from river_job`)
		list, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			states[s]++
		}
		if states["available"]+states["running"]+states["retryable"]+states["scheduled"] == 0 {
			return states
		}
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("the jobs do not end: %v", states)
		}
	}
}
