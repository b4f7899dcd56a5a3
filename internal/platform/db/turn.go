package db

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"
)

// leastReaders is how many statements read at a time outside of transactions, at
// least; with more processors it is more. The others wait in turn. All at once they
// would take the processors from each other, and one in a hundred would wait several
// times as long; and database/sql draws who is the next to have a connection.
const leastReaders = 4

// Query reads outside of a transaction. Until its end or Close the result keeps others
// from reading: who needs a further statement closes it before.
func (d *DB) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	d.statements.Add(1)
	if err := d.turn.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("db: wait to read: %w", err)
	}
	rows, err := d.read(ctx, query, args)
	if err != nil {
		d.turn.Release(1)
		return nil, err
	}
	return &reading{rows, d.turn}, nil
}

func (d *DB) read(ctx context.Context, query string, args []any) (Rows, error) {
	if d.dialect == Postgres {
		return pgQuery(ctx, d.pool, query, args)
	}
	return d.readSQLite(ctx, query, args)
}

// reading is a result that lets the next one read when it is at its end.
type reading struct {
	Rows
	turn *semaphore.Weighted // nil when it has been given on
}

func (r *reading) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *reading) Close() {
	r.Rows.Close()
	if r.turn != nil {
		r.turn.Release(1)
		r.turn = nil
	}
}
