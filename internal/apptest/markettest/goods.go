package markettest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Good is a listing with the external id, of the category Чай, with that price
// and quantity.
func Good(id string, price money.Kopecks, quantity int64) catalog.Listing {
	return catalog.Listing{
		Line: 1, ExternalID: id, Category: "Чай", Name: "Товар " + id, Model: "m/" + id,
		Price: price, Quantity: quantity,
		Parameters: []catalog.Parameter{{Name: "Цвет", Value: "синий"}},
	}
}

// Goods are n listings with the external ids 1 to n, of one price and quantity.
func Goods(n int, price money.Kopecks, quantity int64) []catalog.Listing {
	list := make([]catalog.Listing, n)
	for i := range list {
		list[i] = Good(fmt.Sprint(i+1), price, quantity)
	}
	return list
}

// staging are names that no import has: they begin at 1.
var staging atomic.Int64

// Apply makes the listings, received an hour after Now, the offers of the shop.
func Apply(ctx context.Context, d *db.DB, as catalog.Staging, shop partner.ShopID, list []catalog.Listing) (c catalog.Counts, err error) {
	return ApplyAt(ctx, d, as, shop, list, Now.Add(time.Hour))
}

// ApplyAt is Apply of a list that was received at that time.
func ApplyAt(ctx context.Context, d *db.DB, as catalog.Staging, shop partner.ShopID, list []catalog.Listing, received time.Time) (c catalog.Counts, err error) {
	err = d.InTx(ctx, func(tx db.Tx) error {
		known, err := catalog.Look(ctx, tx, shop)
		if err != nil {
			return err
		}
		if err := catalog.Stage(ctx, tx, as, shop, known, list); err != nil {
			return err
		}
		c, err = catalog.Merge(ctx, tx, as, shop, known, false, received)
		return err
	})
	return c, err
}

// Sell makes the listings the offers of the shop.
func (m *Market) Sell(t *testing.T, shop partner.Shop, list ...catalog.Listing) catalog.Counts {
	t.Helper()
	c, err := Apply(t.Context(), m.DB, catalog.Staging(staging.Add(-1)), shop.ID, list)
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	if err := catalog.Index(t.Context(), m.DB); err != nil {
		t.Fatalf("markettest: %v", err)
	}
	c.Staged = 0 // the caller knows
	return c
}

// Offer is an offer as the database has it.
type Offer struct {
	ID        catalog.OfferID
	Product   int64
	Category  catalog.CategoryID
	Model     string
	Price     money.Kopecks
	OnHand    int64
	Reserved  int64
	Withdrawn bool
}

// Offers are all offers of the shop by their external ids.
func (m *Market) Offers(t *testing.T, shop partner.Shop) map[string]Offer {
	t.Helper()
	rows, err := m.DB.Query(t.Context(), `
		select external_id, id, product_id, category_id, model, price, on_hand, reserved, withdrawn
		from offers where shop_id = $1`, shop.ID)
	all := map[string]Offer{}
	_, err = db.Collect(rows, err, func(r db.Row) (o Offer, err error) {
		var external string
		err = r.Scan(&external, &o.ID, &o.Product, &o.Category, &o.Model, &o.Price, &o.OnHand, &o.Reserved, &o.Withdrawn)
		all[external] = o
		return o, err
	})
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	return all
}

// Want is a quantity of the shop's offer.
func (m *Market) Want(t *testing.T, shop partner.Shop, external string, quantity int64) catalog.Want {
	t.Helper()
	o, known := m.Offers(t, shop)[external]
	if !known {
		t.Fatalf("markettest: %s has no offer %s", shop.Name, external)
	}
	return catalog.Want{Offer: o.ID, Quantity: quantity}
}

// Number is a number that a query gives.
func (m *Market) Number(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	if err := m.DB.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("markettest: %s: %v", query, err)
	}
	return n
}

// Change runs a statement.
func (m *Market) Change(t *testing.T, query string, args ...any) {
	t.Helper()
	err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("markettest: %s: %v", query, err)
	}
}
