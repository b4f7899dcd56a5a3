package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Alone runs f while nobody else is in Alone on the same database: the others
// wait, on SQLite ten seconds at most. The lock goes with the process, however
// that ends.
func (d *DB) Alone(ctx context.Context, f func() error) (err error) {
	leave, err := d.enter(ctx)
	if err != nil {
		return fmt.Errorf("db: alone: %w", err)
	}
	defer func() { err = errors.Join(err, leave()) }()
	return f()
}

func (d *DB) enter(ctx context.Context) (leave func() error, err error) {
	if d.dialect == Postgres {
		return d.enterPostgres(ctx)
	}
	return d.enterSQLite(ctx)
}

// enterPostgres locks by a connection of its own: f may need all of the pool.
func (d *DB) enterPostgres(ctx context.Context) (leave func() error, err error) {
	conn, err := pgx.ConnectConfig(ctx, d.pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	leave = func() error { return conn.Close(context.WithoutCancel(ctx)) }
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtextextended('zakup/alone', 0))`); err != nil {
		return nil, errors.Join(err, leave())
	}
	return leave, nil
}

// enterSQLite locks an empty file beside the database, since f writes to the
// database by connections of its own.
func (d *DB) enterSQLite(ctx context.Context) (leave func() error, err error) {
	lock, err := sql.Open("sqlite", fileURL(d.path+"-lock", "exclusive"))
	if err != nil {
		return nil, err
	}
	tx, err := lock.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return func() error { return errors.Join(tx.Rollback(), lock.Close()) }, nil
}
