package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// good is a listing of that name and evidence.
func good(id, name, barcode, vendor, code string) catalog.Listing {
	l := markettest.Good(id, 100, 5)
	l.Name, l.Vendor, l.VendorCode = name, vendor, code
	if barcode != "" {
		l.Barcodes = []string{barcode}
	}
	return l
}

const gtin, otherGTIN = "4600000000015", "4600000000022"

// matches are the evidence of the shop's offers, by external id.
func matches(t *testing.T, m *markettest.Market, shop partner.Shop) map[string]catalog.Match {
	t.Helper()
	all := map[string]catalog.Match{}
	for external, o := range m.Offers(t, shop) {
		p, err := m.Catalog.Product(t.Context(), catalog.ProductID(o.Product))
		if err != nil {
			t.Fatal(err)
		}
		for _, po := range p.Offers {
			if po.ID == o.ID {
				all[external] = po.Match
			}
		}
	}
	return all
}

// want fails the test unless the error is the fault.
func want(t *testing.T, err error, f *fault.Error) {
	t.Helper()
	if code := markettest.Code(t, err); code != f.Code {
		t.Errorf("became of it: %q, want %q", code, f.Code)
	}
}

// rollback takes the shop's list back.
func rollback(t *testing.T, m *markettest.Market, of catalog.Staging, shop partner.ShopID) {
	t.Helper()
	err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
		_, _, err := catalog.Rollback(t.Context(), tx, of, shop)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What another shop sells is the same product, or another one.
func TestMatching(t *testing.T) {
	known := good("1", "Чай чёрный", gtin, "Майский", "M-1")
	for name, c := range map[string]struct {
		other catalog.Listing
		want  catalog.Match // "": another product
	}{
		"the same barcode":                 {good("x", "Tea", gtin, "", ""), catalog.ByBarcode},
		"in another category":              {with(good("x", "Tea", gtin, "", ""), func(l *catalog.Listing) { l.Category = "Бакалея" }), catalog.ByBarcode},
		"the vendor's code":                {good("x", "Tea", "", "МАЙСКИЙ", " m-1"), catalog.ByVendor},
		"it with a barcode that is new":    {good("x", "Tea", otherGTIN, "Майский", "M-1"), catalog.ByVendor},
		"the code alone":                   {good("x", "Tea", "", "", "M-1"), ""},
		"the code of another vendor":       {good("x", "Tea", "", "Лисма", "M-1"), ""},
		"the name":                         {good("x", "чай  ЧЕРНЫЙ", "", "", ""), catalog.ByName},
		"the name, and another's code":     {good("x", "Чай чёрный", "", "Лисма", "L-1"), catalog.ByName},
		"the name, and another barcode":    {good("x", "Чай чёрный", otherGTIN, "", ""), ""},
		"the name in another category":     {with(good("x", "Чай чёрный", "", "", ""), func(l *catalog.Listing) { l.Category = "Бакалея" }), ""},
		"nothing":                          {good("x", "Кофе", "", "", ""), ""},
		"the barcode before anything else": {good("x", "Кофе", gtin, "Лисма", "L-1"), catalog.ByBarcode},
	} {
		t.Run(name, func(t *testing.T) {
			markettest.Each(t, func(t *testing.T, m *markettest.Market) {
				one, two := m.Shop(t, "Первый"), m.Shop(t, "Второй")
				m.Sell(t, one, known)
				m.Sell(t, two, c.other)
				a, b := m.Offers(t, one)["1"], m.Offers(t, two)["x"]
				if same := a.Product == b.Product; same != (c.want != "") {
					t.Fatalf("the same product: %v", same)
				}
				if got := matches(t, m, two)["x"]; c.want != "" && got != c.want {
					t.Errorf("by %s, want %s", got, c.want)
				}
				if m.DB.Dialect() == db.Postgres {
					return // its merges have a table each
				}
				if n := m.Number(t, `select count(*) from staged_products`); n != 0 {
					t.Errorf("%d rows are still staged", n)
				}
			})
		})
	}
}

// Goods of one list are matched with each other, and what one of them teaches
// others use.
func TestMatchingWithinAList(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Первый")
		m.Sell(t, shop,
			good("1", "Чай", gtin, "Майский", "M-1"), good("2", "Чай крупный", gtin, "", ""), good("3", "Чай мелкий", "", "Майский", "M-1"),
			good("4", "Чай крупный", "", "", ""), good("5", "Кофе", "", "Жокей", "K"), good("6", "Кофе", otherGTIN, "", ""))
		products := map[string]int64{}
		for external, o := range m.Offers(t, shop) {
			products[external] = o.Product
		}
		for _, pair := range [][2]string{{"1", "2"}, {"1", "3"}, {"2", "4"}} {
			if products[pair[0]] != products[pair[1]] {
				t.Errorf("%v are two products", pair)
			}
		}
		if n := m.Number(t, `select count(distinct product_id) from offers`); n > 3 {
			t.Errorf("%d products", n)
		}
		before := m.Number(t, `select count(*) from products`)
		m.Sell(t, shop) // withdrawn
		m.Sell(t, shop, good("1", "Чай!", gtin, "Майский", "M-1"))
		if after := m.Offers(t, shop)["1"].Product; after != products["1"] {
			t.Errorf("a new name moved it from product %d to %d", products["1"], after)
		}
		if n := m.Number(t, `select count(*) from products`); n != before {
			t.Errorf("%d products more", n-before)
		}
	})
}

