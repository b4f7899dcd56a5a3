package jobs_test

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
	"zakup/internal/platform/jobs"
)

// A job runs if its transaction commits, and never otherwise.
func TestAJobBelongsToItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan string, 10)
		q := queue(t, d, func(_ context.Context, w work) error {
			ran <- w.Name
			return nil
		}, jobs.Default)
		start(t, q)
		boom := errors.New("boom")
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			if err := q.Enqueue(t.Context(), tx, work{"rolled back"}, jobs.Options{}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		enqueue(t, d, q, jobs.Options{}, "committed")
		if got := next(t, "the job", ran); got != "committed" {
			t.Errorf("ran %q", got)
		}
		if diff := cmp.Diff(map[string]int{"completed": 1}, ended(t, d)); diff != "" || len(ran) != 0 {
			t.Errorf("%d more ran; jobs (-want +got)\n%s", len(ran), diff)
		}
	})
}

// A failing job, or one that panics, is run again; it is told of its last try.
func TestLastTry(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("not today") },
		"panic": func() error { panic("not today") },
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				last := make(chan bool, 10)
				q := queue(t, d, func(ctx context.Context, _ work) error {
					last <- jobs.LastTry(ctx)
					return fail()
				}, jobs.Default)
				start(t, q)
				enqueue(t, d, q, jobs.Options{Tries: 2}, "fails")
				if next(t, "the first try", last) || !next(t, "the second try", last) {
					t.Error("the first was the last, or the last was not")
				}
				if diff := cmp.Diff(map[string]int{"discarded": 1}, ended(t, d)); diff != "" || len(last) != 0 {
					t.Errorf("%d more tries; jobs (-want +got)\n%s", len(last), diff)
				}
			})
		})
	}
	if jobs.LastTry(t.Context()) {
		t.Error("a last try outside of a job")
	}
}

func TestAFailedJobSucceedsLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var tries atomic.Int64
		q := queue(t, d, func(context.Context, work) error {
			if tries.Add(1) == 1 {
				return errors.New("not today")
			}
			return nil
		}, jobs.Default)
		start(t, q)
		enqueue(t, d, q, jobs.Options{}, "twice")
		if diff := cmp.Diff(map[string]int{"completed": 1}, ended(t, d)); diff != "" || tries.Load() != 2 {
			t.Errorf("%d tries; jobs (-want +got)\n%s", tries.Load(), diff)
		}
	})
}

// What no further try will mend is not tried again.
func TestCancel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var tries atomic.Int64
		q := queue(t, d, func(context.Context, work) error {
			tries.Add(1)
			return errors.Join(errors.New("also"), fmt.Errorf("wrapped: %w", jobs.Cancel(errors.New("hopeless"))))
		}, jobs.Default)
		start(t, q)
		enqueue(t, d, q, jobs.Options{Tries: 5}, "hopeless")
		if diff := cmp.Diff(map[string]int{"cancelled": 1}, ended(t, d)); diff != "" || tries.Load() != 1 {
			t.Errorf("%d tries; jobs (-want +got)\n%s", tries.Load(), diff)
		}
	})
	hopeless := errors.New("hopeless")
	err := fmt.Errorf("wrapped: %w", jobs.Cancel(hopeless))
	if !jobs.Cancelled(err) || !errors.Is(err, hopeless) || jobs.Cancelled(hopeless) || jobs.Cancelled(nil) {
		t.Error("Cancelled does not tell who was cancelled")
	}
}

// Stop waits for the job that runs, and lets it finish in peace.
func TestStopWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		running, stopping := make(chan struct{}), make(chan struct{})
		finished := false
		q := queue(t, d, func(ctx context.Context, _ work) error {
			close(running)
			<-stopping
			select {
			case <-ctx.Done(): // Stop pulled the rug
				return ctx.Err()
			case <-time.After(300 * time.Millisecond): // the rest of the work
			}
			finished = true
			return nil
		}, jobs.Default)
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		enqueue(t, d, q, jobs.Options{}, "slow")
		next(t, "the job", running)
		close(stopping)
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !finished {
			t.Error("stopped before the job was done")
		}
		if diff := cmp.Diff(map[string]int{"completed": 1}, ended(t, d)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
		// A job that comes now stays for the next start.
		enqueue(t, d, q, jobs.Options{}, "late")
		var state string
		if err := d.QueryRow(t.Context(), `select cast(state as text) from river_job order by id desc limit 1`).Scan(&state); err != nil || state != "available" {
			t.Errorf("the late job is %s, %v", state, err)
		}
	})
}

// A process works on the queues it was given, and may enqueue in all.
func TestQueues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan string, 10)
		record := func(by string) func(context.Context, work) error {
			return func(_ context.Context, w work) error {
				ran <- by + " " + w.Name
				return nil
			}
		}
		importer := queue(t, d, record("importer"), jobs.Imports)
		start(t, importer)
		enqueue(t, d, importer, jobs.Options{}, "letter")
		enqueue(t, d, importer, jobs.Options{Queue: jobs.Imports}, "list")
		if got := next(t, "the list", ran); got != "importer list" {
			t.Errorf("ran %q", got)
		}
		// Only a process that works on the default queue takes the other one.
		start(t, queue(t, d, record("poster"), jobs.Default))
		if got := next(t, "the letter", ran); got != "poster letter" {
			t.Errorf("ran %q", got)
		}
		if diff := cmp.Diff(map[string]int{"completed": 2}, ended(t, d)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
	})
}

// Two processes share the work and do each job once.
func TestRaceForJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		ran := map[string]int{}
		count := func(_ context.Context, w work) error {
			mu.Lock()
			defer mu.Unlock()
			ran[w.Name]++
			return nil
		}
		one, two := queue(t, d, count, jobs.All()...), queue(t, d, count, jobs.All()...)
		want := map[string]int{}
		var names []string
		for i := range 50 {
			names = append(names, fmt.Sprint("job ", i))
			want[names[i]] = 1
		}
		enqueue(t, d, one, jobs.Options{}, names...)
		start(t, one)
		start(t, two)
		if diff := cmp.Diff(map[string]int{"completed": 50}, ended(t, d)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff(want, ran); diff != "" {
			t.Errorf("ran (-want +got)\n%s", diff)
		}
	})
}

type unknown struct{}

func (unknown) Kind() string { return "unknown" }

func TestAJobWithoutHandlerIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d, func(context.Context, work) error { return nil })
		err := d.InTx(t.Context(), func(tx db.Tx) error { return q.Enqueue(t.Context(), tx, unknown{}, jobs.Options{}) })
		if err == nil {
			t.Error("enqueued what nobody does")
		}
		if states := ended(t, d); len(states) != 0 {
			t.Errorf("jobs %v", states)
		}
	})
}

// A job has the time of its handler, and no more.
func TestTimeLimit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cut := make(chan error, 1)
		q := queue(t, d, func(context.Context, work) error { return nil }, jobs.Default)
		jobs.Handle(q, 50*time.Millisecond, func(ctx context.Context, _ slow) error {
			<-ctx.Done()
			cut <- ctx.Err()
			return jobs.Cancel(ctx.Err())
		})
		start(t, q)
		err := d.InTx(t.Context(), func(tx db.Tx) error { return q.Enqueue(t.Context(), tx, slow{}, jobs.Options{}) })
		if err != nil {
			t.Fatal(err)
		}
		if err := next(t, "the end of its time", cut); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended by %v", err)
		}
		ended(t, d)
	})
}

type slow struct{}

func (slow) Kind() string { return "slow" }
