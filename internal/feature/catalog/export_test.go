package catalog

import (
	"context"

	"zakup/internal/platform/db"
)

// SetWays makes each way to a page be for so many offers at most.
func (c *Catalog) SetWays(sorted, streamed int64) {
	c.ways = ways{sorted, streamed}
	c.finds.known, c.few.known = nil, nil
}

// Asked is a statement that was sent.
type Asked struct {
	Query string
	Args  []any
}

// Watch hands over what pages and facets read.
func (c *Catalog) Watch(sent func(Asked)) { c.reads = watched{c.db, sent} }

type watched struct {
	db.Queryer
	sent func(Asked)
}

func (w watched) Query(ctx context.Context, query string, args ...any) (db.Rows, error) {
	w.sent(Asked{query, args})
	return w.Queryer.Query(ctx, query, args...) //nolint:rowserrcheck // who asked looks at it
}

func (w watched) QueryRow(ctx context.Context, query string, args ...any) db.Row {
	w.sent(Asked{query, args})
	return w.Queryer.QueryRow(ctx, query, args...)
}

// IndexSome is a step of Index.
func IndexSome(ctx context.Context, tx db.Tx) (int, error) { return index(ctx, tx, newLexicon()) }
