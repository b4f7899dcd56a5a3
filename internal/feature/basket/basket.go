// Package basket owns what a buyer is about to order.
//
// A person has one basket at most. It promises nothing about stock or price:
// every reading says what they are now, and what they were when a line was
// added.
package basket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// ID names a basket; the order that is made of it has the same.
type ID int64

// LineID names a line of a basket, and of the order that is made of it.
type LineID int64

// The limits of a basket.
const (
	MaxLines    = 1000
	MaxQuantity = 100_000 // of one line
)

// The faults of this feature.
var (
	Empty = fault.New(fault.Conflict, "empty_basket", "Корзина пуста", "The basket is empty")
	Full  = fault.New(fault.Conflict, "basket_full",
		"В корзине может быть не больше 1000 строк", "A basket holds at most 1000 lines")
	Gone = fault.New(fault.Conflict, "offer_gone", "Товар больше не продаётся", "The product is no longer sold")
)

// Basket is a person's basket.
type Basket struct {
	ID        ID
	CreatedAt time.Time
	Lines     []Line
}

// Line is an offer in a basket, as it is now.
type Line struct {
	ID       LineID
	Name     string
	Offer    catalog.Shown // as it is now
	Quantity int64
	Shop     partner.ShopID
	ShopName string
	PriceWas money.Kopecks // when it was added
	Gone     bool          // withdrawn, or its shop is closed

	// The supplier's conditions, 0 when there are none.
	MinQuantity, Multiple int64
	MinOrder              money.Kopecks // the least sum of the shop's lines
}

// Short tells whether there is less than is wanted.
func (l Line) Short() bool { return l.Offer.Available < l.Quantity }

// Baskets is the feature.
type Baskets struct {
	db  *db.DB
	now func() time.Time
}

// New makes the feature.
func New(d *db.DB, now func() time.Time) *Baskets { return &Baskets{db: d, now: now} }

// Of returns the person's basket; false when there is none yet.
func (b *Baskets) Of(ctx context.Context, who account.ID) (Basket, bool, error) {
	var k Basket
	err := b.db.QueryRow(ctx, `select id, created_at from baskets where user_id = $1`, who).Scan(&k.ID, &k.CreatedAt)
	if errors.Is(err, db.ErrNoRows) {
		return Basket{}, false, nil
	}
	if err == nil {
		k.Lines, err = lines(ctx, b.db, k.ID)
	}
	if err != nil {
		return Basket{}, false, fmt.Errorf("basket: %w", err)
	}
	return k, true, nil
}

func lines(ctx context.Context, q db.Queryer, id ID) ([]Line, error) {
	rows, err := q.Query(ctx, `
		select l.id, o.name, l.offer_id, l.quantity, o.shop_id, s.name, o.price, o.price_rrc, l.price,
			`+catalog.Available+`, o.document, o.withdrawn or not s.open,
			o.min_quantity, o.multiple, s.min_order
		from basket_lines l
		join offers o on o.id = l.offer_id
		join shops s on s.id = o.shop_id
		where l.basket_id = $1
		order by l.id`, id)
	return db.Collect(rows, err, func(r db.Row) (l Line, err error) {
		o := &l.Offer
		err = r.Scan(&l.ID, &l.Name, &o.ID, &l.Quantity, &l.Shop, &l.ShopName, &o.Price, &o.PriceRRC, &l.PriceWas, &o.Available, &o.Document, &l.Gone,
			&l.MinQuantity, &l.Multiple, &l.MinOrder)
		if o.Available = max(0, o.Available); l.Gone {
			o.Available = 0
		}
		return l, err
	})
}

// Taken is a line of a basket that became an order.
type Taken struct {
	ID       LineID
	Offer    catalog.OfferID
	Shop     partner.ShopID
	Quantity int64
}

// Take empties the basket for an order: it returns the lines and deletes it.
// fault.Absent when it is not there or not theirs, Empty when it has no lines.
// Of two that take one basket the second waits, and finds it absent.
func Take(ctx context.Context, tx db.Tx, who account.ID, id ID) ([]Taken, error) {
	var found ID
	err := tx.QueryRow(ctx, `select id from baskets where id = $1 and user_id = $2`+db.ForUpdate(tx), id, who).Scan(&found)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Absent.WithText("id", fault.UnknownKey(int64(id)))
	}
	if err != nil {
		return nil, fmt.Errorf("basket: take: %w", err)
	}
	rows, err := tx.Query(ctx, `
		select l.id, l.offer_id, o.shop_id, l.quantity from basket_lines l join offers o on o.id = l.offer_id
		where l.basket_id = $1 order by l.id`, id)
	list, err := db.Collect(rows, err, func(r db.Row) (t Taken, err error) {
		return t, r.Scan(&t.ID, &t.Offer, &t.Shop, &t.Quantity)
	})
	if err != nil {
		return nil, fmt.Errorf("basket: take: %w", err)
	}
	if len(list) == 0 {
		return nil, Empty
	}
	if _, err := tx.Exec(ctx, `delete from baskets where id = $1`, id); err != nil {
		return nil, fmt.Errorf("basket: take: %w", err)
	}
	return list, nil
}

// Drop deletes the basket of a person as part of tx; whoever makes an order of it
// now is waited for.
func Drop(ctx context.Context, tx db.Tx, who account.ID) error {
	if _, err := tx.Exec(ctx, `delete from baskets where user_id = $1`, who); err != nil {
		return fmt.Errorf("basket: drop: %w", err)
	}
	return nil
}
