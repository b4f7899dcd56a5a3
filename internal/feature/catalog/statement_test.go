package catalog_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
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
			// The offer, and those of the same product.
			{"card", 2, func() error { _, err := m.Catalog.Card(t.Context(), 1); return err }},
			// Their number, and a page of them.
			{"categories", 2, func() error { _, _, err := m.Catalog.Categories(t.Context(), 100, 0); return err }},
		}
		for _, c := range cases {
			var err error
			if got := m.Statements(func() { err = c.read() }); got != c.want || err != nil {
				t.Errorf("%s: %d statements, want %d; %v", c.name, got, c.want, err)
			}
		}
	})
}
