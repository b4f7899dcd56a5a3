package catalog

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// What is written in offers is found by the words of offer_words, which follow
// offers: whoever changes more of an offer than its price and stock marks it, and
// Index does the rest. So a merge is not longer for it, and what a process leaves
// undone another one does.

// mark notes the offers for the index whose ids the query tells, each once. Its row
// stays locked until what is changed can be read: an index that is being written leaves
// it out.
func mark(ctx context.Context, tx db.Tx, query string, args ...any) error {
	_, err := tx.Exec(ctx, `
		with m (id) as (`+query+`)
		insert into unindexed_offers (offer_id) select id from m where true order by id
		on conflict (offer_id) do update set offer_id = excluded.offer_id`, args...)
	if err != nil {
		return fmt.Errorf("catalog: mark: %w", err)
	}
	return nil
}

// indexAtOnce is how many offers are indexed in a transaction: others that write
// to SQLite wait for no longer.
const indexAtOnce = 500

// leastLeft is before the end of its time that Index begins no further transaction.
const leastLeft = 10 * time.Second

// Index makes the offers that have changed since findable by what they are now, a
// few at a time, until all are or its time is over: the next one goes on. Any number
// of processes may do so at once.
func Index(ctx context.Context, d *db.DB) error {
	// A look first: who writes to SQLite keeps all others from writing.
	var is bool
	if err := d.QueryRow(ctx, `select exists (select 1 from unindexed_offers)`).Scan(&is); err != nil || !is {
		return wrapped("index", err)
	}
	for l := newLexicon(); ; {
		n := 0
		err := d.InTx(ctx, func(tx db.Tx) (err error) {
			n, err = index(ctx, tx, l)
			return err
		})
		end, has := ctx.Deadline()
		if err != nil || n < indexAtOnce || has && time.Until(end) < leastLeft {
			return wrapped("index", err)
		}
	}
}

// findable is an offer as the index needs it.
type findable struct {
	id        OfferID
	external  string
	shop      partner.ShopID
	category  CategoryID
	withdrawn bool
	document  string
	details   string
	traits    string
}

