package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zakup/internal/platform/db"
)

// Shift is how much more of an offer is reserved, and how much more has been
// shipped: gone, and not counted out by a list yet. Either may be below zero.
type Shift struct {
	Offer             OfferID
	Reserved, Shipped int64
}

// Lock keeps the offers as they are for this transaction, in the order of their
// ids: whoever changes several sets of offers locks all of them first, so that
// two do not wait for each other in a circle.
func Lock(ctx context.Context, tx db.Tx, ids []OfferID) error {
	if len(ids) == 0 {
		return nil
	}
	list, args := db.In(nil, ids)
	if err := lock(ctx, tx, list, args); err != nil {
		return fmt.Errorf("catalog: lock: %w", err)
	}
	return nil
}

// Relocate carries out shifts; those of one offer add up. The offers are locked.
func Relocate(ctx context.Context, tx db.Tx, shifts []Shift) error {
	shifts = slices.SortedStableFunc(slices.Values(shifts), func(a, b Shift) int { return cmp.Compare(a.Offer, b.Offer) })
	var rows [][]int64
	for _, s := range shifts {
		if n := len(rows); n > 0 && rows[n-1][0] == int64(s.Offer) {
			rows[n-1][1] += s.Reserved
			rows[n-1][2] += s.Shipped
			continue
		}
		rows = append(rows, []int64{int64(s.Offer), s.Reserved, s.Shipped})
	}
	if len(rows) == 0 {
		return nil
	}
	values, args := db.Numbers(tx, nil, rows)
	_, err := tx.Exec(ctx, `
		with more (id, reserved, shipped) as (`+values+`)
		update offers set
			reserved = offers.reserved + more.reserved,
			shipped = case when offers.shipped + more.shipped < 0 then 0 else offers.shipped + more.shipped end
		from more
		where offers.id = more.id`, args...)
	if err != nil {
		return fmt.Errorf("catalog: relocate: %w", err)
	}
	return nil
}
