package catalog

import (
	"context"
	"fmt"
	"strings"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// A page costs what is on it, not what there is, as long as an index has the
// offers in its order. The ways here are chosen by how much they would read: the
// databases would guess that, each in its own way. An expression such as "+ 0"
// keeps a column from an index that is not to be used.

// found is a page of what the index of words finds: all of it is sorted, or, when
// it is much, the offers are read in their order until enough of them are found.
func (c *Catalog) found(ctx context.Context, f *Filter, e expression, at position, rest func(*question, string) string) (Page, error) {
	p := newPage(f)
	if at.Many {
		err := c.read(ctx, p, at, c.walk(f, e, at, rest))
		return p.page(), err
	}
	s := statement{o: f.ordering()}
	from := `(select offer_id from offer_words where ` + c.matches(&s.question, "", e) + ` offset 0) w`
	if c.db.Dialect() == db.SQLite {
		from = `(select rowid as offer_id from offer_words where ` + c.matches(&s.question, "", e) + `) w`
	}
	s.from = from + ` cross join offers o`
	s.where = `o.id = w.offer_id and `
	if s.o.text != "" {
		s.from += ` cross join offer_names n`
		s.where += `n.offer_id = w.offer_id and `
	}
	s.where += f.narrow(&s.question, true) + rest(&s.question, `o.price`) + s.o.after(&s.question, at)
	err := c.read(ctx, p, at, s)
	return p.page(), err
}

// walk reads offers in their order and asks the index of words for each.
func (c *Catalog) walk(f *Filter, e expression, at position, rest func(*question, string) string) statement {
	s := statement{o: f.ordering()}
	if f.sort() == SortRelevance {
		s.o = ordering{id: `o.id`}
	}
	switch {
	case c.db.Dialect() == db.Postgres:
		// The function is the operator, but for the index of words.
		s.from = s.o.source() + ` cross join offer_words w`
		s.where = s.o.join() + `w.offer_id = o.id and ts_match_vq(w.words, cast(cast(` + s.arg(e.write(db.Postgres)) + ` as text) as tsquery)) and `
	case s.o.number == "" && s.o.text == "": // as the index has them
		s.from = `offer_words w cross join offers o`
		s.where = c.matches(&s.question, `w.`, e) + ` and o.id = w.rowid and `
		s.o.id = `w.rowid`
	default:
		s.from = s.o.source()
		s.where = s.o.join() + `exists (select 1 from offer_words w where w.rowid = o.id and ` + c.matches(&s.question, `w.`, e) + `) and `
	}
	s.where += f.narrow(&s.question, len(f.Categories) > 1 || s.o.id == `w.rowid`) + rest(&s.question, `o.price`) + s.o.after(&s.question, at)
	return s
}

// narrow chooses the shops and categories.
func (f *Filter) narrow(q *question, hidden bool) string {
	text, plus := ``, ``
	if hidden {
		plus = ` + 0`
	}
	if len(f.Categories) > 0 {
		text += `o.category_id` + plus + ` in (` + in(q, f.Categories) + `) and `
	}
	if len(f.Shops) > 0 {
		text += `o.shop_id + 0 in (` + in(q, f.Shops) + `) and `
	}
	return text
}

// maxBranches is how many lists are merged into one.
const maxBranches = 100

// branch is one shop and category, one of them, or neither: an index has its
// offers in their order.
type branch struct {
	shop     *partner.ShopID
	category *CategoryID
}

func (f *Filter) branches() (list []branch) {
	switch {
	case len(f.Shops) > 0 && len(f.Categories) > 0 && len(f.Shops)*len(f.Categories) <= maxBranches:
		for i := range f.Shops {
			for j := range f.Categories {
				list = append(list, branch{&f.Shops[i], &f.Categories[j]})
			}
		}
	case len(f.Categories) > 0:
		for j := range f.Categories {
			list = append(list, branch{category: &f.Categories[j]})
		}
	case len(f.Shops) > 0:
		for i := range f.Shops {
			list = append(list, branch{shop: &f.Shops[i]})
		}
	default:
		list = []branch{{}}
	}
	return list
}

// listed is a page of what is chosen by shop, category, price and stock.
func (c *Catalog) listed(ctx context.Context, f *Filter, at position) (Page, error) {
	p := newPage(f)
	o, price := f.ordering(), `o.price`
	if (f.PriceMin != nil || f.PriceMax != nil) && o.number == "" {
		few, err := c.few(ctx, f)
		if err != nil {
			return Page{}, err
		}
		if few {
			s := statement{o: o}
			s.o.id += ` + 0`
			s.from = o.source()
			s.where = o.join() + f.narrow(&s.question, false) + f.rest(&s.question, price) + s.o.after(&s.question, at)
			err := c.read(ctx, p, at, s)
			return p.page(), err
		}
		price = `o.price + 0`
	}
	branches := f.branches()
	if len(branches) == 1 {
		s := statement{o: o, from: o.source()}
		s.where = o.join() + branches[0].where(&s.question, f, &o) + f.rest(&s.question, price) + s.o.after(&s.question, at)
		err := c.read(ctx, p, at, s)
		return p.page(), err
	}
	q := question{args: []any{f.Limit + 1}}
	var parts []string
	for _, b := range branches {
		parts = append(parts, `
			select id, number, text from (select o.id, `+orElse(o.number, `0`)+` as number, `+orElse(o.text, `''`)+` as text
			from `+o.source()+` where `+o.join()+b.where(&q, f, &o)+f.rest(&q, price)+o.after(&q, at)+`
			order by `+o.by()+` limit $1) b`)
	}
	outer := ordering{id: `x.id`, down: o.down}
	if o.number != "" {
		outer.number = `x.number`
	}
	if o.text != "" {
		outer.text = `x.text`
	}
	all := outer
	rows, err := c.db.Query(ctx, `
		select `+outer.columns()+`
		from (select id, number, text from (`+strings.Join(parts, ` union all `)+`) x order by `+all.by()+` limit $1) x
		cross join offers o where o.id = x.id order by `+outer.by(), q.args...)
	if err != nil {
		return Page{}, fmt.Errorf("catalog: page: %w", err)
	}
	err = p.add(rows, at)
	return p.page(), err
}

// where chooses the offers of the branch.
func (b branch) where(q *question, f *Filter, o *ordering) string {
	text := ``
	if b.category != nil {
		text += `o.category_id = ` + q.arg(*b.category) + ` and `
		if o.text != "" {
			text += `n.category_id = ` + q.arg(*b.category) + ` and `
		}
	}
	switch {
	case b.shop != nil:
		text += `o.shop_id = ` + q.arg(*b.shop) + ` and `
	case len(f.Shops) > 0:
		text += `o.shop_id + 0 in (` + in(q, f.Shops) + `) and `
	}
	return text
}

// few tells whether the limits of the price leave no more than can be sorted.
func (c *Catalog) few(ctx context.Context, f *Filter) (bool, error) {
	q := question{args: []any{c.most + 1}}
	where := `not o.withdrawn`
	if len(f.Categories) > 0 {
		where += ` and o.category_id in (` + in(&q, f.Categories) + `)`
	}
	if f.PriceMin != nil {
		where += ` and o.price >= ` + q.arg(*f.PriceMin)
	}
	if f.PriceMax != nil {
		where += ` and o.price <= ` + q.arg(*f.PriceMax)
	}
	n, err := count(ctx, c.db, `select count(*) from (select 1 from offers o where `+where+` limit $1) few`, q.args...)
	return n <= c.most, err
}
