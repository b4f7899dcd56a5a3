package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
)

// exportPage is how many offers are read at a time.
const exportPage = 500

// errMoved ends a list that another one was applied under; the next try writes
// the new one.
var errMoved = errors.New("pricelist: the offers have changed meanwhile")

// WriteList writes the offers of a shop, or of all shops if it is 0, that are
// not withdrawn. It holds no transaction: the offers of a shop are read twice,
// in pages, and are those of one list all the same, else there is an error.
func (l *Lists) WriteList(ctx context.Context, w io.Writer, shop partner.ShopID, format writing.Format) (rows int64, err error) {
	before, err := l.changes(ctx, shop)
	if err != nil {
		return 0, err
	}
	head, err := l.exportHead(ctx, shop)
	if err != nil {
		return 0, err
	}
	to, err := writing.New(format, w, head)
	if err != nil {
		return 0, err
	}
	names := shopNames{l: l, known: map[partner.ShopID]string{}}
	for o, err := range l.offers(ctx, shop) {
		good := writing.Good{}
		if err == nil {
			good.Row = rowOf(o.Listing)
			good.Shop, err = names.of(ctx, o.Shop)
		}
		if err == nil {
			err = to.Write(good)
		}
		if err != nil {
			return 0, errors.Join(err, to.Close())
		}
		rows++
	}
	if err := to.Close(); err != nil {
		return 0, err
	}
	after, err := l.changes(ctx, shop)
	if err == nil && after != before {
		err = errMoved
	}
	return rows, err
}

// changes is how often the offers of a shop were changed; 0 for all shops, where
// there is always another change.
func (l *Lists) changes(ctx context.Context, shop partner.ShopID) (n int64, err error) {
	if shop == 0 {
		return 0, nil
	}
	err = l.db.QueryRow(ctx, `select count(*) from imports where shop_id = $1 and state = 'applied'`, shop).Scan(&n)
	return n, err
}

// exportHead goes through the offers for what a list says before them.
func (l *Lists) exportHead(ctx context.Context, shop partner.ShopID) (writing.Head, error) {
	head := writing.Head{Time: l.now(), Shops: shop == 0}
	if shop != 0 {
		of, err := partner.Find(ctx, l.db, shop)
		if err != nil {
			return head, err
		}
		head.Shop, head.URL = of.Name, of.URL
	}
	categories := map[string]bool{}
	for o, err := range l.offers(ctx, shop) {
		if err != nil {
			return head, err
		}
		if !categories[o.Category] {
			categories[o.Category] = true
			head.Categories = append(head.Categories, o.Category)
		}
		head.Parameters = merged(head.Parameters, o.Parameters)
	}
	return head, nil
}

// merged adds the names that are new, each after the one that stands before it
// in the good, so that most goods have theirs in the order of all.
func merged(names []string, parameters []catalog.Parameter) []string {
	place := 0
	for _, p := range parameters {
		i := slices.Index(names, p.Name)
		if i < 0 {
			if len(names) == writing.MaxColumns {
				continue
			}
			i = place
			names = slices.Insert(names, i, p.Name)
		}
		place = i + 1
	}
	return names
}

// offers reads the offers of a shop, or of all, in pages.
func (l *Lists) offers(ctx context.Context, shop partner.ShopID) iter.Seq2[catalog.OfferListing, error] {
	return func(yield func(catalog.OfferListing, error) bool) {
		for after := catalog.OfferID(0); ; {
			page, err := catalog.Listings(ctx, l.db, shop, after, exportPage)
			if err != nil {
				yield(catalog.OfferListing{}, err)
				return
			}
			for _, o := range page {
				if !yield(o, nil) {
					return
				}
			}
			if len(page) < exportPage {
				return
			}
			after = page[len(page)-1].ID
		}
	}
}

// shopNames looks names of shops up, each once.
type shopNames struct {
	l     *Lists
	known map[partner.ShopID]string
}

func (n shopNames) of(ctx context.Context, shop partner.ShopID) (string, error) {
	if name, is := n.known[shop]; is {
		return name, nil
	}
	s, err := partner.Find(ctx, n.l.db, shop)
	if err != nil {
		return "", fmt.Errorf("pricelist: shop %d: %w", shop, err)
	}
	n.known[shop] = s.Name
	return s.Name, nil
}

// rowOf is a listing in the terms of price lists: what listing takes.
func rowOf(l catalog.Listing) reading.Row {
	r := reading.Row{
		ExternalID: l.ExternalID, Category: l.Category, Name: l.Name, Model: l.Model,
		Price: l.Price, HasPrice: true, Quantity: l.Quantity, HasQuantity: true, AtLeast: l.AtLeast,
		Description: l.Description, URL: l.URL, Pictures: l.Pictures,
		Unit: reading.Unit{Code: l.UnitCode, Name: l.UnitName}, VAT: l.VAT, Barcodes: l.Barcodes,
		Vendor: l.Vendor, VendorCode: l.VendorCode, MinQuantity: l.MinQuantity, Multiple: l.Multiple,
	}
	if l.PriceRRC != nil {
		r.PriceRRC, r.HasRRC = *l.PriceRRC, true
	}
	for _, p := range l.Parameters {
		r.Parameters = append(r.Parameters, reading.Parameter(p))
	}
	return r
}
