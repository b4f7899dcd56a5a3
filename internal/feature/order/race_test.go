package order_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// codes has every cart placed at once and counts what became of it.
func (s *scene) codes(t *testing.T, carts []cart) map[string]int {
	t.Helper()
	return markettest.Codes(t, markettest.AtOnce(len(carts), func(i int) error {
		_, err := s.place(t, carts[i])
		return err
	}))
}

func TestRaceForTheLastPieces(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1) // ten pieces
		carts := s.carts(t, markettest.Crowd, m.Want(t, s.shops[0], "1", 1))
		if diff := cmp.Diff(map[string]int{"": 10, catalog.NotEnough.Code: markettest.Crowd - 10}, s.codes(t, carts)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		list := s.sound(t)
		if len(list) != 10 {
			t.Errorf("%d orders", len(list))
		}
		// Letters for these and for nobody else.
		if n := m.Number(t, `select count(distinct recipient) from letters where recipient like 'buyer%'`); n != 10 {
			t.Errorf("letters to %d buyers", n)
		}
		if n := m.Number(t, `select count(*) from baskets`); n != markettest.Crowd-10 {
			t.Errorf("%d baskets are left", n)
		}
	})
}

func TestRaceOfOneBasket(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 1))
		got := s.codes(t, slices.Repeat([]cart{c}, markettest.Crowd))
		if diff := cmp.Diff(map[string]int{"": 1, order.AlreadyPlaced.Code: markettest.Crowd - 1}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if list := s.sound(t); len(list) != 1 {
			t.Errorf("%d orders", len(list))
		}
	})
}

// Baskets that name the same offers in opposite orders do not stop each other.
func TestRaceOfOppositeOrders(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		var wants []catalog.Want
		for _, shop := range s.shops {
			m.Sell(t, shop, markettest.Goods(5, 100, markettest.Crowd)...)
			for i := range 5 {
				wants = append(wants, m.Want(t, shop, fmt.Sprint(i+1), 1))
			}
		}
		carts := make([]cart, markettest.Crowd)
		for i := range carts {
			if i == markettest.Crowd/2 {
				slices.Reverse(wants)
			}
			// One by one, so that the lines are in this order.
			carts[i] = s.cart(t, fmt.Sprint("buyer", i), wants[0])
			for _, w := range wants[1:] {
				carts[i].basket = m.Fill(t, carts[i].who, w)
			}
		}
		if diff := cmp.Diff(map[string]int{"": markettest.Crowd}, s.codes(t, carts)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		s.sound(t)
	})
}

// Once the closing of a shop has returned, no order with it is placed any more,
// also none that was on its way.
func TestRaceOfAClosingShop(t *testing.T) {
	const rounds, orders = 2, 3 // of each buyer
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		for _, shop := range s.shops {
			m.Sell(t, shop, markettest.Good("1", 100, 1000))
		}
		shop := s.shops[1]
		wants := []catalog.Want{m.Want(t, s.shops[0], "1", 1), m.Want(t, shop, "1", 1)}
		closing := func(round int) error {
			if round%2 == 0 {
				return m.Shops.Accept(t.Context(), shop.Owner, false)
			}
			return m.Shops.Approve(t.Context(), shop.ID, false)
		}
		for round := range rounds {
			carts := make([]cart, markettest.Crowd)
			for i := range carts {
				carts[i] = s.cart(t, fmt.Sprintf("buyer%d-%d", round, i), wants...)
			}
			var closed atomic.Bool
			var placed, late atomic.Int64
			const sold = `select count(*) from order_parts where shop_id = $1`
			var atClosing int64
			errs := markettest.AtOnce(markettest.Crowd, func(i int) error {
				if i == 0 {
					if err := closing(round); err != nil {
						return err
					}
					closed.Store(true)
					return m.DB.QueryRow(t.Context(), sold, shop.ID).Scan(&atClosing)
				}
				for range orders {
					tooLate := closed.Load()
					if _, err := s.place(t, carts[i]); err != nil {
						return err
					}
					placed.Add(1)
					if tooLate {
						late.Add(1)
					}
					if _, err := m.Baskets.Add(t.Context(), carts[i].who.ID, wants); err != nil {
						return err
					}
					var err error
					if carts[i].basket, _, err = m.Baskets.Of(t.Context(), carts[i].who.ID); err != nil {
						return err
					}
				}
				return nil
			})
			for code := range markettest.Codes(t, errs) {
				if code != "" && code != partner.Closed.Code {
					t.Errorf("%s", code)
				}
			}
			if after := m.Number(t, sold, shop.ID); after != atClosing || late.Load() > 0 {
				t.Errorf("%d orders when the closing had returned, %d in the end, %d begun later", atClosing, after, late.Load())
			}
			t.Logf("%d of %d were placed before the closing", placed.Load(), orders*(markettest.Crowd-1))
			if err := m.Shops.Approve(t.Context(), shop.ID, true); err != nil {
				t.Fatal(err)
			}
			m.Accept(t, shop, true)
		}
		for _, o := range s.sound(t) {
			if len(o.Parts) != 2 || len(o.Lines) != 2 {
				t.Errorf("order %d was placed in part: %+v", o.ID, o)
			}
		}
		// Who came too late has all of the basket still.
		if n := m.Number(t, `select count(*) from baskets k where 2 <> (select count(*) from basket_lines l where l.basket_id = k.id)`); n > 0 {
			t.Errorf("%d baskets lost lines", n)
		}
	})
}

