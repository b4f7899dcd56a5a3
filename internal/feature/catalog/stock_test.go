package catalog_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

func reserve(t *testing.T, m *markettest.Market, wants ...catalog.Want) error {
	t.Helper()
	return m.DB.InTx(t.Context(), func(tx db.Tx) error {
		_, err := catalog.Reserve(t.Context(), tx, wants)
		return err
	})
}

func TestReserveTellsWhatWasTaken(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		m.Sell(t, shop, markettest.Good("1", 100, 5), markettest.Good("2", 250, 7))
		one, two := m.Offers(t, shop)["1"], m.Offers(t, shop)["2"]
		if err := reserve(t, m, catalog.Want{Offer: one.ID, Quantity: 2}); err != nil {
			t.Fatal(err)
		}
		var got map[catalog.OfferID]catalog.Taken
		err := m.DB.InTx(t.Context(), func(tx db.Tx) (err error) {
			got, err = catalog.Reserve(t.Context(), tx, []catalog.Want{{Offer: two.ID, Quantity: 7}, {Offer: one.ID, Quantity: 3}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for id, taken := range got {
			if taken.Document == "" {
				t.Errorf("offer %d has no document", id)
			}
			taken.Document = ""
			got[id] = taken
		}
		want := map[catalog.OfferID]catalog.Taken{
			one.ID: {Shown: catalog.Shown{ID: one.ID, Price: 100, Available: 3}, Shop: shop.ID, Name: "Товар 1", Category: "Чай", Model: "m/1", Terms: catalog.Terms{ExternalID: "1"}},
			two.ID: {Shown: catalog.Shown{ID: two.ID, Price: 250, Available: 7}, Shop: shop.ID, Name: "Товар 2", Category: "Чай", Model: "m/2", Terms: catalog.Terms{ExternalID: "2"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]int64{0, 0}, quantities(t, m, catalog.Filter{Limit: 10})); diff != "" {
			t.Errorf("left (-want +got)\n%s", diff)
		}
	})
}

func TestAShortageTakesNothingAndNamesAll(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		list := []catalog.Listing{markettest.Good("1", 1, 5), markettest.Good("2", 1, 5), markettest.Good("3", 1, 5), markettest.Good("4", 1, 0)}
		m.Sell(t, shop, list...)
		all := m.Offers(t, shop)
		m.Sell(t, shop, list[0], list[1], list[3]) // 3 is withdrawn
		before := m.Tables(t)
		err := reserve(t, m, m.Want(t, shop, "4", 1), m.Want(t, shop, "3", 2), m.Want(t, shop, "1", 5), m.Want(t, shop, "2", 6))
		f := fault.As(err)
		if f == nil || f.Code != catalog.NotEnough.Code {
			t.Fatal(err)
		}
		var said []string
		for _, field := range f.Fields {
			said = append(said, field.Name+": "+field.Text.RU)
		}
		want := []string{"items: «Товар 2»: нужно 6, есть 5", "items: «Товар 3»: нужно 2, есть 0", "items: «Товар 4»: нужно 1, есть 0"}
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		lines := []any{
			map[string]any{"product_info": all["2"].ID, "quantity": int64(6), "available": int64(5)},
			map[string]any{"product_info": all["3"].ID, "quantity": int64(2), "available": int64(0)},
			map[string]any{"product_info": all["4"].ID, "quantity": int64(1), "available": int64(0)},
		}
		if diff := cmp.Diff(lines, f.Facts["Lines"]); diff != "" {
			t.Errorf("facts (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("something was changed (-before +after)\n%s", diff)
		}
		if err := reserve(t, m, catalog.Want{Offer: 1 << 40, Quantity: 1}); markettest.Code(t, err) != catalog.NotEnough.Code {
			t.Errorf("an unknown offer: %v", err)
		}
	})
}

func TestRaceForTheLastPieces(t *testing.T) {
	const pieces = 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		m.Sell(t, shop, markettest.Good("1", 100, pieces))
		want := m.Want(t, shop, "1", 1)
		got := markettest.Codes(t, markettest.AtOnce(markettest.Crowd, func(int) error { return reserve(t, m, want) }))
		if diff := cmp.Diff(map[string]int{"": pieces, catalog.NotEnough.Code: markettest.Crowd - pieces}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if o := m.Offers(t, shop)["1"]; o.Reserved != pieces {
			t.Errorf("%d of %d are reserved", o.Reserved, o.OnHand)
		}
	})
}

// Baskets name the same offers in any order, and lists come in between.
func TestRaceOfOppositeOrders(t *testing.T) {
	const offers, pieces = 20, 2
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		list := markettest.Goods(offers, 100, 1000)
		m.Sell(t, shop, list...)
		var wants []catalog.Want
		for _, o := range m.Offers(t, shop) {
			wants = append(wants, catalog.Want{Offer: o.ID, Quantity: pieces})
		}
		back := slices.Clone(wants)
		slices.Reverse(back)
		errs := markettest.AtOnce(markettest.Crowd, func(i int) error {
			switch {
			case i == 0:
				dearer := slices.Clone(list)
				slices.Reverse(dearer)
				for n := range dearer {
					dearer[n].Price++
				}
				_, err := markettest.Apply(t.Context(), m.DB, 1, shop.ID, dearer)
				return err
			case i%2 == 0:
				return reserve(t, m, wants...)
			}
			return reserve(t, m, back...)
		})
		if diff := cmp.Diff(map[string]int{"": markettest.Crowd}, markettest.Codes(t, errs)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for external, o := range m.Offers(t, shop) {
			if o.Reserved != pieces*(markettest.Crowd-1) || o.Price != 101 {
				t.Errorf("offer %s: %+v", external, o)
			}
		}
	})
}
