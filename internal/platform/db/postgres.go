package db

import (
	"context"
	"errors"
	"fmt"
	"iter"
	neturl "net/url"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"
)

// maxConns is the size of the pool unless the address says pool_max_conns. Jobs
// and requests that wait for locks hold connections; others must find one.
const maxConns = 20

func openPostgres(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if u, err := neturl.Parse(url); err == nil && !u.Query().Has("pool_max_conns") {
		cfg.MaxConns = maxConns
	}
	// A frozen process must not hold the locks of all others.
	if cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] == "" {
		cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	}
	// The session's time zone is the server's business; ours is UTC.
	cfg.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("db: connect: %w", err)
	}
	// While one statement is on its way another is worked on, and transactions find half
	// of the pool.
	n := max(1, min(max(leastReaders, 2*runtime.GOMAXPROCS(0)), int(cfg.MaxConns)/2))
	return &DB{dialect: Postgres, pool: pool, turn: semaphore.NewWeighted(int64(n))}, nil
}

type pgQueryer interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

func pgQuery(ctx context.Context, q pgQueryer, query string, args []any) (Rows, error) {
	rows, err := q.Query(ctx, query, plain(Postgres, args)...)
	if err != nil {
		return nil, err
	}
	return rows, nil
}

type pgTx struct {
	d       *DB
	tx      pgx.Tx
	changes changes
}

func (t pgTx) Dialect() Dialect { return Postgres }

func (t pgTx) Serialize(ctx context.Context, lock string) error {
	_, err := t.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, lock)
	return err
}

func (t pgTx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	t.d.statements.Add(1)
	t.changes.note(query)
	return pgQuery(ctx, t.tx, query, args)
}

func (t pgTx) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := t.Query(ctx, query, args...)
	return oneRow{rows, err}
}

func (t pgTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	t.d.statements.Add(1)
	t.changes.note(query)
	tag, err := t.tx.Exec(ctx, query, plain(Postgres, args)...)
	return tag.RowsAffected(), err
}

func (t pgTx) CopyIn(ctx context.Context, table string, columns []string, seq iter.Seq2[[]any, error]) (int64, error) {
	t.changes.note("insert into " + table)
	t.d.statements.Add(1)
	next, stop := iter.Pull2(seq)
	defer stop()
	var broken error // the server passes on only its text
	n, err := t.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		row, err, ok := next()
		if !ok || err != nil {
			broken = err
			return nil, err
		}
		return plain(Postgres, row), nil
	}))
	if broken != nil {
		return n, broken
	}
	return n, err
}

// retryPostgres tells whether the transaction lost a race and may win the next:
// serialization_failure and deadlock_detected.
func retryPostgres(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
