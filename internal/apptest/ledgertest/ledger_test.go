package ledgertest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"zakup/internal/apptest"
	"zakup/internal/apptest/ledgertest"
	"zakup/internal/apptest/markettest"
)

// Every rule finds what it is for: one thing after the other is broken.
func TestCheck(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(2, 100, 10)...)
		who := m.Buyer(t, "buyer")
		k := m.Fill(t, who, m.Want(t, shop, "1", 2), m.Want(t, shop, "2", 3))
		o, err := m.Orders.Place(t.Context(), who, k.ID, m.Contact(t, who))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Orders.Cancel(t.Context(), who, o.ID, 0, 1, ""); err != nil {
			t.Fatal(err)
		}
		wrong := func() string {
			t.Helper()
			list, err := ledgertest.Check(t.Context(), m.DB)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(list, "\n")
		}
		if got := wrong(); !strings.Contains(got, "a letter that was not sent") || !strings.Contains(got, "a job that is not done") {
			t.Errorf("nobody worked yet: %s", got)
		}
		m.Work(t)
		apptest.Until(t, "all is done", func() bool { return m.Number(t, `select count(*) from river_job where state <> 'completed'`) == 0 })
		if got := wrong(); got != "" {
			t.Fatalf("nothing is wrong yet: %s", got)
		}
		for _, x := range []struct{ what, do, undo string }{
			{"a part without lines, or whose sum", `update order_parts set total = total + 1`, `update order_parts set total = total - 1`},
			{"an order without parts, or whose sum", `update orders set total = total + 1`, `update orders set total = total - 1`},
			{"a number that is missing", `update order_numbers set last = last + 1`, `update order_numbers set last = last - 1`},
			{"reserved stock", `update offers set reserved = 1`, `update offers set reserved = 0`},
			{"shipped stock", `update offers set shipped = 1`, `update offers set shipped = 0`},
			{"an order whose events", `update orders set version = version + 1`, `update orders set version = version - 1`},
			{"a part whose state", `update order_parts set state = 'sent'`, `update order_parts set state = 'canceled'`},
			{"a letter about a new order", `update letters set key = 'x' || key where kind = 'order'`, `update letters set key = substr(key, 2) where kind = 'order'`},
			{"a letter about a change", `update letters set key = 'x' || key where kind = 'order_change'`, `update letters set key = substr(key, 2) where kind = 'order_change'`},
			{"a letter without a job", `update letters set state = 'queued' where kind = 'order'`, `update letters set state = 'sent' where kind = 'order'`},
			{"a document that was not made", `update invoices set version = version + 10`, `update invoices set version = version - 10`},
		} {
			m.Change(t, x.do)
			if got := wrong(); !strings.Contains(got, x.what) {
				t.Errorf("%s: not found in %q", x.what, got)
			}
			m.Change(t, x.undo)
		}
		if got := wrong(); got != "" {
			t.Errorf("all was mended: %s", got)
		}
	})
}

// A letter that is missing, there twice or nobody's is found.
func TestCheckLetters(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		m.Change(t, `insert into letters (key, kind, ref, recipient, state, tries, error, created_at, sent_at)
			values ('a', 'x', 1, 'a@example.com', 'sent', 1, '', $1, $1), ('b', 'x', 1, 'a@example.com', 'sent', 1, '', $1, $1)`, markettest.Now)
		for _, x := range []struct {
			files []string
			wrong int
		}{
			{[]string{"000001-x.eml", "000002-x.eml"}, 0},
			{[]string{"000001-x.eml"}, 1},
			{[]string{"000001-x.eml", "000001-x.eml.part", "000002-x.eml"}, 1},
			{[]string{"000001-x.eml", "000002-x.eml", "000003-x.eml"}, 1},
		} {
			folder := fstest.MapFS{}
			for _, name := range x.files {
				folder[name] = &fstest.MapFile{}
			}
			got, err := ledgertest.CheckLetters(t.Context(), m.DB, folder)
			if err != nil || len(got) != x.wrong {
				t.Errorf("%v: %v, %v", x.files, got, err)
			}
		}
	})
}
