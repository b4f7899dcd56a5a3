package jobs

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"zakup/internal/platform/db"
)

// Options of a job; the zero value is the default queue and a few tries.
type Options struct {
	Queue string
	Tries int
}

// Enqueue adds a job to tx.
func (q *Queue) Enqueue(ctx context.Context, tx db.Tx, args Args, o Options) error {
	return q.EnqueueMany(ctx, tx, []Args{args}, o)
}

// EnqueueMany adds jobs of the same options to tx, all at once.
func (q *Queue) EnqueueMany(ctx context.Context, tx db.Tx, list []Args, o Options) error {
	if len(list) == 0 {
		return nil
	}
	opts := &river.InsertOpts{Queue: o.Queue, MaxAttempts: o.Tries}
	all := make([]river.InsertManyParams, len(list))
	for i, args := range list {
		all[i] = river.InsertManyParams{Args: args, InsertOpts: opts}
	}
	var err error
	switch raw := db.Raw(tx).(type) {
	case pgx.Tx:
		_, err = q.pg.InsertManyTx(ctx, raw, all)
	case *sql.Tx:
		_, err = q.lite.InsertManyTx(ctx, raw, all)
	}
	if err != nil {
		return fmt.Errorf("jobs: enqueue %s: %w", list[0].Kind(), err)
	}
	return nil
}
