package order_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
)

// Orders cost a number of statements that depends on the number of shops at
// most, never on that of lines or orders.
func TestStatements(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		var wants []catalog.Want
		for _, shop := range s.shops {
			m.Sell(t, shop, markettest.Goods(5, 100, 1000)...)
			for i := range 5 {
				wants = append(wants, m.Want(t, shop, fmt.Sprint(i+1), 1))
			}
		}
		c := s.cart(t, "buyer", wants...)
		for range 20 {
			s.placed(t, c)
			c.basket = m.Fill(t, c.who, wants...)
		}
		// The basket, its lines, its end; the contact; the shops; the offers, their
		// stock; two parts, the lines; two owners; four letters; the number; the
		// order. The library's own statements for the four jobs are not counted.
		place := int64(3 + 1 + 1 + 2 + 2 + 1 + 2 + 4 + 1 + 1)
		if m.DB.Dialect() == db.Postgres {
			place++ // the offers are locked before they are read
		}
		one := s.all(t)[0]
		cases := []struct {
			name string
			want int64
			do   func() error
		}{
			{"place", place, func() error { _, err := s.place(t, c); return err }},
			// The orders, their parts, their lines.
			{"a page of 20", 3, func() error { _, err := m.Orders.List(t.Context(), c.who.ID, 0, 20); return err }},
			{"one", 3, func() error { _, err := m.Orders.Get(t.Context(), c.who.ID, one.ID); return err }},
			// The parts with their orders, and their lines.
			{"a supplier's page of 20", 2, func() error { _, err := m.Orders.OfShop(t.Context(), s.shops[0].Owner, 0, 20); return err }},
		}
		for _, c := range cases {
			var err error
			if got := m.Statements(func() { err = c.do() }); got != c.want || err != nil {
				t.Errorf("%s: %d statements, want %d; %v", c.name, got, c.want, err)
			}
		}
	})
}
