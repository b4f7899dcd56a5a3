package catalog_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// ids are the external ids on all pages of the filter, in their order.
func ids(t *testing.T, m *markettest.Market, f catalog.Filter) (all []string) {
	t.Helper()
	if f.Limit == 0 {
		f.Limit = 100
	}
	for {
		list, next := page(t, m, f)
		for _, o := range list {
			all = append(all, o.External)
		}
		if next == "" {
			return all
		}
		f.Cursor = next
	}
}

func named(id, name string) catalog.Listing {
	l := markettest.Good(id, 100, 1)
	l.Name, l.Model, l.Parameters = name, "", nil
	return l
}

func TestSearch(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop,
			with(named("redphone", "Смартфон Apple iPhone XR 256GB красный"), func(l *catalog.Listing) { l.VendorCode = "MRYM2-RU/A" }),
			with(named("case", "Чехол для смартфона Ёлочка"), func(l *catalog.Listing) { l.Barcodes = []string{"4006381333931"} }),
			with(named("fridge", "Холодильники двухкамерные Атлант"), func(l *catalog.Listing) { l.Quantity = 0 }),
			named("fridge2", "Холодильник двухкамерный большой белый Атлант"),
			with(named("tea", "Чай"), func(l *catalog.Listing) {
				l.Vendor = "Greenfield"
				l.Parameters = []catalog.Parameter{{Name: "Сорт", Value: "листовой"}}
			}),
			named("it's", `О'Хара "джин" (0,7 л) \ & | ! * :`),
		)
		cases := []struct {
			name, search, want, instead string
		}{
			{"a word in another form", "холодильником", "fridge2 fridge", ""},
			{"in stock first, then the shortest name", "атлант", "fridge2 fridge", ""},
			{"every word", "смартфон красный", "redphone", ""},
			{"words of no offer together", "смартфон двухкамерный", "", ""},
			{"English forms", "apples", "redphone", ""},
			{"the last word just begun", "iphone крас", "redphone", ""},
			{"another word just begun", "крас iphone", "", ""},
			{"ё is е, and letter case", "ЕЛОЧКА", "case", ""},
			{"e is ё", "ёлочка", "case", ""},
			{"small words do not count", "чехол и для смартфона", "case", ""},
			{"a part of a word", "256 gb", "redphone", ""},
			{"the vendor's code", "mrym2-ru/a", "redphone", ""},
			{"the vendor's code without signs", "MRYM2RUA", "redphone", ""},
			{"a barcode", "4006381333931", "case", ""},
			{"the supplier's id", "fridge2", "fridge2", ""},
			{"a vendor", "greenfield", "tea", ""},
			{"a value of a characteristic", "листовой чай", "tea", ""},
			{"the other layout", "[jkjlbkmybr", "fridge2 fridge", "холодильник"},
			{"the other layout, the other way", "шзрщту", "redphone", "iphone"},
			{"a slip", "смортфон", "case redphone", "смартфон"},
			{"two slips in a long word", "холадильнек", "fridge2 fridge", "холодильник"},
			{"letters swapped", "атлнат", "fridge2 fridge", "атлант"},
			{"a slip in the other layout", "[jklbkmybr", "fridge2 fridge", "холодильник"},
			{"nothing near", "экскаватор", "", ""},
			{"no words at all", "?!", "", ""},
			{"signs of the index", `=c1`, "", ""},
			{"operators are words", `смартфон & ! | ( * ' " \ :`, "case redphone", ""},
			{"a quote within", `о'хара`, "it's", ""},
		}
		for _, c := range cases {
			for _, limit := range []int{1, 100} {
				if got := strings.Join(ids(t, m, catalog.Filter{Search: c.search, Limit: limit}), " "); got != c.want {
					t.Errorf("%s, by %d: %q finds %q, want %q", c.name, limit, c.search, got, c.want)
				}
			}
			p, err := m.Catalog.Page(t.Context(), catalog.Filter{Search: c.search, Limit: 10})
			if err != nil || p.Searched != c.instead {
				t.Errorf("%s: %q instead, want %q; %v", c.name, p.Searched, c.instead, err)
			}
			f, err := m.Catalog.Facets(t.Context(), catalog.Filter{Search: c.search})
			if n := int64(len(strings.Fields(c.want))); err != nil || f.Total != (catalog.Estimate{Count: n, Exact: true}) || f.Searched != c.instead {
				t.Errorf("%s: facets count %v, instead %q; %v", c.name, f.Total, f.Searched, err)
			}
		}
	})
}

