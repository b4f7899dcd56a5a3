package api_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver
)

// tables are the rows of a SQLite database as text, by table: what a request
// may not change, and where a secret may not be.
type tables map[string]string

// readTables reads them all but those that begin with one of the names. Of no
// path there are none.
func readTables(t *testing.T, path string, but ...string) tables {
	t.Helper()
	if path == "" {
		return nil
	}
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := tables{}
	// The index of offers follows them in its own time.
	but = append(but, "unindexed_offers", "offer_words", "offer_names", "known_words", "word_letters", "index_words")
	for _, row := range rowsOf(t, d, `select name from sqlite_master where type = 'table' order by name`) {
		if slices.ContainsFunc(but, func(name string) bool { return strings.HasPrefix(row, name) }) {
			continue
		}
		// When a token was last used is written down by the minute, whatever is asked.
		columns := strings.Join(rowsOf(t, d, `select '"' || name || '"' from pragma_table_info('`+row+`') where name <> 'last_used_at'`), ",")
		all[row] = strings.Join(rowsOf(t, d, `select `+columns+` from "`+row+`" order by 1, 2`), "\n")
	}
	if all["users"] == "" {
		t.Fatal("no users: is this the database of the program?")
	}
	return all
}

func rowsOf(t *testing.T, d *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, pointers := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = text(v)
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func text(v any) string {
	if b, is := v.([]byte); is {
		return string(b)
	}
	return fmt.Sprint(v)
}

// changed names the tables that differ.
func (a tables) changed(b tables) (list []string) {
	for name := range a {
		if a[name] != b[name] {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
