package db

import (
	"database/sql"
	"fmt"
	"reflect"
	"time"
)

// plain turns arguments of named types into those of the language, and times
// into what the database stores.
func plain(dialect Dialect, args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = plainValue(dialect, a)
	}
	return out
}

func plainValue(dialect Dialect, a any) any {
	switch v := a.(type) {
	case nil, int64, string, bool, []byte, float64:
		return v
	case time.Time:
		if dialect == SQLite {
			return v.UnixMicro()
		}
		return v.UTC()
	case *time.Time:
		if v == nil {
			return nil
		}
		return plainValue(dialect, *v)
	}
	v := reflect.ValueOf(a)
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainValue(dialect, v.Elem().Interface())
	default:
		return a
	}
}

// scanSQLite wraps the destinations that SQLite stores in another form.
func scanSQLite(dest []any) []any {
	for i, d := range dest {
		switch t := d.(type) {
		case *time.Time:
			dest[i] = microScanner{to: t}
		case **time.Time:
			dest[i] = nullMicroScanner{to: t}
		}
	}
	return dest
}

type microScanner struct{ to *time.Time }

func (s microScanner) Scan(v any) error {
	var n sql.NullInt64
	if err := n.Scan(v); err != nil {
		return err
	}
	*s.to = time.UnixMicro(n.Int64).UTC()
	return nil
}

type nullMicroScanner struct{ to **time.Time }

func (s nullMicroScanner) Scan(v any) error {
	if v == nil {
		*s.to = nil
		return nil
	}
	var t time.Time
	*s.to = &t
	return microScanner{to: &t}.Scan(v)
}

// Text is a text of a row that is written on before the next row is read, and so is
// not copied where the driver can lend it.
type Text struct {
	lent []byte // PostgreSQL
	own  string // SQLite
}

// AppendTo writes the text.
func (t *Text) AppendTo(b []byte) []byte { return append(append(b, t.lent...), t.own...) }

// ScanBytes is for the driver of PostgreSQL.
func (t *Text) ScanBytes(b []byte) error {
	t.lent = b
	return nil
}

// Scan is for the driver of SQLite.
func (t *Text) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("db: a text was expected, not %T", v)
	}
	t.own = s
	return nil
}
