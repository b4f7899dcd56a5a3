package catalog

import (
	"context"
	"strings"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// A page costs what is on it, not what there is, as long as an index has the
// offers in its order. The ways here are chosen by how much they would read: the
// databases would guess that, each in its own way. An expression such as "+ 0"
// keeps a column from an index that is not to be used.

// way is how a page of what the index of words finds is read.
type way int

// The ways.
const (
	sorted   way = iota // all of it is sorted
	streamed            // it is found in the order of ids
	walked              // offers are read in their order, and the index is asked for each
)

// ways are how many offers each way is for at most.
type ways struct{ sorted, streamed int64 }

// usualWays are where one way costs about as much as the next, in a million offers;
// so many that chance does not make few of them seem many (see probe).
var usualWays = ways{sorted: 300, streamed: 32_000}

// dearer is how many times as many offers are sorted before others are walked
// through by price or by name: an index that is read by id does not help there.
const dearer = 12

// probe is the part of the offers that tells how many are found: 1/64. A larger one
// would tell better, and cost more than the page.
const probe = 6

// amount is how many offers are found, about, and the greatest id there is.
type amount struct{ offers, greatest int64 }

func (c *Catalog) amount(ctx context.Context, f *Filter, e expression) (a amount, err error) {
	var q question
	greatest := `0` // SQLite needs no runs of ids
	if c.reads.Dialect() == db.Postgres {
		greatest = greatestID
	}
	err = c.reads.QueryRow(ctx, `
		select count(*), `+greatest+` from (
			select 1 from offer_words where `+c.matches(&q, "", e.among(words(sampleWord, probe)))+` limit `+f.most(&q, int(c.ways.streamed>>probe)+1)+`) few`, q.args...).Scan(&a.offers, &a.greatest)
	a.offers <<= probe
	return a, err
}

// choose chooses the way by how many offers are found.
func (c *Catalog) choose(ctx context.Context, f *Filter, e expression, at *position) error {
	key := hash([]byte(e.write(c.reads.Dialect())))
	a, err := c.finds.of(ctx, key, c.now(), func(ctx context.Context) (amount, error) { return c.amount(ctx, f, e) })
	if err != nil {
		return err
	}
	o := f.ordering()
	byID := f.sort() == SortRelevance || o.number == "" && o.text == ""
	switch {
	case a.offers <= c.ways.sorted || !byID && a.offers <= c.ways.sorted*dearer:
		at.Way = sorted
	case byID && a.offers <= c.ways.streamed:
		at.Way, at.Span = streamed, spanMost*a.greatest/a.offers>>spans[0].bits
	default:
		at.Way = walked
	}
	return nil
}

const greatestID = `coalesce((select max(offer_id) from offer_words), 0)`

// wordsID is the id of an offer in the index of words.
func (c *Catalog) wordsID() string {
	if c.reads.Dialect() == db.SQLite {
		return `rowid`
	}
	return `offer_id`
}

const (
	spanMost = 75 // how many offers are found at a time for one page, about: half of them are to be in stock
	mostRuns = 8  // that are looked through at a time
)

// runs are the longest spans that the length is made of, and how many of them.
func runs(length int64) (word string, bits int, n int64) {
	for _, s := range spans {
		if of := length >> (s.bits - spans[0].bits); of > 0 || n == 0 {
			word, bits, n = s.word, s.bits, min(max(of, 1), mostRuns)
		}
	}
	return word, bits, n
}

// stream adds what is found to the page, some runs of ids after the others.
func (c *Catalog) stream(ctx context.Context, p *reading, e expression, at position, and string) (err error) {
	o := p.f.ordering()
	word, bits, n := runs(at.Span)
	run, last, step := at.ID>>bits, int64(-1), int64(1)
	if o.down {
		// A cursor may say that it was beyond all there are.
		if last, err = c.lastRun(ctx, bits); at.ID == 0 || run > last {
			run = last
		}
		step = -1
	}
	for err == nil && !p.more && run >= 0 && (last < 0 || run <= last) {
		ids := make([]int64, n)
		for i := range ids {
			ids[i] = max(0, run+step*int64(i))
		}
		s := statement{o: ordering{id: `o.id`, down: o.down}}
		c.source(&s, e.among(words(word, ids...)))
		s.where += p.f.narrow(&s.question, true) + p.f.rest(&s.question, `o.price`, true) + and + s.o.after(&s.question, at)
		err, run = c.readSorted(ctx, p, at, s), run+step*n
		// Only a page that is not full has to know where the end is.
		if err == nil && !p.more && last < 0 {
			last, err = c.lastRun(ctx, bits)
		}
	}
	return err
}

func (c *Catalog) lastRun(ctx context.Context, bits int) (int64, error) {
	id, err := count(ctx, c.reads, `select `+greatestID)
	return id >> bits, err
}

// found adds what the index of words finds to the page.
func (c *Catalog) found(ctx context.Context, p *reading, e expression, at position, and string) error {
	f := p.f
	s := statement{o: f.ordering()}
	if at.Way != sorted && f.sort() == SortRelevance {
		s.o = ordering{id: `o.id`}
	}
	byID := s.o.number == "" && s.o.text == ""
	lite := c.reads.Dialect() == db.SQLite
	hidden := true
	switch {
	case at.Way == streamed && !lite:
		return c.stream(ctx, p, e, at, and)
	case at.Way == sorted:
		c.source(&s, e)
	case byID && lite:
		s.from = `offer_words w cross join offers o`
		s.where = c.matches(&s.question, `w.`, e) + ` and o.id = w.rowid and `
		s.o.id = `w.rowid`
	case lite:
		s.from = s.o.source()
		s.where = s.o.join() + `exists (select 1 from offer_words w where w.rowid = o.id and ` + c.matches(&s.question, `w.`, e) + `) and `
		hidden = len(f.Categories) > 1
	default:
		// The function is the operator, but for the index of words.
		s.from = s.o.source() + ` cross join lateral (select l.words from offer_words l where l.offer_id = o.id offset 0) w`
		s.where = s.o.join() + `ts_match_vq(w.words, ` + tsquery(&s.question, e) + `) and `
		hidden = len(f.Categories) > 1
	}
	s.where += f.narrow(&s.question, hidden) + f.rest(&s.question, `o.price`, true) + and + s.o.after(&s.question, at)
	if at.Way == sorted {
		return c.readSorted(ctx, p, at, s)
	}
	return c.read(ctx, p, at, s)
}

// source makes what is found the source of the statement; nothing else of it is
// mixed into that.
func (c *Catalog) source(s *statement, e expression) {
	s.from = `(select ` + c.wordsID() + ` as offer_id from offer_words where ` + c.matches(&s.question, "", e)
	if c.reads.Dialect() == db.Postgres {
		s.from += ` offset 0`
	}
	s.from += `) w cross join ` + c.offersOf(`w`)
	s.where = `o.id = w.offer_id and `
	if s.o.text != "" {
		s.from += ` cross join offer_names n`
		s.where += `n.offer_id = w.offer_id and `
	}
}

// offersOf are the offers o of the rows of a table, which PostgreSQL looks up one by
// one: by what it guesses it would now and then read all offers instead.
func (c *Catalog) offersOf(table string) string {
	if c.reads.Dialect() == db.SQLite {
		return `offers o`
	}
	return `lateral (
		select l.id, l.shop_id, l.category_id, l.name, l.price, l.price_rrc, l.on_hand, l.reserved, l.shipped, l.withdrawn, l.document, l.traits
		from offers l where l.id = ` + table + `.offer_id offset 0) o`
}

// narrow chooses the shops and categories.
func (f *Filter) narrow(q *question, hidden bool) string {
	text, plus := ``, ``
	if hidden {
		plus = ` + 0`
	}
	switch len(f.Categories) {
	case 0:
	case 1:
		text += `o.category_id` + plus + ` = ` + f.unseen(q, f.Categories[0]) + ` and `
	default:
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

// ahead is among how many of the next offers a page is looked for first, times its
// limit: most filters by price are wider than that.
const ahead = 8

// listed is a page of what is chosen by shop, category, price and stock.
func (c *Catalog) listed(ctx context.Context, f *Filter, at position) (Page, error) {
	p := newPage(f)
	o, price, branches := f.ordering(), `o.price`, f.branches()
	if limited := f.PriceMin != nil || f.PriceMax != nil; limited && o.number == "" {
		price = `o.price + 0`
		key := f.hash()
		known, _ := c.few.recent(key, c.now())
		if len(branches) == 1 && f.sort() == SortID && !known {
			s := statement{o: o, from: o.source()}
			s.where = branches[0].where(&s.question, f, &o, price, at) + ` and o.id <= coalesce((select max(id) from ` + branches[0].next(&s.question, f, &o, at) + `), 0)`
			if err := c.read(ctx, p, at, s); err != nil || p.more {
				return p.page(), err
			}
			if over, err := c.over(ctx, branches[0], f, &o, at); err != nil || over {
				return p.page(), err
			}
			p = newPage(f)
		}
		ids, few, err := c.priced(ctx, f)
		if err == nil && few != known {
			c.few.keep(key, recalled[bool]{few, c.now()})
		}
		switch {
		case err != nil:
			return Page{}, err
		case few && o.text == "":
			err := c.pick(ctx, p, ids, at)
			return p.page(), err
		case few:
			s := statement{o: o, from: o.source()}
			s.o.id += ` + 0`
			s.where = o.join() + f.narrow(&s.question, false) + f.rest(&s.question, `o.price`, true) + s.o.after(&s.question, at)
			err := c.readSorted(ctx, p, at, s)
			return p.page(), err
		}
	}
	if len(branches) == 1 {
		s := statement{o: o, from: o.source()}
		s.where = branches[0].where(&s.question, f, &o, price, at)
		err := c.read(ctx, p, at, s)
		return p.page(), err
	}
	s := statement{o: o}
	limit := s.limit(p)
	var parts []string
	for _, b := range branches {
		parts = append(parts, `
			select id, late, number, text from (
				select o.id, `+o.values()+` from `+o.source()+` where `+b.where(&s.question, f, &o, price, at)+`
				order by `+o.by()+` limit `+limit+`) b`)
	}
	err := c.readChosen(ctx, p, at,
		`select id, late, number, text from (`+strings.Join(parts, ` union all `)+`) x order by `+o.ofChosen().by()+` limit `+limit, s)
	return p.page(), err
}

// where chooses the offers of the branch that pass the filter and come after the
// position.
func (b branch) where(q *question, f *Filter, o *ordering, price string, at position) string {
	keys := b.keys(q, f)
	if o.text != "" { // names know the category too, and an index of theirs begins with it
		keys = strings.ReplaceAll(keys, `o.category_id`, `n.category_id`)
	}
	return o.join() + keys + f.rest(q, price, false) + o.after(q, at)
}

func (b branch) keys(q *question, f *Filter) string {
	text := ``
	if b.category != nil {
		text += `o.category_id = ` + f.unseen(q, *b.category) + ` and `
	}
	switch {
	case b.shop != nil:
		text += `o.shop_id = ` + f.unseen(q, *b.shop) + ` and `
	case len(f.Shops) > 0:
		text += `o.shop_id + 0 in (` + in(q, f.Shops) + `) and `
	}
	return text
}

// next are the next offers of the branch, whatever they cost.
func (b branch) next(q *question, f *Filter, o *ordering, at position) string {
	return `(select o.id from offers o where ` + b.keys(q, f) + `not o.withdrawn` + o.after(q, at) + ` order by o.id limit ` + f.most(q, ahead*(f.Limit+1)) + `) n`
}

// over tells whether the next offers of the branch are all there are.
func (c *Catalog) over(ctx context.Context, b branch, f *Filter, o *ordering, at position) (bool, error) {
	if b.shop == nil && b.category == nil {
		return false, nil
	}
	var q question
	n, err := count(ctx, c.reads, `select count(*) from `+b.next(&q, f, o, at), q.args...)
	return n < int64(ahead*(f.Limit+1)), err
}
