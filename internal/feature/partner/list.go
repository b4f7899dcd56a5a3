package partner

import (
	"context"
	"fmt"

	"zakup/internal/platform/db"
)

// List returns one page of the open shops, by name descending as the ready
// specification has them, and the number of all.
func (s *Shops) List(ctx context.Context, limit, offset int64) (list []Shop, total int64, err error) {
	if err := s.db.QueryRow(ctx, `select count(*) from shops where open`).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("partner: list: %w", err)
	}
	rows, err := s.db.Query(ctx, selectShop+` where open order by name desc, id desc limit $1 offset $2`, limit, offset)
	if list, err = db.Collect(rows, err, scanShop); err != nil {
		return nil, 0, fmt.Errorf("partner: list: %w", err)
	}
	return list, total, nil
}

// All returns shops in any state after the id given, for the administrator.
func (s *Shops) All(ctx context.Context, after ShopID, limit int) ([]Shop, error) {
	rows, err := s.db.Query(ctx, selectShop+` where id > $1 order by id limit $2`, after, limit)
	list, err := db.Collect(rows, err, scanShop)
	if err != nil {
		return nil, fmt.Errorf("partner: all: %w", err)
	}
	return list, nil
}

// Hold returns the shops by id and keeps them as they are until tx ends, so
// that an order and the closing of its shop have one order in time.
func Hold(ctx context.Context, tx db.Tx, ids []ShopID) (map[ShopID]Shop, error) {
	list, args := db.In(nil, ids)
	rows, err := tx.Query(ctx, selectShop+` where id in (`+list+`) order by id`+db.ForShare(tx), args...)
	shops, err := db.Collect(rows, err, scanShop)
	if err != nil {
		return nil, fmt.Errorf("partner: hold: %w", err)
	}
	held := make(map[ShopID]Shop, len(shops))
	for _, s := range shops {
		held[s.ID] = s
	}
	return held, nil
}
