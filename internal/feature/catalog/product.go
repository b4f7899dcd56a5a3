package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// ProductID names a product.
type ProductID int64

// The faults of putting products together and apart.
var (
	SameProduct = fault.New(fault.Invalid, "same_product",
		"Это один и тот же товар", "It is the same product")
	NotOfProduct = fault.New(fault.Conflict, "not_of_product",
		"Не все эти предложения относятся к товару", "Not all of these offers are of the product")
	WholeProduct = fault.New(fault.Conflict, "whole_product",
		"Отделить можно только часть предложений товара", "Only a part of a product's offers can be split off")
	NothingToUndo = fault.New(fault.Conflict, "nothing_to_undo",
		"Отменять нечего: товар не объединяли и не разделяли, или это уже отменено", "There is nothing to undo")
)

// Product is what is sold, whoever sells it, and by what that is known.
type Product struct {
	ID       ProductID
	Category Category
	Offers   []ProductOffer // of all shops, also withdrawn ones: at most maxProductOffers
	Keys     []ProductKey   // at most maxProductKeys
	Changes  []Change       // newest first, at most maxChanges
}

// ProductOffer is an offer of a product, and the evidence for it.
type ProductOffer struct {
	ID         OfferID
	Shop       partner.ShopID
	ShopName   string
	ExternalID string
	Name       string
	Barcode    string
	Vendor     string
	VendorCode string
	Price      money.Kopecks
	Withdrawn  bool
	Match      Match
}

// ProductKey is by what offers are found to be of a product.
type ProductKey struct {
	Match Match
	Key   string
}

// Change is a merge or a split of products by an administrator.
type Change struct {
	ID       int64
	Split    bool
	Product  ProductID // whose the offers became
	From     ProductID // whose they were
	Offers   int64
	At       time.Time
	UndoneAt *time.Time
}

const (
	maxProductOffers = 1000
	maxProductKeys   = 1000
	maxChanges       = 100
)

// Product returns a product with what is known of it. fault.Absent.
func (c *Catalog) Product(ctx context.Context, id ProductID) (p Product, err error) {
	err = c.db.QueryRow(ctx, `
		select p.id, g.id, g.name from products p join categories g on g.id = p.category_id where p.id = $1`, id).
		Scan(&p.ID, &p.Category.ID, &p.Category.Name)
	if errors.Is(err, db.ErrNoRows) {
		return Product{}, fault.Absent
	}
	if err == nil {
		p.Offers, err = productOffers(ctx, c.db, id, maxProductOffers)
	}
	if err == nil {
		rows, failed := c.db.Query(ctx, `select kind, key from product_keys where product_id = $1 order by kind, key limit $2`, id, maxProductKeys)
		p.Keys, err = db.Collect(rows, failed, func(r db.Row) (k ProductKey, err error) { return k, r.Scan(&k.Match, &k.Key) })
	}
	if err == nil {
		rows, failed := c.db.Query(ctx, `
			select h.id, h.kind = 'split', h.product_id, h.from_id, h.created_at, h.undone_at,
				(select count(*) from product_moves m where m.change_id = h.id)
			from product_changes h
			where h.product_id = $1 or h.from_id = $1
			order by h.id desc limit $2`, id, maxChanges)
		p.Changes, err = db.Collect(rows, failed, func(r db.Row) (h Change, err error) {
			return h, r.Scan(&h.ID, &h.Split, &h.Product, &h.From, &h.At, &h.UndoneAt, &h.Offers)
		})
	}
	if err != nil {
		return Product{}, fmt.Errorf("catalog: product: %w", err)
	}
	return p, nil
}

func productOffers(ctx context.Context, q db.Queryer, id ProductID, limit int) ([]ProductOffer, error) {
	rows, err := q.Query(ctx, `
		select o.id, o.shop_id, s.name, o.external_id, o.name, o.barcode, o.vendor, o.vendor_code, o.price, o.withdrawn, o.matched_by
		from offers o join shops s on s.id = o.shop_id
		where o.product_id = $1
		order by o.id limit $2`, id, limit)
	return db.Collect(rows, err, func(r db.Row) (o ProductOffer, err error) {
		return o, r.Scan(&o.ID, &o.Shop, &o.ShopName, &o.ExternalID, &o.Name, &o.Barcode, &o.Vendor, &o.VendorCode, &o.Price, &o.Withdrawn, &o.Match)
	})
}