// Lists that come in meanwhile neither lose nor double what is ordered, and a
// line has the price and the description of one and the same list.
func TestRaceOfOrdersAndLists(t *testing.T) {
	const pieces, lists = 30, 12
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		shop := s.shops[0]
		goods := func(n int) []catalog.Listing {
			list := markettest.Goods(3, money.Kopecks(100+n), pieces)
			if n%3 == 2 {
				return list[:2] // 3 is withdrawn for a while
			}
			return list
		}
		m.Sell(t, shop, goods(0)...)
		carts := make([]cart, markettest.Crowd)
		for i := range carts {
			carts[i] = s.cart(t, fmt.Sprint("buyer", i), m.Want(t, shop, "1", 1), m.Want(t, shop, fmt.Sprint(2+i%2), 2))
		}
		errs := markettest.AtOnce(markettest.Crowd+1, func(i int) error {
			if i < markettest.Crowd {
				_, err := s.place(t, carts[i])
				return err
			}
			for n := range lists {
				if _, err := markettest.Apply(t.Context(), m.DB, catalog.Staging(n+1), shop.ID, goods(n+1)); err != nil {
					return err
				}
			}
			return nil
		})
		got := markettest.Codes(t, errs)
		if got[""]+got[catalog.NotEnough.Code] != markettest.Crowd+1 || got[""] < 10 {
			t.Errorf("%v", got)
		}
		m.Sell(t, shop, goods(0)...)
		for external, o := range m.Offers(t, shop) {
			if o.Reserved > o.OnHand || o.OnHand != pieces {
				t.Errorf("offer %s: %+v", external, o)
			}
		}
		for _, o := range s.sound(t) {
			for _, l := range o.Lines {
				var d struct {
					Price json.Number `json:"price"`
				}
				if err := json.Unmarshal([]byte(l.Document), &d); err != nil {
					t.Fatal(err)
				}
				if d.Price.String() != l.Price.String() {
					t.Errorf("a line at %s whose document says %s", l.Price, d.Price)
				}
			}
		}
	})
}

// Numbers have no gaps, though most placings fail, at different points.
func TestRaceForNumbers(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		m.Sell(t, s.shops[1], markettest.Good("1", 1<<61, 1000))
		m.Sell(t, s.shops[0], markettest.Good("1", 100, 1000), markettest.Good("2", 100, 3))
		good := m.Want(t, s.shops[0], "1", 1)
		var carts []cart
		for i := range markettest.Crowd {
			wants := []catalog.Want{good}
			switch i % 5 {
			case 1:
				wants = append(wants, m.Want(t, s.shops[0], "2", 4)) // too many
			case 2:
				wants = append(wants, m.Want(t, s.shops[1], "1", 9)) // too dear
			}
			c := s.cart(t, fmt.Sprint("buyer", i), wants...)
			if i%5 == 3 {
				c.contact++ // the next one's
			}
			carts = append(carts, c)
		}
		want := map[string]int{"": 20, catalog.NotEnough.Code: 10, order.TooLarge.Code: 10, "not_found": 10}
		if diff := cmp.Diff(want, s.codes(t, carts)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if list := s.sound(t); len(list) != 20 {
			t.Errorf("%d orders", len(list))
		}
	})
}
