package markettest

import (
	"context"
	"testing"

	"zakup/internal/platform/db"
)

// Dying is a context that ends when the database has been sent so many further
// statements, the last of which fails: what a process does that is killed there.
func (m *Market) Dying(t *testing.T, statements int64) context.Context {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	return dying{ctx, end, m.DB, m.DB.Statements() + statements}
}

// dying looks whether its end has come whenever it is asked: drivers ask before
// each statement.
type dying struct {
	context.Context
	end  context.CancelFunc
	db   *db.DB
	last int64
}

// Done is closed when the end has come.
func (c dying) Done() <-chan struct{} {
	if c.db.Statements() >= c.last {
		c.end()
	}
	return c.Context.Done()
}

// Err tells whether the end has come.
func (c dying) Err() error {
	c.Done()
	return c.Context.Err()
}
