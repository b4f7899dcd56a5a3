package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// thing is an offer of the model: what a map remembers of a supplier's lists.
type thing struct {
	Name      string
	Price     money.Kopecks
	RRC       money.Kopecks // 0: none
	Stock     int64
	Withdrawn bool
}

type model map[string]thing

// expected is what a list does to the model.
type expected struct {
	catalog.Counts
	difference catalog.Difference
}

var modelIDs = []string{"5", "5#a", "5#b", "5$", "51", "6#a"}

// list draws the listings of a list.
func drawList(t *rapid.T, partial bool) []catalog.Listing {
	var list []catalog.Listing
	for n, id := range modelIDs {
		kinds := []string{"absent", "full"}
		if partial {
			kinds = []string{"absent", "full", "slim", "gone"}
		}
		l := catalog.Listing{Line: n + 1, ExternalID: id}
		switch rapid.SampledFrom(kinds).Draw(t, "kind") {
		case "absent":
			continue
		case "gone":
			l.Gone = true
		case "slim":
			l.Slim = true
			l.KeepPrice, l.KeepStock = rapid.Bool().Draw(t, "no price"), rapid.Bool().Draw(t, "no stock")
		default:
			l.Name = rapid.SampledFrom([]string{"А", "Б"}).Draw(t, "name")
			l.Category = "Чай"
		}
		if !l.Gone && !l.KeepPrice {
			l.Price = money.Kopecks(rapid.SampledFrom([]int64{0, 100, 150, 200}).Draw(t, "price"))
		}
		if !l.Gone && !l.KeepStock {
			l.Quantity = rapid.Int64Range(0, 2).Draw(t, "stock")
		}
		if !l.Gone && rapid.Bool().Draw(t, "recommended") {
			rrc := money.Kopecks(rapid.SampledFrom([]int64{300, 400}).Draw(t, "rrc"))
			l.PriceRRC = &rrc
		}
		list = append(list, l)
	}
	return rapid.Permutation(list).Draw(t, "order")
}

// apply does to the model what a list says.
func (m model) apply(list []catalog.Listing, partial bool) (e expected) {
	before, named := maps.Clone(m), map[string]bool{}
	for _, l := range list {
		named[l.ExternalID] = true
	}
	withdraw := func(id string) {
		o := m[id]
		o.Withdrawn = true
		m[id] = o
		e.Withdrawn++
	}
	for _, o := range before {
		if !o.Withdrawn {
			e.difference.Before++
		}
	}
	for _, l := range list {
		id := l.ExternalID
		o, is := before[id]
		sold := is && !o.Withdrawn
		switch {
		case l.Gone:
			went := e.Withdrawn
			for other, o := range before {
				if other == id && sold || strings.HasPrefix(other, id+"#") && !named[other] && !o.Withdrawn {
					withdraw(other)
				}
			}
			varied := false
			for other, o := range before {
				varied = varied || strings.HasPrefix(other, id+"#") && !o.Withdrawn
			}
			if went == e.Withdrawn && !sold && !varied {
				e.Unknown++
			}
			continue
		case l.Slim && !sold:
			e.Unknown++
			continue
		}
		now := o
		now.Withdrawn = false
		if !l.Slim {
			now.Name, now.RRC = l.Name, 0
		}
		if !l.KeepPrice {
			now.Price = l.Price
		}
		if !l.KeepStock {
			now.Stock = l.Quantity
		}
		if l.PriceRRC != nil {
			now.RRC = *l.PriceRRC
		}
		m[id] = now
		switch {
		case !is:
			e.Created++
		case o == now:
			e.Unchanged++
		default:
			e.Updated++
		}
		e.differ(is, o, now)
	}
	if !partial {
		for id, o := range before {
			if !o.Withdrawn && !named[id] {
				withdraw(id)
			}
		}
	}
	e.Staged = int64(len(list))
	e.difference.Staged, e.difference.Withdrawn, e.difference.Unknown = e.Staged, e.Withdrawn, e.Unknown
	return e
}

