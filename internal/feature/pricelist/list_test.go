package pricelist_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/jobs"
)

// list writes a price list of n goods with the external ids 1 to n, of two
// categories, at one price.
func list(shop string, n int, price any) string {
	var b strings.Builder
	fmt.Fprintf(&b, "shop: %s\ncategories: [{id: 1, name: Чай}, {id: 2, name: Кофе}]\ngoods:\n", shop)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "- {id: %d, category: %d, name: Товар %d, price: %v, quantity: 10}\n", i, 1+i%2, i, price)
	}
	return b.String()
}

// receive takes a file for the shop; nobody works on it yet.
func receive(t *testing.T, m *markettest.Market, shop partner.Shop, text string) pricelist.ID {
	t.Helper()
	id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "price.yaml", strings.NewReader(text), pricelist.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// load imports a file for the shop.
func load(t *testing.T, m *markettest.Market, shop partner.Shop, text string) pricelist.Import {
	t.Helper()
	return work(t, m, shop, receive(t, m, shop, text))
}

// work brings an import to its end.
func work(t *testing.T, m *markettest.Market, shop partner.Shop, id pricelist.ID) pricelist.Import {
	t.Helper()
	if err := m.Lists.Work(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	i := get(t, m, shop, id)
	if !i.Final() {
		t.Fatalf("the import is still %s: %+v", i.State, i.Held)
	}
	return i
}

// unfinished tells whether more will happen to an import; one that rests for a
// person would let a loop run for ever.
func unfinished(t *testing.T, m *markettest.Market, shop partner.Shop, id pricelist.ID) bool {
	t.Helper()
	i := get(t, m, shop, id)
	if i.Rests() && !i.Final() {
		t.Fatalf("the import is %s: %+v", i.State, i.Held)
	}
	return !i.Final()
}

// waits checks that it is not the import's turn yet.
func waits(t *testing.T, m *markettest.Market, id pricelist.ID) {
	t.Helper()
	if err := m.Lists.Work(t.Context(), id); !errors.Is(err, jobs.Later(0)) {
		t.Fatalf("import %d did not wait for its turn: %v", id, err)
	}
}

// public compares imports by what others see of them.
var public = cmpopts.IgnoreUnexported(pricelist.Import{})

func get(t *testing.T, m *markettest.Market, shop partner.Shop, id pricelist.ID) pricelist.Import {
	t.Helper()
	i, err := m.Lists.Get(t.Context(), shop.Owner, id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// sold tells what the shop sells as "id@price", by ids.
func sold(t *testing.T, m *markettest.Market, shop partner.Shop) string {
	t.Helper()
	all := m.Offers(t, shop)
	var b strings.Builder
	for i := 1; i <= len(all); i++ {
		o, known := all[fmt.Sprint(i)]
		if !known {
			t.Fatalf("%s has offers of other ids: %v", shop.Name, all)
		}
		if !o.Withdrawn {
			fmt.Fprintf(&b, " %d@%s", i, o.Price)
		}
	}
	return strings.TrimSpace(b.String())
}

// ofList is what sold says of a list of n goods.
func ofList(n int, price any) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, " %d@%v", i, price)
	}
	return strings.TrimSpace(b.String())
}
