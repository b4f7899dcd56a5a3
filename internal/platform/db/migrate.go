package db

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema to the current version. Where several processes may
// do so, they do it in Alone.
func (d *DB) Migrate(ctx context.Context) error {
	return d.provide(func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// Current tells whether the schema is that of this program.
func (d *DB) Current(ctx context.Context) (current bool, err error) {
	err = d.provide(func(p *goose.Provider) error {
		pending, err := p.HasPending(ctx)
		current = !pending
		return err
	})
	return current, err
}

func (d *DB) provide(f func(*goose.Provider) error) (err error) {
	conn, dialect := d.writer, database.DialectSQLite3
	if d.dialect == Postgres {
		conn, dialect = stdlib.OpenDBFromPool(d.pool), database.DialectPostgres
		defer func() { err = errors.Join(err, conn.Close()) }()
	}
	files, err := fs.Sub(migrations, "migrations/"+string(d.dialect))
	if err != nil {
		return fmt.Errorf("db: migrate: %w", err)
	}
	p, err := goose.NewProvider(dialect, conn, files)
	if err == nil {
		err = f(p)
	}
	if err != nil {
		return fmt.Errorf("db: migrate: %w", err)
	}
	return nil
}
