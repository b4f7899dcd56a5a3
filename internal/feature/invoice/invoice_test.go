package invoice_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/invoice"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

type scene struct {
	*markettest.Market
	shops []partner.Shop
	who   account.User
	order order.Order
}

// newScene is an order of two shops with two lines each, whose prices do not
// divide by anything.
func newScene(t *testing.T, m *markettest.Market) *scene {
	t.Helper()
	s := &scene{Market: m, who: m.Buyer(t, "buyer")}
	var wants []catalog.Want
	for i := range 2 {
		shop := m.Shop(t, fmt.Sprint("shop", i))
		goods := markettest.Goods(2, money.Kopecks(10_007+i), 100)
		goods[0].VAT, goods[1].VAT = "22", "10"
		m.Sell(t, shop, goods...)
		wants = append(wants, m.Want(t, shop, "1", 3), m.Want(t, shop, "2", 7))
		s.shops = append(s.shops, shop)
	}
	err := m.Accounts.SetRequisites(t.Context(), s.shops[0].Owner, account.Requisites{Name: "ООО Чайная", INN: "7707083893"})
	if err != nil {
		t.Fatal(err)
	}
	k := m.Fill(t, s.who, wants...)
	if s.order, err = m.Orders.Place(t.Context(), s.who, k.ID, m.Contact(t, s.who)); err != nil {
		t.Fatal(err)
	}
	return s
}

// total reads the sum of a document from its XLSX.
func total(t *testing.T, f invoice.File) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(f.Data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, cell := range row {
			if strings.HasPrefix(cell, "Всего по накладной") {
				last := ""
				for _, c := range row[i+1:] {
					if strings.TrimSpace(c) != "" {
						last = c
					}
				}
				return last
			}
		}
	}
	t.Fatal("the document has no total")
	return ""
}

// Documents are of the order as it is: made in the background, made anew after a
// change, with the sums of the order, and the requisites of when it was placed.
func TestDocuments(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m)
		if err := m.Accounts.SetRequisites(t.Context(), s.shops[0].Owner, account.Requisites{Name: "ООО Другая"}); err != nil {
			t.Fatal(err)
		}
		m.Work(t)
		made := func(version int64) func() bool {
			return func() bool {
				return m.Number(t, `select count(*) from invoices where part_n = 0 and version = $1`, version) == 2 &&
					m.Number(t, `select count(*) from river_job where kind = 'documents' and state <> 'completed'`) == 0
			}
		}
		apptest.Until(t, "the documents", made(1))
		if n := m.Number(t, `select count(*) from invoices`); n != 6 {
			t.Errorf("%d documents", n)
		}
		check := func(o order.Order) {
			t.Helper()
			for n := range 3 {
				want := o.Total
				if n > 0 {
					want = o.Parts[n-1].Total
				}
				f, err := m.Invoices.OfBuyer(t.Context(), s.who.ID, o.ID, n, invoice.XLSX)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.NewReplacer(" ", "", "\u00a0", "", ",", "").Replace(total(t, f)); got != fmt.Sprintf("%d.%02d", want/100, want%100) {
					t.Errorf("part %d: the document says %s, the order %s", n, got, want)
				}
				pdf, err := m.Invoices.OfBuyer(t.Context(), s.who.ID, o.ID, n, invoice.PDF)
				if err != nil || !bytes.HasPrefix(pdf.Data, []byte("%PDF-")) {
					t.Errorf("part %d: %.10q, %v", n, pdf.Data, err)
				}
			}
		}
		check(s.order)
		f, err := m.Invoices.OfSupplier(t.Context(), s.shops[0].Owner, s.order.ID, invoice.XLSX)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "Накладная "+s.order.Number+"-1.xlsx" {
			t.Errorf("%q", f.Name)
		}
		text := content(t, f)
		if !strings.Contains(text, "ООО Чайная") || !strings.Contains(text, "7707083893") || strings.Contains(text, "shop1") {
			t.Errorf("the supplier's document: %s", text)
		}
		again, err := m.Invoices.OfSupplier(t.Context(), s.shops[0].Owner, s.order.ID, invoice.XLSX)
		if err != nil || !bytes.Equal(again.Data, f.Data) {
			t.Error("another document of the same version")
		}

		// The second part gets less: its document and the order's are made anew.
		var line order.Line
		for _, l := range s.order.Lines {
			if l.Part == s.order.Parts[1].ID {
				line = l
			}
		}
		step := order.Step{To: order.Confirmed, Version: 1, Supply: []order.Supply{{Line: line.ID, Quantity: 2, Reason: "мало"}}}
		if _, err := m.Orders.Advance(t.Context(), account.User{ID: s.shops[1].Owner, Owner: s.shops[1].Owner, Type: account.Shop}, s.order.ID, step); err != nil {
			t.Fatal(err)
		}
		apptest.Until(t, "the documents of the change", made(2))
		now, err := m.Orders.Get(t.Context(), s.who.ID, s.order.ID)
		if err != nil {
			t.Fatal(err)
		}
		check(now)
		same, err := m.Invoices.OfSupplier(t.Context(), s.shops[0].Owner, s.order.ID, invoice.XLSX)
		if err != nil || !bytes.Equal(same.Data, f.Data) {
			t.Error("the document of a part that did not change is another one")
		}
		if n := m.Number(t, `select count(*) from invoices`); n != 6 {
			t.Errorf("%d documents are kept", n)
		}
	})
}

