package order_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// A letter that is sent again goes to the address of now, in the language of now.
func TestLettersFollowTheirPeople(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 2)
		o := s.placed(t, s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 1)))
		m.Change(t, `
			insert into order_events (order_id, version, part_id, at, user_id, role, from_state, to_state, from_quantity, to_quantity, reason)
			select $1, 2, $2, placed_at, user_id, 'admin', 'new', 'confirmed', 0, 0, '' from orders where id = $1`, o.ID, o.Parts[1].ID)
		event := m.Number(t, `select max(id) from order_events`)
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			return m.Post.Send(t.Context(), tx,
				mail.Note{Key: "a", Kind: "order_change", Ref: event, To: "buyer@example.com"},
				mail.Note{Key: "b", Kind: "order_part_change", Ref: event, To: "shop1@example.com"})
		})
		if err != nil {
			t.Fatal(err)
		}
		first, err := m.Post.List(t.Context(), mail.Filter{}, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		m.Change(t, `update letters set state = 'sent'`)
		m.Change(t, `update users set email = 'new-' || email, language = 'en'`)
		got := []string{}
		for _, l := range first {
			r, err := m.Post.Again(t.Context(), l.ID)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(r.Kind, " ", r.To, " ", r.Lang))
		}
		slices.Sort(got)
		want := []string{
			"invoice " + markettest.Office + " ru", // it follows the settings, not a person
			"order new-buyer@example.com en",
			"order_change new-buyer@example.com en",
			"order_part new-shop0@example.com en",
			"order_part new-shop1@example.com en",
			"order_part_change new-shop1@example.com en",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
