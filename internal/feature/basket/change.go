package basket

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Add puts offers into the person's basket, which is made if need be; one that
// is there already gets more. A bad item changes nothing. It returns the number
// of items.
func (b *Baskets) Add(ctx context.Context, who account.ID, wants []catalog.Want) (int, error) {
	var n int
	err := b.db.InTx(ctx, func(tx db.Tx) (err error) {
		n, err = b.AddIn(ctx, tx, who, wants)
		return err
	})
	return n, err
}

// AddIn is Add in a transaction of the caller's.
func (b *Baskets) AddIn(ctx context.Context, tx db.Tx, who account.ID, wants []catalog.Want) (int, error) {
	wants, err := merged(wants)
	if err != nil {
		return 0, err
	}
	id, err := b.mine(ctx, tx, who)
	if err == nil && len(wants) > 0 {
		if err = sellable(ctx, tx, wants); err == nil {
			err = put(ctx, tx, id, wants)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("basket: add: %w", err)
	}
	return len(wants), nil
}

// mine returns the person's basket, made if need be, and keeps others from
// changing it until tx ends. The unique index makes it one.
func (b *Baskets) mine(ctx context.Context, tx db.Tx, who account.ID) (id ID, err error) {
	return id, tx.QueryRow(ctx, `
		insert into baskets (user_id, created_at) values ($1, $2)
		on conflict (user_id) do update set user_id = excluded.user_id
		returning id`, who, b.now()).Scan(&id)
}

// merged adds up the items of one offer, in the order in which they are named.
func merged(wants []catalog.Want) ([]catalog.Want, error) {
	var out []catalog.Want
	at := map[catalog.OfferID]int{}
	for _, w := range wants {
		if err := checkQuantity(w.Quantity); err != nil {
			return nil, err
		}
		i, known := at[w.Offer]
		if !known {
			at[w.Offer] = len(out)
			out = append(out, w)
			continue
		}
		if out[i].Quantity += w.Quantity; out[i].Quantity > MaxQuantity {
			return nil, checkQuantity(out[i].Quantity)
		}
	}
	return out, nil
}

func checkQuantity(n int64) error {
	switch {
	case n < 1:
		return fault.BadArguments.WithText("quantity", fault.TooSmall(1))
	case n > MaxQuantity:
		return fault.BadArguments.WithText("quantity", fault.TooBig(MaxQuantity))
	}
	return nil
}

// sellable checks that each offer is there, for sale, and in an open shop.
func sellable(ctx context.Context, tx db.Tx, wants []catalog.Want) error {
	var ids []catalog.OfferID
	for _, w := range wants {
		ids = append(ids, w.Offer)
	}
	type state struct {
		id              catalog.OfferID
		withdrawn, open bool
	}
	list, args := db.In(nil, ids)
	rows, err := tx.Query(ctx, `
		select o.id, o.withdrawn, s.open from offers o join shops s on s.id = o.shop_id where o.id in (`+list+`)`, args...)
	found, err := db.Collect(rows, err, func(r db.Row) (s state, err error) { return s, r.Scan(&s.id, &s.withdrawn, &s.open) })
	if err != nil {
		return err
	}
	for _, id := range ids {
		i := slices.IndexFunc(found, func(s state) bool { return s.id == id })
		switch {
		case i < 0:
			return fault.Absent.WithText("product_info", fault.UnknownKey(int64(id)))
		case found[i].withdrawn:
			return Gone.WithText("product_info", fault.UnknownKey(int64(id)))
		case !found[i].open:
			return partner.Closed.WithText("product_info", fault.UnknownKey(int64(id)))
		}
	}
	return nil
}

func put(ctx context.Context, tx db.Tx, id ID, wants []catalog.Want) error {
	list := make([][]int64, len(wants))
	for i, w := range wants {
		list[i] = []int64{int64(i), int64(w.Offer), w.Quantity}
	}
	values, args := db.Numbers(tx, []any{id}, list)
	// Lines come in the order in which they are named. Without a where, SQLite takes
	// "on conflict" for a condition of the join.
	rows, err := tx.Query(ctx, `
		with want (n, id, quantity) as (`+values+`)
		insert into basket_lines (basket_id, offer_id, quantity, price)
		select $1, o.id, want.quantity, o.price
		from want join offers o on o.id = want.id
		where o.id is not null
		order by want.n
		on conflict (basket_id, offer_id) do update
			set quantity = basket_lines.quantity + excluded.quantity, price = excluded.price
		returning quantity`, args...)
	now, err := db.Collect(rows, err, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	if most := slices.Max(now); most > MaxQuantity {
		return checkQuantity(most)
	}
	var count int
	if err := tx.QueryRow(ctx, `select count(*) from basket_lines where basket_id = $1`, id).Scan(&count); err != nil {
		return err
	}
	if count > MaxLines {
		return Full
	}
	return nil
}

// Quantity is how much of a line is wanted.
type Quantity struct {
	Line     LineID
	Quantity int64
}

// Set changes quantities of lines of the person's basket. A bad item changes
// nothing: fault.Absent names a line that is not there or not theirs. It
// returns the number of lines.
func (b *Baskets) Set(ctx context.Context, who account.ID, list []Quantity) (int, error) {
	last := map[LineID]int64{} // the last word on a line counts
	var order []Quantity
	for _, q := range list {
		if err := checkQuantity(q.Quantity); err != nil {
			return 0, err
		}
		if _, known := last[q.Line]; !known {
			order = append(order, q)
		}
		last[q.Line] = q.Quantity
	}
	rows := make([][]int64, len(order))
	for i, q := range order {
		rows[i] = []int64{int64(q.Line), last[q.Line]}
	}
	if len(order) == 0 {
		return 0, nil
	}
	err := b.db.InTx(ctx, func(tx db.Tx) error {
		if err := lock(ctx, tx, who); err != nil {
			return err
		}
		values, args := db.Numbers(tx, []any{who}, rows)
		rows, err := tx.Query(ctx, `
			with want (id, quantity) as (`+values+`)
			update basket_lines set quantity = want.quantity
			from want
			where basket_lines.id = want.id
				and basket_lines.basket_id = (select id from baskets where user_id = $1)
			returning basket_lines.id`, args...)
		done, err := db.Collect(rows, err, func(r db.Row) (id LineID, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		for _, q := range order {
			if !slices.Contains(done, q.Line) {
				return fault.Absent.WithText("id", fault.UnknownKey(int64(q.Line)))
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("basket: set: %w", err)
	}
	return len(order), nil
}

// lock keeps the person's basket, if there is one, from being taken meanwhile.
func lock(ctx context.Context, tx db.Tx, who account.ID) error {
	var id ID
	err := tx.QueryRow(ctx, `select id from baskets where user_id = $1`+db.ForUpdate(tx), who).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	return err
}

// Remove deletes those of the lines that are in the person's basket and
// returns their number.
func (b *Baskets) Remove(ctx context.Context, who account.ID, ids []LineID) (n int64, err error) {
	err = b.db.InTx(ctx, func(tx db.Tx) error {
		if err := lock(ctx, tx, who); err != nil {
			return err
		}
		list, args := db.In([]any{who}, ids)
		n, err = tx.Exec(ctx, `
			delete from basket_lines
			where basket_id = (select id from baskets where user_id = $1) and id in (`+list+`)`, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("basket: remove: %w", err)
	}
	return n, nil
}
