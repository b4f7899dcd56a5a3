// Package db owns the connection to the one database, SQLite or PostgreSQL,
// and the small seam that lets one SQL text serve both.
//
// Reads go through DB, writes through a transaction of InTx. Placeholders are
// $1, $2, …; times are UTC with microseconds on either database; numbers,
// strings and booleans of named types may be passed and scanned as they are.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"
)

// Dialect is the kind of the database.
type Dialect string

// The two databases.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// ErrNoRows is returned by Row.Scan when the query found nothing.
var ErrNoRows = errors.New("db: no rows")

// Row is one row of a result.
type Row interface {
	// Scan copies the columns; ErrNoRows when there is no row.
	Scan(dest ...any) error
}

// Rows is a result that is read row by row. Close may be called twice.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Queryer reads: both DB and Tx are one.
type Queryer interface {
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
	Dialect() Dialect
}

// Tx is an open transaction. A function that takes one joins it.
type Tx interface {
	Queryer
	// Exec runs a statement and returns the number of rows it touched.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// CopyIn inserts the rows of seq by the fastest way of the database and
	// returns their number. It stops at the first error of seq.
	CopyIn(ctx context.Context, table string, columns []string, seq iter.Seq2[[]any, error]) (int64, error)
	// Serialize waits until no other transaction that named the same lock is
	// open. On SQLite there is only one writer, so nothing is to be done.
	Serialize(ctx context.Context, lock string) error
}

// DB is a database. It is safe for concurrent use.
type DB struct {
	dialect    Dialect
	pool       *pgxpool.Pool       // PostgreSQL
	path       string              // SQLite: the file
	writer     *sql.DB             // SQLite: one connection
	reader     *sql.DB             // SQLite: several, query_only
	turn       *semaphore.Weighted // of who reads, see Query
	writes     *semaphore.Weighted // SQLite: that of transactions; the job library waits for one of them at most
	prepared   stmts
	statements atomic.Int64
	watchers   []watcher
}

// Open connects to a database: "sqlite:PATH" or "postgres://…".
// A SQLite file is made when it is absent, its folder is not.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, errors.New("db: the address begins neither with sqlite: nor with postgres://")
}

// Dialect tells which database this is.
func (d *DB) Dialect() Dialect { return d.dialect }

// Statements is the number of statements sent since the start.
func (d *DB) Statements() int64 { return d.statements.Load() }

// Pool is the PostgreSQL pool for the job library; nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Writer is the SQLite writing pool for the job library; nil on PostgreSQL.
func (d *DB) Writer() *sql.DB { return d.writer }

// Close ends all connections.
func (d *DB) Close() error {
	if d.dialect == Postgres {
		d.pool.Close()
		return nil
	}
	d.prepared.close()
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	if err := d.QueryRow(ctx, `select 1`).Scan(&one); err != nil {
		return fmt.Errorf("db: ping: %w", err)
	}
	return nil
}

// QueryRow reads one row outside of a transaction.
func (d *DB) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := d.Query(ctx, query, args...)
	return oneRow{rows, err}
}

// oneRow turns a result into its first row.
type oneRow struct {
	rows Rows
	err  error
}

func (r oneRow) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}

// Collect reads a whole result; it is for results that are bounded by a limit.
func Collect[T any](rows Rows, err error, scan func(Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// In writes "$n,$n+1,…" for the values of list and appends them to args, for
// a condition "in (…)" of a bounded length.
func In[T any](args []any, list []T) (string, []any) {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		args = append(args, v)
		fmt.Fprintf(&b, "$%d", len(args))
	}
	return b.String(), args
}

// Numbers writes a table of rows of numbers, all of one length, and appends them to
// args: "values (…,…),(…,…)", or on PostgreSQL the same of one array a column, so
// that the statement is one for any number of rows.
func Numbers(q Queryer, args []any, rows [][]int64) (string, []any) {
	if q.Dialect() == Postgres {
		return arrays(args, rows)
	}
	var b strings.Builder
	b.WriteString("values ")
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, n := range row {
			b.WriteByte("(,"[min(j, 1)])
			args = append(args, n)
			fmt.Fprintf(&b, "$%d", len(args))
		}
		b.WriteByte(')')
	}
	return b.String(), args
}

func arrays(args []any, rows [][]int64) (string, []any) {
	var names, casts []string
	for j := range rows[0] {
		column := make([]int64, len(rows))
		for i, row := range rows {
			column[i] = row[j]
		}
		args = append(args, column)
		names, casts = append(names, fmt.Sprintf("c%d", j)), append(casts, fmt.Sprintf("cast($%d as bigint[])", len(args)))
	}
	list := strings.Join(names, ", ")
	return "select " + list + " from unnest(" + strings.Join(casts, ", ") + ") as t (" + list + ")", args
}

// Values writes "(…,…),(…,…)" for rows of numbers and texts and appends them to
// args, for a "values" of a bounded length. The casts tell PostgreSQL their types.
func Values(args []any, rows [][]any) (string, []any) {
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range row {
			b.WriteByte("(,"[min(j, 1)])
			args = append(args, v)
			kind := "bigint"
			if reflect.TypeOf(v).Kind() == reflect.String {
				kind = "text"
			}
			fmt.Fprintf(&b, "cast($%d as %s)", len(args), kind)
		}
		b.WriteByte(')')
	}
	return b.String(), args
}

// ForShare is the clause that keeps the selected rows from being changed until
// the transaction ends. SQLite has one writer and needs none.
func ForShare(q Queryer) string {
	if q.Dialect() == Postgres {
		return " for share"
	}
	return ""
}

// ForUpdate is the clause that keeps the selected rows for this transaction. It
// lets others refer to them by a foreign key meanwhile.
func ForUpdate(q Queryer) string {
	if q.Dialect() == Postgres {
		return " for no key update"
	}
	return ""
}
