package catalog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// The bounds of what facets tell.
const (
	maxFacetValues     = 100
	maxCharacteristics = 50
	maxCounted         = 2000 // values of characteristics, the most frequent ones
	priceRanges        = 5
)

// Facets tell how many offers there would be with each further choice: within a
// facet choices add up, so that it counts without its own.
type Facets struct {
	Total           Estimate
	Shops           Facet
	Categories      Facet
	Prices          PriceFacet
	Characteristics []CharacteristicFacet
	Searched        string // what was searched instead, as of a page
}

// Facet counts by shop, or by category: the most frequent ones.
type Facet struct {
	Exact  bool
	Values []FacetValue
}

// FacetValue is a shop, or a category.
type FacetValue struct {
	ID    int64
	Name  string
	Count int64
}

// PriceFacet are ranges of prices with about as many offers each.
type PriceFacet struct {
	Exact    bool
	Min, Max money.Kopecks
	Ranges   []PriceRange
}

// PriceRange is a range with its limits.
type PriceRange struct {
	Min, Max money.Kopecks
	Count    int64
}

// CharacteristicFacet counts by the values of a characteristic.
type CharacteristicFacet struct {
	Characteristic
	Exact    bool
	Min, Max *float64 // of numbers
	Values   []ValueCount
}

// ValueCount is a value as a list has it.
type ValueCount struct {
	Text  string
	Count int64
}

// tally counts offers that are read.
type tally struct {
	offers     int64
	shops      map[int64]int64
	categories map[int64]int64
	prices     []money.Kopecks
	values     map[int64]int64
	weight     int64
	exact      bool
}

// facetsKey is what was counted, and how often price lists had changed offers.
type facetsKey struct {
	filter     uint64
	generation int64
}

// Facets counts the offers that pass the filter, by what else they could be
// chosen by; they may be some seconds old. Its sort, cursor and limit do not count.
func (c *Catalog) Facets(ctx context.Context, f Filter) (Facets, error) {
	f.Sort, f.Cursor, f.Limit = "", "", 0
	f.tidy(c.reads.Dialect())
	generation, err := count(ctx, c.reads, `select coalesce(sum(generation), 0) from offer_generations`)
	if err != nil {
		return Facets{}, wrapped("facets", err)
	}
	return c.facet.of(ctx, facetsKey{f.hash(), generation}, c.now(), func(ctx context.Context) (Facets, error) { return c.countFacets(ctx, f) })
}

func (c *Catalog) countFacets(ctx context.Context, f Filter) (Facets, error) {
	g, possible, err := c.groups(ctx, &f)
	if err != nil || !possible {
		return Facets{Total: Estimate{Exact: true}}, err
	}
	if f.Search == "" {
		all, err := c.facets(ctx, &f, &g)
		return all, wrapped("facets", err)
	}
	all := Facets{Total: Estimate{Exact: true}}
	err = c.search(ctx, f.Search, true, func(text string) (found bool, err error) {
		if g.search, err = c.asked(ctx, text); err != nil || len(g.search) == 0 {
			return false, err
		}
		if all, err = c.facets(ctx, &f, &g); text != f.Search && all.Total.Count > 0 {
			all.Searched = text
		}
		return all.Total.Count > 0, err
	})
	return all, wrapped("facets", err)
}

