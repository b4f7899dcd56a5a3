package markettest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zakup/internal/platform/db"
)

// Catalogue are the tables that a price list may change.
var Catalogue = []string{"shops", "categories", "products", "offers", "staged_offers"}

// Tables returns the rows of tables as texts, to be compared with cmp.Diff. None
// named means all of them, with the jobs, so that also a letter shows.
func (m *Market) Tables(t *testing.T, names ...string) map[string][]string {
	t.Helper()
	if len(names) == 0 {
		names = m.names(t)
	}
	all := map[string][]string{}
	for _, name := range names {
		all[name] = m.rows(t, name)
	}
	return all
}

func (m *Market) texts(t *testing.T, query string, args ...any) []string {
	t.Helper()
	rows, err := m.DB.Query(t.Context(), query, args...)
	list, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		t.Fatalf("markettest: %s: %v", query, err)
	}
	return list
}

// names are the tables that are ours, and that of the jobs.
func (m *Market) names(t *testing.T) []string {
	t.Helper()
	query := `select name from sqlite_master where type = 'table'`
	if m.DB.Dialect() == db.Postgres {
		query = `select tablename::text from pg_tables where schemaname = 'public'`
	}
	names := slices.DeleteFunc(m.texts(t, query), func(name string) bool {
		return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "goose_") ||
			strings.HasPrefix(name, "river_") && name != "river_job"
	})
	if len(names) < 20 {
		t.Fatalf("markettest: only %d tables: %v", len(names), names)
	}
	return names
}

func (m *Market) rows(t *testing.T, table string) []string {
	t.Helper()
	query := `select name from pragma_table_xinfo($1) where hidden <> 1 order by cid`
	if m.DB.Dialect() == db.Postgres {
		query = `select column_name::text from information_schema.columns where table_schema = 'public' and table_name = $1 order by ordinal_position`
	}
	columns := m.texts(t, query, table)
	rows, err := m.DB.Query(t.Context(), `select `+strings.Join(columns, ", ")+` from `+table)
	list, err := db.Collect(rows, err, func(r db.Row) (string, error) {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range dest {
			dest[i] = &values[i]
		}
		err := r.Scan(dest...)
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = fmt.Sprintf("%s=%v", columns[i], v)
		}
		return strings.Join(texts, " "), err
	})
	if err != nil {
		t.Fatalf("markettest: %s: %v", table, err)
	}
	slices.Sort(list)
	return list
}
