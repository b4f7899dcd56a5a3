package order_test

import (
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
)

// Nothing that happens later changes a placed order.
func TestAPlacedOrderStaysAsItIs(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 2), m.Want(t, s.shops[1], "2", 3), m.Want(t, s.shops[0], "3", 1))
		want := s.placed(t, c)
		text := func(v string) *string { return &v }
		later := []struct {
			name string
			do   func() error
		}{
			{"another price, name, category, model", func() error {
				good := markettest.Good("1", 99_999, 1)
				good.Name, good.Category, good.Model, good.Parameters = "Другой", "Другая", "other", nil
				m.Sell(t, s.shops[0], good) // and 3 is withdrawn
				return nil
			}},
			{"the same list again", func() error { m.Sell(t, s.shops[0], markettest.Goods(3, 10_050, 10)...); return nil }},
			{"an empty list", func() error { m.Sell(t, s.shops[1]); return nil }},
			{"another name of the shop", func() error {
				return m.Shops.Describe(t.Context(), s.shops[0].Owner, text("Переименован"), text("https://example.com"), nil)
			}},
			{"an edit of the contact", func() error {
				return m.Accounts.EditContact(t.Context(), c.who.ID, c.contact, account.ContactEdit{City: text("Тверь"), Phone: text("1")})
			}},
			{"no contact any more", func() error {
				_, err := m.Accounts.DeleteContacts(t.Context(), c.who.ID, []account.ContactID{c.contact})
				return err
			}},
			{"a closed shop", func() error { m.Accept(t, s.shops[0], false); return nil }},
			{"a shop no longer approved", func() error { return m.Shops.Approve(t.Context(), s.shops[1].ID, false) }},
			{"somebody else's order", func() error {
				m.Accept(t, s.shops[0], true)
				s.placed(t, s.cart(t, "else", m.Want(t, s.shops[0], "1", 1)))
				return nil
			}},
		}
		see := func(when string) {
			t.Helper()
			s.sees(t, c, want)
			s.supplierSees(t, s.shops[1], want, 1)
			if t.Failed() {
				t.Fatalf("after %s", when)
			}
		}
		see("nothing")
		for _, l := range later {
			if err := l.do(); err != nil {
				t.Fatalf("%s: %v", l.name, err)
			}
			see(l.name)
		}
	})
}

// An order has the prices of the moment in which it is placed, not those that
// the basket was filled at.
func TestAnOrderHasThePricesOfNow(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 2))
		m.Sell(t, s.shops[0], func(l catalog.Listing) catalog.Listing { l.Model = "new"; return l }(markettest.Good("1", 777, 10)))
		o := s.placed(t, c)
		if l := o.Lines[0]; l.Price != 777 || l.Model != "new" || o.Total != 1554 {
			t.Errorf("%+v", o)
		}
		s.sound(t)
	})
}