func (c *Catalog) facets(ctx context.Context, f *Filter, g *groups) (all Facets, err error) {
	t, err := c.tally(ctx, f, g.all(nil), `o.traits`)
	if err != nil || t.offers == 0 {
		return Facets{Total: Estimate{Exact: err == nil && t.exact}}, err
	}
	all.Total = Estimate{t.offers * t.weight, t.exact}
	shops, categories, prices := t, t, t
	if g.shops != nil {
		wider := *f
		wider.Shops = nil
		if shops, err = c.tally(ctx, &wider, g.all(&g.shops), noTraits); err != nil {
			return Facets{}, err
		}
	}
	if g.categories != nil {
		wider := *f
		wider.Categories = nil
		if categories, err = c.tally(ctx, &wider, g.all(&g.categories), noTraits); err != nil {
			return Facets{}, err
		}
	}
	if f.PriceMin != nil || f.PriceMax != nil {
		wider := *f
		wider.PriceMin, wider.PriceMax = nil, nil
		if prices, err = c.tally(ctx, &wider, g.all(nil), noTraits); err != nil {
			return Facets{}, err
		}
	}
	if all.Shops, err = c.named(ctx, `shops`, shops, shops.shops); err != nil {
		return Facets{}, err
	}
	if all.Categories, err = c.named(ctx, `categories`, categories, categories.categories); err != nil {
		return Facets{}, err
	}
	all.Prices = prices.ranges()
	own := make(map[CharacteristicID]tally, len(f.Characteristics))
	for i, chosen := range f.Characteristics {
		if own[chosen.ID], err = c.tally(ctx, f, g.all(&g.characteristics[i]), `o.traits`); err != nil {
			return Facets{}, err
		}
	}
	all.Characteristics, err = c.characteristics(ctx, f, t, own)
	return all, err
}

// noTraits is for tallies of which the values of characteristics are not told.
const noTraits = `''`

// tally reads the offers that are counted, with those traits.
func (c *Catalog) tally(ctx context.Context, f *Filter, e expression, traits string) (t tally, err error) {
	begin := func() { t = tally{shops: map[int64]int64{}, categories: map[int64]int64{}, values: map[int64]int64{}} }
	weight, exact, err := c.sample(ctx, f, e, `o.shop_id, o.category_id, o.price, `+traits, begin, func(r db.Row) error {
		var shop, category int64
		var price money.Kopecks
		var traits string
		if err := r.Scan(&shop, &category, &price, &traits); err != nil {
			return err
		}
		t.offers++
		t.shops[shop]++
		t.categories[category]++
		t.prices = append(t.prices, price)
		for id := range strings.FieldsSeq(traits) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return err
			}
			t.values[n]++
		}
		return nil
	})
	t.weight, t.exact = weight, exact
	return t, err
}

