package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Want is a quantity of an offer.
type Want struct {
	Offer    OfferID
	Quantity int64
}

// Taken is an offer as it was when its stock was taken.
type Taken struct {
	Shown    // Available: before it was taken
	Shop     partner.ShopID
	Name     string
	Category string
	Model    string
}

// Reserve takes stock for an order, all or nothing: NotEnough names every offer
// that is short or withdrawn. Offers are locked in the order of their ids, so
// that two orders do not wait for each other in a circle.
func Reserve(ctx context.Context, tx db.Tx, wants []Want) (map[OfferID]Taken, error) {
	wants = slices.SortedFunc(slices.Values(wants), func(a, b Want) int { return cmp.Compare(a.Offer, b.Offer) })
	ids := make([]OfferID, len(wants))
	for i, w := range wants {
		ids[i] = w.Offer
	}
	list, args := db.In(nil, ids)
	if lock := db.ForUpdate(tx); lock != "" {
		rows, err := tx.Query(ctx, `select id from offers where id in (`+list+`) order by id`+lock, args...)
		if _, err = db.Collect(rows, err, func(r db.Row) (id OfferID, err error) { return id, r.Scan(&id) }); err != nil {
			return nil, fmt.Errorf("catalog: reserve: %w", err)
		}
	}
	before, err := read(ctx, tx, list, args)
	if err != nil {
		return nil, err
	}
	rows := make([][]int64, len(wants))
	for i, w := range wants {
		rows[i] = []int64{int64(w.Offer), w.Quantity}
	}
	values, quantities := db.Numbers(nil, rows)
	n, err := tx.Exec(ctx, `
		with want (id, quantity) as (values `+values+`)
		update offers set reserved = reserved + want.quantity
		from want
		where offers.id = want.id and not offers.withdrawn and offers.on_hand - offers.reserved >= want.quantity`,
		quantities...)
	if err != nil {
		return nil, fmt.Errorf("catalog: reserve: %w", err)
	}
	if int(n) < len(wants) {
		return nil, shortage(wants, before)
	}
	return before, nil
}

func read(ctx context.Context, tx db.Tx, list string, args []any) (map[OfferID]Taken, error) {
	rows, err := tx.Query(ctx, `
		select o.id, o.shop_id, p.name, c.name, o.model, o.price, o.price_rrc,
			case when o.withdrawn then 0 else o.on_hand - o.reserved end, o.document
		from offers o
		join products p on p.id = o.product_id
		join categories c on c.id = o.category_id
		where o.id in (`+list+`)`, args...)
	all, err := db.Collect(rows, err, func(r db.Row) (t Taken, err error) {
		return t, r.Scan(&t.ID, &t.Shop, &t.Name, &t.Category, &t.Model, &t.Price, &t.PriceRRC, &t.Available, &t.Document)
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: reserve: %w", err)
	}
	byID := make(map[OfferID]Taken, len(all))
	for _, t := range all {
		t.Available = max(0, t.Available)
		byID[t.ID] = t
	}
	return byID, nil
}

// shortage names what is missing.
func shortage(wants []Want, have map[OfferID]Taken) error {
	var lines []any
	e := NotEnough
	for _, w := range wants {
		if t := have[w.Offer]; t.Available < w.Quantity {
			e = e.With("items",
				fmt.Sprintf("«%s»: нужно %d, есть %d", t.Name, w.Quantity, t.Available),
				fmt.Sprintf("%q: %d wanted, %d available", t.Name, w.Quantity, t.Available))
			lines = append(lines, map[string]any{
				"product_info": w.Offer, "quantity": w.Quantity, "available": t.Available,
			})
		}
	}
	return e.Fact("Lines", lines)
}
