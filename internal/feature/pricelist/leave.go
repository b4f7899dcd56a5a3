package pricelist

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
)

// Leave deletes, as part of tx, what a person who deletes their account has here:
// exports, schedules, sessions of 1C, and of their lists where they came from. The
// records of the lists stay, since offers and what was done rest on them.
func Leave(ctx context.Context, tx db.Tx, who account.ID) error {
	for _, statement := range []string{
		`delete from exports where user_id = $1 or shop_id in (select id from shops where user_id = $1)`,
		`delete from exchange_sessions where user_id = $1 or shop_id in (select id from shops where user_id = $1)`,
		`delete from price_schedules where shop_id in (select id from shops where user_id = $1)`,
		`update imports set url = '', file_name = '' where user_id = $1 or shop_id in (select id from shops where user_id = $1)`,
	} {
		if _, err := tx.Exec(ctx, statement, who); err != nil {
			return fmt.Errorf("pricelist: leave: %w", err)
		}
	}
	return nil
}
