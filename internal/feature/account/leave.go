package account

import (
	"context"
	"fmt"

	"zakup/internal/platform/db"
)

// empty takes everything out of a person's row, which orders and records refer to,
// and frees the address. What belongs to the person in the other tables of this
// feature is deleted.
func (a *Accounts) empty(ctx context.Context, tx db.Tx, id ID) error {
	for _, table := range []string{"tokens", "secrets", "contacts", "requisites", "email_changes"} {
		if _, err := tx.Exec(ctx, `delete from `+table+` where user_id = $1`, id); err != nil {
			return fmt.Errorf("account: empty %s: %w", table, err)
		}
	}
	_, err := tx.Exec(ctx, `
		update users set email = '', email_key = $2, password_hash = '', first_name = '', last_name = '', company = '', position = '',
			language = $3, accept_shortages = $4, active = $4, deleted_at = $5
		where id = $1`, id, fmt.Sprintf("deleted/%d", id), defaultLanguage, false, a.o.Now())
	if err != nil {
		return fmt.Errorf("account: empty: %w", err)
	}
	return nil
}
