package catalog_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// shown is an offer as a page shows it.
type shown struct {
	ID       catalog.OfferID `json:"id"`
	Quantity int64           `json:"quantity"`
	Shop     partner.ShopID  `json:"shop"`
	External string          `json:"external_id"`
}

func page(t *testing.T, m *markettest.Market, f catalog.Filter) (list []shown, next string) {
	t.Helper()
	page, err := m.Catalog.Page(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(page.Body, &list); err != nil {
		t.Fatalf("%v in %s", err, page.Body)
	}
	return list, page.Next
}

func quantities(t *testing.T, m *markettest.Market, f catalog.Filter) (all []int64) {
	t.Helper()
	list, _ := page(t, m, f)
	for _, o := range list {
		all = append(all, o.Quantity)
	}
	return all
}

func TestPageFilters(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		tea, coffee := m.Shop(t, "tea"), m.Shop(t, "coffee")
		m.Sell(t, tea, markettest.Good("t1", 100, 5), markettest.Good("t2", 200, 0), markettest.Good("t3", 300, 1),
			with(markettest.Good("t4", 250, 9), func(l *catalog.Listing) { l.Category = "Кофе" }))
		m.Sell(t, coffee,
			with(markettest.Good("c1", 100, 2), func(l *catalog.Listing) { l.Category = "КОФЕ" }),
			with(markettest.Good("c2", 50, 7), func(l *catalog.Listing) { l.Category = "Кофе" }))
		if err := reserve(t, m, m.Want(t, tea, "t3", 1)); err != nil { // the last piece
			t.Fatal(err)
		}
		ofTea, ofCoffee := m.Offers(t, tea)["t1"].Category, m.Offers(t, coffee)["c1"].Category
		price := func(k money.Kopecks) *money.Kopecks { return &k }
		cases := []struct {
			name   string
			filter catalog.Filter
			want   string
		}{
			{"all", catalog.Filter{}, "[t1 t2 t3 t4 c1 c2]"},
			{"a shop", catalog.Filter{Shops: []partner.ShopID{coffee.ID}}, "[c1 c2]"},
			{"two shops", catalog.Filter{Shops: []partner.ShopID{coffee.ID, tea.ID}}, "[t1 t2 t3 t4 c1 c2]"},
			{"an unknown shop", catalog.Filter{Shops: []partner.ShopID{99, -1}}, "[]"},
			{"a category", catalog.Filter{Categories: []catalog.CategoryID{ofCoffee}}, "[t4 c1 c2]"},
			{"two categories", catalog.Filter{Categories: []catalog.CategoryID{ofCoffee, ofTea, 99}}, "[t1 t2 t3 t4 c1 c2]"},
			{"an unknown category", catalog.Filter{Categories: []catalog.CategoryID{99}}, "[]"},
			{"a shop's category", catalog.Filter{Shops: []partner.ShopID{tea.ID}, Categories: []catalog.CategoryID{ofCoffee}}, "[t4]"},
			{"the lowest price", catalog.Filter{PriceMin: price(200)}, "[t2 t3 t4]"},
			{"the highest price", catalog.Filter{PriceMax: price(100)}, "[t1 c1 c2]"},
			{"prices", catalog.Filter{PriceMin: price(51), PriceMax: price(250)}, "[t1 t2 t4 c1]"},
			{"prices the other way round", catalog.Filter{PriceMin: price(250), PriceMax: price(51)}, "[]"},
			{"in stock", catalog.Filter{InStock: true}, "[t1 t4 c1 c2]"},
			{
				"everything",
				catalog.Filter{
					Shops: []partner.ShopID{tea.ID, coffee.ID}, Categories: []catalog.CategoryID{ofCoffee},
					PriceMin: price(100), PriceMax: price(250), InStock: true, Cursor: fmt.Sprint(m.Offers(t, tea)["t4"].ID),
				},
				"[c1]",
			},
		}
		for _, c := range cases {
			for _, limit := range []int{1, 2, 100} {
				c.filter.Limit = limit
				var got []string
				f := c.filter
				for {
					list, next := page(t, m, f)
					if len(list) > limit {
						t.Fatalf("%s: %d offers on a page of %d", c.name, len(list), limit)
					}
					for _, o := range list {
						got = append(got, o.External)
					}
					if next == "" {
						break
					}
					f.Cursor = next
				}
				if fmt.Sprint(got) != c.want {
					t.Errorf("%s, by %d: %v, want %s", c.name, limit, got, c.want)
				}
			}
		}
	})
}

