package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
)

// lostEvery is how often imports are looked for that nobody works on.
const lostEvery = time.Minute

// findLost has imports worked on whose job is gone: the process died in its last
// try, or was stopped then. The shop's later lists wait for them.
func (l *Lists) findLost(ctx context.Context) error {
	rows, err := l.db.Query(ctx, `
		select id, coalesce(decided_by, 0) from imports where finished_at is null and state <> 'held' order by id limit 1000`)
	list, err := db.Collect(rows, err, func(r db.Row) (i Import, err error) { return i, r.Scan(&i.ID, &i.DecidedBy) })
	for _, i := range list {
		if err == nil {
			err = l.db.InTx(ctx, func(tx db.Tx) error { return l.revive(ctx, tx, i) })
		}
		if errors.Is(err, errOvertaken) {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("pricelist: lost imports: %w", err)
	}
	return nil
}

func (l *Lists) revive(ctx context.Context, tx db.Tx, i Import) error {
	if err := hold(ctx, tx, i); err != nil {
		return err
	}
	lives, err := l.queue.Lives(ctx, tx, workJob{i.ID})
	if err != nil || lives {
		return err
	}
	return l.enqueue(ctx, tx, i.ID)
}
