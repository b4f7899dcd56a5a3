package catalog

import (
	"context"
	"fmt"
	"slices"

	"zakup/internal/platform/db"
)

// priced are the ids of the offers for sale within the limits of the price and in the
// categories; not few when there are more than can be sorted. An index has all that it
// asks.
func (c *Catalog) priced(ctx context.Context, f *Filter) (ids []int64, few bool, err error) {
	most := c.ways.sorted * dearer
	var q question
	where := `not o.withdrawn`
	if len(f.Categories) > 0 {
		where += ` and o.category_id in (` + in(&q, f.Categories) + `)`
	}
	where += f.prices(&q, `o.price`)
	rows, err := c.reads.Query(ctx, `select o.id from offers o where `+where+` limit `+f.most(&q, int(most)+1), q.args...)
	ids, err = db.Collect(rows, err, func(r db.Row) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil {
		return nil, false, fmt.Errorf("catalog: priced: %w", err)
	}
	return ids, int64(len(ids)) <= most, nil
}

// pick adds those of the offers to the page, in the order of their ids, that can be
// seen and pass the filter: no more of them are looked at than fill it, about.
func (c *Catalog) pick(ctx context.Context, p *reading, ids []int64, at position) error {
	o := p.f.ordering()
	slices.Sort(ids)
	if o.down {
		slices.Reverse(ids)
	}
	if at.ID > 0 {
		ids = slices.DeleteFunc(ids, func(id int64) bool { return id == at.ID || id > at.ID == o.down })
	}
	for most := (p.f.Limit + 1) * 5 / 4; len(ids) > 0; most *= 4 {
		chunk := ids[:min(most, len(ids))]
		ids = ids[len(chunk):]
		s := statement{o: o}
		list, all := c.table(chunk)
		s.args = []any{all}
		s.from = `(with ids (offer_id) as (` + list + `) select offer_id from ids) w cross join ` + c.offersOf(`w`)
		s.where = `o.id = w.offer_id and ` + p.f.narrow(&s.question, true) + p.f.rest(&s.question, `o.price`, true)
		if err := c.read(ctx, p, at, s); err != nil || p.more {
			return err
		}
	}
	return nil
}
