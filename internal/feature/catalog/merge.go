package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Counts is what a merge did to the offers of a shop.
type Counts struct {
	Created, Updated, Unchanged, Withdrawn int64
	Staged                                 int64 // listings there were
	Unknown                                int64 // listings that change or withdraw an offer, and there is none for sale: nothing was done
}

// ErrStale means that offers have changed since the listings were staged: they are
// to be staged anew.
var ErrStale = errors.New("catalog: the offers have changed since the list was staged")

// Most rows of a daily list are of the kind still: an index leaves them out, and
// "kind < 4" beside a narrower condition is for SQLite to see that it may use it.

// changed chooses staged rows s whose offer o they change.
const changed = `
	s.kind < 4 and (s.kind < 2 and (o.content <> s.content or o.withdrawn or o.price <> s.price or o.on_hand <> s.quantity
			or coalesce(o.price_rrc, -1) <> coalesce(s.price_rrc, -1))
		or s.kind = 2 and not o.withdrawn and (o.price <> coalesce(s.price, o.price) or o.on_hand <> coalesce(s.quantity, o.on_hand)
			or coalesce(o.price_rrc, -1) <> coalesce(s.price_rrc, o.price_rrc, -1))
		or s.kind = 3 and not o.withdrawn)`

// unknown chooses staged rows s that are of no offer for sale.
const unknown = `
	s.kind < 4 and s.kind >= 2 and not exists (
		select 1 from offers o where o.shop_id = $2 and o.external_id = s.external_id and not o.withdrawn)
	and (s.kind = 2 or not exists (
		select 1 from offers o where o.shop_id = $2 and not o.withdrawn
			and o.external_id > s.external_id || '#' and o.external_id < s.external_id || '$'))`

// variants are the offers o for sale that go with a staged row s, whose own
// they are, and are not staged themselves.
//
// The few rows are chosen first: in one join PostgreSQL may go through all pairs.
const variants = `
	from (select g.external_id from staged_offers g where g.import_id = $1 and g.kind < 4 and g.kind = 3 limit 1000000) s
	join offers o on o.shop_id = $2 and o.external_id > s.external_id || '#' and o.external_id < s.external_id || '$'
	where not o.withdrawn and not exists (
		select 1 from staged_offers own where own.import_id = $1 and own.external_id = o.external_id)`