func TestWhatIsClosedOrWithdrawnIsNotSeen(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		open, closed := m.Shop(t, "open"), m.Shop(t, "closed")
		list := markettest.Goods(2, 100, 1)
		m.Sell(t, open, list...)
		m.Sell(t, closed, list...)
		// see looks in every way at what is to be seen, and at the offer 2 of a shop.
		see := func(want string, who partner.Shop, seen bool) {
			t.Helper()
			for name, f := range map[string]catalog.Filter{
				"page": {}, "price": {PriceMin: new(money.Kopecks(100)), PriceMax: new(money.Kopecks(200))}, "search": {Search: "товар"}, "name": {Sort: catalog.SortName},
			} {
				f.Limit = 10
				offers, _ := page(t, m, f)
				slices.SortFunc(offers, func(a, b shown) int { return int(a.ID - b.ID) })
				var got []string
				for _, o := range offers {
					got = append(got, fmt.Sprintf("%d/%s", o.Shop, o.External))
				}
				if fmt.Sprint(got) != want {
					t.Errorf("%s: %v, want %s", name, got, want)
				}
				if total, err := m.Catalog.Total(t.Context(), f, ""); total.Count != int64(len(got)) || err != nil {
					t.Errorf("%s: a total of %d, want %d; %v", name, total.Count, len(got), err)
				}
			}
			id := m.Offers(t, who)["2"].ID
			named, _ := page(t, m, catalog.Filter{Limit: 10, Shops: []partner.ShopID{who.ID}})
			if slices.ContainsFunc(named, func(o shown) bool { return o.ID == id }) != seen {
				t.Errorf("asked for by its shop: %v", named)
			}
			_, err := m.Catalog.Card(t.Context(), id)
			if code := markettest.Code(t, err); (code == "") != seen || !seen && code != "not_found" {
				t.Errorf("card: %q", code)
			}
			other := open
			if who == open {
				other = closed
			}
			card, err := m.Catalog.Card(t.Context(), m.Offers(t, other)["2"].ID)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(card.Offers, func(o catalog.CardOffer) bool { return o.ID == id }) != seen {
				t.Errorf("on the card of another: %v", card.Offers)
			}
		}
		all := fmt.Sprintf("[%d/1 %d/2 %d/1 %d/2]", open.ID, open.ID, closed.ID, closed.ID)
		see(all, closed, true)
		m.Accept(t, closed, false)
		see(fmt.Sprintf("[%d/1 %d/2]", open.ID, open.ID), closed, false)
		m.Accept(t, closed, true)
		if err := m.Shops.Approve(t.Context(), closed.ID, false); err != nil {
			t.Fatal(err)
		}
		see(fmt.Sprintf("[%d/1 %d/2]", open.ID, open.ID), closed, false)
		if err := m.Shops.Approve(t.Context(), closed.ID, true); err != nil {
			t.Fatal(err)
		}
		see(all, closed, true)
		m.Sell(t, open, list[0])
		see(fmt.Sprintf("[%d/1 %d/1 %d/2]", open.ID, closed.ID, closed.ID), open, false)
		m.Sell(t, open, list...)
		see(all, open, true)
		if _, err := m.Catalog.Card(t.Context(), 1<<40); markettest.Code(t, err) != "not_found" {
			t.Errorf("an unknown card: %v", err)
		}
	})
}

// Whoever walks through the pages meets each offer that is there from the
// beginning to the end exactly once, whatever comes and goes meanwhile.
func TestPagesCoverEverythingOnce(t *testing.T) {
	const stay, comeAndGo, rounds, lists = 60, 40, 8, 6
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		shops := []partner.Shop{m.Shop(t, "one"), m.Shop(t, "two")}
		relist := func(s partner.Shop, step int) {
			list := markettest.Goods(stay, 100, 5)
			for n := range comeAndGo {
				if r.IntN(2) == 0 {
					list = append(list, markettest.Good(fmt.Sprintf("guest %d of %d", n, step), 100, 5))
				}
			}
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			m.Sell(t, s, list...)
		}
		for _, s := range shops {
			relist(s, 0)
		}
		for round := range rounds {
			met := map[catalog.OfferID]int{}
			f := catalog.Filter{Limit: 1 + r.IntN(30)}
			for step := 1; ; step++ {
				list, next := page(t, m, f)
				if !slices.IsSortedFunc(list, func(a, b shown) int { return int(a.ID - b.ID) }) {
					t.Fatalf("not by id: %v", list)
				}
				for _, o := range list {
					met[o.ID]++
				}
				if next == "" {
					break
				}
				if next != fmt.Sprint(list[len(list)-1].ID) || len(list) != f.Limit {
					t.Fatalf("next %s after %d offers, the last %d", next, len(list), list[len(list)-1].ID)
				}
				f.Cursor = next
				if step <= lists { // new offers come last: with more the walk would not end
					relist(shops[r.IntN(2)], round*lists+step)
				}
			}
			for id, n := range met {
				if n != 1 {
					t.Errorf("offer %d was met %d times", id, n)
				}
			}
			for _, s := range shops {
				all := m.Offers(t, s)
				for n := 1; n <= stay; n++ {
					if id := all[fmt.Sprint(n)].ID; met[id] != 1 {
						t.Errorf("offer %d of %s was missed", id, s.Name)
					}
				}
			}
		}
	})
}
