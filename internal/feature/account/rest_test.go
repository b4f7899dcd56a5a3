package account

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// The database holds no password and no token, only their hashes, wherever one
// looks.
func TestSecretsAtRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		confirm := a.registered(t, "new@example.com")
		u := a.person(t, "ivan@example.com")
		login, reset := a.login(t, u.Email, password), a.resetToken(t, u.Email)
		all := everything(t, d)
		for name, secret := range map[string]string{"confirm": confirm, "login": login, "reset": reset} {
			if hash := hex.EncodeToString(hashToken(secret)); !strings.Contains(all, hash) {
				t.Errorf("%s: its hash is nowhere, so this test sees nothing", name)
			}
			if strings.Contains(all, secret) {
				t.Errorf("%s: the token itself is in the database", name)
			}
		}
		if !strings.Contains(all, "$argon2id$") || strings.Contains(all, password) || strings.Contains(all, hex.EncodeToString([]byte(password))) {
			t.Error("the password is not kept as a hash alone")
		}
		if !strings.Contains(all, "new@example.com") {
			t.Error("not everything was read")
		}
	})
}

// everything is the text of all values of all tables, the job library's
// included; bytes in hexadecimal digits too.
func everything(t *testing.T, d *db.DB) string {
	t.Helper()
	query := `select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite_%'`
	if d.Dialect() == db.Postgres {
		query = `select table_name, column_name from information_schema.columns where table_schema = 'public'`
	}
	rows, err := d.Query(t.Context(), query)
	columns, err := db.Collect(rows, err, func(r db.Row) (c [2]string, err error) { return c, r.Scan(&c[0], &c[1]) })
	if err != nil || len(columns) == 0 {
		t.Fatalf("columns %v: %v", columns, err)
	}
	var b strings.Builder
	for _, c := range columns {
		rows, err := d.Query(t.Context(), fmt.Sprintf(`select %q from %q`, c[1], c[0]))
		values, err := db.Collect(rows, err, func(r db.Row) (v any, err error) { return v, r.Scan(&v) })
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		for _, v := range values {
			fmt.Fprintf(&b, "%v\n", v)
			if bytes, ok := v.([]byte); ok {
				fmt.Fprintf(&b, "%x %[1]s\n", bytes)
			}
		}
	}
	return b.String()
}