// Merge makes the offers of the shop what the staged listings say: new ones
// are added, changed ones updated under their ids, and, unless the list is
// partial, absent ones withdrawn. What orders have reserved stays reserved, what
// had been shipped when it was received is counted out where it tells the stock, and Rollback can take it all back. ErrStale when the offers are not those that were
// known when the listings were staged.
func Merge(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID, known *Known, partial bool, received time.Time) (c Counts, err error) {
	exec := func(query string, args ...any) (n int64) {
		if err == nil {
			n, err = tx.Exec(ctx, query, args...)
		}
		return n
	}
	if err := known.advance(ctx, tx, shop); err != nil {
		return Counts{}, fmt.Errorf("catalog: merge: %w", err)
	}
	if err := unhand(ctx, tx, as, shop); err != nil {
		return Counts{}, err
	}
	var passed, leaving int64 // slim listings of no offer; listings that withdraw
	short, err := count(ctx, tx, `select count(*) from staged_offers where import_id = $1 and kind < 4 and kind >= 2`, as)
	if short > 0 {
		err = tx.QueryRow(ctx, `
			select count(*), count(case when s.kind = 2 then 1 end),
				(select count(*) from staged_offers g where g.import_id = $1 and g.kind < 4 and g.kind = 3)
			from staged_offers s where s.import_id = $1 and `+unknown,
			as, shop).Scan(&c.Unknown, &passed, &leaving)
	}
	// In the order of their keys, so that two merges do not wait for each other
	// in a circle.
	exec(`
		insert into categories (name, name_key)
		select min(category), category_key from staged_offers where import_id = $1 and kind < 4 and kind = 0
		group by category_key order by category_key
		on conflict (name_key) do nothing`, as)
	whole, err := count(ctx, tx, `select count(*) from staged_offers where import_id = $1 and kind < 4 and kind = 0`, as)
	if err == nil && whole > 0 {
		err = match(ctx, tx, as, shop)
	}
	total := exec(`
		insert into offer_versions (import_id, offer_id, price, price_rrc, on_hand, withdrawn, `+contentColumns+`)
		select $1, o.id, o.price, o.price_rrc, o.on_hand, o.withdrawn, `+contentIf(`s.kind = 0 and o.content <> s.content`)+`
		from staged_offers s join offers o on o.shop_id = $2 and o.external_id = s.external_id
		where s.import_id = $1 and `+changed, as, shop)
	absent := int64(0)
	if !partial {
		absent = exec(`
			insert into offer_versions (import_id, offer_id, price, price_rrc, on_hand, withdrawn)
			select $1, o.id, o.price, o.price_rrc, o.on_hand, o.withdrawn
			from offers o
			where o.shop_id = $2 and not o.withdrawn and not exists (
				select 1 from staged_offers s where s.import_id = $1 and s.external_id = o.external_id)`, as, shop)
	}
	varied := int64(0)
	if leaving > 0 {
		varied = exec(`
			insert into offer_versions (import_id, offer_id, price, price_rrc, on_hand, withdrawn)
			select distinct $1, o.id, o.price, o.price_rrc, o.on_hand, o.withdrawn`+variants, as, shop)
	}
	if whole > 0 { // and there are staged products
		exec(`
			update offers set
				product_id = n.product_id, matched_by = n.matched_by, category_id = n.category_id, name = n.name, model = n.model, unit_code = n.unit_code, unit_name = n.unit_name,
				vat = n.vat, barcode = n.barcode, vendor = n.vendor, vendor_code = n.vendor_code,
				min_quantity = n.min_quantity, multiple = n.multiple, content = n.content, document = n.document, details = n.details,
				traits = n.traits
			from (
				select o.id, m.product_id, m.matched_by, c.id as category_id, s.name, s.model, s.unit_code, s.unit_name, s.vat, s.barcode, s.vendor,
					s.vendor_code, s.min_quantity, s.multiple, s.content, s.document, s.details, s.traits
				from offer_versions v
				join offers o on o.id = v.offer_id
				join staged_offers s on s.import_id = $1 and s.external_id = o.external_id
				join staged_products m on m.import_id = $1 and m.external_id = s.external_id
				join categories c on c.name_key = s.category_key
				where v.import_id = $1 and v.content is not null) n
			where offers.id = n.id`, as)
	}
	exec(`
		update offers set
			price = coalesce(n.price, offers.price),
			price_rrc = case when n.kind = 2 then coalesce(n.price_rrc, offers.price_rrc) else n.price_rrc end,
			on_hand = coalesce(n.quantity, offers.on_hand),
			withdrawn = false
		from (
			select o.id, s.kind, s.price, s.price_rrc, s.quantity
			from offer_versions v
			join offers o on o.id = v.offer_id
			join staged_offers s on s.import_id = $1 and s.external_id = o.external_id
			where v.import_id = $1 and s.kind < 3) n
		where offers.id = n.id`, as)
	exec(`
		update offer_versions set shipped = o.shipped - `+sentSince+`
		from offers o
		where offer_versions.import_id = $1 and o.id = offer_versions.offer_id and o.shipped > 0 and `+told, as, shop, received)
	exec(`update offers set shipped = `+strings.ReplaceAll(sentSince, "o.", "offers.")+`
		where shop_id = $2 and shipped > 0 and `+strings.ReplaceAll(told, "o.", "offers."), as, shop, received)
	left := exec(`
		update offers set withdrawn = true
		where id in (select offer_id from offer_versions where import_id = $1) and not withdrawn and not exists (
			select 1 from staged_offers s where s.import_id = $1 and s.external_id = offers.external_id and s.kind < 3)`, as)
	c.Withdrawn, c.Updated = left, total+absent+varied-left
	if whole > 0 {
		c.Created = exec(`
			insert into offers (shop_id, external_id, import_id, product_id, matched_by, category_id, name, price, price_rrc, on_hand, model, unit_code,
				unit_name, vat, barcode, vendor, vendor_code, min_quantity, multiple, content, document, details, traits)
			select $2, s.external_id, $1, m.product_id, m.matched_by, c.id, s.name, s.price, s.price_rrc, coalesce(s.quantity, 0), s.model, s.unit_code,
				s.unit_name, s.vat, s.barcode, s.vendor, s.vendor_code, s.min_quantity, s.multiple, s.content, s.document, s.details, s.traits
			from staged_offers s
			join staged_products m on m.import_id = $1 and m.external_id = s.external_id
			join categories c on c.name_key = s.category_key
			where s.import_id = $1 and s.kind < 4 and s.kind = 0
				and not exists (select 1 from offers o where o.shop_id = $2 and o.external_id = s.external_id)
			order by s.line, s.external_id`, as, shop)
	}
	withdrawals := exec(`delete from staged_offers where import_id = $1 and kind < 4 and kind = 3`, as)
	rest := exec(`delete from staged_offers where import_id = $1`, as)
	if whole > 0 {
		exec(`delete from staged_products where import_id = $1`, as)
	}
	if err == nil {
		err = hand(ctx, tx, shop)
	}
	if err == nil {
		err = known.dictionary.define(ctx, tx, shop)
	}
	if err == nil {
		err = markMerged(ctx, tx, as, shop, c)
	}
	if err != nil {
		return Counts{}, fmt.Errorf("catalog: merge: %w", err)
	}
	c.Staged, c.Unchanged = withdrawals+rest, rest-c.Created-c.Updated-passed
	return c, nil
}

// markMerged marks the offers that are to be found by something else now, or are
// there or not there now. Most of a daily list is neither.
func markMerged(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID, c Counts) error {
	err := mark(ctx, tx, `select v.offer_id from offer_versions v where v.import_id = $1 and (v.content is not null or v.withdrawn)`, as)
	if err == nil && c.Withdrawn > 0 {
		err = mark(ctx, tx, `
			select v.offer_id from offer_versions v join offers w on w.id = v.offer_id where v.import_id = $1 and w.withdrawn`, as)
	}
	if err == nil && c.Created > 0 {
		err = mark(ctx, tx, `select n.id from offers n where n.shop_id = $2 and n.import_id = $1`, as, shop)
	}
	return err
}

// A list counts without what had left the supplier when it was received; what was
// sent later it still has.
const (
	sentSince = `coalesce((
		select sum(l.quantity) from order_parts p join order_lines l on l.part_id = p.id
		where p.shop_id = $2 and p.sent_at >= $3 and l.offer_id = o.id), 0)`
	told = `exists (
		select 1 from staged_offers s
		where s.import_id = $1 and s.external_id = o.external_id and s.quantity is not null)`
)

func count(ctx context.Context, q db.Queryer, query string, args ...any) (n int64, err error) {
	return n, q.QueryRow(ctx, query, args...).Scan(&n)
}

// contentColumns are those of an offer that offer_versions keeps when any of
// them changes.
const contentColumns = `content, product_id, matched_by, category_id, name, model, unit_code, unit_name, vat, barcode, vendor, vendor_code,
	min_quantity, multiple, document, details, traits`
