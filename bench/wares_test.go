package bench

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"zakup/internal/feature/catalog"
)

// all are the goods of every supplier.
func (w wares) all() (list [][]catalog.Listing) {
	for s := range w.suppliers {
		list = append(list, slices.Collect(w.of(s)))
	}
	return list
}

func TestWaresAreTheSame(t *testing.T) {
	t.Parallel()
	w := wares{offers: 2000, suppliers: 12, categories: 30, seed: 7}
	if !reflect.DeepEqual(w.all(), w.all()) {
		t.Error("the same seed made other goods")
	}
	other := w
	other.seed = 8
	if reflect.DeepEqual(w.all(), other.all()) {
		t.Error("another seed made the same goods")
	}
}

func TestWaresAreAsMany(t *testing.T) {
	t.Parallel()
	for _, offers := range []int{1, 99, 100, 2000, 2001, 20_000} {
		w := wares{offers: offers, suppliers: 50, categories: 1000, seed: 1}
		sellers, categories, total := map[string]int{}, map[string]int{}, 0
		for s, list := range w.all() {
			own := map[string]bool{}
			for _, l := range list {
				if own[l.ExternalID] {
					t.Fatalf("supplier %d has %s twice", s, l.ExternalID)
				}
				own[l.ExternalID] = true
				sellers[l.ExternalID]++
				categories[l.Category]++
				total++
				if len(l.Parameters) != parameters || l.Price <= 0 {
					t.Fatalf("not a good of the benchmark: %+v", l)
				}
			}
		}
		if total != offers || len(sellers) != w.products() {
			t.Errorf("%d offers of %d products, not %d of %d", total, len(sellers), offers, w.products())
		}
		if offers%2000 != 0 {
			continue
		}
		if w.products() != offers*3/10 {
			t.Errorf("%d products of %d offers", w.products(), offers)
		}
		if most := slices.Max(slices.Collect(maps.Values(sellers))); most != offersOfMost {
			t.Errorf("a product has %d offers", most)
		}
		if n := categories[categoryName(0)]; n != offers/20 {
			t.Errorf("the largest category has %d offers of %d", n, offers)
		}
	}
}

func TestCategoriesDiffer(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for n := range 2500 {
		names[catalog.Key(categoryName(n))] = true
	}
	if len(names) != 2500 {
		t.Errorf("2500 categories have %d names", len(names))
	}
}

func TestGTIN(t *testing.T) {
	t.Parallel()
	// Worked out by hand: 4 6 0 0 0 0 0 0 0 0 0 1 is 4+18+3 = 25, so 5.
	if got := gtin(0); got != "4600000000015" {
		t.Errorf("the barcode of the first product is %s", got)
	}
}
