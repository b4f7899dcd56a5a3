package catalog

import (
	"context"
	"fmt"
	"strings"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Match is by what an offer was found to be of its product: the evidence.
type Match string

// The kinds of evidence, the strongest first.
const (
	ByHand    Match = "hand" // an administrator said so
	ByBarcode Match = "barcode"
	ByVendor  Match = "vendor_code" // the vendor and its own code of the product
	ByName    Match = "name"        // the name and the category
)

// evidence is a kind of it that staged rows s may have, of a category c.
type evidence struct {
	match    Match
	key      string // as product_keys has it
	there    string // whether a row has it
	identity string // what tells a product that is made for it from others of its category
}

// A tab is in no folded name, so no name is taken for another kind of evidence.
var (
	barcodes = evidence{ByBarcode, `s.barcode`, `s.barcode <> ''`, "'\tbarcode/' || s.barcode"}
	vendors  = evidence{ByVendor, `s.vendor_key`, `s.vendor_key <> ''`, "'\tvendor/' || s.vendor_key"}
	// One that has a barcode of its own is another product, whatever it is called.
	names = evidence{ByName, `c.id || '/' || s.name_key`, `true`, `s.name_key`}
)

// stranger keeps apart what has the same name k and another barcode.
const stranger = ` and (s.barcode = '' or not exists (
	select 1 from product_keys other where other.product_id = k.product_id and other.kind = 'barcode'))`

// unmatched are the whole rows of the list that have no product yet.
const unmatched = `
	from staged_offers s
	join categories c on c.name_key = s.category_key
	where s.import_id = $1 and s.kind < 4 and s.kind = 0 and not exists (
		select 1 from staged_products m where m.import_id = $1 and m.external_id = s.external_id)`

// vendorKey is the folded vendor and code of a listing; "" when it has not both.
func (l *Listing) vendorKey() string {
	vendor, code := Key(l.Vendor), Key(l.VendorCode)
	if vendor == "" || code == "" {
		return ""
	}
	return vendor + "\t" + code
}

// matching finds the products of a staged list.
type matching struct {
	ctx context.Context
	tx  db.Tx
	as  Staging
	err error
}

func (m *matching) exec(query string, args ...any) {
	if m.err == nil {
		_, m.err = m.tx.Exec(m.ctx, query, append([]any{m.as}, args...)...)
	}
}

// match gives every whole row of the list its product: the one that a person said,
// or that has its barcode, its vendor's code, its name in its category; and makes
// one where there is none. What the rows tell of their products is remembered.
func match(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID) error {
	m := &matching{ctx: ctx, tx: tx, as: as}
	if tx.Dialect() == db.Postgres {
		m.ownTable()
	}
	m.exec(`
		insert into staged_products (import_id, external_id, product_id, matched_by)
		select $1, s.external_id, o.product_id, 'hand'
		from staged_offers s join offers o on o.shop_id = $2 and o.external_id = s.external_id
		where s.import_id = $1 and s.kind < 4 and s.kind = 0 and o.matched_by = 'hand'`, shop)
	m.find(barcodes)
	m.find(vendors)
	m.find(names)
	m.settle()
	m.learn()
	for _, e := range []evidence{barcodes, vendors, names} {
		if m.err != nil {
			break
		}
		var rest int64
		if rest, m.err = count(ctx, tx, `select count(*)`+unmatched, as); rest == 0 {
			break
		}
		m.find(e) // what the round before has taught
		m.make(e)
		m.find(e)
		m.settle()
		m.learn()
	}
	if m.err != nil {
		return fmt.Errorf("catalog: match: %w", m.err)
	}
	return nil
}

// ownTable makes a table of products for this transaction alone. In one for all,
// PostgreSQL would find what it was when it looked last, between two lists: nothing,
// and compare every row with every other.
func (m *matching) ownTable() {
	if m.err == nil {
		_, m.err = m.tx.Exec(m.ctx, `
			create temporary table if not exists staged_products (
				import_id bigint not null, external_id text collate "C" not null, product_id bigint not null, matched_by text not null,
				primary key (import_id, external_id)
			) on commit drop`)
	}
}

// settle tells PostgreSQL how many products there are by now.
func (m *matching) settle() {
	if m.err == nil && m.tx.Dialect() == db.Postgres {
		_, m.err = m.tx.Exec(m.ctx, `analyze staged_products`)
	}
}

// find matches the rows whose key is known. The order, which no index has, makes
// PostgreSQL look for all of them before it adds the first: else, where it takes the
// table for empty, it would go through all that it has added for each further row.
func (m *matching) find(e evidence) {
	apart := ""
	if e.match == ByName {
		apart = stranger
	}
	m.exec(`
		insert into staged_products (import_id, external_id, product_id, matched_by)
		select $1, s.external_id, k.product_id, '` + string(e.match) + `'` +
		strings.Replace(unmatched, `where`, `join product_keys k on k.kind = '`+string(e.match)+`' and k.key = `+e.key+` where`, 1) +
		` and ` + e.there + apart + ` order by s.external_id || ''`)
}

// make makes a product for each key that nobody has. Two lists that do so at once
// make one: the second waits for the first, and finds its product.
func (m *matching) make(e evidence) {
	groups := `select ` + e.key + ` as key, min(c.id) as category_id, min(s.name) as name, min(` + e.identity + `) as identity` +
		unmatched + ` and ` + e.there + ` group by ` + e.key
	m.exec(`
		insert into products (category_id, name, name_key)
		select g.category_id, g.name, g.identity from (` + groups + `) g
		order by g.key
		on conflict (category_id, name_key) do nothing`)
	m.exec(`
		insert into product_keys (kind, key, product_id)
		select '` + string(e.match) + `', g.key, p.id
		from (` + groups + `) g join products p on p.category_id = g.category_id and p.name_key = g.identity
		order by g.key
		on conflict (kind, key) do nothing`)
}

// learn remembers what else the products of matched rows are known by, unless it
// is known of another: the first word counts.
func (m *matching) learn() {
	for _, e := range []evidence{barcodes, vendors, names} {
		m.exec(`
			insert into product_keys (kind, key, product_id)
			select '` + string(e.match) + `', ` + e.key + `, min(m.product_id)
			from staged_products m
			join staged_offers s on s.import_id = $1 and s.external_id = m.external_id
			join categories c on c.name_key = s.category_key
			where m.import_id = $1 and m.matched_by <> 'hand' and ` + e.there + `
			group by ` + e.key + `
			order by ` + e.key + `
			on conflict (kind, key) do nothing`)
	}
}
