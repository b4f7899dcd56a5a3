package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Available is what can be ordered of an offer o, in SQL: what its supplier's list
// said, less what orders have reserved, less what has left since that list.
const Available = `(o.on_hand - o.reserved - o.shipped)`

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
	Terms
}

// Terms are what an order of an offer and its papers need beside the price.
type Terms struct {
	ExternalID  string
	UnitCode    string // ОКЕИ; "" when not said
	UnitName    string
	VAT         string // "22", "10", … "none"; "" when not said
	MinQuantity int64  // 0 when not said
	Multiple    int64  // 0 when not said
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
	before, err := held(ctx, tx, list, args)
	if err != nil {
		return nil, err
	}
	values, quantities := quantities(tx, nil, wants)
	n, err := tx.Exec(ctx, `
		with want (id, quantity) as (`+values+`)
		update offers as o set reserved = o.reserved + want.quantity
		from want
		where o.id = want.id and not o.withdrawn and `+Available+` >= want.quantity`,
		quantities...)
	if err != nil {
		return nil, fmt.Errorf("catalog: reserve: %w", err)
	}
	if int(n) < len(wants) {
		return nil, shortage(wants, before)
	}
	return before, nil
}

// lock keeps the offers for this transaction, in the order of their ids.
func lock(ctx context.Context, tx db.Tx, list string, args []any) error {
	clause := db.ForUpdate(tx)
	if clause == "" {
		return nil
	}
	rows, err := tx.Query(ctx, `select id from offers where id in (`+list+`) order by id`+clause, args...)
	_, err = db.Collect(rows, err, func(r db.Row) (id OfferID, err error) { return id, r.Scan(&id) })
	return err
}

func quantities(tx db.Tx, args []any, wants []Want) (string, []any) {
	rows := make([][]int64, len(wants))
	for i, w := range wants {
		rows[i] = []int64{int64(w.Offer), w.Quantity}
	}
	return db.Numbers(tx, args, rows)
}

// held reads the offers and keeps them for this transaction, in the order of
// their ids.
func held(ctx context.Context, tx db.Tx, list string, args []any) (map[OfferID]Taken, error) {
	keep := db.ForUpdate(tx)
	if keep != "" {
		keep += ` of o`
	}
	rows, err := tx.Query(ctx, `
		select o.id, o.shop_id, o.name, c.name, o.model, o.price, o.price_rrc,
			case when o.withdrawn then 0 else `+Available+` end, o.document,
			o.external_id, o.unit_code, o.unit_name, o.vat, o.min_quantity, o.multiple
		from offers o
		join categories c on c.id = o.category_id
		where o.id in (`+list+`)
		order by o.id`+keep, args...)
	all, err := db.Collect(rows, err, func(r db.Row) (t Taken, err error) {
		return t, r.Scan(&t.ID, &t.Shop, &t.Name, &t.Category, &t.Model, &t.Price, &t.PriceRRC, &t.Available, &t.Document,
			&t.ExternalID, &t.UnitCode, &t.UnitName, &t.VAT, &t.MinQuantity, &t.Multiple)
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
