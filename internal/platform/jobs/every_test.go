package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/jobs"
)

// A round comes at the start and again after a failure; its jobs run.
func TestEvery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ran := make(chan string, 100)
		q := queue(t, d, func(_ context.Context, w work) error {
			ran <- w.Name
			return nil
		}, jobs.Default)
		var rounds atomic.Int64
		q.Every("quick", time.Millisecond, func(ctx context.Context) error {
			switch rounds.Add(1) {
			case 1:
				return errors.New("not today")
			case 2:
				return d.InTx(ctx, func(tx db.Tx) error { return q.Enqueue(ctx, tx, work{"by the round"}, jobs.Options{}) })
			}
			return nil
		})
		first := make(chan struct{}, 1)
		q.Every("rare", time.Hour, func(context.Context) error {
			first <- struct{}{}
			return nil
		})
		start(t, q)
		next(t, "the first round of a long period", first)
		if got := next(t, "the job", ran); got != "by the round" {
			t.Errorf("ran %q", got)
		}
	})
}

// Stop ends a round that runs, and there are no further ones.
func TestStopEndsTheRounds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := queue(t, d, func(context.Context, work) error { return nil }, jobs.Default)
		running := make(chan struct{}, 10)
		ended := false
		q.Every("long", time.Nanosecond, func(ctx context.Context) error {
			running <- struct{}{}
			<-ctx.Done()
			ended = true
			return ctx.Err()
		})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		next(t, "the round", running)
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !ended || len(running) != 0 {
			t.Errorf("ended: %v, further rounds: %d", ended, len(running))
		}
	})
}
