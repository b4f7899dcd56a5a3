package basket_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// of reads the person's basket.
func of(t *testing.T, m *markettest.Market, who account.User) basket.Basket {
	t.Helper()
	k, _, err := m.Baskets.Of(t.Context(), who.ID)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// held are the quantities of the person's basket by offer.
func held(t *testing.T, m *markettest.Market, who account.User) map[catalog.OfferID]int64 {
	t.Helper()
	all := map[catalog.OfferID]int64{}
	for _, l := range of(t, m, who).Lines {
		all[l.Offer.ID] += l.Quantity
	}
	return all
}

func TestAddAddsUp(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		if _, found, err := m.Baskets.Of(t.Context(), who.ID); found || err != nil {
			t.Fatalf("a basket from the beginning: %v, %v", found, err)
		}
		m.Sell(t, shop, markettest.Good("1", 100, 10), markettest.Good("2", 250, 0))
		one, two := m.Want(t, shop, "1", 2), m.Want(t, shop, "2", 3)
		n, err := m.Baskets.Add(t.Context(), who.ID, []catalog.Want{two, one, two})
		if err != nil || n != 2 {
			t.Fatalf("%d items, %v", n, err)
		}
		first := of(t, m, who)
		if n, err := m.Baskets.Add(t.Context(), who.ID, []catalog.Want{one}); err != nil || n != 1 {
			t.Fatalf("%d items, %v", n, err)
		}
		if n, err := m.Baskets.Add(t.Context(), who.ID, nil); err != nil || n != 0 {
			t.Fatalf("%d items, %v", n, err)
		}
		got := of(t, m, who)
		line := func(w catalog.Want, name string, quantity, price, available int64) basket.Line {
			return basket.Line{
				Name:     name,
				Offer:    catalog.Shown{ID: w.Offer, Price: money(price), Available: available},
				Quantity: quantity, Shop: shop.ID, ShopName: "shop", PriceWas: money(price),
			}
		}
		// In the order in which they were named; stock is no condition of a basket.
		want := basket.Basket{ID: first.ID, CreatedAt: markettest.Now, Lines: []basket.Line{line(two, "Товар 2", 6, 250, 0), line(one, "Товар 1", 4, 100, 10)}}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(basket.Line{}, "ID"), cmpopts.IgnoreFields(catalog.Shown{}, "Document")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		for i, l := range got.Lines {
			if l.ID != first.Lines[i].ID || l.Offer.Document == "" {
				t.Errorf("line %d was %d; %q", l.ID, first.Lines[i].ID, l.Offer.Document)
			}
		}
	})
}

// A bad item changes nothing, whatever comes before and after it.
func TestABadItemChangesNothing(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, closed := m.Shop(t, "shop"), m.Shop(t, "closed")
		m.Sell(t, shop, markettest.Goods(3, 100, 10)...)
		m.Sell(t, closed, markettest.Goods(1, 100, 10)...)
		good, gone, shut := m.Want(t, shop, "1", 1), m.Want(t, shop, "3", 1), m.Want(t, closed, "1", 1)
		m.Sell(t, shop, markettest.Goods(2, 100, 10)...)
		m.Accept(t, closed, false)
		other := m.Want(t, shop, "2", 1)
		of := func(w catalog.Want, quantity int64) catalog.Want { w.Quantity = quantity; return w }
		old := m.Buyer(t, "old")
		m.Fill(t, old, of(good, basket.MaxQuantity-1), other)
		fresh := m.Buyer(t, "fresh")
		before := m.Tables(t)
		cases := []struct {
			name string
			who  account.User
			bad  []catalog.Want
			code string
		}{
			{"unknown", fresh, []catalog.Want{{Offer: 1 << 40, Quantity: 1}}, "not_found"},
			{"negative", fresh, []catalog.Want{{Offer: -1, Quantity: 1}}, "not_found"},
			{"withdrawn", fresh, []catalog.Want{gone}, "offer_gone"},
			{"of a closed shop", fresh, []catalog.Want{shut}, partner.Closed.Code},
			{"none", fresh, []catalog.Want{of(good, 0)}, "bad_arguments"},
			{"fewer than none", old, []catalog.Want{of(good, -1)}, "bad_arguments"},
			{"too many", fresh, []catalog.Want{of(good, basket.MaxQuantity+1)}, "bad_arguments"},
			{"far too many", fresh, []catalog.Want{of(good, 1<<63-1)}, "bad_arguments"},
			{"too many in two", fresh, []catalog.Want{of(good, basket.MaxQuantity), good}, "bad_arguments"},
			{"too many with those there", old, []catalog.Want{of(good, 2)}, "bad_arguments"},
		}
		for _, c := range cases {
			for _, list := range [][]catalog.Want{c.bad, slices.Concat(c.bad, []catalog.Want{other}), slices.Concat([]catalog.Want{other}, c.bad)} {
				_, err := m.Baskets.Add(t.Context(), c.who.ID, list)
				if code := markettest.Code(t, err); code != c.code {
					t.Errorf("%s: %q, want %q", c.name, code, c.code)
				}
			}
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("something was changed (-before +after)\n%s", diff)
		}
	})
}

