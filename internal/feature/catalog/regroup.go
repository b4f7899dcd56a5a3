package catalog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Products are put together and apart under the locks of their rows, in the order
// of their ids; then of their offers, in the order of theirs, as orders lock them.

// MergeProducts makes the offers and keys of one product those of another, which
// later lists find by them. No order is touched. SameProduct, fault.Absent.
func (c *Catalog) MergeProducts(ctx context.Context, into, from ProductID) error {
	if into == from {
		return SameProduct
	}
	return c.regroup(ctx, "merge", into, from, func(ctx context.Context, tx db.Tx, r *regrouping) error {
		if err := r.begin(ctx, tx, into, from); err != nil {
			return err
		}
		if err := r.move(ctx, tx, nil); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into product_key_moves (change_id, kind, key)
			select $1, kind, key from product_keys where product_id = $2`, r.id, from)
		if err == nil {
			_, err = tx.Exec(ctx, `update product_keys set product_id = $1 where product_id = $2`, into, from)
		}
		return err
	})
}

// SplitProduct makes a new product of some of a product's offers, with the keys
// that none of the others has. NotOfProduct, WholeProduct, fault.Absent.
func (c *Catalog) SplitProduct(ctx context.Context, from ProductID, offers []OfferID) (made ProductID, err error) {
	offers = slices.Compact(slices.Sorted(slices.Values(offers)))
	err = c.regroup(ctx, "split", from, from, func(ctx context.Context, tx db.Tx, r *regrouping) error {
		err := tx.QueryRow(ctx, `
			insert into products (category_id, name, name_key)
			select category_id, name, $2 from products where id = $1 returning id`, from, "\tsplit/"+rand.Text()).Scan(&made)
		if err != nil {
			return err
		}
		all, err := productOffers(ctx, tx, from, maxRegrouped)
		if err != nil {
			return err
		}
		leave, stay := map[ProductKey]bool{}, map[ProductKey]bool{}
		found := 0
		for _, o := range all {
			keys := stay
			if _, moved := slices.BinarySearch(offers, o.ID); moved {
				keys = leave
				found++
			}
			l := Listing{Vendor: o.Vendor, VendorCode: o.VendorCode}
			keys[ProductKey{ByBarcode, o.Barcode}], keys[ProductKey{ByVendor, l.vendorKey()}] = true, true
		}
		switch {
		case found < len(offers) || found == 0:
			return NotOfProduct
		case found == len(all):
			return WholeProduct
		}
		if err := r.begin(ctx, tx, made, from); err != nil {
			return err
		}
		if err := r.move(ctx, tx, offers); err != nil {
			return err
		}
		for k := range leave {
			if k.Key == "" || stay[k] {
				continue
			}
			n, err := tx.Exec(ctx, `update product_keys set product_id = $1 where kind = $2 and key = $3 and product_id = $4`, made, k.Match, k.Key, from)
			if err == nil && n > 0 {
				_, err = tx.Exec(ctx, `insert into product_key_moves (change_id, kind, key) values ($1, $2, $3)`, r.id, k.Match, k.Key)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return made, err
}

// UndoProduct takes back the last merge or split that the product had a part in:
// the offers that are still where it put them go back with their evidence, and so
// do the keys. NothingToUndo, fault.Absent.
func (c *Catalog) UndoProduct(ctx context.Context, id ProductID) error {
	return c.regroup(ctx, "undo", id, id, func(ctx context.Context, tx db.Tx, _ *regrouping) error {
		var h Change
		err := tx.QueryRow(ctx, `
			select id, product_id, from_id from product_changes
			where (product_id = $1 or from_id = $1) and undone_at is null
			order by id desc limit 1`, id).Scan(&h.ID, &h.Product, &h.From)
		if errors.Is(err, db.ErrNoRows) {
			return NothingToUndo
		}
		if err != nil {
			return err
		}
		if err := lockProducts(ctx, tx, h.Product, h.From); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update product_changes set undone_at = $2 where id = $1 and undone_at is null`, h.ID, c.now())
		if err == nil && n == 0 {
			return NothingToUndo // somebody else has just done it
		}
		const still = ` from product_moves m where m.change_id = $1 and m.offer_id = `
		for _, statement := range []string{
			`update offers set product_id = $3, matched_by = (select m.matched_by` + still + `offers.id)
			where product_id = $2 and exists (select 1` + still + `offers.id)`,
			`update offer_versions set product_id = $3 where product_id = $2 and exists (select 1` + still + `offer_versions.offer_id)`,
			`update product_keys set product_id = $3 where product_id = $2 and exists (
				select 1 from product_key_moves m where m.change_id = $1 and m.kind = product_keys.kind and m.key = product_keys.key)`,
		} {
			if err == nil {
				_, err = tx.Exec(ctx, statement, h.ID, h.Product, h.From)
			}
		}
		return err
	})
}