// differ counts what a listing changes of an offer.
func (e *expected) differ(is bool, o, now thing) {
	d := &e.difference
	add := func(n *int64, yes bool) {
		if yes {
			*n++
		}
	}
	add(&d.New, !is)
	add(&d.Returned, is && o.Withdrawn)
	if !is || o.Withdrawn {
		return
	}
	add(&d.Renamed, o.Name != now.Name)
	add(&d.Changed, o.Name != now.Name)
	add(&d.PriceUp, now.Price > o.Price)
	add(&d.PriceDown, now.Price < o.Price)
	add(&d.StockUp, now.Stock > o.Stock)
	add(&d.StockDown, now.Stock < o.Stock)
	add(&d.SoldOut, now.Stock == 0 && o.Stock > 0)
}

// inDatabase is what the model should be.
func inDatabase(ctx context.Context, d *db.DB, shop partner.ShopID) (model, error) {
	rows, err := d.Query(ctx, `
		select o.external_id, p.name, o.price, coalesce(o.price_rrc, 0), o.on_hand, o.withdrawn
		from offers o join products p on p.id = o.product_id where o.shop_id = $1`, shop)
	all := model{}
	_, err = db.Collect(rows, err, func(r db.Row) (o thing, err error) {
		var id string
		err = r.Scan(&id, &o.Name, &o.Price, &o.RRC, &o.Stock, &o.Withdrawn)
		all[id] = o
		return o, err
	})
	return all, err
}

// Whatever full and partial lists come, and are taken back, the offers are what a
// map would say, and what was counted and foretold is what happened.
func TestListsAndRollbacksAgreeWithAModel(t *testing.T) {
	as := catalog.Staging(0)
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shops := 0
		rapid.Check(t, func(rt *rapid.T) {
			shops++
			shop := m.Shop(t, fmt.Sprint("shop", shops)).ID
			now := model{}
			type version struct {
				as     catalog.Staging
				before model
			}
			var versions []version
			inTx := func(f func(tx db.Tx) error) {
				if err := m.DB.InTx(t.Context(), f); err != nil {
					rt.Fatal(err)
				}
			}
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				if n := len(versions); n > 0 && rapid.IntRange(0, 3).Draw(rt, "roll") == 0 {
					last := versions[n-1]
					versions = versions[:n-1]
					inTx(func(tx db.Tx) error {
						_, _, err := catalog.Rollback(t.Context(), tx, last.as, shop)
						return err
					})
					for id, o := range now {
						if was, is := last.before[id]; is {
							now[id] = was
						} else {
							o.Withdrawn = true
							now[id] = o
						}
					}
				} else {
					partial := rapid.Bool().Draw(rt, "partial")
					list := drawList(rt, partial)
					as--
					versions = append(versions, version{as, maps.Clone(now)})
					want := now.apply(list, partial)
					var got expected
					inTx(func(tx db.Tx) error {
						known, err := catalog.Look(t.Context(), tx, shop)
						if err == nil {
							err = catalog.Stage(t.Context(), tx, as, shop, known, list)
						}
						if err == nil {
							got.difference, err = catalog.Compare(t.Context(), tx, as, shop, partial)
						}
						if err == nil {
							got.Counts, err = catalog.Merge(t.Context(), tx, as, shop, known, partial, markettest.Now)
						}
						return err
					})
					if diff := cmp.Diff(want.Counts, got.Counts); diff != "" {
						rt.Fatalf("counts (-want +got)\n%s", diff)
					}
					d := got.difference
					d.Compared, d.Median, d.Prices, d.Moves = 0, 0, [len(catalog.Steps) + 1]int64{}, nil
					if diff := cmp.Diff(want.difference, d); diff != "" {
						rt.Fatalf("difference (-want +got)\n%s", diff)
					}
				}
				got, err := inDatabase(t.Context(), m.DB, shop)
				if err != nil {
					rt.Fatal(err)
				}
				if diff := cmp.Diff(now, got); diff != "" {
					rt.Fatalf("offers (-want +got)\n%s", diff)
				}
			}
		})
	})
}

