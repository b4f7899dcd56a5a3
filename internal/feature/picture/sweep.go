package picture

import (
	"context"
	"time"

	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/db"
)

const (
	// storingTime is how long a picture may be on its way: whoever stores it for
	// longer was killed.
	storingTime = 24 * time.Hour
	sweepBatch  = 200
)

// Sweep removes the pictures that nothing names: those that were let go, and what
// was left half stored a day ago. The files go first: while the row is there, the
// next sweep finds what this one left.
func (p *Pictures) Sweep(ctx context.Context) error {
	for {
		n, err := p.sweep(ctx)
		if err != nil || n < sweepBatch {
			return wrapped("sweep", err)
		}
	}
}

func (p *Pictures) sweep(ctx context.Context) (int, error) {
	err := p.db.InTx(ctx, func(tx db.Tx) error {
		// From here on it can't be shown, however late its owner comes.
		_, err := tx.Exec(ctx, `update pictures set state = 'gone' where state = 'storing' and created_at < $1 and `+unused, p.now().Add(-storingTime))
		return err
	})
	if err != nil {
		return 0, err
	}
	rows, err := p.db.Query(ctx, `select id, name from pictures where state = 'gone' order by id limit $1`, sweepBatch)
	list, err := db.Collect(rows, err, func(r db.Row) (k kept, err error) { return k, r.Scan(&k.id, &k.Name) })
	for _, k := range list {
		if err = p.remove(ctx, k); err != nil {
			break
		}
	}
	return len(list), err
}

func (p *Pictures) remove(ctx context.Context, k kept) error {
	for _, side := range raster.Sides {
		if err := p.store.Delete(ctx, stored(k.Name, side)); err != nil {
			return err
		}
	}
	return p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from pictures where id = $1 and state = 'gone'`, k.id)
		return err
	})
}
