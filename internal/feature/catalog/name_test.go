package catalog_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
)

func TestNamesMatchAcrossSuppliers(t *testing.T) {
	spelling := []struct{ category, name string }{
		{"Мёд и чай", "Чёрный  чай «Ёж»"},
		{"мед И чай", "черный чай «ёж»"},
		{" МЁД  и\tчай ", "ЧЁРНЫЙ чай «Еж» "},
		{"Мед и\u00a0чай", "чЕрный\nчай «ЕЖ»"},
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		products := map[int64]bool{}
		for i, s := range spelling {
			shop := m.Shop(t, fmt.Sprint("shop", i))
			m.Sell(t, shop, with(markettest.Good("7", 100, 1), func(l *catalog.Listing) {
				l.Category, l.Name = s.category, s.name
			}))
			products[m.Offers(t, shop)["7"].Product] = true
		}
		other := m.Shop(t, "other")
		m.Sell(t, other, with(markettest.Good("7", 100, 1), func(l *catalog.Listing) {
			l.Category, l.Name = "Кофе", spelling[0].name
		}))
		if len(products) != 1 || products[m.Offers(t, other)["7"].Product] {
			t.Errorf("products %v, and %d of another category", products, m.Offers(t, other)["7"].Product)
		}
		list, total, err := m.Catalog.Categories(t.Context(), 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range list {
			names = append(names, c.Name)
		}
		if diff := cmp.Diff([]string{"Мёд и чай", "Кофе"}, names); diff != "" || total != 2 {
			t.Errorf("%d categories, by name descending, as they were first written (-want +got)\n%s", total, diff)
		}
	})
}

// One list may name a category in several ways, too.
func TestNamesMatchWithinAList(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		m.Sell(t, shop,
			with(markettest.Good("1", 1, 1), func(l *catalog.Listing) { l.Category, l.Name = "Ёлки", "Ель" }),
			with(markettest.Good("2", 2, 1), func(l *catalog.Listing) { l.Category, l.Name = "елки", "ЕЛЬ" }))
		all := m.Offers(t, shop)
		if all["1"].ID == all["2"].ID || all["1"].Product != all["2"].Product || all["1"].Category != all["2"].Category {
			t.Errorf("%+v", all)
		}
	})
}

// Shops whose lists bring the same new names at once share them.
func TestNewNamesAtOnce(t *testing.T) {
	const rounds, shops, goods = 20, 4, 12
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		list := make([]partner.Shop, shops)
		for i := range list {
			list[i] = m.Shop(t, fmt.Sprint("shop", i))
		}
		for round := range rounds {
			errs := markettest.AtOnce(shops, func(i int) error {
				var goodsOfRound []catalog.Listing
				for n := range goods {
					n = (n + i*goods/shops) % goods // each list has another order
					goodsOfRound = append(goodsOfRound, with(markettest.Good(fmt.Sprint(n), 1, 1), func(l *catalog.Listing) {
						l.Category, l.Name = fmt.Sprintf("Группа %d-%d", round, n/3), fmt.Sprintf("Новинка %d-%d", round, n)
					}))
				}
				_, err := markettest.Apply(t.Context(), m.DB, catalog.Staging(round*shops+i+1), list[i].ID, goodsOfRound)
				return err
			})
			markettest.Codes(t, errs)
			for n, o := range m.Offers(t, list[0]) {
				for _, s := range list[1:] {
					if other := m.Offers(t, s)[n]; other.Product != o.Product || other.Category != o.Category {
						t.Fatalf("round %d: good %s is %+v in one shop and %+v in another", round, n, o, other)
					}
				}
			}
		}
		if n := m.Number(t, `select count(*) from products`); n != rounds*goods {
			t.Errorf("%d products, want %d", n, rounds*goods)
		}
		if n := m.Number(t, `select count(*) from categories`); n != rounds*goods/3 {
			t.Errorf("%d categories, want %d", n, rounds*goods/3)
		}
	})
}
