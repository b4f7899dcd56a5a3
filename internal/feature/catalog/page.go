package catalog

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"zakup/internal/feature/picture"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Page is a page of offers.
type Page struct {
	Body     []byte // a JSON array of their documents
	Next     string // the cursor of the next page; "" when there is none
	Searched string // what was searched instead, when nothing was found by what was asked for
}

// Page returns the offers that can be seen and pass the filter. BadCursor.
//
// What is in the list while all its pages are read is on one of them, once, unless
// what it is sorted by changes meanwhile.
func (c *Catalog) Page(ctx context.Context, f Filter) (Page, error) {
	f.tidy(c.reads.Dialect())
	at, err := f.position()
	if err != nil {
		return Page{}, err
	}
	g, possible, err := c.groups(ctx, &f)
	if err != nil || !possible {
		return Page{Body: []byte("[]")}, err
	}
	if f.Search == "" {
		page, err := c.page(ctx, &f, g, at)
		return page, wrapped("page", err)
	}
	first := f.Search
	if at.Search != "" {
		first = at.Search
	}
	var page Page
	err = c.search(ctx, first, f.Cursor == "", func(text string) (found bool, err error) {
		if g.search, err = c.asked(ctx, text); err != nil || len(g.search) == 0 {
			page = Page{Body: []byte("[]")}
			return false, err
		}
		if text != f.Search {
			at.Search = text
		}
		page, err = c.page(ctx, &f, g, at)
		page.Searched = at.Search
		return len(page.Body) > len("[]"), err
	})
	if len(page.Body) <= len("[]") {
		page.Searched = ""
	}
	return page, wrapped("search", err)
}

// search tries what is searched, and, until something is found, what may have been
// meant: the same keys in the other layout, and then the nearest known words.
func (c *Catalog) search(ctx context.Context, text string, further bool, try func(text string) (found bool, err error)) error {
	found, err := try(text)
	if err != nil || found || !further {
		return err
	}
	other := otherLayout(text)
	if other != "" {
		if found, err = try(other); err != nil || found {
			return err
		}
	}
	for _, text := range []string{text, other} {
		if text == "" {
			continue
		}
		near, err := respell(ctx, c.reads, text)
		if err != nil {
			return err
		}
		if near == "" {
			continue
		}
		if found, err = try(near); err != nil || found {
			return err
		}
	}
	return nil
}

// page reads a page by way of the index of words, when it is asked, or of others.
func (c *Catalog) page(ctx context.Context, f *Filter, g groups, at position) (Page, error) {
	if len(g.search) == 0 && len(g.characteristics) == 0 {
		return c.listed(ctx, f, at)
	}
	e := g.all(nil)
	if f.Cursor == "" {
		if err := c.choose(ctx, f, e, &at); err != nil {
			return Page{}, err
		}
	}
	p := newPage(f)
	if at.Way == sorted || f.sort() != SortRelevance {
		err := c.found(ctx, p, e, at, ``)
		return p.page(), err
	}
	// In stock first: two lists by id, one after the other.
	if !at.Late {
		if err := c.found(ctx, p, e, at, ` and `+Available+` > 0`); err != nil || p.more {
			return p.page(), err
		}
		at.Late, at.ID = true, 0
	}
	err := c.found(ctx, p, e, at, ` and `+Available+` <= 0`)
	return p.page(), err
}

// matches writes the question to the index of words; the alias ends in a point.
//
// PostgreSQL goes from offer to offer that one condition leaves, and skips what is
// between in the lists of the others; inside one condition it would look at each
// offer of the rarest word. It does not look into a selection before it plans: that
// took as long as a page, each time; see unseen.
func (c *Catalog) matches(q *question, alias string, e expression) string {
	if c.reads.Dialect() == db.SQLite {
		return alias + `offer_words match ` + q.arg(e.write(db.SQLite))
	}
	parts := make([]string, len(e))
	for i := range e {
		parts[i] = alias + `words @@ ` + tsquery(q, e[i:i+1])
	}
	return strings.Join(parts, ` and `)
}

func tsquery(q *question, e expression) string {
	return `(select cast(cast(` + q.arg(e.write(db.Postgres)) + ` as text) as tsquery))`
}

// statement is a query of a page, and its order.
type statement struct {
	question
	from, where string
	o           ordering
}

// limit is how many offers are read for the page: one more than it still has room
// for.
func (s *statement) limit(p *reading) string {
	if p.n > 0 {
		return s.arg(p.f.Limit - p.n + 1)
	}
	return p.f.most(&s.question, p.f.Limit+1)
}

// most writes how many rows are read at most. As an argument PostgreSQL takes it for a
// tenth of all that there is, and so plans the statement anew each time, which takes
// longer than reading a page.
func (f *Filter) most(q *question, rows int) string {
	if f.of == db.Postgres {
		return strconv.Itoa(rows)
	}
	return q.arg(rows)
}

// ordering is what offers o are sorted by, in SQL.
type ordering struct {
	late, number, text string // keys before the id; "" when not of this order
	id                 string
	down               bool
}

func (f *Filter) ordering() ordering {
	switch f.sort() {
	case SortPrice, SortPriceDown:
		return ordering{number: `o.price`, id: `o.id`, down: f.Sort == SortPriceDown}
	case SortName:
		return ordering{text: `n.name_key`, id: `n.offer_id`}
	case SortRelevance:
		return ordering{late: `case when ` + Available + ` > 0 then 0 else 1 end`, number: `length(o.name)`, id: `o.id`}
	}
	return ordering{id: `o.id`, down: f.Sort == SortNewest}
}

