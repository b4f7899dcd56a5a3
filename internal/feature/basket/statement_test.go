package basket_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
)

// A basket costs the same number of statements whatever is in it.
func TestStatements(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		who := m.Buyer(t, "buyer")
		var wants []catalog.Want
		for i := range 2 {
			shop := m.Shop(t, fmt.Sprint("shop", i))
			m.Sell(t, shop, markettest.Goods(5, 100, 10)...)
			for _, o := range m.Offers(t, shop) {
				wants = append(wants, catalog.Want{Offer: o.ID, Quantity: 1})
			}
		}
		lines := m.Fill(t, who, wants...).Lines
		var list []basket.Quantity
		for _, l := range lines {
			list = append(list, basket.Quantity{Line: l.ID, Quantity: 2})
		}
		cases := []struct {
			name string
			want int64
			do   func() error
		}{
			// The basket, and its lines with their offers and shops.
			{"read", 2, func() error { _, _, err := m.Baskets.Of(t.Context(), who.ID); return err }},
			// The basket, whether the offers can be bought, the lines, their number.
			{"add", 4, func() error { _, err := m.Baskets.Add(t.Context(), who.ID, wants); return err }},
			// The basket is held, the lines are changed.
			{"set", 2, func() error { _, err := m.Baskets.Set(t.Context(), who.ID, list); return err }},
			// The basket is held, the lines are deleted.
			{"remove", 2, func() error {
				_, err := m.Baskets.Remove(t.Context(), who.ID, []basket.LineID{lines[0].ID})
				return err
			}},
		}
		for _, c := range cases {
			var err error
			if got := m.Statements(func() { err = c.do() }); got != c.want || err != nil {
				t.Errorf("%s: %d statements, want %d; %v", c.name, got, c.want, err)
			}
		}
	})
}
