package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Staging names a set of listings on their way into the catalogue: the id of
// their import.
type Staging int64

// kind is what of an offer a staged row changes.
type kind int64

const (
	full  kind = iota // all of it
	same              // price and stock: the rest is what the offer has already
	slim              // price and stock as far as they are given
	gone              // it is withdrawn
	still             // nothing: the offer is so already
)

// Stage adds listings to those staged under the name. Their external ids are
// unique. Of an offer that differs in nothing but price and stock only those
// are staged: most of a daily list is so.
func Stage(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID, known *Known, listings []Listing) error {
	// Short rows first: most of a daily list needs only the first columns.
	var whole [][]any
	var said [][]Parameter // by the listings of whole
	_, err := tx.CopyIn(ctx, "staged_offers", stagedColumns[:shortRow], func(yield func([]any, error) bool) {
		whole, said = whole[:0], said[:0]
		for i := range listings {
			row := listings[i].staged(as, shop, known)
			if len(row) > shortRow {
				whole, said = append(whole, row), append(said, listings[i].Parameters)
			} else if !yield(row, nil) {
				return
			}
		}
	})
	if err == nil && len(whole) > 0 {
		var ids map[Parameter]int64
		if ids, err = known.dictionary.learn(ctx, tx, said); err != nil {
			return err
		}
		_, err = tx.CopyIn(ctx, "staged_offers", stagedColumns, func(yield func([]any, error) bool) {
			for i, row := range whole {
				if !yield(append(row, traits(said[i], ids)), nil) {
					return
				}
			}
		})
	}
	if err != nil {
		return fmt.Errorf("catalog: stage: %w", err)
	}
	return nil
}

// StageKept stages that those of the external ids that are not staged yet stay as
// they are, and returns their number.
func StageKept(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID, known *Known, ids []string) (int64, error) {
	list, args := db.In([]any{as}, ids)
	rows, err := tx.Query(ctx, `select external_id from staged_offers where import_id = $1 and external_id in (`+list+`)`, args...)
	has, err := db.Collect(rows, err, func(r db.Row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return 0, fmt.Errorf("catalog: stage kept: %w", err)
	}
	var kept []Listing
	for _, id := range ids {
		if !slices.Contains(has, id) {
			kept = append(kept, Listing{ExternalID: id, Slim: true, KeepPrice: true, KeepStock: true})
		}
	}
	return int64(len(kept)), Stage(ctx, tx, as, shop, known, kept)
}

// stagedColumns are the columns of a staged row, the first shortRow of which
// every kind has.
var stagedColumns = []string{
	"import_id", "kind", "line", "external_id", "price", "price_rrc", "quantity", "content",
	"category", "category_key", "name", "name_key", "model", "unit_code", "unit_name", "vat", "barcode",
	"vendor", "vendor_code", "vendor_key", "min_quantity", "multiple", "document", "details",
	"traits",
}

const shortRow = 8

func (l *Listing) staged(as Staging, shop partner.ShopID, known *Known) []any {
	short := func(k kind, content int64) []any {
		row := []any{as, k, l.Line, l.ExternalID, l.Price, l.PriceRRC, l.Quantity, content}
		if l.KeepPrice || k == gone {
			row[4] = nil
		}
		if l.KeepStock || k == gone {
			row[6] = nil
		}
		return row
	}
	switch {
	case l.Gone:
		return short(gone, 0)
	case l.Slim:
		return short(slim, 0)
	}
	document, details := l.document(shop), l.details()
	content := fingerprint(document, details)
	if k := known.kindOf(l, content); k != full {
		return short(k, content)
	}
	barcode := ""
	if len(l.Barcodes) > 0 {
		barcode = l.Barcodes[0]
	}
	return append(short(full, content),
		l.Category, Key(l.Category), l.Name, Key(l.Name), l.Model, l.UnitCode, l.UnitName, l.VAT, barcode,
		l.Vendor, l.VendorCode, l.vendorKey(), l.MinQuantity, l.Multiple, document, details)
}

// fingerprint is of all that an offer has but price and stock; never 0.
func fingerprint(document, details string) int64 {
	h := sha256.New()
	_, _ = h.Write([]byte(document))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(details))
	return int64(binary.LittleEndian.Uint64(h.Sum(nil))>>1) | 1
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
	return analyze(ctx, d, `analyze staged_offers (import_id, kind, external_id, category_key, name_key)`)
}

// Grown tells PostgreSQL after a merge how many offers the shops have, when that
// has changed much. It would find out by itself, but only in a minute.
func Grown(ctx context.Context, d *db.DB, c Counts) error {
	if d.Dialect() != db.Postgres {
		return nil
	}
	var known float64 // -1: it has never looked
	err := d.QueryRow(ctx, `select cast(reltuples as double precision) from pg_class where oid = to_regclass('offers')`).Scan(&known)
	if err != nil {
		return fmt.Errorf("catalog: offers known: %w", err)
	}
	if float64(c.Created)*10 < known {
		return nil
	}
	return analyze(ctx, d, `analyze offers (shop_id, external_id, product_id, import_id, withdrawn, price)`)
}

func analyze(ctx context.Context, d *db.DB, query string) error {
	if d.Dialect() != db.Postgres {
		return nil
	}
	return d.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	})
}
