package order_test

import (
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/order"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// A supplier has less of one line and none of another; the buyer decides.
func TestShortages(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		seller := owner(s.shops[0])
		less := func(n int64, reason string, none string) order.Step {
			return order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{
				{Line: o.Lines[0].ID, Quantity: n, Reason: reason}, {Line: o.Lines[1].ID, Reason: none},
			}}
		}
		for what, step := range map[string]order.Step{
			"more than ordered": less(4, "", "нет"), "below none": less(-1, "", "нет"), "none without a reason": less(1, "", " "),
		} {
			_, err := s.Orders.Advance(t.Context(), seller, o.ID, step)
			wantCode(t, what, err, fault.BadArguments)
		}
		foreign := less(1, "", "нет")
		foreign.Supply[0].Line = o.Lines[2].ID
		_, err := s.Orders.Advance(t.Context(), seller, o.ID, foreign)
		wantCode(t, "a line of another shop", err, fault.Absent)
		s.sound(t)

		part, err := s.Orders.Advance(t.Context(), seller, o.ID, less(1, "мало", "нет на складе"))
		if err != nil {
			t.Fatal(err)
		}
		if part.State != order.Confirmed || part.Total != 10_050 {
			t.Errorf("the supplier is told %s, %s", part.State, part.Total)
		}
		got, err := s.Orders.Get(t.Context(), c.who.ID, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		type line struct {
			Ordered, Quantity int64
			Total             money.Kopecks
			Decision          order.Decision
			Reason            string
		}
		seen := func(o order.Order) (list []line) {
			for _, l := range o.Lines[:2] {
				list = append(list, line{l.Ordered, l.Quantity, l.Total, l.Decision, l.Reason})
			}
			return list
		}
		wantEqual(t, "lines", []line{{3, 1, 10_050, order.Pending, "мало"}, {2, 0, 0, order.Dropped, "нет на складе"}}, seen(got))
		wantEqual(t, "returned", [3]int64{9, 1, 0}, s.stock(t, s.shops[0], "1"))
		wantEqual(t, "all returned", [3]int64{10, 0, 0}, s.stock(t, s.shops[0], "2"))
		if got.Total != 6*10_050 || got.State != order.New {
			t.Errorf("%s of %s", got.State, got.Total)
		}
		_, err = s.Orders.Advance(t.Context(), seller, o.ID, order.Step{To: order.Sent, Version: 2})
		wantCode(t, "on before the buyer decided", err, order.Undecided)
		_, err = s.Orders.Decide(t.Context(), c.who, o.ID, got.Version, []order.Choice{{Line: o.Lines[1].ID, Accept: true}})
		wantCode(t, "a line that is settled", err, order.Decided)
		_, err = s.Orders.Decide(t.Context(), s.Buyer(t, "other"), o.ID, got.Version, []order.Choice{{Line: o.Lines[0].ID, Accept: true}})
		wantCode(t, "by somebody else", err, fault.Absent)

		after, err := s.Orders.Decide(t.Context(), c.who, o.ID, got.Version, []order.Choice{{Line: o.Lines[0].ID, Accept: true}})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "accepted", []line{{3, 1, 10_050, order.Accepted, "мало"}, {2, 0, 0, order.Dropped, "нет на складе"}}, seen(after))
		if after, err = s.Orders.Get(t.Context(), c.who.ID, o.ID); err != nil || after.Lines[0].Decision != order.Accepted {
			t.Errorf("read again: %q, %v", after.Lines[0].Decision, err)
		}
		if _, err := s.Orders.Advance(t.Context(), seller, o.ID, order.Step{To: order.Sent, Version: 3}); err != nil {
			t.Error(err)
		}
		s.sound(t)
	})
}

// The last line of a part that is left out cancels the part; so does a supplier
// who has nothing.
func TestNothingIsLeft(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 3), m.Want(t, s.shops[1], "1", 3))
		o := s.placed(t, c)
		for i, n := range []int64{1, 0} {
			step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: o.Lines[i].ID, Quantity: n, Reason: "нет"}}}
			if _, err := s.Orders.Advance(t.Context(), owner(s.shops[i]), o.ID, step); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Orders.Decide(t.Context(), c.who, o.ID, 3, []order.Choice{{Line: o.Lines[0].ID}})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "states", []order.State{order.Canceled, order.Canceled, order.Canceled}, states(got))
		wantEqual(t, "returned", [3]int64{10, 0, 0}, s.stock(t, s.shops[0], "1"))
		_, err = s.Orders.Set(t.Context(), s.chief(t), o.ID, 1, order.Step{To: order.New, Version: got.Version, Reason: "ошибка"})
		wantCode(t, "nothing can be brought back", err, order.Illegal)
		s.sound(t)
	})
}

// A buyer who accepts shortages is not asked.
func TestShortagesAcceptedAtOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		m.Change(t, `update users set accept_shortages = $2 where id = $1`, c.who.ID, true)
		step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: o.Lines[0].ID, Quantity: 1}}}
		if _, err := s.Orders.Advance(t.Context(), owner(s.shops[0]), o.ID, step); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Orders.Advance(t.Context(), owner(s.shops[0]), o.ID, order.Step{To: order.Assembled, Version: 2}); err != nil {
			t.Error(err)
		}
		s.sound(t)
	})
}