func TestABasketIsFull(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Goods(basket.MaxLines+1, 100, 10)...)
		var wants []catalog.Want
		for _, o := range m.Offers(t, shop) {
			wants = append(wants, catalog.Want{Offer: o.ID, Quantity: basket.MaxQuantity})
		}
		if _, err := m.Baskets.Add(t.Context(), who.ID, wants); markettest.Code(t, err) != basket.Full.Code {
			t.Errorf("all at once: %v", err)
		}
		m.Fill(t, who, wants[1:]...)
		if _, err := m.Baskets.Add(t.Context(), who.ID, wants[:1]); markettest.Code(t, err) != basket.Full.Code {
			t.Errorf("one more: %v", err)
		}
		if n := len(of(t, m, who).Lines); n != basket.MaxLines {
			t.Errorf("%d lines", n)
		}
	})
}

// A basket says what became of its offers since they were added.
func TestABasketTellsWhatChanged(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other, who := m.Shop(t, "shop"), m.Shop(t, "other"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Goods(4, 100, 10)...)
		m.Sell(t, other, markettest.Good("o", 100, 10))
		m.Fill(t, who, m.Want(t, shop, "1", 5), m.Want(t, shop, "2", 5), m.Want(t, shop, "3", 5), m.Want(t, shop, "4", 5), m.Want(t, other, "o", 5))
		type seen struct {
			Price, Was, Available int64
			Gone, Short           bool
		}
		names := map[catalog.OfferID]string{}
		for external, o := range m.Offers(t, shop) {
			names[o.ID] = external
		}
		names[m.Offers(t, other)["o"].ID] = "o"
		look := func(when string, want map[string]seen) {
			t.Helper()
			got := map[string]seen{}
			for _, l := range of(t, m, who).Lines {
				got[names[l.Offer.ID]] = seen{int64(l.Offer.Price), int64(l.PriceWas), l.Offer.Available, l.Gone, l.Short()}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", when, diff)
			}
		}
		same := seen{100, 100, 10, false, false}
		look("at first", map[string]seen{"1": same, "2": same, "3": same, "4": same, "o": same})
		// 1 is dearer, of 2 there is less, 3 is withdrawn, 4 is as it was.
		m.Sell(t, shop, markettest.Good("1", 120, 10), markettest.Good("2", 100, 4), markettest.Good("4", 100, 10))
		m.Accept(t, other, false)
		look("after a list and a closing", map[string]seen{
			"1": {120, 100, 10, false, false},
			"2": {100, 100, 4, false, true},
			"3": {100, 100, 0, true, true},
			"4": same,
			"o": {100, 100, 0, true, true},
		})
		// Somebody else takes stock; 3 comes back; the other shop opens.
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, err := catalog.Reserve(t.Context(), tx, []catalog.Want{m.Want(t, shop, "4", 8)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		m.Sell(t, shop, markettest.Good("1", 100, 10), markettest.Good("2", 100, 5), markettest.Good("3", 90, 10), markettest.Good("4", 100, 6))
		m.Accept(t, other, true)
		look("at last", map[string]seen{
			"1": same, "2": {100, 100, 5, false, false}, "3": {90, 100, 10, false, false},
			"4": {100, 100, 0, false, true}, // six on hand, eight sold
			"o": same,
		})
		// What is added again has the price of now.
		m.Fill(t, who, m.Want(t, shop, "3", 1))
		if l := of(t, m, who).Lines[2]; l.PriceWas != 90 || l.Quantity != 6 {
			t.Errorf("added again: %+v", l)
		}
	})
}
