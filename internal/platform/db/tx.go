package db

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// tries is how often a transaction that lost a race is run.
const tries = 6

// InTx runs f in a transaction that commits when f returns nil. A transaction
// that loses a race (deadlock, serialization, busy file) is run again from the
// start, so f does nothing that a rollback can't undo, and sets what it returns
// anew each time.
func (d *DB) InTx(ctx context.Context, f func(tx Tx) error) error {
	for try := 1; ; try++ {
		err := d.once(ctx, f)
		if err == nil || try == tries || !(retryPostgres(err) || busySQLite(err)) {
			return err
		}
		wait := time.Duration(rand.Int64N(int64(10*time.Millisecond) << try)) //nolint:gosec // jitter
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(wait):
		}
	}
}

func (d *DB) once(ctx context.Context, f func(tx Tx) error) error {
	written := d.newChanges()
	defer written.tell()
	if d.dialect == Postgres {
		return pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
			return f(pgTx{d, tx, written})
		})
	}
	if err := d.writes.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("db: wait to write: %w", err)
	}
	defer d.writes.Release(1)
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := f(liteTx{d, tx, written}); err != nil {
		return err
	}
	return tx.Commit()
}

// Raw is the transaction of the driver below, for the job library alone:
// a pgx.Tx or a *sql.Tx.
func Raw(tx Tx) any {
	switch t := tx.(type) {
	case pgTx:
		return t.tx
	case liteTx:
		return t.tx
	}
	panic(fmt.Sprintf("db: a foreign transaction: %T", tx))
}

// IsUnique tells whether err is the refusal of a unique index.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