// frequent are the ids with the greatest counts, those first.
func frequent(counts map[int64]int64, most int) []int64 {
	ids := slices.SortedFunc(maps.Keys(counts), func(a, b int64) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return ids[:min(len(ids), most)]
}

// named are the most frequent ones, with their names from the table.
func (c *Catalog) named(ctx context.Context, table string, t tally, counts map[int64]int64) (Facet, error) {
	ids := frequent(counts, maxFacetValues)
	facet := Facet{Exact: t.exact}
	names := map[int64]string{}
	err := c.byID(ctx, ids, `select t.id, t.name from `+table+` t join ids on ids.id = t.id`, func(r db.Row) error {
		var id int64
		var name string
		err := r.Scan(&id, &name)
		names[id] = name
		return err
	})
	for _, id := range ids {
		facet.Values = append(facet.Values, FacetValue{id, names[id], counts[id] * t.weight})
	}
	return facet, err
}

// byID reads what the query finds with a table "ids" of the ids.
func (c *Catalog) byID(ctx context.Context, ids []int64, query string, scan func(db.Row) error) error {
	if len(ids) == 0 {
		return nil
	}
	list, all := c.table(ids)
	found, err := c.reads.Query(ctx, `with ids (id) as (`+list+`) `+query, all)
	if err != nil {
		return fmt.Errorf("catalog: by id: %w", err)
	}
	defer found.Close()
	for found.Next() {
		if err := scan(found); err != nil {
			return fmt.Errorf("catalog: by id: %w", err)
		}
	}
	found.Close()
	return found.Err()
}

// table writes the ids as a table of one column, in a statement that is one for any
// number of them.
func (c *Catalog) table(ids []int64) (string, any) {
	if c.reads.Dialect() == db.Postgres {
		return `select unnest((select cast($1 as bigint[])))`, ids // see unseen
	}
	text := make([]byte, 1, 10*len(ids)+2)
	text[0] = '['
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return `select value from json_each($1)`, string(append(text, ']'))
}

// characteristics are those that the offers have values of. Those that are chosen
// by count by their own tallies.
func (c *Catalog) characteristics(ctx context.Context, f *Filter, t tally, own map[CharacteristicID]tally) ([]CharacteristicFacet, error) {
	counted := maps.Clone(t.values)
	for _, o := range own {
		for id, n := range o.values {
			counted[id] = max(counted[id], n)
		}
	}
	type group struct {
		CharacteristicFacet
		at map[string]int // of values, by their keys
	}
	found := map[CharacteristicID]*group{}
	err := c.byID(ctx, frequent(counted, maxCounted), `
		select v.id, v.text, v.number, `+characteristicColumns+`
		from ids join parameter_values v on v.id = ids.id join parameter_names n on n.id = v.name_id
		join parameters p on p.id = n.parameter_id where `+published, func(r db.Row) error {
		var id int64
		var text string
		var number *float64
		var p Characteristic
		if err := r.Scan(&id, &text, &number, &p.ID, &p.Name, &p.Unit, &p.Kind, &p.Filterable, &p.Position, &p.Category); err != nil {
			return err
		}
		if p.Category != 0 && len(f.Categories) > 0 && !slices.Contains(f.Categories, p.Category) {
			return nil
		}
		by := t
		if o, is := own[p.ID]; is {
			by = o
		}
		n := by.values[id] * by.weight
		if n == 0 {
			return nil
		}
		g := found[p.ID]
		if g == nil {
			g = &group{CharacteristicFacet: CharacteristicFacet{Characteristic: p, Exact: by.exact}, at: map[string]int{}}
			found[p.ID] = g
		}
		if number != nil && p.Kind == KindNumber {
			if g.Min == nil || *number < *g.Min {
				g.Min = number
			}
			if g.Max == nil || *number > *g.Max {
				g.Max = number
			}
		}
		key := Key(text)
		if i, is := g.at[key]; is {
			g.Values[i].Count += n
			return nil
		}
		g.at[key] = len(g.Values)
		g.Values = append(g.Values, ValueCount{text, n})
		return nil
	})
	list := make([]CharacteristicFacet, 0, len(found))
	for _, g := range found {
		slices.SortFunc(g.Values, func(a, b ValueCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text))
		})
		g.Values = g.Values[:min(len(g.Values), maxFacetValues)]
		list = append(list, g.CharacteristicFacet)
	}
	slices.SortFunc(list, func(a, b CharacteristicFacet) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), maxCharacteristics)], err
}

// ranges divides the prices by round numbers.
func (t *tally) ranges() PriceFacet {
	slices.Sort(t.prices)
	n := len(t.prices)
	if n == 0 {
		return PriceFacet{Exact: t.exact}
	}
	p := PriceFacet{Exact: t.exact, Min: t.prices[0], Max: t.prices[n-1]}
	from := 0
	for i := 1; i <= priceRanges && from < n; i++ {
		to, limit := n, p.Max
		if i < priceRanges {
			limit = round(t.prices[n*i/priceRanges])
			to, _ = slices.BinarySearch(t.prices, limit+1)
		}
		if to == from {
			continue
		}
		least := p.Min
		if from > 0 {
			least = p.Ranges[len(p.Ranges)-1].Max + 1
		}
		p.Ranges = append(p.Ranges, PriceRange{least, limit, int64(to-from) * t.weight})
		from = to
	}
	return p
}

// round is the price in two digits, rounded down.
func round(k money.Kopecks) money.Kopecks {
	step := money.Kopecks(1)
	for k/step >= 100 {
		step *= 10
	}
	return k / step * step
}
