package order_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/order"
	"zakup/internal/feature/pricelist"
)

// 1C gets an order anew when it has changed, also when that was after 1C was
// given it and before it said that it has it.
func TestExchangeOfChanges(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		_, o := s.two(t)
		x := pricelist.Exchange{ID: 1, Shop: s.shops[0].ID}
		m.Change(t, `insert into exchange_sessions (id, hash, user_id, shop_id, stamp, expires_at) values ($1, $2, $3, $4, '', $5)`,
			x.ID, []byte("hash"), s.shops[0].Owner, x.Shop, markettest.Now)
		ask := func() string {
			t.Helper()
			list, err := s.Orders.QueryExchange(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := order.WriteExchange(&b, list, markettest.Now); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		take := func(want int64) {
			t.Helper()
			if n, err := s.Orders.TakeExchange(t.Context(), x); err != nil || n != want {
				t.Errorf("%d taken, %v", n, err)
			}
		}
		if text := ask(); !strings.Contains(text, "Новый") || !strings.Contains(text, "<Ид>1</Ид>") {
			t.Errorf("%s", text)
		}
		take(1)
		if text := ask(); strings.Contains(text, "Документ") {
			t.Errorf("given again: %s", text)
		}
		step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: o.Lines[1].ID, Reason: "нет"}}}
		if _, err := s.Orders.Advance(t.Context(), owner(s.shops[0]), o.ID, step); err != nil {
			t.Fatal(err)
		}
		if text := ask(); !strings.Contains(text, "Подтвержден") || strings.Count(text, "<Товар>") != 1 {
			t.Errorf("%s", text)
		}
		// It changes before 1C says that it has it.
		if _, err := s.Orders.Set(t.Context(), s.chief(t), o.ID, 1, order.Step{To: order.Canceled, Version: 2}); err != nil {
			t.Fatal(err)
		}
		take(0)
		if text := ask(); !strings.Contains(text, "Отменен</Значение>") || !strings.Contains(text, "<Значение>true") {
			t.Errorf("%s", text)
		}
		take(1)
	})
}
