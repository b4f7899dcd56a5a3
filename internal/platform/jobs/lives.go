package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"zakup/internal/platform/db"
)

// Lives tells whether a job of these args is still to be run, or runs.
func (q *Queue) Lives(ctx context.Context, tx db.Tx, args Args) (lives bool, err error) {
	text, err := json.Marshal(args)
	if err != nil {
		return false, fmt.Errorf("jobs: args of %s: %w", args.Kind(), err)
	}
	same := `json(args) = json($2)`
	if tx.Dialect() == db.Postgres {
		same = `args = cast($2 as jsonb)`
	}
	err = tx.QueryRow(ctx, `
		select exists (select 1 from river_job where kind = $1 and state in ('available', 'pending', 'retryable', 'running', 'scheduled') and `+same+`)`,
		args.Kind(), string(text)).Scan(&lives)
	if err != nil {
		return false, fmt.Errorf("jobs: lives: %w", err)
	}
	return lives, nil
}