// Lists that bring the same barcodes at once, under other names, share products.
func TestNewBarcodesAtOnce(t *testing.T) {
	const rounds, shops, goods = 10, 4, 8
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		list := make([]partner.Shop, shops)
		for i := range list {
			list[i] = m.Shop(t, fmt.Sprint("shop", i))
		}
		for round := range rounds {
			markettest.Codes(t, markettest.AtOnce(shops, func(i int) error {
				var ofRound []catalog.Listing
				for n := range goods {
					n = (n + i*goods/shops) % goods // each list has another order
					id := round*goods + n
					ofRound = append(ofRound, good(fmt.Sprint(n), fmt.Sprintf("Новинка %d магазина %d", id, i), fmt.Sprintf("46%011d", id), "Завод", fmt.Sprint(id)))
				}
				_, err := markettest.Apply(t.Context(), m.DB, catalog.Staging(round*shops+i+1), list[i].ID, ofRound)
				return err
			}))
			for n, o := range m.Offers(t, list[0]) {
				for _, s := range list[1:] {
					if other := m.Offers(t, s)[n]; other.Product != o.Product {
						t.Fatalf("round %d: good %s is of product %d in one shop and %d in another", round, n, o.Product, other.Product)
					}
				}
			}
		}
	})
}

// split makes the shop's offers a product of their own.
func split(t *testing.T, m *markettest.Market, from int64, offers ...markettest.Offer) catalog.ProductID {
	t.Helper()
	ids := make([]catalog.OfferID, len(offers))
	for i, o := range offers {
		ids[i] = o.ID
	}
	made, err := m.Catalog.SplitProduct(t.Context(), catalog.ProductID(from), ids)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// What an administrator has merged stays so, lists find it, a rollback does not
// bring it back, and undoing does.
func TestMergeProducts(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two, three := m.Shop(t, "Первый"), m.Shop(t, "Второй"), m.Shop(t, "Третий")
		m.Sell(t, one, good("1", "Чай", gtin, "", ""))
		m.Sell(t, two, good("1", "Tea", otherGTIN, "", ""))
		a, b := m.Offers(t, one)["1"], m.Offers(t, two)["1"]
		merge := func(into, from int64) error {
			return m.Catalog.MergeProducts(t.Context(), catalog.ProductID(into), catalog.ProductID(from))
		}
		want(t, merge(a.Product, a.Product), catalog.SameProduct)
		want(t, merge(a.Product, 999), fault.Absent)
		if err := merge(a.Product, b.Product); err != nil {
			t.Fatal(err)
		}
		card, err := m.Catalog.Card(t.Context(), a.ID)
		if err != nil || len(card.Offers) != 2 {
			t.Errorf("%d offers, %v", len(card.Offers), err)
		}
		if got := matches(t, m, two)["1"]; got != catalog.ByHand {
			t.Errorf("the evidence is %s", got)
		}
		m.Sell(t, two, good("1", "Tea black", otherGTIN, "", ""))
		m.Sell(t, three, good("1", "Thé", otherGTIN, "", ""))
		for _, s := range []partner.Shop{two, three} {
			if o := m.Offers(t, s)["1"]; o.Product != a.Product {
				t.Errorf("%s: a list moved it to product %d", s.Name, o.Product)
			}
		}
		if err := m.Catalog.UndoProduct(t.Context(), catalog.ProductID(a.Product)); err != nil {
			t.Fatal(err)
		}
		if o := m.Offers(t, two)["1"]; o.Product != b.Product || matches(t, m, two)["1"] != catalog.ByBarcode {
			t.Errorf("undone: product %d, by %s", o.Product, matches(t, m, two)["1"])
		}
		if o := m.Offers(t, three)["1"]; o.Product != a.Product {
			t.Errorf("what came later was moved to product %d", o.Product)
		}
		want(t, m.Catalog.UndoProduct(t.Context(), catalog.ProductID(b.Product)), catalog.NothingToUndo)
		m.Sell(t, m.Shop(t, "Четвёртый"), good("1", "Té", otherGTIN, "", ""))
		p, err := m.Catalog.Product(t.Context(), catalog.ProductID(b.Product))
		if err != nil || len(p.Offers) != 2 || len(p.Changes) != 1 || p.Changes[0].UndoneAt == nil {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

// What was split off stays so with the keys that are its own; an offer's next list
// leaves it there, and what it was before goes along.
func TestSplitProduct(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two, three := m.Shop(t, "Первый"), m.Shop(t, "Второй"), m.Shop(t, "Третий")
		m.Sell(t, one, good("1", "Чай", "", "", ""))
		m.Sell(t, two, good("1", "Чай", otherGTIN, "", ""))
		a, b := m.Offers(t, one)["1"], m.Offers(t, two)["1"]
		if a.Product != b.Product {
			t.Fatal("not matched by name")
		}
		_, err := m.Catalog.SplitProduct(t.Context(), catalog.ProductID(a.Product), []catalog.OfferID{a.ID, b.ID})
		want(t, err, catalog.WholeProduct)
		_, err = m.Catalog.SplitProduct(t.Context(), catalog.ProductID(a.Product), []catalog.OfferID{a.ID, 999})
		want(t, err, catalog.NotOfProduct)
		_, err = m.Catalog.SplitProduct(t.Context(), catalog.ProductID(a.Product), nil)
		want(t, err, catalog.NotOfProduct)
		made := split(t, m, a.Product, b)
		if o := m.Offers(t, two)["1"]; o.Product != int64(made) {
			t.Errorf("it is of product %d", o.Product)
		}
		m.Sell(t, two, good("1", "Чай", otherGTIN, "Завод", "1"))
		m.Sell(t, three, good("1", "Tea", otherGTIN, "", ""))
		for _, s := range []partner.Shop{two, three} {
			if o := m.Offers(t, s)["1"]; o.Product != int64(made) {
				t.Errorf("%s: its list moved it to product %d", s.Name, o.Product)
			}
		}
		p, err := m.Catalog.Product(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(p.Keys, catalog.ProductKey{Match: catalog.ByBarcode, Key: otherGTIN}) {
			t.Errorf("its keys are %v", p.Keys)
		}
		if err := m.Catalog.UndoProduct(t.Context(), made); err != nil {
			t.Fatal(err)
		}
		if o := m.Offers(t, two)["1"]; o.Product != a.Product {
			t.Errorf("undone: product %d", o.Product)
		}
		var got []string
		for _, action := range []string{"product.split", "product.undo"} {
			if m.Number(t, `select count(*) from audit_log where action = $1`, action) == 1 {
				got = append(got, action)
			}
		}
		if diff := cmp.Diff([]string{"product.split", "product.undo"}, got); diff != "" {
			t.Errorf("records (-want +got)\n%s", diff)
		}
	})
}

// What a person said goes before all evidence, and undoing goes back step by step.
func TestByHand(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two := m.Shop(t, "Первый"), m.Shop(t, "Второй")
		m.Sell(t, one, good("1", "Чай", "", "", ""), good("2", "Кофе", gtin, "", ""))
		m.Sell(t, two, good("1", "Чай", "", "", ""))
		first, other := m.Offers(t, one)["1"].Product, m.Offers(t, one)["2"].Product
		made := split(t, m, first, m.Offers(t, two)["1"])
		m.Sell(t, two, with(good("1", "Чай", "", "", ""), func(l *catalog.Listing) { l.Description = "Новое" }))
		if o := m.Offers(t, two)["1"]; o.Product != int64(made) {
			t.Errorf("a list moved it to product %d", o.Product)
		}
		if err := m.Catalog.MergeProducts(t.Context(), made, catalog.ProductID(other)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the merge, then the split
			if err := m.Catalog.UndoProduct(t.Context(), made); err != nil {
				t.Error(err)
			}
			if o := m.Offers(t, one)["2"]; o.Product != other {
				t.Errorf("it is of product %d, want %d", o.Product, other)
			}
		}
		if o := m.Offers(t, two)["1"]; o.Product != first {
			t.Errorf("it is of product %d, want %d", o.Product, first)
		}
		want(t, m.Catalog.UndoProduct(t.Context(), made), catalog.NothingToUndo)
	})
}

