package pricelist_test

import (
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/db"
)

// A supplier reads of a failure in the supplier's own language.
func TestScheduleLetterInTheirLanguage(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		texts := map[string][]string{
			"en": {"was not loaded on schedule", "Shop: Чайная", "4 May 2026 12:30 (MSK)", "The server 127.0.0.1 did not answer"},
			"ru": {"не загружен по расписанию", "Магазин «Кофейная»", "04.05.2026 12:30 (MSK)", "Сервер 127.0.0.1 не ответил"},
		}
		for lang, name := range map[string]string{"en": "Чайная", "ru": "Кофейная"} {
			shop := m.Shop(t, name)
			err := m.Lists.SetSchedule(t.Context(), shop.Owner, pricelist.ScheduleEdit{URL: "http://127.0.0.1:1/x", Times: "0 4 * * *"})
			if err != nil {
				t.Fatal(err)
			}
			err = m.DB.InTx(t.Context(), func(tx db.Tx) error {
				_, err := tx.Exec(t.Context(), `update users set email = $2, language = $2 where id = $1`, shop.Owner, lang)
				if err == nil {
					_, err = tx.Exec(t.Context(), `update price_schedules set next_at = $1`, markettest.Now.Add(-time.Hour))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := m.Lists.BeginDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.Work(t)
		apptest.Until(t, "letters", func() bool { return len(m.Outbox.Taken()) == len(texts) })
		for _, l := range m.Outbox.Taken() {
			for _, want := range texts[l.To] {
				if !strings.Contains(l.HTML+l.Subject, want) {
					t.Errorf("%s: %q is not in %s\n%s", l.To, want, l.Subject, l.Text)
				}
			}
			delete(texts, l.To)
		}
	})
}