// goodsModel chooses and sorts offers as the documentation says, one by one.
type goodsModel struct {
	offers     map[string]catalog.Listing
	order      []string // by id
	id         map[string]catalog.OfferID
	categories map[string]catalog.CategoryID
	shop       map[string]partner.ShopID
	names      map[catalog.CharacteristicID]string

	characteristics []catalog.Characteristic
}

func (w *goodsModel) ids(f catalog.Filter) (list []string) {
	for _, id := range w.order {
		l := w.offers[id]
		if len(f.Shops) > 0 && !slices.Contains(f.Shops, w.shop[id]) ||
			len(f.Categories) > 0 && !slices.Contains(f.Categories, w.categories[l.Category]) ||
			f.PriceMin != nil && l.Price < *f.PriceMin || f.PriceMax != nil && l.Price > *f.PriceMax || f.InStock && l.Quantity == 0 {
			continue
		}
		fits, text := true, l.Name
		for _, p := range l.Parameters {
			text += " " + p.Value
		}
		for word := range strings.FieldsSeq(f.Search) {
			fits = fits && strings.Contains(" "+text+" ", " "+word+" ")
		}
		for _, c := range f.Characteristics {
			n := slices.IndexFunc(l.Parameters, func(p catalog.Parameter) bool {
				return p.Name == w.names[c.ID] && slices.Contains(c.Values, p.Value)
			})
			fits = fits && n >= 0
		}
		if fits {
			list = append(list, id)
		}
	}
	by := func(less func(a, b catalog.Listing) int) {
		slices.SortStableFunc(list, func(a, b string) int { return less(w.offers[a], w.offers[b]) })
	}
	switch sort := f.Sort; {
	case sort == catalog.SortPrice:
		by(func(a, b catalog.Listing) int { return cmp.Compare(a.Price, b.Price) })
	case sort == catalog.SortPriceDown:
		slices.Reverse(list)
		by(func(a, b catalog.Listing) int { return cmp.Compare(b.Price, a.Price) })
	case sort == catalog.SortName:
		by(func(a, b catalog.Listing) int { return cmp.Compare(catalog.Key(a.Name), catalog.Key(b.Name)) })
	case sort == catalog.SortNewest:
		slices.Reverse(list)
	case f.Search != "":
		by(func(a, b catalog.Listing) int {
			return cmp.Or(cmp.Compare(min(1, b.Quantity), min(1, a.Quantity)), cmp.Compare(utf8.RuneCountInString(a.Name), utf8.RuneCountInString(b.Name)))
		})
	}
	return list
}

// world makes a market of random goods, and its model.
func world(t *testing.T, m *markettest.Market, r *rand.Rand) *goodsModel {
	t.Helper()
	w := &goodsModel{
		offers: map[string]catalog.Listing{}, id: map[string]catalog.OfferID{},
		categories: map[string]catalog.CategoryID{}, shop: map[string]partner.ShopID{}, names: map[catalog.CharacteristicID]string{},
	}
	words := []string{"красный", "синий", "стол", "стул", "лампа", "диван", "шкаф"}
	for s := range 3 {
		shop := m.Shop(t, fmt.Sprint("shop", s))
		var list []catalog.Listing
		for n := range 150 {
			l := named(fmt.Sprintf("%d-%d", s, n), words[r.IntN(7)]+" "+words[r.IntN(7)])
			l.Category, l.Price, l.Quantity = fmt.Sprint("Раздел ", r.IntN(4)), money.Kopecks(r.IntN(20)), int64(r.IntN(3))
			l.Parameters = []catalog.Parameter{{Name: "Цвет", Value: words[r.IntN(2)]}, {Name: "Вид", Value: words[2+r.IntN(5)]}}
			list = append(list, l)
			w.offers[l.ExternalID], w.shop[l.ExternalID] = l, shop.ID
		}
		m.Sell(t, shop, list...)
		for id, o := range m.Offers(t, shop) {
			w.id[id] = o.ID
			w.order = append(w.order, id)
			w.categories[w.offers[id].Category] = o.Category
		}
	}
	slices.SortFunc(w.order, func(a, b string) int { return int(w.id[a] - w.id[b]) })
	var err error
	w.characteristics, _, err = m.Catalog.Characteristics(t.Context(), nil, 10, 0)
	if err != nil || len(w.characteristics) != 2 {
		t.Fatal(w.characteristics, err)
	}
	for _, c := range w.characteristics {
		w.names[c.ID] = c.Name
	}
	return w
}

