package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// Each facet counts what there would be with its choices in place of those that
// are made.
func TestFacets(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		w := world(t, m, r)
		for range 30 {
			f := w.random(r)
			all, err := m.Catalog.Facets(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			f.Sort = ""
			count := func(change func(f *catalog.Filter)) int64 {
				other := f
				change(&other)
				return int64(len(w.ids(other)))
			}
			total := count(func(*catalog.Filter) {})
			if all.Total != (catalog.Estimate{Count: total, Exact: true}) {
				t.Fatalf("%+v: %v offers, want %d", f, all.Total, total)
			}
			if total == 0 {
				continue // and nothing is told of what would be
			}
			complete := func(what string, told int, of []int64, as func(f *catalog.Filter, id int64)) {
				t.Helper()
				want := 0
				for _, id := range of {
					if count(func(f *catalog.Filter) { as(f, id) }) > 0 {
						want++
					}
				}
				if told != want {
					t.Errorf("%+v: %d %s, want %d", f, told, what, want)
				}
			}
			complete("shops", len(all.Shops.Values), []int64{1, 2, 3}, func(f *catalog.Filter, id int64) { f.Shops = []partner.ShopID{partner.ShopID(id)} })
			complete("categories", len(all.Categories.Values), []int64{1, 2, 3, 4}, func(f *catalog.Filter, id int64) {
				f.Categories = []catalog.CategoryID{catalog.CategoryID(id)}
			})
			for _, v := range all.Shops.Values {
				if want := count(func(f *catalog.Filter) { f.Shops = []partner.ShopID{partner.ShopID(v.ID)} }); v.Count != want {
					t.Errorf("%+v: shop %d: %d, want %d", f, v.ID, v.Count, want)
				}
				if !strings.HasPrefix(v.Name, "shop") {
					t.Errorf("the name of the shop %d: %q", v.ID, v.Name)
				}
			}
			for _, v := range all.Categories.Values {
				if want := count(func(f *catalog.Filter) { f.Categories = []catalog.CategoryID{catalog.CategoryID(v.ID)} }); v.Count != want {
					t.Errorf("%+v: category %d: %d, want %d", f, v.ID, v.Count, want)
				}
			}
			sum := int64(0)
			for _, v := range all.Prices.Ranges {
				if want := count(func(f *catalog.Filter) { f.PriceMin, f.PriceMax = &v.Min, &v.Max }); v.Count != want {
					t.Errorf("%+v: prices %v to %v: %d, want %d", f, v.Min, v.Max, v.Count, want)
				}
				sum += v.Count
			}
			if want := count(func(f *catalog.Filter) { f.PriceMin, f.PriceMax = nil, nil }); sum != want {
				t.Errorf("%+v: %d offers in ranges of prices, want %d", f, sum, want)
			}
			complete("characteristics", len(all.Characteristics), []int64{1, 2}, func(f *catalog.Filter, id int64) {
				f.Characteristics = slices.DeleteFunc(slices.Clone(f.Characteristics), func(o catalog.Chosen) bool { return int64(o.ID) == id })
			})
			for _, c := range all.Characteristics {
				complete("values", len(c.Values), []int64{0, 1, 2, 3, 4, 5, 6}, func(f *catalog.Filter, n int64) {
					others := slices.DeleteFunc(slices.Clone(f.Characteristics), func(o catalog.Chosen) bool { return o.ID == c.ID })
					f.Characteristics = append(others, catalog.Chosen{ID: c.ID, Values: []string{[]string{"красный", "синий", "стол", "стул", "лампа", "диван", "шкаф"}[n]}})
				})
				for _, v := range c.Values {
					want := count(func(f *catalog.Filter) {
						others := slices.DeleteFunc(slices.Clone(f.Characteristics), func(o catalog.Chosen) bool { return o.ID == c.ID })
						f.Characteristics = append(others, catalog.Chosen{ID: c.ID, Values: []string{v.Text}})
					})
					if v.Count != want {
						t.Errorf("%+v: %s %s: %d, want %d", f, c.Name, v.Text, v.Count, want)
					}
				}
			}
		}
	})
}

// Much is counted by an even part of it, and says so.
func TestFacetsOfMuch(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		list := make([]catalog.Listing, 8000)
		for i := range list {
			list[i] = with(named(fmt.Sprint(i), fmt.Sprint("Товар ", i)), func(l *catalog.Listing) {
				l.Category = []string{"Чай", "Чай", "Чай", "Кофе"}[i%4]
				l.Price, l.Line = money.Kopecks(100+i), i
			})
		}
		m.Sell(t, shop, list...)
		// A run of ids after the other, up and down.
		m.Catalog.SetWays(0, 100_000)
		for _, sort := range []catalog.Sort{catalog.SortRelevance, catalog.SortNewest} {
			all := ids(t, m, catalog.Filter{Search: "товар", Sort: sort, Limit: 900})
			if sort == catalog.SortNewest {
				slices.Reverse(all)
			}
			if len(all) != len(list) {
				t.Fatalf("%s: %d offers are found, want %d", sort, len(all), len(list))
			}
			for i, id := range all {
				if id != list[i].ExternalID {
					t.Fatalf("%s: offer %d is %s", sort, i, id)
				}
			}
		}
		near := func(what string, got, want int64, exact bool) {
			t.Helper()
			if exact || got < want*85/100 || got > want*115/100 {
				t.Errorf("%s: %d (one by one: %v), want about %d", what, got, exact, want)
			}
		}
		all, err := m.Catalog.Facets(t.Context(), catalog.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		near("all", all.Total.Count, 8000, all.Total.Exact)
		near("tea", all.Categories.Values[0].Count, 6000, all.Categories.Exact)
		coffee := catalog.CategoryID(all.Categories.Values[1].ID)
		few, err := m.Catalog.Facets(t.Context(), catalog.Filter{Categories: []catalog.CategoryID{coffee}})
		if err != nil {
			t.Fatal(err)
		}
		if few.Total != (catalog.Estimate{Count: 2000, Exact: true}) {
			t.Errorf("coffee: %v", few.Total)
		}
		near("tea beside coffee", few.Categories.Values[0].Count, 6000, few.Categories.Exact)
		n, err := m.Catalog.Total(t.Context(), catalog.Filter{PriceMin: new(money.Kopecks(4100))}, "")
		if err != nil {
			t.Fatal(err)
		}
		near("the dearer half", n.Count, 4000, n.Exact)
	})
}
