package order_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

func TestPlace(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		one, two, three := m.Want(t, s.shops[1], "3", 2), m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 10)
		c := s.cart(t, "buyer", one)
		m.Fill(t, c.who, two)
		c.basket = m.Fill(t, c.who, three)
		got := s.placed(t, c)

		document := func(w catalog.Want, external string, shop int) string {
			return fmt.Sprintf(`{"id":%d,"quantity":10,"price":100.50,"price_rrc":null,"model":"m/%s","product":{"name":"Товар %s","category":"Чай"},"shop":%d,`+
				`"external_id":"%s","product_parameters":[{"parameter":"Цвет","value":"синий"}]}`,
				w.Offer, external, external, s.shops[shop].ID, external)
		}
		line := func(n int, w catalog.Want, external string, shop, part int) order.Line {
			return order.Line{
				ID: c.basket.Lines[n].ID, Part: got.Parts[part].ID, Offer: w.Offer, Name: "Товар " + external, Category: "Чай",
				Model: "m/" + external, Price: 10_050, Ordered: w.Quantity, Quantity: w.Quantity, ExternalID: external, Total: money.Kopecks(10_050 * w.Quantity),
				Document: document(w, external, shop),
			}
		}
		want := order.Order{
			ID: order.ID(c.basket.ID), Number: "2026-000001", State: order.New, Version: 1, Total: 13 * 10_050, PlacedAt: markettest.Now,
			Contact: account.Contact{
				ID: c.contact, LastName: "buyer", Phone: "+7 999 123-45-67", City: "Москва", Street: "Тверская",
			},
			Parts: []order.Part{
				{ID: got.Parts[0].ID, N: 1, Shop: s.shops[1].ID, ShopName: "shop1", Owner: s.shops[1].Owner, State: order.New, Version: 1, Total: 12 * 10_050},
				{ID: got.Parts[1].ID, N: 2, Shop: s.shops[0].ID, ShopName: "shop0", Owner: s.shops[0].Owner, State: order.New, Version: 1, Total: 10_050},
			},
			Lines: []order.Line{line(0, one, "3", 1, 0), line(1, two, "1", 0, 1), line(2, three, "1", 1, 0)},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("placed (-want +got)\n%s", diff)
		}
		s.sees(t, c, want)
		for i, shop := range []int{1, 0} {
			s.supplierSees(t, s.shops[shop], want, i)
		}
		if n := m.Offers(t, s.shops[1])["1"].Reserved; n != 10 {
			t.Errorf("%d reserved", n)
		}
		if _, found, err := m.Baskets.Of(t.Context(), c.who.ID); found || err != nil {
			t.Errorf("the basket is still there: %v", err)
		}
		s.sound(t)
	})
}

// sees checks what the buyer reads of an order.
func (s *scene) sees(t *testing.T, c cart, want order.Order) {
	t.Helper()
	got, err := s.Orders.Get(t.Context(), c.who.ID, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("get (-want +got)\n%s", diff)
	}
	list, err := s.Orders.List(t.Context(), c.who.ID, order.Filter{}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]order.Order{want}, list); diff != "" {
		t.Errorf("list (-want +got)\n%s", diff)
	}
}

// supplierSees checks that the supplier reads its own part of the order, and
// nothing of the others'.
func (s *scene) supplierSees(t *testing.T, shop partner.Shop, want order.Order, part int) {
	t.Helper()
	own := want
	own.Parts, own.Lines, own.State, own.Total = want.Parts[part:part+1], nil, want.Parts[part].State, want.Parts[part].Total
	for _, l := range want.Lines {
		if l.Part == own.Parts[0].ID {
			own.Lines = append(own.Lines, l)
		}
	}
	got, err := s.Orders.OfShop(t.Context(), shop.Owner, order.Filter{}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]order.Order{own}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the supplier (-want +got)\n%s", diff)
	}
}

// Only the parties of an order see it.
func TestOthersSeeNothing(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1))
		o := s.placed(t, c)
		other := m.Buyer(t, "other")
		for _, who := range []account.ID{other.ID, s.shops[0].Owner, 1 << 40} {
			if _, err := m.Orders.Get(t.Context(), who, o.ID); markettest.Code(t, err) != "not_found" {
				t.Errorf("get: %v", err)
			}
			if list, err := m.Orders.List(t.Context(), who, order.Filter{}, 0, 10); err != nil || len(list) > 0 {
				t.Errorf("list: %v, %v", list, err)
			}
		}
		for _, who := range []account.ID{other.ID, c.who.ID, s.shops[1].Owner} {
			if list, err := m.Orders.OfShop(t.Context(), who, order.Filter{}, 0, 10); err != nil || len(list) > 0 {
				t.Errorf("of shop: %v, %v", list, err)
			}
		}
	})
}

// Pages of orders begin with the newest and cover all of them once.
func TestPages(t *testing.T) {
	const orders = 7
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1))
		var want []order.Order
		for i := range orders {
			if i > 0 {
				c.basket = m.Fill(t, c.who, m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "2", 1))
			}
			want = append([]order.Order{s.placed(t, c)}, want...)
		}
		var got []order.Order
		for before := order.ID(0); ; {
			page, err := m.Orders.List(t.Context(), c.who.ID, order.Filter{}, before, 3)
			if err != nil || len(page) > 3 {
				t.Fatal(len(page), err)
			}
			if len(page) == 0 {
				break
			}
			got, before = append(got, page...), page[len(page)-1].ID
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("list (-want +got)\n%s", diff)
		}
		var parts []order.PartID
		for before := order.PartID(0); ; {
			page, err := m.Orders.OfShop(t.Context(), s.shops[1].Owner, order.Filter{}, before, 2)
			if err != nil || len(page) > 2 {
				t.Fatal(len(page), err)
			}
			if len(page) == 0 {
				break
			}
			for _, o := range page {
				before = o.Parts[0].ID
				parts = append(parts, before)
			}
		}
		var own []order.PartID
		for _, o := range want {
			for _, p := range o.Parts {
				if p.Shop == s.shops[1].ID {
					own = append(own, p.ID)
				}
			}
		}
		if diff := cmp.Diff(own, parts); diff != "" || len(own) != orders-1 {
			t.Errorf("of shop (-want +got)\n%s", diff)
		}
	})
}
