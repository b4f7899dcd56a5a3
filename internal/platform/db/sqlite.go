package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/semaphore"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// busyTimeout is how long, in milliseconds, one process waits for another that
// writes to the same file.
const busyTimeout = 10_000

// The one that writes has four times the usual cache, 8 MiB: a large merge was a
// fifth faster so. More costs memory: five times as much as it says.
const writerCache = "cache_size(-8192)"

func openSQLite(ctx context.Context, path string) (*DB, error) {
	writer, err := sql.Open("sqlite", fileURL(path, "immediate", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", writerCache))
	if err != nil {
		return nil, fmt.Errorf("db: open %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", path, err), writer.Close())
	}
	reader, err := sql.Open("sqlite", fileURL(path, "immediate", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", path, err), writer.Close())
	}
	n := max(leastReaders, runtime.GOMAXPROCS(0))
	reader.SetMaxOpenConns(n)
	reader.SetMaxIdleConns(n)
	return &DB{
		dialect: SQLite, path: path, writer: writer, reader: reader,
		turn: semaphore.NewWeighted(int64(n)), writes: semaphore.NewWeighted(1),
	}, nil
}

// fileURL is the address of a file for the driver; txlock is the lock that
// transactions begin with.
func fileURL(path, txlock string, pragmas ...string) string {
	q := url.Values{"_txlock": {txlock}}
	// busy_timeout first: setting the journal mode may already have to wait.
	for _, p := range append([]string{fmt.Sprintf("busy_timeout(%d)", busyTimeout)}, pragmas...) {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (d *DB) readSQLite(ctx context.Context, query string, args []any) (Rows, error) {
	stmt, err := d.prepared.get(ctx, d.reader, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return liteQuery(d.reader.QueryContext(ctx, query, plain(SQLite, args)...))
	}
	return liteQuery(stmt.QueryContext(ctx, plain(SQLite, args)...))
}

func liteQuery(rows *sql.Rows, err error) (Rows, error) {
	if err != nil {
		return nil, err
	}
	return liteRows{rows}, nil
}

type liteRows struct{ *sql.Rows }

func (r liteRows) Scan(dest ...any) error { return r.Rows.Scan(scanSQLite(dest)...) }

func (r liteRows) Close() { _ = r.Rows.Close() } // Err tells what went wrong

// stmts keeps prepared statements of the readers; preparing costs as much as
// reading a short page.
type stmts struct {
	mu  sync.RWMutex
	all map[string]*sql.Stmt
}

// maxStmts bounds the texts that are kept; further ones are prepared each time.
const maxStmts = 256

func (s *stmts) get(ctx context.Context, from *sql.DB, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt, n := s.all[query], len(s.all)
	s.mu.RUnlock()
	if stmt != nil || n >= maxStmts {
		return stmt, nil
	}
	stmt, err := from.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.all[query]; first != nil {
		return first, stmt.Close()
	}
	if s.all == nil {
		s.all = map[string]*sql.Stmt{}
	}
	s.all[query] = stmt
	return stmt, nil
}

func (s *stmts) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.all {
		_ = stmt.Close() // the pool is closed next
	}
	s.all = nil
}

type liteTx struct {
	d       *DB
	tx      *sql.Tx
	changes changes
}

func (t liteTx) Dialect() Dialect { return SQLite }

func (t liteTx) Serialize(context.Context, string) error { return nil }

func (t liteTx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	t.d.statements.Add(1)
	t.changes.note(query)
	return liteQuery(t.tx.QueryContext(ctx, query, plain(SQLite, args)...))
}

func (t liteTx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := t.Query(ctx, query, args...)
	return oneRow{rows, err}
}

func (t liteTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	t.d.statements.Add(1)
	t.changes.note(query)
	res, err := t.tx.ExecContext(ctx, query, plain(SQLite, args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// copyRows is how many rows one insert of CopyIn carries; more brings nothing.
const copyRows = 200

func (t liteTx) CopyIn(ctx context.Context, table string, columns []string, seq iter.Seq2[[]any, error]) (int64, error) {
	t.changes.note("insert into " + table)
	var total int64
	var batch []any
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
	head := "insert into " + table + " (" + strings.Join(columns, ",") + ") values "
	full, err := t.tx.PrepareContext(ctx, head+strings.TrimSuffix(strings.Repeat(one+",", copyRows), ","))
	if err != nil {
		return 0, err
	}
	defer func() { _ = full.Close() }()
	for row, err := range seq {
		if err != nil {
			return total, err
		}
		batch = append(batch, plain(SQLite, row)...)
		total++
		if len(batch) == copyRows*len(columns) {
			t.d.statements.Add(1)
			if _, err := full.ExecContext(ctx, batch...); err != nil {
				return total, err
			}
			batch = batch[:0]
		}
	}
	if n := len(batch) / len(columns); n > 0 {
		t.d.statements.Add(1)
		_, err := t.tx.ExecContext(ctx, head+strings.TrimSuffix(strings.Repeat(one+",", n), ","), batch...)
		return total, err
	}
	return total, nil
}

func busySQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
