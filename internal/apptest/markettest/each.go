package markettest

import (
	"net/url"
	"strings"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// connections are as many to PostgreSQL as a race needs to be one: the driver's
// own number follows the cores, and one that waits for a connection races nobody.
const connections = "20"

// Each runs f as a subtest with a market on each database.
func Each(t *testing.T, f func(t *testing.T, m *Market)) {
	t.Helper()
	dbtest.EachURL(t, func(t *testing.T, address string) {
		d, err := db.Open(t.Context(), widen(t, address))
		if err != nil {
			t.Fatalf("markettest: %v", err)
		}
		t.Cleanup(func() {
			if err := d.Close(); err != nil {
				t.Errorf("markettest: close: %v", err)
			}
		})
		f(t, New(t, d))
	})
}

// widen gives the address of a PostgreSQL that many connections.
func widen(t *testing.T, address string) string {
	t.Helper()
	if strings.HasPrefix(address, "sqlite:") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	q := u.Query()
	q.Set("pool_max_conns", connections)
	u.RawQuery = q.Encode()
	return u.String()
}

// Statements returns how many statements f sends. They are fixed by tests, so
// that a statement for each row of something is noticed.
func (m *Market) Statements(f func()) int64 {
	before := m.DB.Statements()
	f()
	return m.DB.Statements() - before
}
