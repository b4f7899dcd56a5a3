// Package jobs owns the queue of slow work. A job is enqueued in the
// transaction that makes it true: it runs if that commits, and never otherwise.
//
// A job may run more than once (a crash, a lost connection), so handlers are
// idempotent. A handler that fails is run again, later and later, up to ten
// minutes apart; one that ends with Cancel is not.
package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"zakup/internal/platform/db"
)

// The queues. Imports, exports and documents have their own, so that letters
// never wait for them, nor they for each other.
const (
	Default   = river.QueueDefault
	Imports   = "imports"
	Exports   = "exports"
	Documents = "documents"
)

const (
	// rescueAfter is when River itself takes a job for stuck; see alive.go.
	rescueAfter = 2 * time.Minute
	// softStop is how long a stopping process lets its jobs finish.
	softStop = 25 * time.Second
	// maxWait is the longest time between two tries.
	maxWait = 10 * time.Minute
)

// Args are the arguments of a job; Kind names its handler and never changes.
type Args = river.JobArgs

// Queue is the queue in one database.
type Queue struct {
	workers *river.Workers
	log     *slog.Logger
	pulse   *pulse
	rounds  *rounds
	pg      *river.Client[pgx.Tx]
	lite    *river.Client[*sql.Tx]
}

// All are the queues that a serving process works on.
func All() []string { return []string{Default, Imports, Exports, Documents} }

// workers is how many jobs of a queue one process runs at once.
func workers(queue string, d db.Dialect) int {
	switch {
	case queue == Default:
		return 8
	case queue == Imports && d == db.SQLite:
		return 1 // the file has one writer
	}
	return 2
}

// New makes the queue; this process will work on the queues named. Handlers are
// added with Handle before Start.
func New(d *db.DB, log *slog.Logger, queues []string) (*Queue, error) {
	q := &Queue{
		workers: river.NewWorkers(), log: log, rounds: &rounds{log: log},
		pulse: &pulse{db: d, log: log, id: "zakup-" + rand.Text()},
	}
	cfg := &river.Config{
		ID:                   q.pulse.id,
		Logger:               slog.New(warnings{log.Handler()}),
		Workers:              q.workers,
		JobTimeout:           time.Minute,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      softStop,
		RetryPolicy:          policy{},
		Queues:               map[string]river.QueueConfig{},
	}
	for _, name := range queues {
		cfg.Queues[name] = river.QueueConfig{MaxWorkers: workers(name, d.Dialect())}
	}
	var err error
	if d.Dialect() == db.Postgres {
		q.pg, err = river.NewClient(riverpgxv5.New(d.Pool()), cfg)
	} else {
		q.lite, err = river.NewClient(riversqlite.New(d.Writer()), cfg)
	}
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return q, nil
}

// Handle sets the handler of a kind of job and the time it may take. A handler's
// error is logged, so it holds nothing secret.
func Handle[T Args](q *Queue, timeout time.Duration, f func(ctx context.Context, args T) error) {
	river.AddWorker(q.workers, &worker[T]{f: f, timeout: timeout, log: q.log})
}

type worker[T Args] struct {
	river.WorkerDefaults[T]
	f       func(ctx context.Context, args T) error
	timeout time.Duration
	log     *slog.Logger
}

func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	err := w.f(context.WithValue(ctx, triesLeft{}, job.MaxAttempts-job.Attempt), job.Args)
	if later := new(river.JobSnoozeError); err != nil && !errors.As(err, &later) {
		w.log.Warn("job failed", "job", job.ID, "kind", job.Kind, "try", job.Attempt, "error", err)
	}
	return err
}

type triesLeft struct{}

// LastTry tells a handler that the job will not be run again if it fails, so
// that it can say so where people look.
func LastTry(ctx context.Context) bool {
	left, known := ctx.Value(triesLeft{}).(int)
	return known && left <= 0
}

// Exhausted tells a handler that the tries were used up before, by processes
// that died of the job or with it: it must end the job, not try it again.
func Exhausted(ctx context.Context) bool {
	left, known := ctx.Value(triesLeft{}).(int)
	return known && left < 0
}

func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.timeout }

// Cancel wraps an error that no further try will mend.
func Cancel(err error) error { return cancelled{err} }

// cancelled is the library's error in our words.
type cancelled struct{ error }

// Unwrap is for the library.
func (c cancelled) Unwrap() error { return river.JobCancel(c.error) }

// Later is what a handler returns whose time has not come: the job is run again
// after the wait, and no try of it is used up.
func Later(wait time.Duration) error { return river.JobSnooze(wait) }

// Start begins to run jobs in this process, until Stop.
func (q *Queue) Start(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // Stop ends it, and waits
	if err := q.pulse.start(ctx); err != nil {
		return fmt.Errorf("jobs: start: %w", err)
	}
	var err error
	if q.pg != nil {
		err = q.pg.Start(ctx)
	} else {
		err = q.lite.Start(ctx)
	}
	if err != nil {
		return fmt.Errorf("jobs: start: %w", err)
	}
	q.rounds.start(ctx)
	return nil
}

// Stop takes no further jobs, waits up to 25 s for those that run and then
// cancels them; they are run again after the next start.
func (q *Queue) Stop(ctx context.Context) error {
	q.rounds.end()
	var err error
	if q.pg != nil {
		err = q.pg.Stop(ctx)
	} else {
		err = q.lite.Stop(ctx)
	}
	return errors.Join(err, q.pulse.end(ctx))
}

// Migrate brings the tables of the queue to the current version.
func Migrate(ctx context.Context, d *db.DB) error {
	var err error
	if d.Dialect() == db.Postgres {
		err = migrate(ctx, riverpgxv5.New(d.Pool()))
	} else {
		err = migrate(ctx, riversqlite.New(d.Writer()))
	}
	if err != nil {
		return fmt.Errorf("jobs: migrate: %w", err)
	}
	return nil
}

func migrate[T any](ctx context.Context, driver riverdriver.Driver[T]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

type policy struct{}

// NextRetry is River's own curve (1 s, 16 s, 81 s, …), bounded.
func (policy) NextRetry(job *rivertype.JobRow) time.Time {
	// Bounded before it is a Duration, which the hundreds of tries of a letter overflow.
	wait := time.Duration(min(maxWait.Seconds(), math.Pow(float64(len(job.Errors)+1), 4))) * time.Second
	jitter := time.Duration(mathrand.Int64N(int64(wait)/5 + 1)) //nolint:gosec // jitter
	return time.Now().UTC().Add(wait - wait/10 + jitter)
}

// warnings passes on what the library says from warnings up.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }

func (w warnings) WithGroup(n string) slog.Handler { return warnings{w.Handler.WithGroup(n)} }

// Cancelled tells whether err was made by Cancel.
func Cancelled(err error) bool {
	var cancel *river.JobCancelError
	return errors.As(err, &cancel)
}