// maxRegrouped is the most offers that a product is split with.
const maxRegrouped = 100_000

// regrouping is a change that is being made.
type regrouping struct {
	c          *Catalog
	kind       string
	id         int64
	into, from ProductID
}

// regroup runs f with both products locked, and records it.
func (c *Catalog) regroup(ctx context.Context, kind string, into, from ProductID, f func(context.Context, db.Tx, *regrouping) error) error {
	err := c.db.InTx(ctx, func(tx db.Tx) error {
		if err := lockProducts(ctx, tx, into, from); err != nil {
			return err
		}
		r := &regrouping{c: c, kind: kind}
		if err := f(ctx, tx, r); err != nil {
			return err
		}
		details := ""
		if r.id != 0 {
			details = fmt.Sprintf("%d from product/%d", r.into, r.from)
		}
		return c.trail.Record(ctx, tx, audit.Entry{Action: "product." + kind, Subject: fmt.Sprintf("product/%d", into), Details: details})
	})
	if err != nil && fault.As(err) == nil {
		return fmt.Errorf("catalog: %s: %w", kind, err)
	}
	return err
}

func lockProducts(ctx context.Context, tx db.Tx, ids ...ProductID) error {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		var found ProductID
		err := tx.QueryRow(ctx, `select id from products where id = $1`+db.ForUpdate(tx), id).Scan(&found)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Absent
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin notes the change.
func (r *regrouping) begin(ctx context.Context, tx db.Tx, into, from ProductID) error {
	r.into, r.from = into, from
	return tx.QueryRow(ctx, `
		insert into product_changes (kind, product_id, from_id, created_at) values ($1, $2, $3, $4) returning id`,
		r.kind, into, from, r.c.now()).Scan(&r.id)
}

// move gives the offers to the other product, all of them without a list, and
// remembers by what they were of theirs. What a rollback would restore goes along.
func (r *regrouping) move(ctx context.Context, tx db.Tx, offers []OfferID) error {
	args := func(first any) []any { return []any{first, r.from} }
	ofOffers, ofVersions := ``, ``
	if offers != nil {
		list, _ := db.In(args(nil), offers)
		ofOffers, ofVersions = ` and id in (`+list+`)`, ` and offer_id in (`+list+`)`
	}
	for _, s := range []struct {
		first     any
		statement string
	}{
		{r.id, `
			insert into product_moves (change_id, offer_id, matched_by)
			select cast($1 as bigint), id, matched_by from offers where product_id = $2` + ofOffers + ` order by id` + db.ForUpdate(tx)},
		{r.into, `update offers set product_id = $1, matched_by = 'hand' where product_id = $2` + ofOffers},
		{r.into, `update offer_versions set product_id = $1 where product_id = $2` + ofVersions},
	} {
		_, all := db.In(args(s.first), offers)
		if _, err := tx.Exec(ctx, s.statement, all...); err != nil {
			return err
		}
	}
	return nil
}