// A rollback makes an offer what it was, and leaves it with the product that an
// administrator gave it since.
func TestRollbackOfMerged(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two := m.Shop(t, "Первый"), m.Shop(t, "Второй")
		m.Sell(t, one, good("1", "Чай", gtin, "", ""))
		m.Sell(t, two, good("1", "Tea", otherGTIN, "", ""))
		a, b := m.Offers(t, one)["1"], m.Offers(t, two)["1"]
		if _, err := markettest.Apply(t.Context(), m.DB, 7, two.ID, []catalog.Listing{good("1", "Tea 2", otherGTIN, "", "")}); err != nil {
			t.Fatal(err)
		}
		if err := m.Catalog.MergeProducts(t.Context(), catalog.ProductID(a.Product), catalog.ProductID(b.Product)); err != nil {
			t.Fatal(err)
		}
		rollback(t, m, 7, two.ID)
		if o := m.Offers(t, two)["1"]; o.Product != a.Product {
			t.Errorf("it is of product %d again", o.Product)
		}
		if n := m.Number(t, `select count(*) from offers where name = 'Tea'`); n != 1 {
			t.Error("its name is not what it was")
		}
	})
}

// Two administrators merge two products into each other: one comes first, and all
// offers are of one product.
func TestMergeAtOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two := m.Shop(t, "Первый"), m.Shop(t, "Второй")
		for i := range 10 {
			id := fmt.Sprint(i)
			barcode := func(n int) string { return fmt.Sprintf("46%011d", 2*i+n) }
			m.Sell(t, one, good(id, fmt.Sprint("Чай ", i), barcode(0), "", ""))
			m.Sell(t, two, good(id, fmt.Sprint("Tea ", i), barcode(1), "", ""))
			a, b := catalog.ProductID(m.Offers(t, one)[id].Product), catalog.ProductID(m.Offers(t, two)[id].Product)
			codes := markettest.Codes(t, markettest.AtOnce(2, func(i int) error {
				if i == 0 {
					return m.Catalog.MergeProducts(t.Context(), a, b)
				}
				return m.Catalog.MergeProducts(t.Context(), b, a)
			}))
			if codes[""] != 2 {
				t.Errorf("became of it: %v", codes)
			}
			if x, y := m.Offers(t, one)[id].Product, m.Offers(t, two)[id].Product; x != y {
				t.Errorf("they are of products %d and %d", x, y)
			}
		}
	})
}
