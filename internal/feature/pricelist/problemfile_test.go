package pricelist_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
)

// theFile is what the person gets of an import.
func theFile(t *testing.T, m *markettest.Market, who account.ID, id pricelist.ID, severity string) (pricelist.ProblemFile, string, error) {
	t.Helper()
	f, err := m.Lists.ProblemFileOf(t.Context(), who, id, severity, "en")
	if err != nil {
		return pricelist.ProblemFile{}, "", err
	}
	text, err := io.ReadAll(f)
	if err != nil || int64(len(text)) != f.Size {
		t.Fatalf("%d bytes, %d are said: %v", len(text), f.Size, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return *f, string(text), nil
}

const faulty = "categories: [{id: 1, name: Чай}]\ngoods:\n" +
	"- {id: 1, category: 1, name: Товар 1, price: 10, quantity: 1}\n" +
	"- {id: 2, category: 1, name: Товар 2, price: дорого, quantity: 1}\n" +
	"- {id: 3, category: 1, name: Товар 3, price: 10, quantity: 1, vat: 99}\n"

func TestProblemFiles(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		i := load(t, m, shop, faulty)
		f, text, err := theFile(t, m, shop.Owner, i.ID, "")
		if err != nil || f.Name != "price-errors.yaml" || f.Media != "application/yaml" || strings.Count(text, `id: "`) != 2 || // one is of a category
			!strings.Contains(text, "- \"line 4: price: ") {
			t.Errorf("%+v %v\n%s", f, err, text)
		}
		if _, text, err := theFile(t, m, shop.Owner, i.ID, "all"); err != nil || strings.Count(text, `id: "`) != 3 || !strings.Contains(text, "warning: line 5: vat: ") {
			t.Errorf("%v\n%s", err, text)
		}
		if _, _, err := theFile(t, m, other.Owner, i.ID, ""); markettest.Code(t, err) != "not_found" {
			t.Errorf("another's: %v", err)
		}
		// Mended, it is a part of the list: nothing is withdrawn for it.
		load(t, m, shop, list("shop", 3, 10))
		if _, _, err := theFile(t, m, shop.Owner, i.ID, ""); markettest.Code(t, err) != "price_list_bytes_gone" {
			t.Errorf("forgotten: %v", err)
		}
		back := load(t, m, shop, strings.Replace(text, "дорого", "20", 1))
		if back.State != pricelist.Applied || !back.Partial || sold(t, m, shop) != "1@10 2@20 3@10" {
			t.Errorf("%s %s, sold %s", back.State, back.Reason.EN, sold(t, m, shop))
		}
		if _, _, err := theFile(t, m, shop.Owner, back.ID, ""); markettest.Code(t, err) != "price_list_no_problems" {
			t.Errorf("faultless: %v", err)
		}
	})
}

// Without errors warnings are told, also those that the file alone does not show.
func TestProblemFileOfWarnings(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 2, 10))
		i := load(t, m, shop, "partial: true\ngoods:\n- {id: 1, price: 11}\n- {id: 77, price: 12}\n")
		_, text, err := theFile(t, m, shop.Owner, i.ID, "")
		if err != nil || strings.Contains(text, `id: "1"`) || !strings.Contains(text, "id: \"77\"\n    price: 12\n    errors:\n      - \"warning: line 4: id: There is no such offer") {
			t.Errorf("%v\n%s", err, text)
		}
		if _, _, err := theFile(t, m, shop.Owner, i.ID, "error"); markettest.Code(t, err) != "price_list_no_problems" {
			t.Errorf("errors alone: %v", err)
		}
	})
}

// The profile of the shop tells what its tables are; the name sent is kept.
func TestProblemFilesOfTables(t *testing.T) {
	left := func() int {
		files, err := filepath.Glob(filepath.Join(os.TempDir(), "zakup-*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	t.Setenv("TMPDIR", t.TempDir())
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "Прайс май.CSV.gz",
			strings.NewReader("Код;Название;Цена;Остаток\n1;Чай;дорого;1\n2;Кофе;10;1\n"), pricelist.Options{})
		if err != nil {
			t.Fatal(err)
		}
		work(t, m, shop, id)
		f, text, err := theFile(t, m, shop.Owner, id, "")
		if err != nil || f.Name != "Прайс май-errors.csv" || f.Media != "text/csv; charset=utf-8" ||
			!strings.HasPrefix(text, "\uFEFFКод;Название;Цена;Остаток;What is wrong\n1;Чай;дорого;1;") || strings.Contains(text, "Кофе") {
			t.Errorf("%+v %v\n%s", f, err, text)
		}
		if n := left(); n != 0 {
			t.Errorf("%d temporary files are left", n)
		}
	})
}
