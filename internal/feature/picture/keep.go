package picture

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/db"
	"zakup/internal/platform/spool"
)

// media is of all that is stored.
const media = "image/jpeg"

// kept is a picture in the store that is not shown yet.
type kept struct {
	id ID
	Picture
}

// keep draws a file and stores what was drawn. The row is there before the first
// byte is, so that whatever a crash leaves is found by Sweep.
func (p *Pictures) keep(ctx context.Context, file io.Reader) (kept, error) {
	// It waits on the disk until a decoder is free: memory would not do for all that
	// are sent at once.
	f, err := spool.Copy("zakup-picture-*", file, raster.MaxBytes, raster.TooLarge)
	if err != nil {
		return kept{}, err
	}
	defer f.Drop()
	drawn, err := raster.Make(ctx, f)
	if err != nil {
		return kept{}, err
	}
	k := kept{Picture: Picture{newName(), drawn.Width, drawn.Height}}
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		return tx.QueryRow(ctx, `
			insert into pictures (name, state, source, width, height, created_at) values ($1, 'storing', $2, $3, $4, $5) returning id`,
			k.Name, f.Hash, k.Width, k.Height, p.now()).Scan(&k.id)
	})
	if err != nil {
		return kept{}, err
	}
	for i, side := range raster.Sides {
		if err := p.store.Put(ctx, stored(k.Name, side), bytes.NewReader(drawn.JPEG[i]), int64(len(drawn.JPEG[i])), media); err != nil {
			return kept{}, errors.Join(err, p.drop(ctx, k))
		}
	}
	return k, nil
}

// drop gives up pictures that nothing will name.
func (p *Pictures) drop(ctx context.Context, list ...kept) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // whoever sent them may have gone
	defer cancel()
	ids := make([]ID, len(list))
	for i, k := range list {
		ids[i] = k.id
	}
	return p.db.InTx(ctx, func(tx db.Tx) error { return forget(ctx, tx, ids...) })
}

// errSwept tells that a picture was taken for nobody's before something named it.
var errSwept = errors.New("picture: it took too long to store")

// show lets a stored picture be seen, as part of the transaction that names it.
func show(ctx context.Context, tx db.Tx, k kept) error {
	n, err := tx.Exec(ctx, `update pictures set state = 'ready' where id = $1 and state = 'storing'`, k.id)
	if err == nil && n == 0 {
		err = errSwept
	}
	return err
}

// forget ends the showing of pictures that nothing names any more, as part of tx.
// Sweep removes them.
func forget(ctx context.Context, tx db.Tx, ids ...ID) error {
	for _, id := range ids {
		if _, err := tx.Exec(ctx, `update pictures set state = 'gone' where id = $1 and `+unused, id); err != nil {
			return err
		}
	}
	return nil
}

// unused is true of pictures that nothing names.
const unused = ` not exists (select 1 from avatars where picture_id = pictures.id)
	and not exists (select 1 from offer_pictures where picture_id = pictures.id)
	and not exists (select 1 from picture_copies where picture_id = pictures.id)`