func index(ctx context.Context, tx db.Tx, lex *lexicon) (int, error) {
	lock := ""
	if tx.Dialect() == db.Postgres {
		lock = " for update skip locked"
	}
	// Not within the delete: there PostgreSQL, where it takes the table for empty, would
	// choose and lock anew for each row of it.
	rows, err := tx.Query(ctx, `select offer_id from unindexed_offers order by offer_id limit $1`+lock, indexAtOnce)
	ids, err := db.Collect(rows, err, func(r db.Row) (id OfferID, err error) { return id, r.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	in, args := db.In(nil, ids)
	if _, err := tx.Exec(ctx, `delete from unindexed_offers where offer_id in (`+in+`)`, args...); err != nil {
		return 0, err
	}
	rows, err = tx.Query(ctx, `
		select id, external_id, shop_id, category_id, withdrawn, document, details, traits from offers where id in (`+in+`) order by id`, args...)
	list, err := db.Collect(rows, err, func(r db.Row) (f findable, err error) {
		return f, r.Scan(&f.id, &f.external, &f.shop, &f.category, &f.withdrawn, &f.document, &f.details, &f.traits)
	})
	if err == nil {
		list = slices.DeleteFunc(list, func(f findable) bool { return f.withdrawn })
		err = forgetWords(ctx, tx, ids)
	}
	if err == nil && len(list) > 0 {
		err = writeWords(ctx, tx, lex, list)
	}
	return len(ids), err
}

func forgetWords(ctx context.Context, tx db.Tx, ids []OfferID) error {
	key := "offer_id"
	if tx.Dialect() == db.SQLite {
		key = "rowid"
	}
	in, args := db.In(nil, ids)
	_, err := tx.Exec(ctx, `delete from offer_words where `+key+` in (`+in+`)`, args...)
	if err == nil {
		_, err = tx.Exec(ctx, `delete from offer_names where offer_id in (`+in+`)`, args...)
	}
	return err
}

func writeWords(ctx context.Context, tx db.Tx, lex *lexicon, list []findable) error {
	said, used := map[string]bool{}, map[string]bool{}
	found, named := make([][]any, len(list)), make([][]any, len(list))
	for i, f := range list {
		var l Listing
		if err := l.parse(f.document + "," + f.details); err != nil {
			return fmt.Errorf("offer %d: %w", f.id, err)
		}
		words := f.words(&l, lex)
		ownWords(words, used)
		found[i] = []any{int64(f.id), words}
		named[i] = []any{int64(f.id), int64(f.category), nameKey(l.Name)}
		for _, w := range slices.Concat(splitWords(l.Name), splitWords(l.Vendor)) {
			if spellable(w) {
				said[w] = true
			}
		}
	}
	values, args := db.Values(nil, found)
	into := `insert into offer_words (rowid, words) values ` + values
	if tx.Dialect() == db.Postgres {
		into = `
			insert into offer_words (offer_id, words)
			select i, array_to_tsvector(string_to_array(w, ' ')) from (values ` + values + `) as t (i, w)`
	}
	_, err := tx.Exec(ctx, into, args...)
	if err == nil {
		values, args = db.Values(nil, named)
		_, err = tx.Exec(ctx, `insert into offer_names (offer_id, category_id, name_key) values `+values, args...)
	}
	if err == nil {
		err = learnWords(ctx, tx, lex.known, said)
	}
	if err == nil {
		err = listWords(ctx, tx, lex.indexed, used)
	}
	return err
}

// maxNameKey is how much of a name sorts, in characters: the rest would make the
// index large, and names that differ only there are in the order of their ids.
const maxNameKey = 40

// nameKey is a name as it sorts.
func nameKey(name string) string {
	key := []rune(Key(name))
	return string(key[:min(len(key), maxNameKey)])
}

// maxOfferWords is how many words an offer is found by. It is beyond any name.
const maxOfferWords = 200

// words writes what the offer is found by, with spaces between.
func (f *findable) words(l *Listing, lex *lexicon) string {
	var b strings.Builder
	seen := map[string]bool{}
	add := func(word string) {
		if !seen[word] && len(word) <= maxWord {
			seen[word] = true
			b.WriteString(word)
			b.WriteByte(' ')
		}
	}
	text := func(text string) {
		for _, w := range splitWords(text) {
			if len(seen) > maxOfferWords {
				return
			}
			add(lex.stem(w))
			for _, p := range parts(w) {
				add(lex.stem(p))
			}
		}
	}
	text(l.Name)
	text(l.Vendor)
	text(l.Model)
	text(l.Category)
	for _, p := range l.Parameters {
		text(p.Value)
	}
	for _, c := range append([]string{f.external, l.VendorCode}, l.Barcodes...) {
		if c = code(c); c != "" {
			add(codeWord + c)
		}
	}
	add(categoryWord + strconv.FormatInt(int64(f.category), 10))
	add(shopWord + strconv.FormatInt(int64(f.shop), 10))
	for v := range strings.FieldsSeq(f.traits) {
		add(valueWord + v)
	}
	for _, s := range spans {
		add(s.word + strconv.FormatInt(int64(f.id)>>s.bits, 10))
	}
	for n := range min(maxSample, bits.TrailingZeros64(lot(f.id))) {
		add(sampleWord + strconv.Itoa(n+1))
	}
	return strings.TrimSuffix(b.String(), " ")
}

// maxWord is the longest word that is found, in bytes: the words of PostgreSQL's index
// have 2046 at most.
const maxWord = 400

// lot is an even number for the offer, always the same: by it, offers are drawn.
func lot(id OfferID) uint64 {
	// The low bits of FNV follow those of what it read.
	n := hash(strconv.AppendInt(nil, int64(id), 10))
	n ^= n >> 32
	n *= 0xd6e8feb86659fd93
	return n ^ n>>32
}
