// Package catalog owns what buyers choose from: categories, products, and the
// offers of suppliers for them, with their stock.
//
// An offer keeps its id for ever; one that leaves its price list is withdrawn.
// Only offers of open shops can be seen. Stock is never taken twice: available
// is what the supplier has on hand less what orders have reserved.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// OfferID names an offer: a product of a shop. The ready specification calls
// it product_info.
type OfferID int64

// The faults of this feature.
var (
	NotEnough = fault.New(fault.Conflict, "not_enough_stock",
		"Недостаточно товара на складе", "Not enough in stock")
	BadCursor = fault.New(fault.Invalid, "bad_cursor",
		"Неверный курсор: возьмите адрес следующей страницы из заголовка Link",
		"Bad cursor: take the address of the next page from the Link header")
)

// Catalog is the feature.
type Catalog struct {
	db    *db.DB
	reads db.Queryer // the database, for pages, facets and categories
	trail *audit.Log
	now   func() time.Time
	ways  ways
	facet recall[facetsKey, Facets]
	finds recall[uint64, amount]  // by the hash of the expression
	few   recall[uint64, bool]    // whether a price leaves few, by the hash of the filter
	shown recall[shownKey, int64] // categories
}

// New makes the feature.
func New(d *db.DB, trail *audit.Log, now func() time.Time) *Catalog {
	return &Catalog{
		db: d, reads: d, trail: trail, now: now, ways: usualWays,
		facet: recall[facetsKey, Facets]{keepFor: facetsFor, keepMost: facetsMost},
		finds: recall[uint64, amount]{keepFor: amountFor, keepMost: amountMost},
		few:   recall[uint64, bool]{keepFor: amountFor, keepMost: amountMost},
		shown: recall[shownKey, int64]{keepFor: shownFor, keepMost: shownMost},
	}
}

// Key is what makes two names one: letter case, ё and spaces do not count.
func Key(name string) string {
	return strings.Join(strings.Fields(fold(name)), " ")
}

// Card is an offer with all that is known of its product.
type Card struct {
	Shown
	Product  ProductID
	Details  string
	Pictures []picture.Picture // the main one first
	Offers   []CardOffer
}

// CardOffer is an offer of the same product.
type CardOffer struct {
	ID        OfferID
	Shop      partner.ShopID
	ShopName  string
	Model     string
	Price     money.Kopecks
	Available int64
	Match     Match
	PerUnit   *UnitPrice // nil: not known
}

// maxCardOffers bounds the offers of a card.
const maxCardOffers = 100

// Card returns the card of an offer that can be seen; fault.Absent otherwise.
// Its offers are those in stock first, then the cheapest.
func (c *Catalog) Card(ctx context.Context, id OfferID) (Card, error) {
	card := Card{Shown: Shown{ID: id}}
	err := c.db.QueryRow(ctx, `
		select `+Available+`, o.price, o.price_rrc, o.document, o.details, o.product_id
		from offers o
		where o.id = $1 and not o.withdrawn and o.shop_id in (select id from shops where open)`, id).
		Scan(&card.Available, &card.Price, &card.PriceRRC, &card.Document, &card.Details, &card.Product)
	if errors.Is(err, db.ErrNoRows) {
		return Card{}, fault.Absent
	}
	if err != nil {
		return Card{}, fmt.Errorf("catalog: card: %w", err)
	}
	rows, err := c.db.Query(ctx, `
		select o.id, o.shop_id, s.name, o.model, o.price, `+Available+`, o.matched_by, o.name, o.unit_code
		from offers o join shops s on s.id = o.shop_id
		where o.product_id = $1 and not o.withdrawn and s.open
		order by case when `+Available+` > 0 then 0 else 1 end, o.price, o.id
		limit $2`, card.Product, maxCardOffers)
	card.Offers, err = db.Collect(rows, err, func(r db.Row) (o CardOffer, err error) {
		var name, unit string
		err = r.Scan(&o.ID, &o.Shop, &o.ShopName, &o.Model, &o.Price, &o.Available, &o.Match, &name, &unit)
		o.PerUnit = unitPrice(name, unit, o.Price)
		return o, err
	})
	if err == nil {
		card.Pictures, err = picture.OfOffer(ctx, c.db, int64(id))
	}
	if err != nil {
		return Card{}, fmt.Errorf("catalog: card: %w", err)
	}
	return card, nil
}