func content(t *testing.T, f invoice.File) string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(f.Data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(rows)
}

// A document is there before its job is done, and for nobody who may not see
// the order.
func TestWhoGetsDocuments(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m)
		if _, err := m.Invoices.OfBuyer(t.Context(), s.who.ID, s.order.ID, 0, invoice.PDF); err != nil {
			t.Errorf("before its job: %v", err)
		}
		other := m.Buyer(t, "other")
		stranger := m.Shop(t, "stranger")
		for what, get := range map[string]func() (invoice.File, error){
			"another buyer": func() (invoice.File, error) {
				return m.Invoices.OfBuyer(t.Context(), other.ID, s.order.ID, 0, invoice.PDF)
			},
			"another supplier": func() (invoice.File, error) {
				return m.Invoices.OfSupplier(t.Context(), stranger.Owner, s.order.ID, invoice.PDF)
			},
			"no such part": func() (invoice.File, error) {
				return m.Invoices.OfBuyer(t.Context(), s.who.ID, s.order.ID, 3, invoice.PDF)
			},
			"no such order": func() (invoice.File, error) { return m.Invoices.Of(t.Context(), 999, 0, invoice.PDF) },
		} {
			_, err := get()
			if code := markettest.Code(t, err); code != fault.Absent.Code {
				t.Errorf("%s: %q", what, code)
			}
		}
	})
}

// Whoever asks for a document while others make it gets it, and it is kept once.
func TestRaceForADocument(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m)
		files := make([]invoice.File, 10)
		errs := markettest.AtOnce(len(files), func(i int) (err error) {
			files[i], err = m.Invoices.OfBuyer(t.Context(), s.who.ID, s.order.ID, 0, invoice.XLSX)
			return err
		})
		if got := markettest.Codes(t, errs); got[""] != len(files) {
			t.Errorf("%v", got)
		}
		for _, f := range files {
			if !bytes.Equal(f.Data, files[0].Data) || len(f.Data) == 0 {
				t.Fatal("other bytes")
			}
		}
		if n := m.Number(t, `select count(*) from invoices`); n != 1 {
			t.Errorf("%d documents", n)
		}
	})
}

// The letters about a new order carry its documents: all of it to the office, its
// own part to each supplier, and none to the buyer.
func TestLettersCarryDocuments(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		s := newScene(t, m)
		m.Work(t)
		apptest.Until(t, "letters", func() bool { return len(m.Outbox.Taken()) == 4 })
		want := map[string][]string{
			markettest.Office:   {"Накладная " + s.order.Number + ".pdf", "Накладная " + s.order.Number + ".xlsx"},
			"shop0@example.com": {"Накладная " + s.order.Number + "-1.pdf", "Накладная " + s.order.Number + "-1.xlsx"},
			"shop1@example.com": {"Накладная " + s.order.Number + "-2.pdf", "Накладная " + s.order.Number + "-2.xlsx"},
			"buyer@example.com": nil,
		}
		for _, e := range m.Outbox.Taken() {
			var got []string
			for _, f := range e.Files {
				got = append(got, f.Name)
			}
			if fmt.Sprint(got) != fmt.Sprint(want[e.To]) {
				t.Errorf("to %s: %q, want %q", e.To, got, want[e.To])
			}
		}
	})
}
