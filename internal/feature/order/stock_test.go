package order_test

import (
	"fmt"
	"testing"
	"time"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// send takes the order's part of the shop on its way.
func (s *scene) send(t *testing.T, shop partner.Shop, o order.Order) {
	t.Helper()
	if _, err := s.Orders.Advance(t.Context(), owner(shop), o.ID, order.Step{To: order.Sent, Version: 1}); err != nil {
		t.Fatal(err)
	}
}

// A list that is rolled back has counted nothing out.
func TestRollbackOfAListThatCountedOut(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		_, o := s.two(t)
		shop := s.shops[0]
		s.send(t, shop, o)
		if _, err := markettest.Apply(t.Context(), m.DB, 777, shop.ID, markettest.Goods(3, 10_050, 7)); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "after the list", [3]int64{7, 0, 0}, s.stock(t, shop, "1"))
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, _, err := catalog.Rollback(t.Context(), tx, 777, shop.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "after the rollback", [3]int64{7, 0, 3}, s.stock(t, shop, "1"))
	})
}

// A list that was received before the goods left, and applied after it, does not
// count them out.
func TestAListFromBeforeTheShipment(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		shop := s.shops[0]
		o := s.placed(t, s.cart(t, "a", s.Want(t, shop, "1", 10)))
		s.send(t, shop, o)
		list := markettest.Goods(3, 10_050, 12)
		if _, err := markettest.ApplyAt(t.Context(), m.DB, 778, shop.ID, list, markettest.Now.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "an old list", [3]int64{2, 0, 10}, s.stock(t, shop, "1"))
	})
}

// What comes back of a shipment that a list has counted out is for sale when a
// list says so; other shipments stay what they are.
func TestCancelOfWhatWasCountedOut(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 1)
		shop := s.shops[0]
		a := s.placed(t, s.cart(t, "a", s.Want(t, shop, "1", 5)))
		s.send(t, shop, a)
		m.Change(t, `
			insert into imports (shop_id, user_id, url, file_name, format, state, code, reason_ru, reason_en, size, done, rows, errors, warnings,
				created, updated, unchanged, withdrawn, created_at, finished_at)
			values ($1, $2, '', 'list.yaml', 'yaml', 'applied', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, $3, $3)`,
			shop.ID, shop.Owner, markettest.Now.Add(time.Hour))
		m.Sell(t, shop, markettest.Goods(3, 10_050, 5)...)
		b := s.placed(t, s.cart(t, "b", s.Want(t, shop, "1", 3)))
		s.send(t, shop, b)
		wantEqual(t, "b is sent", [3]int64{2, 0, 3}, s.stock(t, shop, "1"))
		m.Change(t, `update order_parts set sent_at = $2 where order_id = $1`, b.ID, markettest.Now.Add(2*time.Hour))
		if _, err := s.Orders.Set(t.Context(), s.chief(t), a.ID, 0, order.Step{To: order.Canceled, Version: 2}); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "a is canceled", [3]int64{2, 0, 3}, s.stock(t, shop, "1"))
	})
}

// A line that is named twice is refused: no quantity gets lost.
func TestALineNamedTwice(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		_, o := s.two(t)
		step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: o.Lines[0].ID, Quantity: 2}, {Line: o.Lines[0].ID, Quantity: 1}}}
		_, err := s.Orders.Advance(t.Context(), owner(s.shops[0]), o.ID, step)
		wantCode(t, "twice", err, fault.BadArguments)
		s.sound(t)
	})
}

// Cancelling orders whose parts have come differently far and placing others of
// the same goods do not wait for each other in a circle.
func TestRaceOfMixedCancelsAndPlacings(t *testing.T) {
	const each = 12
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		chief := s.chief(t)
		for _, shop := range s.shops {
			m.Sell(t, shop, markettest.Goods(3, 10_050, 1000)...)
		}
		wants := []catalog.Want{s.Want(t, s.shops[0], "1", 3), s.Want(t, s.shops[1], "1", 3)}
		var list []order.Order
		for n := range each {
			o := s.placed(t, s.cart(t, fmt.Sprint("first", n), wants...))
			s.send(t, s.shops[0], o)
			list = append(list, o)
		}
		carts := s.carts(t, each, wants...)
		deadlocks := func() int64 {
			if m.DB.Dialect() == db.SQLite {
				return 0
			}
			return m.Number(t, `select deadlocks from pg_stat_database where datname = current_database()`)
		}
		before := deadlocks()
		errs := markettest.AtOnce(2*each, func(i int) error {
			if i%2 == 0 {
				_, err := s.Orders.Set(t.Context(), chief, list[i/2].ID, 0, order.Step{To: order.Canceled, Version: 2})
				return err
			}
			_, err := s.place(t, carts[i/2])
			return err
		})
		wantEqual(t, "errors", map[string]int{"": 2 * each}, markettest.Codes(t, errs))
		if n := deadlocks() - before; n > 0 {
			t.Errorf("%d deadlocks", n)
		}
		s.sound(t)
	})
}

// The administrator confirms a whole order with lines of different parts, and
// takes a canceled one back without the part of which nothing was left.
func TestTheOrderAsAWhole(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		_, o := s.two(t)
		chief := s.chief(t)
		set := func(to order.State, version int64, supply ...order.Supply) (order.Placed, error) {
			return s.Orders.Set(t.Context(), chief, o.ID, 0, order.Step{To: to, Version: version, Reason: "так надо", Supply: supply})
		}
		_, err := set(order.Confirmed, 1, order.Supply{Line: 999, Reason: "нет"})
		wantCode(t, "a line of another order", err, fault.Absent)
		got, err := set(order.Confirmed, 1, order.Supply{Line: o.Lines[0].ID, Reason: "нет"}, order.Supply{Line: o.Lines[1].ID, Reason: "нет"},
			order.Supply{Line: o.Lines[2].ID, Quantity: 1})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "confirmed", []order.State{order.Confirmed, order.Canceled, order.Confirmed}, states(got.Order))
		if _, err = set(order.Canceled, 2); err != nil {
			t.Fatal(err)
		}
		if got, err = set(order.New, 3); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "taken back", []order.State{order.New, order.Canceled, order.New}, states(got.Order))
		if steps := got.Steps(got.Parts[0], account.Admin); len(steps) > 0 {
			t.Errorf("a part of which nothing is left may go to %v", steps)
		}
		s.sound(t)
	})
}
