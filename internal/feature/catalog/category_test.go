package catalog_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
)

func TestCategoryPages(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		var list []catalog.Listing
		for i, name := range []string{"А", "Б", "В", "Г", "Д"} {
			list = append(list, with(markettest.Good(fmt.Sprint(i), 1, 1), func(l *catalog.Listing) { l.Category = name }))
		}
		m.Sell(t, shop, list...)
		for _, c := range []struct {
			limit, offset int64
			want          []string
		}{
			{2, 0, []string{"Д", "Г"}}, {2, 2, []string{"В", "Б"}}, {2, 4, []string{"А"}}, {2, 6, nil}, {0, 0, nil},
		} {
			got, total, err := m.Catalog.Categories(t.Context(), c.limit, c.offset)
			if err != nil || total != 5 {
				t.Fatal(total, err)
			}
			var names []string
			for _, g := range got {
				names = append(names, g.Name)
			}
			if diff := cmp.Diff(c.want, names); diff != "" {
				t.Errorf("%d from %d (-want +got)\n%s", c.limit, c.offset, diff)
			}
		}
	})
}

// What a supplier writes is not published before the shop is approved.
func TestCategoriesOfUnapprovedShopsAreNotSeen(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		of := func(id, category string) catalog.Listing {
			return with(markettest.Good(id, 1, 1), func(l *catalog.Listing) { l.Category = category })
		}
		see := func(want ...string) {
			t.Helper()
			list, total, err := m.Catalog.Categories(t.Context(), 10, 0)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range list {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(want, got); diff != "" || total != int64(len(want)) {
				t.Errorf("%d categories (-want +got)\n%s", total, diff)
			}
		}
		m.Sell(t, shop, of("1", "А"), of("2", "Б"))
		see("Б", "А")
		m.Sell(t, shop, of("1", "А")) // Б is left without an offer
		see("А")
		m.Accept(t, shop, false)
		see("А")
		if err := m.Shops.Approve(t.Context(), shop.ID, false); err != nil {
			t.Fatal(err)
		}
		see()
	})
}

// A category is seen whoever of the approved shops sells in it: one of the oldest, the
// one of its oldest offer, or any other.
func TestCategoriesAreSeenOfWhateverShop(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		of := func(categories ...string) (list []catalog.Listing) {
			for i, name := range categories {
				list = append(list, with(markettest.Good(fmt.Sprint(i), 1, 1), func(l *catalog.Listing) { l.Category = name }))
			}
			return list
		}
		var shops []partner.Shop
		for i := range 8 {
			shops = append(shops, m.Shop(t, fmt.Sprint("shop", i)))
		}
		approve := func(shop int, approved bool) {
			t.Helper()
			if err := m.Shops.Approve(t.Context(), shops[shop].ID, approved); err != nil {
				t.Fatal(err)
			}
		}
		see := func(want string) {
			t.Helper()
			list, total, err := m.Catalog.Categories(t.Context(), 10, 0)
			got := ""
			for _, c := range list {
				got += c.Name
			}
			if err != nil || got != want || int(total) != len(list) {
				t.Errorf("got %s of %d, want %s; %v", got, total, want, err)
			}
		}
		m.Sell(t, shops[2], of("А")...)
		m.Sell(t, shops[6], of("Б", "В")...)
		m.Sell(t, shops[7], of("В", "Г")...)
		see("ГВБА")
		approve(6, false) // the oldest offer of В is no longer seen
		see("ГВА")
		approve(7, false)
		see("А")
		approve(6, true)
		see("ВБА")
		approve(2, false)
		see("ВБ")
		m.Sell(t, shops[6], of("Б")...)
		approve(7, true)
		see("ГВБ")
	})
}
