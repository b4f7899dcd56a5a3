package catalog_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// Reading costs the same number of statements whatever there is to read.
func TestStatementsOfReading(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		for i := range 5 {
			m.Sell(t, m.Shop(t, fmt.Sprint("shop", i)), markettest.Goods(30, 100, 1)...)
		}
		cases := []struct {
			name string
			want int64
			read func() error
		}{
			// One index scan that concatenates documents.
			{"page", 1, func() error { _, err := m.Catalog.Page(t.Context(), catalog.Filter{Limit: 100}); return err }},
			// What words begin so, the number of offers by a part of them, and those that are found.
			{"search", 3, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{Search: "товар", Limit: 100})
				return err
			}},
			// And the ids of the values.
			{"characteristic", 3, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{Characteristics: []catalog.Chosen{{ID: 1, Values: []string{"синий"}}}, Limit: 100})
				return err
			}},
			// A search in vain: as it is, in the other layout, and twice a near word for it, which is none.
			{"nothing found", 8, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{Search: "qqqq", Limit: 100})
				return err
			}},
			// Those of the next ones that cost so much are enough.
			{"a wide range of prices", 1, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{PriceMin: new(money.Kopecks(50)), Limit: 10})
				return err
			}},
			// They are not: which are of that price? None.
			{"a narrow range of prices", 2, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{PriceMin: new(money.Kopecks(101)), Limit: 10})
				return err
			}},
			// That they are few is remembered.
			{"it again", 1, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{PriceMin: new(money.Kopecks(101)), Limit: 20})
				return err
			}},
			{"sorted", 1, func() error {
				_, err := m.Catalog.Page(t.Context(), catalog.Filter{Sort: catalog.SortPrice, Categories: []catalog.CategoryID{1, 2}, Limit: 100})
				return err
			}},
			// Whether lists have changed anything, a small part, all of them, the names of shops and categories, and values.
			{"facets", 6, func() error { _, err := m.Catalog.Facets(t.Context(), catalog.Filter{}); return err }},
			// The same, remembered.
			{"facets again", 1, func() error { _, err := m.Catalog.Facets(t.Context(), catalog.Filter{}); return err }},
			// Two more for each choice, whose facet counts without it.
			{"facets of a choice", 10, func() error {
				_, err := m.Catalog.Facets(t.Context(), catalog.Filter{Shops: []partner.ShopID{1}, Categories: []catalog.CategoryID{1}})
				return err
			}},
			{"total", 2, func() error { _, err := m.Catalog.Total(t.Context(), catalog.Filter{}, ""); return err }},
			// The offer, those of the same product, and its pictures.
			{"card", 3, func() error { _, err := m.Catalog.Card(t.Context(), 1); return err }},
			// A page of them, and their number.
			{"categories", 2, func() error { _, _, err := m.Catalog.Categories(t.Context(), 100, 0); return err }},
			// That is remembered.
			{"categories again", 1, func() error { _, _, err := m.Catalog.Categories(t.Context(), 100, 0); return err }},
		}
		for _, c := range cases {
			var err error
			if got := m.Statements(func() { err = c.read() }); got != c.want || err != nil {
				t.Errorf("%s: %d statements, want %d; %v", c.name, got, c.want, err)
			}
		}
	})
}