// random is a filter of any kind.
func (w *goodsModel) random(r *rand.Rand) (f catalog.Filter) {
	some := func(n int) bool { return r.IntN(n) == 0 }
	for _, id := range w.order {
		if some(150) && len(f.Shops) < 2 {
			f.Shops = append(f.Shops, w.shop[id])
		}
		if some(150) && len(f.Categories) < 3 {
			f.Categories = append(f.Categories, w.categories[w.offers[id].Category])
		}
	}
	if some(3) {
		f.Shops = nil
	}
	if some(3) {
		f.Categories = nil
	}
	if some(3) {
		f.PriceMin = new(money.Kopecks(r.IntN(10)))
	}
	if some(3) {
		f.PriceMax = new(money.Kopecks(5 + r.IntN(15)))
	}
	f.InStock = some(3)
	if some(2) {
		f.Search = []string{"красный", "стол", "красный стул", "лампа лампа", "нет-такого"}[r.IntN(5)]
	}
	if some(2) {
		c := w.characteristics[r.IntN(len(w.characteristics))]
		f.Characteristics = append(f.Characteristics, catalog.Chosen{ID: c.ID, Values: []string{"красный", "стол", "шкаф"}[:1+r.IntN(3)]})
	}
	f.Sort = slices.Concat([]catalog.Sort{""}, catalog.Sorts)[r.IntN(6)]
	f.Limit = 1 + r.IntN(200)
	return f
}

// Whatever the way to them, the offers are those that pass the filter, in their
// order, on both sides of what is sorted at once.
func TestFound(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		w := world(t, m, r)
		for n := range 200 {
			switch n % 4 {
			case 0:
				m.Catalog.SetWays(0, 0)
			case 1:
				m.Catalog.SetWays(0, 32_000)
			case 2:
				m.Catalog.SetWays(20, 200)
			case 3:
				m.Catalog.SetWays(1800, 32_000)
			}
			f := w.random(r)
			want, got := w.ids(f), ids(t, m, f)
			if n%4 < 3 && f.Search != "" && (f.Sort == "" || f.Sort == catalog.SortRelevance) {
				// Perhaps too much to sort: in stock first, and that is all.
				late := func(id string) bool { return w.offers[id].Quantity == 0 }
				if first := slices.IndexFunc(got, late); first >= 0 && slices.ContainsFunc(got[first:], func(id string) bool { return !late(id) }) {
					t.Fatalf("%+v: not in stock first: %v", f, got)
				}
				slices.Sort(want)
				slices.Sort(got)
			}
			if !slices.Equal(want, got) {
				t.Fatalf("%+v: %v, want %v", f, got, want)
			}
			total, err := m.Catalog.Total(t.Context(), f, "")
			if err != nil || total != (catalog.Estimate{Count: int64(len(want)), Exact: true}) {
				t.Fatalf("%+v: %v offers, want %d; %v", f, total, len(want), err)
			}
		}
	})
}

// Where a price had left few offers, all of the many that there are now are found.
func TestAPriceThatHadLeftFew(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Ромашка")
		m.Catalog.SetWays(5, 50)
		list := markettest.Goods(200, 500, 1)
		for i := range list[190:] {
			list[190+i].Price = 100
		}
		m.Sell(t, shop, list...)
		f := catalog.Filter{PriceMax: new(money.Kopecks(100)), Limit: 7}
		if got := ids(t, m, f); len(got) != 10 {
			t.Fatalf("of few: %v", got)
		}
		for i := range list {
			list[i].Price = money.Kopecks(100 - i/4) // an index by price begins with the last
		}
		m.Sell(t, shop, list...)
		for range 2 { // as it is found out, and as it is remembered then
			if got := ids(t, m, f); len(got) != 200 {
				t.Errorf("of many: %v", got)
			}
		}
	})
}
