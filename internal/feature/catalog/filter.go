package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// Filter chooses offers. Empty lists, nil limits and an empty search do not
// restrict.
type Filter struct {
	Shops           []partner.ShopID
	Categories      []CategoryID
	PriceMin        *money.Kopecks
	PriceMax        *money.Kopecks
	InStock         bool
	Characteristics []Chosen
	Search          string
	Sort            Sort
	Cursor          string // of the page before; "" for the first
	Limit           int

	of db.Dialect // that is asked
}

// Chosen are the values of a characteristic, one of which an offer is to have,
// or between which.
type Chosen struct {
	ID       CharacteristicID
	Values   []string
	Min, Max *float64 // in the unit of the characteristic
}

// maxChosen is how many values of a characteristic the limits may leave.
const maxChosen = 5000

// groups are the parts of a filter that the index knows, and that facets leave out
// one at a time.
type groups struct {
	search          expression
	shops           clause
	categories      clause
	characteristics []clause // of Filter.Characteristics
}

// all is the expression of the whole filter, without the group whose facet is
// counted.
func (g *groups) all(without *clause) expression {
	e := slices.Clone(g.search)
	for _, c := range g.list() {
		if c != without && *c != nil {
			e = e.and(*c)
		}
	}
	return e
}

func (g *groups) list() []*clause {
	list := []*clause{&g.shops, &g.categories}
	for i := range g.characteristics {
		list = append(list, &g.characteristics[i])
	}
	return list
}

// tidy leaves each shop and category once.
func (f *Filter) tidy(d db.Dialect) {
	f.of = d
	f.Shops, f.Categories = distinct(f.Shops), distinct(f.Categories)
}

func distinct[N cmp.Ordered](list []N) []N {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// groups reads the filter but its search. False when nothing can be found so.
func (c *Catalog) groups(ctx context.Context, f *Filter) (g groups, possible bool, err error) {
	if len(f.Shops) > 0 {
		g.shops = words(shopWord, numbers(f.Shops)...)
	}
	if len(f.Categories) > 0 {
		g.categories = words(categoryWord, numbers(f.Categories)...)
	}
	for _, chosen := range f.Characteristics {
		values, err := c.valuesOf(ctx, chosen)
		if err != nil {
			return g, false, err
		}
		if len(values) == 0 {
			return g, false, nil
		}
		g.characteristics = append(g.characteristics, words(valueWord, values...))
	}
	return g, true, nil
}

func numbers[N ~int64](list []N) []int64 {
	all := make([]int64, len(list))
	for i, n := range list {
		all[i] = int64(n)
	}
	return all
}

// valuesOf are the ids of the values that lists have written and that are chosen.
func (c *Catalog) valuesOf(ctx context.Context, chosen Chosen) ([]int64, error) {
	q := question{args: []any{chosen.ID, maxChosen + 1}}
	var is []string
	if len(chosen.Values) > 0 {
		keys := make([]string, len(chosen.Values))
		for i, text := range chosen.Values {
			keys[i] = Key(text)
			t := readTyped(text)
			if t.number != nil {
				is = append(is, `(v.number = `+q.arg(*t.number)+` and v.unit = `+q.arg(t.unit)+`)`)
				is = append(is, `(v.number = `+q.arg(*t.number)+` and v.unit = coalesce(nullif(`+q.arg(t.unit)+`, ''), p.unit_key))`)
			}
			if t.truth != nil {
				is = append(is, `v.truth = `+q.arg(*t.truth))
			}
		}
		is = append(is, `v.text_key in (`+in(&q, keys)+`)`)
	}
	if chosen.Min != nil || chosen.Max != nil {
		between := `(v.number is not null and (v.unit = '' or v.unit = p.unit_key)`
		if chosen.Min != nil {
			between += ` and v.number >= ` + q.arg(*chosen.Min)
		}
		if chosen.Max != nil {
			between += ` and v.number <= ` + q.arg(*chosen.Max)
		}
		is = append(is, between+`)`)
	}
	rows, err := c.reads.Query(ctx, `
		select v.id from parameters p join parameter_names n on n.parameter_id = p.id join parameter_values v on v.name_id = n.id
		where p.id = $1 and `+published+` and (`+strings.Join(is, ` or `)+`) limit $2`, q.args...)
	list, err := db.Collect(rows, err, func(r db.Row) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil {
		return nil, fmt.Errorf("catalog: values of %d: %w", chosen.ID, err)
	}
	if len(list) > maxChosen {
		return nil, fault.BadArguments.With(fmt.Sprintf("parameter_%d", chosen.ID),
			"Слишком много разных значений: сузьте границы.", "Too many different values: narrow the limits.")
	}
	return list, nil
}

// question is a statement that is being written.
type question struct{ args []any }

// arg adds an argument and returns its placeholder.
func (q *question) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

func in[T any](q *question, list []T) (text string) {
	text, q.args = db.In(q.args, list)
	return text
}

// opened chooses offers o of open shops. The sign keeps SQLite from going through
// them shop by shop. PostgreSQL joins the few offers of a list with shops; where
// there are many it would do so for one after the other: it is to know all open
// shops first.
func (f *Filter) opened(many bool) string {
	const open = `o.shop_id in (select id from shops where open)`
	switch {
	case f.of == db.SQLite:
		return `+` + open
	case many:
		return `(` + open + `) is true`
	}
	return open
}

// rest chooses those that can be seen and pass what the index of words does not
// know, among a few or many offers.
func (f *Filter) rest(q *question, price string, many bool) string {
	text := `not o.withdrawn and ` + f.opened(many) + f.prices(q, price)
	if f.InStock {
		text += ` and ` + Available + ` > 0`
	}
	return text
}

func (f *Filter) prices(q *question, price string) (text string) {
	if f.PriceMin != nil {
		text += ` and ` + price + ` >= ` + f.unseen(q, *f.PriceMin)
	}
	if f.PriceMax != nil {
		text += ` and ` + price + ` <= ` + f.unseen(q, *f.PriceMax)
	}
	return text
}

// unseen writes a number that PostgreSQL does not look at before it plans: it would
// find that the plan for this one costs less than one for all, and so plan anew each time.
func (f *Filter) unseen(q *question, number any) string {
	if f.of == db.Postgres {
		return `(select cast(` + q.arg(number) + ` as bigint))`
	}
	return q.arg(number)
}
