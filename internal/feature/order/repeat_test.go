package order_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// Repeat puts into the basket what there is, and tells what is not.
func TestRepeat(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 3)
		var wants []catalog.Want
		for _, external := range []string{"1", "2", "3"} {
			wants = append(wants, m.Want(t, s.shops[0], external, 5))
		}
		c := s.cart(t, "buyer", append(wants, m.Want(t, s.shops[1], "1", 2), m.Want(t, s.shops[2], "1", 2))...)
		o := s.placed(t, c)
		dearer := markettest.Goods(2, 20_000, 8) // 3 is withdrawn; 5 of 8 are reserved
		dearer[1].Price, dearer[1].Quantity = 10_050, 100
		m.Sell(t, s.shops[0], dearer...)
		m.Accept(t, s.shops[1], false)
		list, err := s.Orders.Repeat(t.Context(), c.who.ID, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		type became struct {
			Added       int64
			Price       money.Kopecks
			Gone, Short bool
		}
		var got []became
		for _, a := range list {
			got = append(got, became{a.Added, a.Price, a.Gone, a.Short})
		}
		wantEqual(t, "report", []became{
			{3, 20_000, false, true}, {5, 10_050, false, false}, {0, 0, true, false}, {0, 0, true, false}, {2, 10_050, false, false},
		}, got)
		k, _, err := m.Baskets.Of(t.Context(), c.who.ID)
		if err != nil {
			t.Fatal(err)
		}
		var quantities []int64
		for _, l := range k.Lines {
			quantities = append(quantities, l.Quantity)
		}
		wantEqual(t, "basket", []int64{3, 5, 2}, quantities)
		_, err = s.Orders.Repeat(t.Context(), s.Buyer(t, "other").ID, o.ID)
		wantCode(t, "somebody else's", err, fault.Absent)
		s.sound(t)
	})
}

// Suppliers' conditions stand in the way of an order, and are told.
func TestConditions(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		goods := markettest.Goods(3, 10_050, 100)
		goods[0].MinQuantity, goods[1].Multiple = 5, 6
		m.Sell(t, s.shops[0], goods...)
		m.Change(t, `update shops set min_order = 50000 where id = $1`, s.shops[1].ID)
		for what, c := range map[string]struct {
			shop     int
			external string
			quantity int64
			met      bool
		}{
			"less than the minimum": {0, "1", 4, false}, "the minimum": {0, "1", 5, true}, "more": {0, "1", 7, true},
			"no multiple": {0, "2", 7, false}, "a multiple": {0, "2", 12, true},
			"a small sum": {1, "1", 4, false}, "a sum that will do": {1, "1", 5, true},
		} {
			k := s.cart(t, "buyer"+fmt.Sprint(c.shop, c.external, c.quantity), m.Want(t, s.shops[c.shop], c.external, c.quantity))
			_, err := s.place(t, k)
			code := markettest.Code(t, err)
			if c.met != (code == "") || !c.met && code != "conditions_not_met" {
				t.Errorf("%s: %q", what, code)
			}
		}
		s.sound(t)
	})
}

// Lists are narrowed by state, date, shop and number.
func TestFilters(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1))
		first := s.placed(t, c)
		c.basket = m.Fill(t, c.who, m.Want(t, s.shops[1], "1", 1))
		second := s.placed(t, c)
		third := s.placed(t, s.cart(t, "other", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 1)))
		if _, err := s.Orders.Cancel(t.Context(), c.who, second.ID, 0, 1, ""); err != nil {
			t.Fatal(err)
		}
		day := markettest.Now
		for what, x := range map[string]struct {
			f         order.Filter
			mine, its []order.ID // of the buyer, of the first shop
			all       []order.ID
		}{
			"all":       {order.Filter{}, []order.ID{second.ID, first.ID}, []order.ID{third.ID, first.ID}, []order.ID{third.ID, second.ID, first.ID}},
			"new":       {order.Filter{State: order.New}, []order.ID{first.ID}, []order.ID{third.ID, first.ID}, []order.ID{third.ID, first.ID}},
			"canceled":  {order.Filter{State: order.Canceled}, []order.ID{second.ID}, nil, []order.ID{second.ID}},
			"shop":      {order.Filter{Shop: s.shops[1].ID}, []order.ID{second.ID}, []order.ID{third.ID}, []order.ID{third.ID, second.ID}},
			"number":    {order.Filter{Number: first.Number}, []order.ID{first.ID}, []order.ID{first.ID}, []order.ID{first.ID}},
			"part":      {order.Filter{Number: third.Number + "/2"}, nil, []order.ID{third.ID}, []order.ID{third.ID}},
			"no number": {order.Filter{Number: "' or 1=1"}, nil, nil, nil},
			"since":     {order.Filter{Since: day.AddDate(0, 0, 1)}, nil, nil, nil},
			"until":     {order.Filter{Until: day}, nil, nil, nil},
			"that day":  {order.Filter{Since: day, Until: day.AddDate(0, 0, 1), State: order.New}, []order.ID{first.ID}, []order.ID{third.ID, first.ID}, []order.ID{third.ID, first.ID}},
			"buyer":     {order.Filter{Buyer: c.who.ID}, []order.ID{second.ID, first.ID}, []order.ID{first.ID}, []order.ID{second.ID, first.ID}},
		} {
			mine, err := s.Orders.List(t.Context(), c.who.ID, x.f, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, what+", the buyer", x.mine, ids(mine))
			its, err := s.Orders.OfShop(t.Context(), s.shops[0].Owner, x.f, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, what+", the supplier", x.its, ids(its))
			all, err := s.Orders.All(t.Context(), x.f, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			var list []order.Order
			for _, p := range all {
				list = append(list, p.Order)
			}
			wantEqual(t, what+", the administrator", x.all, ids(list))
		}
		page, err := s.Orders.All(t.Context(), order.Filter{}, 0, 2)
		if err != nil || len(page) != 2 {
			t.Fatalf("%d, %v", len(page), err)
		}
		rest, err := s.Orders.All(t.Context(), order.Filter{}, page[1].Seq, 2)
		if err != nil || len(rest) != 1 || rest[0].ID != first.ID || rest[0].Buyer.Email != c.who.Email {
			t.Errorf("the next page: %+v, %v", rest, err)
		}
	})
}

func ids(list []order.Order) (out []order.ID) {
	for _, o := range list {
		out = append(out, o.ID)
	}
	return out
}
