package order_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/platform/db"
)

// speak has the person get letters in a language.
func (s *scene) speak(t *testing.T, who account.ID, lang string) {
	t.Helper()
	err := s.DB.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), `update users set language = $2 where id = $1`, who, lang)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Everybody gets their letters in their own language.
func TestLanguages(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 3)
		c := s.cart(t, "buyer", m.Want(t, s.shops[0], "1", 1), m.Want(t, s.shops[1], "1", 1), m.Want(t, s.shops[2], "1", 1))
		s.speak(t, c.who.ID, "en")
		s.speak(t, s.shops[1].Owner, "en")
		var err error
		if c.who, err = account.Find(t.Context(), m.DB, c.who.ID); err != nil {
			t.Fatal(err)
		}
		s.placed(t, c)
		m.Work(t)
		subjects := map[string]string{
			c.who.Email:         "Order ",
			"shop0@example.com": "Новый заказ ", "shop1@example.com": "New order ", "shop2@example.com": "Новый заказ ",
			markettest.Office: "Накладная ",
		}
		apptest.Until(t, "letters", func() bool { return len(m.Outbox.Taken()) == len(subjects) })
		for _, l := range m.Outbox.Taken() {
			if want := subjects[l.To]; want == "" || !strings.HasPrefix(l.Subject, want) {
				t.Errorf("%s gets %q", l.To, l.Subject)
			}
			delete(subjects, l.To)
		}
	})
}

// The invoice goes to the address that is set, or to the oldest administrator in
// their language, or to the service itself.
func TestAdmin(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m, 0)
		want := func(set, to, lang string) {
			t.Helper()
			gotTo, gotLang, err := order.Admin(set, "own@example.com")(t.Context(), m.DB)
			if err != nil || gotTo != to || gotLang != lang {
				t.Errorf("%q in %q, %v; want %q in %q", gotTo, gotLang, err, to, lang)
			}
		}
		want("", "own@example.com", "")
		admin, err := m.Accounts.AddActive(t.Context(), account.Profile{
			FirstName: new("Анна"), LastName: new("Ким"), Email: new("admin@example.com"), Password: new("Qwe#12345rty"),
		}, account.Admin)
		if err != nil {
			t.Fatal(err)
		}
		want("", "admin@example.com", "ru")
		s.speak(t, admin.ID, "en")
		want("", "admin@example.com", "en")
		want("set@example.com", "set@example.com", "")
	})
}
