package catalog

import (
	"context"
	"fmt"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Staging names a set of listings on their way into the catalogue: the id of
// their import.
type Staging int64

// Counts is what a merge did to the offers of a shop.
type Counts struct {
	Created, Updated, Unchanged, Withdrawn int64
}

// Stage adds listings to those staged under the name. Their external ids are
// unique.
func Stage(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID, listings []Listing) error {
	columns := []string{
		"import_id", "line", "external_id", "category", "category_key", "name", "name_key",
		"model", "price", "quantity", "document", "details",
	}
	_, err := tx.CopyIn(ctx, "staged_offers", columns, func(yield func([]any, error) bool) {
		for _, l := range listings {
			if !yield([]any{
				as, l.Line, l.ExternalID, l.Category, Key(l.Category), l.Name, Key(l.Name),
				l.Model, l.Price, l.Quantity, l.document(shop), l.details(),
			}, nil) {
				return
			}
		}
	})
	if err != nil {
		return fmt.Errorf("catalog: stage: %w", err)
	}
	return nil
}

// Unstage forgets staged listings.
func Unstage(ctx context.Context, tx db.Tx, as Staging) error {
	if _, err := tx.Exec(ctx, `delete from staged_offers where import_id = $1`, as); err != nil {
		return fmt.Errorf("catalog: unstage: %w", err)
	}
	return nil
}

// Settle tells PostgreSQL how much is staged: with the numbers of an earlier
// list it would plan the merge of a large one as a loop in a loop. It has a
// transaction of its own, since the lock it takes lasts to the end of it.
func Settle(ctx context.Context, d *db.DB) error {
	if d.Dialect() != db.Postgres {
		return nil
	}
	return d.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `analyze staged_offers`)
		return err
	})
}

// found joins staged listings with the category and product they belong to.
const found = `
	select s.line, s.external_id, s.model, s.price, s.quantity, s.document, s.details, p.id as product_id, c.id as category_id
	from staged_offers s
	join categories c on c.name_key = s.category_key
	join products p on p.category_id = c.id and p.name_key = s.name_key
	where s.import_id = $1`

// Merge makes the offers of the shop what the staged listings say: new ones
// are added, changed ones updated under their ids, and absent ones withdrawn.
// What orders have reserved stays reserved.
func Merge(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID) (c Counts, err error) {
	exec := func(query string, args ...any) (n int64) {
		if err == nil {
			n, err = tx.Exec(ctx, query, args...)
		}
		return n
	}
	// In the order of their keys, so that two merges do not wait for each other
	// in a circle.
	exec(`
		insert into categories (name, name_key)
		select min(category), category_key from staged_offers where import_id = $1
		group by category_key order by category_key
		on conflict (name_key) do nothing`, as)
	exec(`
		insert into products (category_id, name, name_key)
		select c.id, min(s.name), s.name_key
		from staged_offers s join categories c on c.name_key = s.category_key
		where s.import_id = $1
		group by c.id, s.name_key order by c.id, s.name_key
		on conflict (category_id, name_key) do nothing`, as)
	c.Updated = exec(`
		update offers set
			product_id = n.product_id, category_id = n.category_id, model = n.model, price = n.price,
			on_hand = n.quantity, withdrawn = false, document = n.document, details = n.details
		from (`+found+`) n
		where offers.shop_id = $2 and offers.external_id = n.external_id
			and (offers.document <> n.document or offers.on_hand <> n.quantity or offers.withdrawn
				or offers.details <> n.details or offers.product_id <> n.product_id)`, as, shop)
	c.Created = exec(`
		insert into offers (shop_id, external_id, product_id, category_id, model, price, on_hand, document, details)
		select $2, n.external_id, n.product_id, n.category_id, n.model, n.price, n.quantity, n.document, n.details
		from (`+found+`) n
		where not exists (select 1 from offers o where o.shop_id = $2 and o.external_id = n.external_id)
		order by n.line, n.external_id`, as, shop)
	c.Withdrawn = exec(`
		update offers set withdrawn = true
		where shop_id = $2 and not withdrawn and not exists (
			select 1 from staged_offers s where s.import_id = $1 and s.external_id = offers.external_id)`, as, shop)
	staged := exec(`delete from staged_offers where import_id = $1`, as)
	if err != nil {
		return Counts{}, fmt.Errorf("catalog: merge: %w", err)
	}
	c.Unchanged = staged - c.Created - c.Updated
	return c, nil
}
