package catalog

import (
	"context"
	"fmt"

	"zakup/internal/platform/db"
)

// ExactUpTo is how many offers are counted one by one. More are estimated by an
// even part of them, of 900 offers or more, drawn by their ids: a value that n
// offers of the part have is mostly estimated to within 1/√n.
const ExactUpTo = 3000

// The parts that are drawn.
const (
	firstPart = 10  // 1/1024 tells how many there are
	enough    = 900 // offers of a part
	partMost  = 2 * enough
)

// Estimate is how many offers there are, one by one or about.
type Estimate struct {
	Count int64
	Exact bool
}

// sample reads the offers o that are found by the expression and pass the filter,
// or a part of them, and returns how many offers one that is read stands for.
func (c *Catalog) sample(ctx context.Context, f *Filter, e expression, columns string, begin func(), visit func(db.Row) error) (weight int64, exact bool, err error) {
	n, err := c.part(ctx, f, e, firstPart, columns, begin, visit)
	switch {
	case err != nil:
		return 0, false, err
	case n >= enough:
		return 1 << firstPart, false, nil
	case n<<firstPart <= 4*ExactUpTo: // few are drawn: there may be less than it seems
		all, err := c.part(ctx, f, e, 0, columns, begin, visit)
		if err != nil || all <= ExactUpTo {
			return 1, true, err
		}
		n = max(n, 2*ExactUpTo>>firstPart)
	}
	part := int64(1)
	for n<<firstPart>>part > partMost {
		part++
	}
	_, err = c.part(ctx, f, e, part, columns, begin, visit)
	return 1 << part, false, err
}

// part reads the 1/2^part of the offers; 0 is all of them.
func (c *Catalog) part(ctx context.Context, f *Filter, e expression, part int64, columns string, begin func(), visit func(db.Row) error) (n int64, err error) {
	begin()
	if part > 0 {
		e = e.among(words(sampleWord, part))
	}
	var q question
	var from, where string
	switch {
	case len(e) == 0:
		from, where = `offers o`, f.narrow(&q, false)
	case c.reads.Dialect() == db.SQLite:
		from, where = `offer_words w cross join offers o`, c.matches(&q, `w.`, e)+` and o.id = w.rowid and `
	default:
		from, where = `offer_words w cross join `+c.offersOf(`w`), c.matches(&q, `w.`, e)+` and `
	}
	rows, err := c.reads.Query(ctx, `select `+columns+` from `+from+` where `+where+f.rest(&q, `o.price`, true)+` limit `+f.most(&q, ExactUpTo+1), q.args...)
	if err != nil {
		return 0, fmt.Errorf("catalog: part: %w", err)
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		if err := visit(rows); err != nil {
			return 0, fmt.Errorf("catalog: part: %w", err)
		}
	}
	rows.Close()
	return n, rows.Err()
}

// Total is how many offers pass the filter. What is searched is what Page has
// searched.
func (c *Catalog) Total(ctx context.Context, f Filter, searched string) (Estimate, error) {
	f.tidy(c.reads.Dialect())
	g, possible, err := c.groups(ctx, &f)
	if err != nil || !possible {
		return Estimate{Exact: true}, err
	}
	if f.Search != "" {
		if g.search, err = c.asked(ctx, orElse(searched, f.Search)); err != nil || len(g.search) == 0 {
			return Estimate{Exact: true}, err
		}
	}
	var n int64
	weight, exact, err := c.sample(ctx, &f, g.all(nil), `1`, func() { n = 0 }, func(db.Row) error { n++; return nil })
	return Estimate{n * weight, exact}, err
}
