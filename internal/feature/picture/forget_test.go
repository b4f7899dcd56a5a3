package picture

import (
	"testing"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// A transaction may have been committed although the connection was lost before
// anybody was told: what it names is not given up then.
func TestForgetOnlyUnused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			var user int64
			var id ID
			err := tx.QueryRow(t.Context(), `
				insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, active, created_at)
				values ('a', 'a', '', 'buyer', '', '', '', '', $1, $2) returning id`, true, time.Now()).Scan(&user)
			if err == nil {
				err = tx.QueryRow(t.Context(), `
					insert into pictures (name, state, source, width, height, created_at) values ('a', 'ready', '', 1, 1, $1) returning id`, time.Now()).Scan(&id)
			}
			if err == nil {
				_, err = tx.Exec(t.Context(), `insert into avatars (user_id, picture_id) values ($1, $2)`, user, id)
			}
			if err != nil {
				return err
			}
			return forget(t.Context(), tx, id)
		})
		if err != nil {
			t.Fatal(err)
		}
		var state string
		if err := d.QueryRow(t.Context(), `select state from pictures`).Scan(&state); err != nil || state != "ready" {
			t.Errorf("it is %s, %v", state, err)
		}
	})
}
