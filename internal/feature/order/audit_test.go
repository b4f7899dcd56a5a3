package order_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/platform/audit"
)

// Every change of a state is recorded with who made it, whoever they are.
func TestStatesAreRecorded(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		c, o := s.two(t)
		seller, chief := owner(s.shops[0]), s.chief(t)
		as := func(who account.User, do func(who account.User) error) {
			t.Helper()
			if err := do(who); err != nil {
				t.Fatal(err)
			}
		}
		ctx := func(who account.User) audit.Actor { return audit.Actor{User: int64(who.ID), Address: "203.0.113.5"} }
		as(c.who, func(who account.User) error {
			_, err := s.Orders.Cancel(audit.With(t.Context(), ctx(who)), who, o.ID, 2, 1, "")
			return err
		})
		as(seller, func(who account.User) error {
			_, err := s.Orders.Advance(audit.With(t.Context(), ctx(who)), who, o.ID, order.Step{To: order.Confirmed, Version: 1})
			return err
		})
		as(chief, func(who account.User) error {
			_, err := s.Orders.Set(audit.With(t.Context(), ctx(who)), who, o.ID, 1, order.Step{To: order.Sent, Version: 3})
			return err
		})
		list, err := m.Trail.List(t.Context(), audit.Filter{Action: "order.state"}, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range list {
			_, what, _ := strings.Cut(r.Details, "/")
			got = append(got, fmt.Sprintf("%s: %s by %d", r.Subject, what, r.User))
		}
		subject := fmt.Sprintf("order/%d", o.ID)
		want := []string{
			fmt.Sprintf("%s: 1: confirmed to sent by %d", subject, chief.ID),
			fmt.Sprintf("%s: 1: new to confirmed by %d", subject, seller.ID),
			fmt.Sprintf("%s: 2: new to canceled by %d", subject, c.who.ID),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
