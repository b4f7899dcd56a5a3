package order_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
)

func TestWhatCanNotBePlaced(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 3)
		open, closed, dear := s.shops[0], s.shops[1], s.shops[2]
		good := m.Want(t, open, "1", 1)
		fine := s.cart(t, "fine", good)
		other := s.cart(t, "other", good)
		shut := s.cart(t, "shut", good, m.Want(t, closed, "1", 1))
		gone := s.cart(t, "gone", good, m.Want(t, open, "3", 1))
		short := s.cart(t, "short", good, m.Want(t, open, "2", 11))
		empty := s.cart(t, "empty", good)
		if _, err := m.Baskets.Remove(t.Context(), empty.who.ID, []basket.LineID{empty.basket.Lines[0].ID}); err != nil {
			t.Fatal(err)
		}
		done := s.cart(t, "done", good)
		s.placed(t, done)
		m.Accept(t, closed, false)
		m.Sell(t, open, markettest.Good("1", 10_050, 10), markettest.Good("2", 1<<62, 10))
		m.Sell(t, dear, markettest.Good("1", 1<<62, 10), markettest.Good("2", 1<<61, 10), markettest.Good("3", 1<<61, 10))
		times := s.cart(t, "times", m.Want(t, dear, "1", 2))
		part := s.cart(t, "part", m.Want(t, dear, "2", 3), m.Want(t, dear, "3", 1))
		sum := s.cart(t, "sum", m.Want(t, dear, "2", 2), m.Want(t, open, "2", 1))

		before := m.Tables(t)
		cases := []struct {
			name    string
			who     account.User
			basket  basket.ID
			contact account.ContactID
			code    string
		}{
			{"an unknown basket", fine.who, 1 << 40, fine.contact, "not_found"},
			{"another's basket", fine.who, other.basket.ID, fine.contact, "not_found"},
			{"another's placed basket", fine.who, done.basket.ID, fine.contact, "not_found"},
			{"an unknown contact", fine.who, fine.basket.ID, 1 << 40, "not_found"},
			{"another's contact", fine.who, fine.basket.ID, other.contact, "not_found"},
			{"all of another's", fine.who, other.basket.ID, other.contact, "not_found"},
			{"an empty basket", empty.who, empty.basket.ID, empty.contact, basket.Empty.Code},
			{"a closed shop", shut.who, shut.basket.ID, shut.contact, "shop_closed"},
			{"a withdrawn offer", gone.who, gone.basket.ID, gone.contact, catalog.NotEnough.Code},
			{"not enough", short.who, short.basket.ID, short.contact, catalog.NotEnough.Code},
			{"placed before", done.who, done.basket.ID, done.contact, order.AlreadyPlaced.Code},
			{"a line too large", times.who, times.basket.ID, times.contact, order.TooLarge.Code},
			{"a part too large", part.who, part.basket.ID, part.contact, order.TooLarge.Code},
			{"a sum too large", sum.who, sum.basket.ID, sum.contact, order.TooLarge.Code},
		}
		for _, c := range cases {
			_, err := m.Orders.Place(t.Context(), c.who, c.basket, c.contact)
			if code := markettest.Code(t, err); code != c.code {
				t.Errorf("%s: %q, want %q", c.name, code, c.code)
			}
			if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
				t.Fatalf("%s: something was changed (-before +after)\n%s", c.name, diff)
			}
		}
		s.placed(t, fine)
		s.sound(t)
	})
}

// A placing that ends at any statement leaves nothing, and the number that it
// took is the next one's.
func TestACrashAtEveryStatement(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 1))
		before := m.Tables(t)
		for n := int64(1); ; n++ {
			ctx := m.Dying(t, n)
			_, err := m.Orders.Place(ctx, c.who, c.basket.ID, c.contact)
			if ctx.Err() == nil {
				if err != nil || n < 10 {
					t.Fatalf("ended after fewer than %d statements: %v", n, err)
				}
				break
			}
			if err == nil {
				t.Fatalf("statement %d: placed by the dead", n)
			}
			if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
				t.Fatalf("statement %d: something was changed (-before +after)\n%s", n, diff)
			}
		}
		if list := s.sound(t); len(list) != 1 {
			t.Errorf("%d orders", len(list))
		}
	})
}
