package order_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
)

// owner is the supplier of a shop.
func owner(shop partner.Shop) account.User {
	return account.User{ID: shop.Owner, Owner: shop.Owner, Type: account.Shop}
}

// chief makes an administrator.
func (s *scene) chief(t *testing.T) account.User {
	t.Helper()
	who := s.Buyer(t, "chief")
	who.Type = account.Admin
	return who
}

// stock is what there is of the first offers of the shop: on hand for sale,
// reserved, shipped.
func (s *scene) stock(t *testing.T, shop partner.Shop, external string) [3]int64 {
	t.Helper()
	var got [3]int64
	err := s.DB.QueryRow(t.Context(), `
		select on_hand - reserved - shipped, reserved, shipped from offers where shop_id = $1 and external_id = $2`, shop.ID, external).
		Scan(&got[0], &got[1], &got[2])
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// two is an order of two shops: 3 of the first good and 2 of the second of each.
func (s *scene) two(t *testing.T) (cart, order.Order) {
	t.Helper()
	c := s.cart(t, "buyer",
		s.Want(t, s.shops[0], "1", 3), s.Want(t, s.shops[0], "2", 2), s.Want(t, s.shops[1], "1", 3), s.Want(t, s.shops[1], "2", 2))
	return c, s.placed(t, c)
}

func states(o order.Order) (list []order.State) {
	list = append(list, o.State)
	for _, p := range o.Parts {
		list = append(list, p.State)
	}
	return list
}

func wantCode(t *testing.T, what string, err error, want *fault.Error) {
	t.Helper()
	if code := markettest.Code(t, err); code != want.Code {
		t.Errorf("%s: %q, want %s", what, code, want.Code)
	}
}

func wantEqual(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// The parts of an order go their own ways, and the order follows the slowest.
func TestPartsGoTheirOwnWays(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		steps := []struct {
			shop int
			to   order.State
			want []order.State
		}{
			{0, order.Confirmed, []order.State{order.New, order.Confirmed, order.New}},
			{1, order.Sent, []order.State{order.Confirmed, order.Confirmed, order.Sent}},
			{0, order.Delivered, []order.State{order.Sent, order.Delivered, order.Sent}},
			{1, order.Delivered, []order.State{order.Delivered, order.Delivered, order.Delivered}},
		}
		versions := [2]int64{1, 1}
		for _, step := range steps {
			part, err := s.Orders.Advance(t.Context(), owner(s.shops[step.shop]), o.ID, order.Step{To: step.to, Version: versions[step.shop]})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Orders.Advance(t.Context(), owner(s.shops[step.shop]), o.ID, order.Step{To: order.Delivered, Version: versions[step.shop]})
			wantCode(t, "a version of before", err, order.Stale)
			if versions[step.shop]++; part.Version != versions[step.shop] || part.State != step.to || len(part.Lines) != 2 {
				t.Errorf("%s: the supplier is told %+v", step.to, part)
			}
			got, err := s.Orders.Get(t.Context(), c.who.ID, o.ID)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, string(step.to), step.want, states(got))
		}
		s.sound(t)
		wantEqual(t, "stock", [3]int64{7, 0, 3}, s.stock(t, s.shops[0], "1"))
		// The next list counts without what has left; the sale goes on from there.
		m.Sell(t, s.shops[0], markettest.Goods(3, 10_050, 7)...)
		wantEqual(t, "stock after the next list", [3]int64{7, 0, 0}, s.stock(t, s.shops[0], "1"))
		m.Sell(t, s.shops[1], markettest.Goods(3, 10_050, 10)...)
		wantEqual(t, "stock after a list that says the same", [3]int64{10, 0, 0}, s.stock(t, s.shops[1], "1"))
	})
}

// A buyer cancels one part, and then the rest; each while it is new.
func TestCancel(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		got, err := s.Orders.Cancel(t.Context(), c.who, o.ID, 1, 1, "передумал")
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "one part", []order.State{order.New, order.Canceled, order.New}, states(got))
		if got.Total != 5*10_050 || got.Version != 2 {
			t.Errorf("%s, version %d", got.Total, got.Version)
		}
		wantEqual(t, "returned", [3]int64{10, 0, 0}, s.stock(t, s.shops[0], "1"))
		wantEqual(t, "kept", [3]int64{7, 3, 0}, s.stock(t, s.shops[1], "1"))

		_, err = s.Orders.Cancel(t.Context(), c.who, o.ID, 1, 2, "")
		wantCode(t, "a part that is canceled", err, order.Illegal)
		_, err = s.Orders.Cancel(t.Context(), c.who, o.ID, 3, 2, "")
		wantCode(t, "a part that is not there", err, fault.Absent)
		_, err = s.Orders.Cancel(t.Context(), c.who, o.ID, 0, 1, "")
		wantCode(t, "a version of before", err, order.Stale)
		_, err = s.Orders.Cancel(t.Context(), s.Buyer(t, "other"), o.ID, 0, 2, "")
		wantCode(t, "somebody else's", err, fault.Absent)

		got, err = s.Orders.Cancel(t.Context(), c.who, o.ID, 0, 2, "")
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "all", []order.State{order.Canceled, order.Canceled, order.Canceled}, states(got))
		if got.Total != o.Total {
			t.Errorf("a canceled order of %s, it was %s", got.Total, o.Total)
		}
		wantEqual(t, "all returned", [3]int64{10, 0, 0}, s.stock(t, s.shops[1], "1"))
		s.sound(t)
	})
}

