package catalog

import (
	"context"
	"fmt"
	"time"

	"zakup/internal/platform/db"
)

// CategoryID names a category.
type CategoryID int64

// Category is a group of products, one for all suppliers that name it alike.
type Category struct {
	ID   CategoryID
	Name string
}

// shownCategories are those with an offer of an approved shop: what suppliers
// write is not published before somebody has looked at them.
//
// A category is looked for in three ways, in the next one only when the one before
// finds nothing: among the offers of the oldest shops, which sell most of what there
// is; by its oldest offer, whose shop was mostly approved long ago; and shop by shop.
// A category between two limits, and the order, keep PostgreSQL from reading all
// offers until one fits, as it would where it takes those of the category for frequent.
const (
	shownCategories = `
		from categories c
		where exists (select 1 from (select id from shops where approved order by id limit 4) s where ` + ofShop + `)
			or exists (
				select 1 from (select o.shop_id ` + ofCategory + ` order by o.category_id, o.id limit 1) f
				join shops s on s.id = f.shop_id where s.approved)
			or exists (select 1 from shops s where s.approved and ` + ofShop + `)`
	ofShop     = `exists (select 1 from (select 1 ` + ofCategory + ` and o.shop_id = s.id order by o.category_id, o.id limit 1) f)`
	ofCategory = `from offers o where o.category_id >= c.id and o.category_id <= c.id and not o.withdrawn`
)

// How long it is remembered how many categories can be seen, and of how many states
// of the offers and shops: any other state has another number, counted at once.
const (
	shownFor  = time.Minute
	shownMost = 8
)

// shownKey is how often price lists had changed offers, and which shops were
// approved: their number and two sums, which are others of other shops.
type shownKey struct{ generation, shops, ids, squares int64 }

// Categories returns one page of the categories that approved shops have offers
// in, by name descending as the ready specification has them, and the number of
// all, which is counted anew when price lists have changed offers or other shops are
// approved.
func (c *Catalog) Categories(ctx context.Context, limit, offset int64) (list []Category, total int64, err error) {
	var key shownKey
	rows, err := c.reads.Query(ctx, `
		select a.shops, a.ids, a.squares, g.generation, p.id, p.name
		from (
			select count(*) as shops, coalesce(sum(id), 0) as ids, coalesce(sum(id * id), 0) as squares
			from shops where approved) a
		cross join (select coalesce(sum(generation), 0) as generation from offer_generations) g
		left join (select c.id, c.name `+shownCategories+` order by c.name desc, c.id desc limit $1 offset $2) p on true
		order by p.name desc, p.id desc`, limit, offset)
	_, err = db.Collect(rows, err, func(r db.Row) (none struct{}, err error) {
		var id *CategoryID
		var name *string
		err = r.Scan(&key.shops, &key.ids, &key.squares, &key.generation, &id, &name)
		if err == nil && id != nil {
			list = append(list, Category{*id, *name})
		}
		return none, err
	})
	if err == nil {
		total, err = c.shown.of(ctx, key, c.now(), func(ctx context.Context) (int64, error) {
			return count(ctx, c.reads, `select count(*)`+shownCategories)
		})
	}
	if err != nil {
		return nil, 0, fmt.Errorf("catalog: categories: %w", err)
	}
	return list, total, nil
}