func (o *ordering) keys() (keys []string) {
	for _, k := range []string{o.late, o.number, o.text, o.id} {
		if k != "" {
			keys = append(keys, k)
		}
	}
	return keys
}

func (o *ordering) by() string {
	if o.down {
		return strings.Join(o.keys(), ` desc, `) + ` desc`
	}
	return strings.Join(o.keys(), `, `)
}

// after chooses what comes after the position.
func (o *ordering) after(q *question, at position) string {
	if at.ID == 0 {
		return ``
	}
	var values []string
	if o.late != "" {
		late := 0
		if at.Late {
			late = 1
		}
		values = append(values, q.arg(late))
	}
	if o.number != "" {
		values = append(values, q.arg(at.Number))
	}
	if o.text != "" {
		values = append(values, q.arg(at.Text))
	}
	values = append(values, q.arg(at.ID))
	sign := ` > `
	if o.down {
		sign = ` < `
	}
	if len(values) == 1 {
		return ` and ` + o.id + sign + values[0]
	}
	return ` and (` + strings.Join(o.keys(), `, `) + `)` + sign + `(` + strings.Join(values, `, `) + `)`
}

// source is the offers o with what they are sorted by.
func (o *ordering) source() string {
	if o.text != "" {
		return `offer_names n cross join offers o`
	}
	return `offers o`
}

// join is the condition of the source.
func (o *ordering) join() string {
	if o.text != "" {
		return `o.id = n.offer_id and `
	}
	return ``
}

func orElse(sql, other string) string {
	if sql == "" {
		return other
	}
	return sql
}

// values are what the offer is sorted by, whether or not it is.
func (o *ordering) values() string {
	return orElse(o.late, `0`) + ` as late, ` + orElse(o.number, `0`) + ` as number, ` + orElse(o.text, `''`) + ` as text`
}

// ofChosen is the order of those that a query has chosen already.
func (o *ordering) ofChosen() *ordering {
	x := ordering{id: `x.id`, down: o.down}
	if o.late != "" {
		x.late = `x.late`
	}
	if o.number != "" {
		x.number = `x.number`
	}
	if o.text != "" {
		x.text = `x.text`
	}
	return &x
}

// reading is a page that is being written.
type reading struct {
	f    *Filter
	body []byte
	n    int
	last position
	more bool
}

// usualOffer is how long the document of an offer with ten characteristics is, in
// bytes, and some more: a page that outgrows its room is copied.
const usualOffer = 1024

func newPage(f *Filter) *reading {
	return &reading{f: f, body: append(make([]byte, 0, usualOffer*min(f.Limit, 128)), '[')}
}

func (p *reading) page() Page {
	page := Page{Body: append(p.body, ']')}
	if p.more {
		page.Next = p.f.cursor(p.last)
	}
	return page
}

const shownColumns = `o.id, ` + Available + `, o.price, o.price_rrc, o.document, ` + picture.Main + `, `

// read adds the offers that the statement finds to the page, as they come.
func (c *Catalog) read(ctx context.Context, p *reading, at position, s statement) error {
	limit := s.limit(p)
	rows, err := c.reads.Query(ctx, `select `+shownColumns+s.o.values()+` from `+s.from+` where `+s.where+` order by `+s.o.by()+` limit `+limit, s.args...)
	return p.add(rows, err, at)
}

// readSorted is read of offers that are all found before the first is known: their
// documents are not carried along.
func (c *Catalog) readSorted(ctx context.Context, p *reading, at position, s statement) error {
	limit := s.limit(p)
	return c.readChosen(ctx, p, at, `select o.id, `+s.o.values()+` from `+s.from+` where `+s.where+` order by `+s.o.by()+` limit `+limit, s)
}

// readChosen is read of those that the query chooses, with what they are sorted by.
func (c *Catalog) readChosen(ctx context.Context, p *reading, at position, query string, s statement) error {
	x := s.o.ofChosen()
	rows, err := c.reads.Query(ctx, `
		select `+shownColumns+x.values()+` from (`+query+`) x cross join offers o where o.id = x.id order by `+x.by(), s.args...)
	return p.add(rows, err, at)
}

func (p *reading) add(rows db.Rows, err error, at position) error {
	if err != nil {
		return fmt.Errorf("catalog: page: %w", err)
	}
	defer rows.Close()
	var (
		o                          Shown
		id, available, price, late int64
		rrc                        *int64
		document                   db.Text
		key                        = position{Late: at.Late, Way: at.Way, Span: at.Span, Search: at.Search}
	)
	columns := []any{&id, &available, &price, &rrc, &document, &o.Picture, &late, &key.Number, &key.Text}
	for rows.Next() {
		if p.n == p.f.Limit {
			p.more = true
			break
		}
		if err := rows.Scan(columns...); err != nil {
			return fmt.Errorf("catalog: page: %w", err)
		}
		o.ID, o.Available, o.Price, o.PriceRRC = OfferID(id), available, money.Kopecks(price), (*money.Kopecks)(rrc)
		if p.n > 0 {
			p.body = append(p.body, ',')
		}
		p.body = document.AppendTo(o.appendBefore(p.body))
		p.body = append(p.body, '}')
		p.n++
		p.last = key
		p.last.ID, p.last.Late = id, at.Late || late > 0
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return fmt.Errorf("catalog: page: %w", err)
	}
	return nil
}