// An administrator may go anywhere: back with a reason, and out of the end if
// the goods are still there.
func TestAdministrator(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		chief := s.chief(t)
		set := func(version int64, n int, to order.State, reason string) (order.Placed, error) {
			return s.Orders.Set(t.Context(), chief, o.ID, n, order.Step{To: to, Version: version, Reason: reason})
		}
		must := func(p order.Placed, err error) order.Order {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return p.Order
		}
		must(set(1, 0, order.Sent, ""))
		wantEqual(t, "sent", [3]int64{7, 0, 3}, s.stock(t, s.shops[0], "1"))
		_, err := set(2, 0, order.Confirmed, "")
		wantCode(t, "back without a reason", err, fault.BadArguments)
		must(set(2, 1, order.Confirmed, "не отправлено"))
		wantEqual(t, "back", [3]int64{7, 3, 0}, s.stock(t, s.shops[0], "1"))
		got := must(set(3, 0, order.Canceled, ""))
		wantEqual(t, "canceled", []order.State{order.Canceled, order.Canceled, order.Canceled}, states(got))
		wantEqual(t, "returned from the way", [3]int64{10, 0, 0}, s.stock(t, s.shops[1], "1"))
		must(set(4, 2, order.Sent, "всё-таки везут"))
		wantEqual(t, "brought back", [3]int64{7, 0, 3}, s.stock(t, s.shops[1], "1"))

		other := s.cart(t, "other", m.Want(t, s.shops[0], "1", 9))
		s.placed(t, other)
		_, err = set(5, 1, order.New, "вернуть")
		wantCode(t, "the goods are sold", err, catalog.NotEnough)
		list := s.sound(t)
		if list[0].State != order.Sent || list[0].Version != 5 {
			t.Errorf("%s, version %d", list[0].State, list[0].Version)
		}

		past, err := s.Orders.AllHistory(t.Context(), o.ID)
		if err != nil || len(past) == 0 {
			t.Fatalf("%d events, %v", len(past), err)
		}
		if last := past[len(past)-1]; last.Email != chief.Email {
			t.Errorf("by %q", last.Email)
		}
		mine, err := s.Orders.History(t.Context(), c.who.ID, o.ID)
		if err != nil || len(mine) != len(past) {
			t.Errorf("the buyer sees %d of %d events, %v", len(mine), len(past), err)
		}
		for _, e := range mine {
			if e.Email != "" || e.Who != 0 {
				t.Errorf("the buyer sees who did it: %+v", e)
			}
		}
		its, err := s.Orders.PartHistory(t.Context(), s.shops[0].Owner, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range its {
			if e.PartN != 1 && e.From != order.Basket {
				t.Errorf("a supplier sees %+v", e)
			}
		}
		_, err = s.Orders.History(t.Context(), other.who.ID, o.ID)
		wantCode(t, "history of somebody else's", err, fault.Absent)
	})
}

// Of changes that were made on one version only one is done.
func TestRaceOfChanges(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		chief := s.chief(t)
		errs := markettest.AtOnce(markettest.Crowd, func(i int) error {
			var err error
			switch i % 3 {
			case 0:
				_, err = s.Orders.Cancel(t.Context(), c.who, o.ID, 0, 1, "")
			case 1:
				_, err = s.Orders.Set(t.Context(), chief, o.ID, 0, order.Step{To: order.Sent, Version: 1})
			default:
				_, err = s.Orders.Advance(t.Context(), owner(s.shops[0]), o.ID, order.Step{To: order.Confirmed, Version: 1})
			}
			return err
		})
		got := markettest.Codes(t, errs)
		if got[""] < 1 || got[""] > 2 || got[""]+got[order.Stale.Code]+got[order.Illegal.Code] != markettest.Crowd {
			t.Errorf("%v", got)
		}
		now := s.sound(t)[0]
		if now.Version != int64(1+got[""]) {
			t.Errorf("version %d after %d changes", now.Version, got[""])
		}
	})
}

// Suppliers of one order do not stand in each other's way.
func TestRaceOfSuppliers(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 4)
		var wants []catalog.Want
		for _, shop := range s.shops {
			wants = append(wants, m.Want(t, shop, "1", 1))
		}
		o := s.placed(t, s.cart(t, "buyer", wants...))
		errs := markettest.AtOnce(len(s.shops), func(i int) error {
			for version, to := range []order.State{order.Confirmed, order.Assembled, order.Sent, order.Delivered} {
				if _, err := s.Orders.Advance(t.Context(), owner(s.shops[i]), o.ID, order.Step{To: to, Version: int64(version + 1)}); err != nil {
					return err
				}
			}
			return nil
		})
		wantEqual(t, "errors", map[string]int{"": len(s.shops)}, markettest.Codes(t, errs))
		if now := s.sound(t)[0]; now.State != order.Delivered || now.Version != 17 {
			t.Errorf("%s, version %d", now.State, now.Version)
		}
	})
}

// A change that ends at any statement leaves nothing.
func TestAChangeEndsAtEveryStatement(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		_, o := s.two(t)
		step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: o.Lines[0].ID, Quantity: 1}, {Line: o.Lines[1].ID, Reason: "нет"}}}
		before := m.Tables(t)
		for n := int64(1); ; n++ {
			ctx := m.Dying(t, n)
			_, err := s.Orders.Advance(ctx, owner(s.shops[0]), o.ID, step)
			if ctx.Err() == nil {
				if err != nil || n < 10 {
					t.Fatalf("ended after fewer than %d statements: %v", n, err)
				}
				break
			}
			if err == nil {
				t.Fatalf("statement %d: changed by the dead", n)
			}
			if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
				t.Fatalf("statement %d: something was changed (-before +after)\n%s", n, diff)
			}
		}
		s.sound(t)
	})
}