// A list that was staged against offers that have changed since is not merged.
func TestStagedAgainstOtherOffers(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		good := markettest.Good("1", 100, 5)
		m.Sell(t, shop, good)
		var known *catalog.Known
		stage := func() {
			t.Helper()
			var err error
			if known, err = catalog.Look(t.Context(), m.DB, shop.ID); err != nil {
				t.Fatal(err)
			}
			err = m.DB.InTx(t.Context(), func(tx db.Tx) error {
				if err := catalog.Unstage(t.Context(), tx, 1); err != nil {
					return err
				}
				return catalog.Stage(t.Context(), tx, 1, shop.ID, known, []catalog.Listing{good, markettest.Good("2", 100, 5)})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		stage()
		merge := func() (c catalog.Counts, err error) {
			err = m.DB.InTx(t.Context(), func(tx db.Tx) error {
				c, err = catalog.Merge(t.Context(), tx, 1, shop.ID, known, false, markettest.Now)
				return err
			})
			return c, err
		}
		other := m.Shop(t, "Кофейная")
		m.Sell(t, other, good)
		m.Sell(t, shop, with(good, func(l *catalog.Listing) { l.Price = 110 }))
		before := m.Tables(t, markettest.Catalogue...)
		if err := known.Current(t.Context(), m.DB, shop.ID); !errors.Is(err, catalog.ErrStale) {
			t.Errorf("the offers are not those any more: %v", err)
		}
		if _, err := merge(); !errors.Is(err, catalog.ErrStale) {
			t.Errorf("the price has changed: %v", err)
		}
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
		stage()
		m.Sell(t, other, with(good, func(l *catalog.Listing) { l.Price = 110 }))
		if c, err := merge(); err != nil || c.Created != 1 || c.Updated != 1 {
			t.Errorf("only another shop has changed: %+v, %v", c, err)
		}
	})
}

func TestTheDifferenceOfPrices(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		ratios := []int64{5, 10, 49, 50, 79, 80, 94, 95, 99, 100, 101, 104, 105, 124, 125, 199, 200, 999, 1000, 5000}
		var list []catalog.Listing
		for n := range ratios {
			list = append(list, markettest.Good(fmt.Sprint(n), 10_000, 1))
		}
		list = append(list, markettest.Good("free", 0, 1), markettest.Good("gone", 10_000, 1))
		m.Sell(t, shop, list...)
		m.Sell(t, shop, list[:len(list)-1]...)
		for n, r := range ratios {
			list[n].Price = money.Kopecks(100 * r)
		}
		list[len(ratios)].Price = 1 // what cost nothing can't be compared, nor what was not for sale
		known, err := catalog.Look(t.Context(), m.DB, shop.ID)
		if err == nil {
			err = m.DB.InTx(t.Context(), func(tx db.Tx) error { return catalog.Stage(t.Context(), tx, 1, shop.ID, known, list) })
		}
		if err != nil {
			t.Fatal(err)
		}
		d, err := catalog.Compare(t.Context(), m.DB, 1, shop.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		want := [len(catalog.Steps) + 1]int64{1, 2, 2, 2, 2, 2, 2, 2, 2, 2}
		if diff := cmp.Diff(want, d.Prices); diff != "" || d.Compared != 20 || d.Median != 1.01 || d.PriceUp != 11 || d.PriceDown != 9 || d.Returned != 1 {
			t.Errorf("%+v (-want +got)\n%s", d, diff)
		}
		var moves []string
		for _, v := range d.Moves {
			moves = append(moves, fmt.Sprintf("%s %s %s %s", v.ExternalID, v.Name, v.From, v.To))
		}
		if len(moves) != 10 || moves[0] != "19 Товар 19 100 5000" || moves[1] != "0 Товар 0 100 5" || moves[2] != "1 Товар 1 100 10" || moves[3] != "18 Товар 18 100 1000" {
			t.Errorf("moves: %q", moves)
		}
	})
}
