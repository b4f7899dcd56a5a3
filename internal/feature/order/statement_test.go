package order_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/platform/db"
)

// Whatever is done with orders costs a number of statements that does not depend
// on the number of shops, lines or orders.
func TestStatements(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) { countStatements(t, m, 2) })
	markettest.Each(t, func(t *testing.T, m *markettest.Market) { countStatements(t, m, 9) })
}

func countStatements(t *testing.T, m *markettest.Market, shops int) {
	s := newScene(t, m, shops)
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
	// stock; the requisites; the parts, the lines; the event; the owners; the
	// letters; the number; the order. The library's own statements for the jobs
	// are not counted.
	place := int64(3 + 1 + 1 + 2 + 1 + 2 + 1 + 1 + 1 + 1 + 1)
	// The order, its parts, its lines, the buyer; the stock; the lines, the parts,
	// the order; the events; the record; the letter.
	confirm := int64(4 + 1 + 3 + 1 + 1 + 1)
	cancel := confirm // and the suppliers, while no line changes
	if m.DB.Dialect() == db.Postgres {
		confirm, cancel = confirm+1, cancel+1 // offers are locked before they are changed
	}
	list := s.all(t)
	one, two := list[0], list[1]
	short := order.Step{To: order.Confirmed, Version: 1}
	for _, l := range one.Lines {
		if l.Part == one.Parts[0].ID {
			short.Supply = append(short.Supply, order.Supply{Line: l.ID, Reason: "нет"})
		}
	}
	short.Supply = short.Supply[1:]
	cases := []struct {
		name string
		want int64
		do   func() error
	}{
		{"place", place, func() error { _, err := s.place(t, c); return err }},
		{"confirm with shortages", confirm, func() error {
			_, err := m.Orders.Advance(t.Context(), owner(s.shops[0]), one.ID, short)
			return err
		}},
		{"cancel", cancel, func() error { _, err := m.Orders.Cancel(t.Context(), c.who, two.ID, 0, 1, ""); return err }},
		// The order, its parts, its lines; the offers; the basket, what may be sold, its
		// lines, their number.
		{"repeat", 3 + 1 + 4, func() error { _, err := m.Orders.Repeat(t.Context(), c.who.ID, two.ID); return err }},
		{"history", 1, func() error { _, err := m.Orders.History(t.Context(), c.who.ID, one.ID); return err }},
		{"an administrator's page of 20", 3, func() error { _, err := m.Orders.All(t.Context(), order.Filter{}, 0, 20); return err }},
		// The orders, their parts, their lines.
		{"a page of 20", 3, func() error { _, err := m.Orders.List(t.Context(), c.who.ID, order.Filter{}, 0, 20); return err }},
		{"one", 3, func() error { _, err := m.Orders.Get(t.Context(), c.who.ID, one.ID); return err }},
		// The parts with their orders, and their lines.
		{"a supplier's page of 20", 2, func() error {
			_, err := m.Orders.OfShop(t.Context(), s.shops[0].Owner, order.Filter{}, 0, 20)
			return err
		}},
	}
	for _, c := range cases {
		var err error
		if got := m.Statements(func() { err = c.do() }); got != c.want || err != nil {
			t.Errorf("%s: %d statements, want %d; %v", c.name, got, c.want, err)
		}
	}
}
