package order_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// An order of n shops is 1 + n + 1 letters, though every letter is refused at
// first, and every job is run again when all is done.
func TestLettersOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 5)
		m.Outbox.Trouble(func(_ mail.Envelope, try int) error {
			if try == 1 {
				return errors.New("the mail server is down")
			}
			return nil
		})
		want := map[string]int{}
		for _, shops := range []int{1, 2, 5} {
			var wants []catalog.Want
			for _, shop := range s.shops[:shops] {
				wants = append(wants, m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 1))
			}
			o := s.placed(t, s.cart(t, fmt.Sprint("buyer", shops), wants...))
			want[fmt.Sprintf("order to buyer%d@example.com: Заказ %s принят", shops, o.Number)] = 1
			want[fmt.Sprintf("invoice to %s: Накладная к заказу %s", markettest.Office, o.Number)] = 1
			for n, shop := range s.shops[:shops] {
				want[fmt.Sprintf("order_part to %s@example.com: Новый заказ %s/%d", shop.Name, o.Number, n+1)] = 1
			}
		}
		if len(want) != 1+1+1+1+2+1+1+5+1 {
			t.Fatalf("%d letters are expected", len(want))
		}
		m.Work(t)
		sent := func(tries int64) func() bool {
			return func() bool {
				return m.Number(t, `select count(*) from letters where state = 'sent'`) == int64(len(want)) &&
					m.Number(t, `select count(*) from river_job where kind = 'letter' and state = 'completed' and attempt >= $1`, tries) == int64(len(want))
			}
		}
		check := func() {
			t.Helper()
			got := map[string]int{}
			for _, e := range m.Outbox.Taken() {
				got[fmt.Sprintf("%s to %s: %s", e.Kind, e.To, e.Subject)]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
		apptest.Until(t, "every letter is sent", sent(2))
		check()
		again(t, m)
		apptest.Until(t, "every job is done again", sent(3))
		check()
		s.sound(t)
	})
}

// again has every job run again, as if the queue had not noticed its end.
func again(t *testing.T, m *markettest.Market) {
	t.Helper()
	err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), `update river_job set state = 'available', finalized_at = null`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The letters of one shop's part hold no line of another's.
func TestLettersHoldTheirOwnLines(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		secret := markettest.Good("9", 100, 10)
		secret.Name = "Секретный"
		m.Sell(t, s.shops[1], secret)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "9", 1))
		s.placed(t, c)
		m.Work(t)
		apptest.Until(t, "letters", func() bool { return len(m.Outbox.Taken()) == 4 })
		var knows []string
		for _, e := range m.Outbox.Taken() {
			if strings.Contains(e.Text, secret.Name) && strings.Contains(e.HTML, secret.Name) {
				knows = append(knows, e.To)
			}
		}
		slices.Sort(knows)
		if diff := cmp.Diff([]string{"buyer@example.com", markettest.Office, "shop1@example.com"}, knows); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
