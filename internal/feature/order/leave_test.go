package order_test

import (
	"fmt"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
)

// leave deletes an account, proven by the stamp of now.
func (s *scene) leave(t *testing.T, who account.ID) error {
	t.Helper()
	stamp, err := account.StampOf(t.Context(), s.DB, who)
	if err != nil {
		return err
	}
	return s.Orders.Leave(t.Context(), who, stamp)
}

// Who places an order and deletes the account at once does one of the two.
func TestRaceToPlaceAndToLeave(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		for i := range 10 {
			c := s.cart(t, fmt.Sprint("buyer", i), m.Want(t, s.shops[0], "1", 1))
			one(t, markettest.AtOnce(2, func(i int) error {
				if i == 0 {
					return s.leave(t, c.who.ID)
				}
				_, err := s.place(t, c)
				return err
			}))
		}
		if n := m.Number(t, `select count(*) from orders o join users u on u.id = o.user_id where u.deleted_at is not null`); n != 0 {
			t.Errorf("%d orders of who left are on their way", n)
		}
	})
}

// A supplier who deletes the account gets no order afterwards.
func TestRaceToOrderAndToLeave(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 6)
		for i, shop := range s.shops {
			c := s.cart(t, fmt.Sprint("buyer", i), m.Want(t, shop, "1", 1))
			one(t, markettest.AtOnce(2, func(i int) error {
				if i == 0 {
					return s.leave(t, shop.Owner)
				}
				_, err := s.place(t, c)
				return err
			}))
		}
		if n := m.Number(t, `select count(*) from order_parts p join shops s on s.id = p.shop_id join users u on u.id = s.user_id
			where u.deleted_at is not null`); n != 0 {
			t.Errorf("%d parts of who left are on their way", n)
		}
	})
}

// one fails the test unless one of the two succeeded and the other met a fault.
func one(t *testing.T, errs []error) {
	t.Helper()
	if codes := markettest.Codes(t, errs); codes[""] != 1 {
		t.Errorf("became of it: %v", codes)
	}
}

// A wrong stamp deletes nothing, and a part that is not done keeps both sides.
func TestNobodyLeavesTooEarly(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1))
		if code := markettest.Code(t, m.Orders.Leave(t.Context(), c.who.ID, "another")); code != account.WrongPassword.Code {
			t.Errorf("a wrong stamp: %q", code)
		}
		s.placed(t, c)
		for _, who := range []account.ID{c.who.ID, s.shops[0].Owner} {
			if code := markettest.Code(t, s.leave(t, who)); code != order.NotDone.Code {
				t.Errorf("of who is waited for: %q", code)
			}
		}
		m.Change(t, `update order_parts set state = 'canceled'`)
		for _, who := range []account.ID{c.who.ID, s.shops[0].Owner} {
			if code := markettest.Code(t, s.leave(t, who)); code != "" {
				t.Errorf("when all is done: %q", code)
			}
		}
		if n := m.Number(t, `select count(*) from letters where kind = 'left' and recipient <> ''`); n != 2 {
			t.Errorf("%d last letters", n)
		}
	})
}
