package picture

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

const selectAvatar = `select p.name, p.width, p.height from avatars a join pictures p on p.id = a.picture_id where a.user_id = $1`

// Avatar is the picture of a person; nil when there is none.
func (p *Pictures) Avatar(ctx context.Context, who account.ID) (*Picture, error) {
	a, err := one(ctx, p.db, selectAvatar, who)
	return a, wrapped("avatar", err)
}

// SetAvatar makes a file the picture of a person, in place of the one before. The
// faults of raster.
func (p *Pictures) SetAvatar(ctx context.Context, who account.ID, file io.Reader) (Picture, error) {
	k, err := p.keep(ctx, file)
	if err != nil {
		return Picture{}, wrapped("avatar", err)
	}
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		if err := removeAvatar(ctx, tx, who); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			insert into avatars (user_id, picture_id) select id, $2 from users where id = $1 and active`+db.ForShare(tx), who, k.id)
		if err == nil && n == 0 {
			err = fault.Absent // they have left meanwhile
		}
		if err != nil {
			return err
		}
		return show(ctx, tx, k)
	})
	if err != nil {
		return Picture{}, wrapped("avatar", errors.Join(err, p.drop(ctx, k)))
	}
	return k.Picture, nil
}

// RemoveAvatar takes the picture of a person away, if there is one.
func (p *Pictures) RemoveAvatar(ctx context.Context, who account.ID) error {
	return wrapped("avatar", p.db.InTx(ctx, func(tx db.Tx) error { return removeAvatar(ctx, tx, who) }))
}

// Leave takes the picture of a person away who deletes their account, as part of tx.
func Leave(ctx context.Context, tx db.Tx, who account.ID) error {
	return wrapped("leave", removeAvatar(ctx, tx, who))
}

func removeAvatar(ctx context.Context, tx db.Tx, who account.ID) error {
	// Of two that set one at once, the second has the first one's removed. On
	// PostgreSQL there is no row to wait for yet when there was none.
	if err := tx.Serialize(ctx, fmt.Sprintf("avatar/%d", who)); err != nil {
		return err
	}
	var old ID
	err := tx.QueryRow(ctx, `delete from avatars where user_id = $1 returning picture_id`, who).Scan(&old)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return forget(ctx, tx, old)
}
