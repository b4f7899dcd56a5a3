package catalog

import (
	"context"
	"fmt"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Difference is what a staged list would change.
type Difference struct {
	Staged    int64 // listings there are
	Before    int64 // offers that are for sale
	New       int64
	Returned  int64 // withdrawn before
	Withdrawn int64
	Unknown   int64 // of a partial list: no offer that is for sale
	Renamed   int64
	Changed   int64 // in anything but price and stock
	PriceUp   int64
	PriceDown int64
	StockUp   int64
	StockDown int64
	SoldOut   int64 // stock falls to none

	Compared int64                 // offers for sale that have a price before and after
	Median   float64               // of their new price by the old one; 1 when there are none
	Prices   [len(Steps) + 1]int64 // how many move: to less than that step, and not to less than the one before; and the rest
	Moves    []Move                // the largest, at most maxMoves
}

// Steps bound the histogram of prices: new price by old price.
var Steps = [...]float64{0.1, 0.5, 0.8, 0.95, 1, 1.05, 1.25, 2, 10}

// Move is how a price would move.
type Move struct {
	ExternalID string
	Name       string
	From, To   money.Kopecks
}

const maxMoves = 10

// Compare tells what Merge would do, and changes nothing.
func Compare(ctx context.Context, q db.Queryer, as Staging, shop partner.ShopID, partial bool) (Difference, error) {
	d := Difference{Median: 1}
	matched, leaving, err := d.count(ctx, q, as, shop)
	if err == nil {
		d.Before, err = count(ctx, q, `select count(*) from offers where shop_id = $1 and not withdrawn`, shop)
	}
	if err == nil && partial && leaving > 0 {
		var more int64
		more, err = count(ctx, q, `select count(distinct o.id)`+variants, as, shop)
		d.Withdrawn += more
	}
	if !partial {
		d.Withdrawn = d.Before - matched
	}
	moved := d.PriceUp + d.PriceDown
	if err == nil && d.Compared > 0 && moved*2 >= d.Compared { // else the median did not move
		err = q.QueryRow(ctx, `
			select cast(s.price as double precision) / o.price as ratio`+compared+`
			union all
			select 1 from staged_offers s where s.import_id = $1 and s.kind = 4 and s.price > 0
			order by ratio limit 1 offset $3`, as, shop, d.Compared/2).Scan(&d.Median)
	}
	if err == nil && moved > 0 {
		err = d.moves(ctx, q, as, shop)
	}
	if err != nil {
		return Difference{}, fmt.Errorf("catalog: compare: %w", err)
	}
	return d, nil
}

// count fills the numbers in, in one pass over the listings. It returns how many
// offers for sale the list names and does not withdraw, and how many listings
// withdraw.
func (d *Difference) count(ctx context.Context, q db.Queryer, as Staging, shop partner.ShopID) (matched, leaving int64, err error) {
	var below [len(Steps)]int64
	var unmoved int64
	args := []any{as, shop}
	to := []any{
		&d.Staged, &d.New, &d.Returned, &d.Withdrawn, &matched, &d.Unknown, &d.Renamed, &d.Changed,
		&d.PriceUp, &d.PriceDown, &d.StockUp, &d.StockDown, &d.SoldOut, &d.Compared, &unmoved, &leaving,
	}
	var steps string
	for i, step := range Steps {
		args, to = append(args, step), append(to, &below[i])
		steps += fmt.Sprintf(`,
			count(case when s.price < o.before * cast($%d as double precision) then 1 end)`, len(args))
	}
	// o is the offer that the listing is for, if it is for sale; o.before its price
	// where the two can be compared.
	err = q.QueryRow(ctx, `
		select count(*),
			count(case when s.kind = 0 and o.id is null and s.price is not null then 1 end),
			count(case when s.kind < 2 and o.withdrawn then 1 end),
			count(case when s.kind = 3 and not o.withdrawn then 1 end),
			count(case when s.kind < 3 and not o.withdrawn then 1 end),
			count(case when `+unknown+` or s.kind < 3 and o.id is null and s.price is null then 1 end),
			count(case when s.kind = 0 and not o.withdrawn and o.name <> s.name then 1 end),
			count(case when s.kind = 0 and not o.withdrawn and o.content <> s.content then 1 end),
			count(case when s.kind < 3 and not o.withdrawn and s.price > o.price then 1 end),
			count(case when s.kind < 3 and not o.withdrawn and s.price < o.price then 1 end),
			count(case when s.kind < 3 and not o.withdrawn and s.quantity > o.on_hand then 1 end),
			count(case when s.kind < 3 and not o.withdrawn and s.quantity < o.on_hand then 1 end),
			count(case when s.kind < 3 and not o.withdrawn and s.quantity = 0 and o.on_hand > 0 then 1 end),
			count(case when s.price > 0 then o.before end),
			count(case when s.price = o.before then 1 end),
			count(case when s.kind = 3 then 1 end)`+steps+`
		from staged_offers s
		left join (
			select f.id, f.shop_id, f.external_id, f.withdrawn, f.content, f.price, f.on_hand, f.name,
				case when f.price > 0 and not f.withdrawn then f.price end as before
			from offers f) o
			on o.shop_id = $2 and o.external_id = s.external_id
		where s.import_id = $1 and s.kind < 4`, args...).Scan(to...)
	counted := int64(0)
	for i, n := range below {
		if Steps[i] > 1 {
			n -= unmoved
		}
		d.Prices[i] = n - counted
		counted = n
	}
	d.Prices[len(Steps)] = d.Compared - unmoved - counted
	if err != nil {
		return 0, 0, err
	}
	var same, priced int64 // as the offer
	err = q.QueryRow(ctx, `
		select count(*), count(case when price > 0 then 1 end) from staged_offers where import_id = $1 and kind = 4`, as).Scan(&same, &priced)
	d.Staged, d.Compared = d.Staged+same, d.Compared+priced
	return matched + same, leaving, err
}

// compared are the staged prices beside those of offers for sale. What costs
// nothing can't be divided by, so it is left out.
const compared = `
	from staged_offers s join offers o on o.shop_id = $2 and o.external_id = s.external_id
	where s.import_id = $1 and s.kind < 4 and s.kind < 3 and not o.withdrawn and o.price > 0 and s.price > 0`

func (d *Difference) moves(ctx context.Context, q db.Queryer, as Staging, shop partner.ShopID) error {
	rows, err := q.Query(ctx, `
		select m.external_id, m.name, m.before, m.after
		from (
			select s.external_id, o.name, o.price as before, s.price as after,
				case when s.price > o.price then cast(s.price as double precision) / o.price
					else cast(o.price as double precision) / s.price end as ratio
			`+compared+` and s.price <> o.price
			order by ratio desc, s.external_id limit $3) m
		order by m.ratio desc, m.external_id`, as, shop, maxMoves)
	d.Moves, err = db.Collect(rows, err, func(r db.Row) (m Move, err error) {
		return m, r.Scan(&m.ExternalID, &m.Name, &m.From, &m.To)
	})
	return err
}

// UnknownRow is a slim listing of no offer that is for sale.
type UnknownRow struct {
	Line       int
	ExternalID string
}

// Unknown returns the first of the slim listings that Merge can do nothing with.
func Unknown(ctx context.Context, q db.Queryer, as Staging, shop partner.ShopID, limit int) ([]UnknownRow, error) {
	rows, err := q.Query(ctx, `
		select s.line, s.external_id from staged_offers s
		where s.import_id = $1 and `+unknown+`
		order by s.line, s.external_id limit $3`, as, shop, limit)
	list, err := db.Collect(rows, err, func(r db.Row) (u UnknownRow, err error) { return u, r.Scan(&u.Line, &u.ExternalID) })
	if err != nil {
		return nil, fmt.Errorf("catalog: unknown: %w", err)
	}
	return list, nil
}
