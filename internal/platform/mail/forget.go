package mail

import (
	"context"
	"fmt"

	"zakup/internal/platform/db"
)

// Forget takes a person's address out of the letters to it, as part of tx, and any
// address out of those whose keys begin with one of the texts: at once out of
// letters that were sent or given up, and out of the others when they are.
func Forget(ctx context.Context, tx db.Tx, address string, keys ...string) error {
	where, args := `recipient = $1`, []any{address, true}
	for _, begin := range keys {
		args = append(args, begin)
		where += fmt.Sprintf(` or substr(key, 1, length($%[1]d)) = $%[1]d`, len(args))
	}
	_, err := tx.Exec(ctx, `
		update letters set forget = $2,
			recipient = case when state = 'queued' then recipient else '' end, error = case when state = 'queued' then error else '' end
		where `+where, args...)
	if err != nil {
		return fmt.Errorf("mail: forget: %w", err)
	}
	return nil
}
