package picture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

const (
	// walkBatch is how many offers one transaction looks at.
	walkBatch = 200
	// walkLease is how long the others leave a shop to the process that walks.
	walkLease = 2 * time.Minute
)

// Walk has the offers of a shop looked through for addresses of pictures, as part
// of tx, which changes what its price list says. It is one row, however many
// offers there are.
func Walk(ctx context.Context, tx db.Tx, shop partner.ShopID, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into picture_walks (shop_id, round, after, next_at) values ($1, 1, 0, $2)
		on conflict (shop_id) do update set round = picture_walks.round + 1, after = 0, next_at = excluded.next_at`, shop, now)
	return wrapped("walk", err)
}

// walk is a walk that this process has taken.
type walk struct {
	shop         partner.ShopID
	round, after int64
}

// errOther tells that the walk is another's by now, or begins anew.
var errOther = errors.New("picture: the walk was taken over")

// WalkDue looks through the offers of the shops that wait for it, shop by shop.
// All processes do so: the one that moves a shop's time has it.
func (p *Pictures) WalkDue(ctx context.Context) error {
	for {
		w, err := p.takeWalk(ctx)
		if err != nil || w == nil {
			return wrapped("walk", err)
		}
		for more := true; more && err == nil; {
			more, err = p.step(ctx, w)
		}
		if err != nil && !errors.Is(err, errOther) {
			return wrapped("walk", err)
		}
	}
}

// takeWalk returns nil when there is none to take.
func (p *Pictures) takeWalk(ctx context.Context) (*walk, error) {
	w, now := &walk{}, p.now()
	var at time.Time
	err := p.db.QueryRow(ctx, `select shop_id, round, after, next_at from picture_walks where next_at <= $1 order by next_at limit 1`, now).
		Scan(&w.shop, &w.round, &w.after, &at)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `update picture_walks set next_at = $4 where shop_id = $1 and round = $2 and next_at = $3`, w.shop, w.round, at, now.Add(walkLease))
		if err == nil && n == 0 {
			err = errOther
		}
		return err
	})
	if errors.Is(err, errOther) {
		return nil, nil //nolint:nilnil // the next round looks again
	}
	return w, err
}

// step looks at the next offers, and tells whether there may be more.
func (p *Pictures) step(ctx context.Context, w *walk) (more bool, err error) {
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		// The row is held: a list that is merged meanwhile begins the walk anew.
		n, err := tx.Exec(ctx, `update picture_walks set next_at = $3 where shop_id = $1 and round = $2`, w.shop, w.round, p.now().Add(walkLease))
		if err == nil && n == 0 {
			err = errOther
		}
		if err != nil {
			return err
		}
		last, n, err := look(ctx, tx, w.shop, w.after, p.now())
		if err != nil {
			return err
		}
		if more = n == walkBatch; !more {
			return p.endWalk(ctx, tx, w)
		}
		w.after = last
		_, err = tx.Exec(ctx, `update picture_walks set after = $2 where shop_id = $1`, w.shop, last)
		return err
	})
	return more, err
}

// endWalk lets go of addresses that no offer has any more.
func (p *Pictures) endWalk(ctx context.Context, tx db.Tx, w *walk) error {
	rows, err := tx.Query(ctx, `
		delete from picture_copies where shop_id = $1 and not exists (select 1 from listed_pictures where copy_id = picture_copies.id)
		returning coalesce(picture_id, 0)`, w.shop)
	gone, err := db.Collect(rows, err, func(r db.Row) (id ID, err error) { return id, r.Scan(&id) })
	if err == nil {
		err = forget(ctx, tx, slices.DeleteFunc(gone, func(id ID) bool { return id == 0 })...)
	}
	if err == nil {
		_, err = tx.Exec(ctx, `delete from picture_walks where shop_id = $1 and round = $2`, w.shop, w.round)
	}
	return err
}

// look makes what the database knows of the next offers' addresses what their
// documents say. It returns the last offer, and how many there were. Withdrawn ones
// keep what they had: they may be back tomorrow.
func look(ctx context.Context, tx db.Tx, shop partner.ShopID, after int64, now time.Time) (last, n int64, err error) {
	type offer struct {
		id   int64
		urls []string
	}
	rows, err := tx.Query(ctx, `select id, details from offers where shop_id = $1 and not withdrawn and id > $2 order by id limit $3`, shop, after, walkBatch)
	list, err := db.Collect(rows, err, func(r db.Row) (o offer, err error) {
		var details string
		err = r.Scan(&o.id, &details)
		o.urls = addresses(details)
		return o, err
	})
	if err != nil || len(list) == 0 {
		return after, 0, err
	}
	last = list[len(list)-1].id
	known, err := listed(ctx, tx, shop, after, last)
	if err != nil {
		return 0, 0, err
	}
	var changed []int64
	urls := map[string]string{} // by their hashes
	wanted := map[int64][]string{}
	for _, o := range list {
		hashes := make([]string, len(o.urls))
		for i, u := range o.urls {
			hashes[i] = hash(u)
		}
		if slices.Equal(hashes, known[o.id]) {
			continue
		}
		changed, wanted[o.id] = append(changed, o.id), hashes
		for i, h := range hashes {
			urls[h] = o.urls[i]
		}
	}
	if len(changed) > 0 {
		err = relist(ctx, tx, shop, changed, wanted, urls, now)
	}
	return last, int64(len(list)), err
}

// addresses are those that a document of an offer names, as many as are shown.
func addresses(details string) []string {
	if strings.Contains(details, `"pictures":[]`) {
		return nil // most goods; what is written in other texts has its quotes escaped
	}
	var d struct{ Pictures []string }
	if json.Unmarshal([]byte("{"+details+"}"), &d) != nil {
		return nil
	}
	return d.Pictures[:min(len(d.Pictures), maxOffer)]
}

func hash(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:])
}

// listed are the hashes of what the offers had, in their order. A cross join has
// SQLite begin with the few rows: it would go through all copies of the shop.
func listed(ctx context.Context, tx db.Tx, shop partner.ShopID, after, last int64) (map[int64][]string, error) {
	rows, err := tx.Query(ctx, `
		select l.offer_id, c.hash from listed_pictures l cross join picture_copies c
		where c.id = l.copy_id and l.offer_id > $2 and l.offer_id <= $3 and c.shop_id = $1 order by l.offer_id, l.position`, shop, after, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[int64][]string{}
	for rows.Next() {
		var offer int64
		var hash string
		if err := rows.Scan(&offer, &hash); err != nil {
			return nil, err
		}
		known[offer] = append(known[offer], hash)
	}
	return known, rows.Err()
}

// relist writes the addresses of offers in which they have changed: a few
// statements for all.
func relist(ctx context.Context, tx db.Tx, shop partner.ShopID, changed []int64, wanted map[int64][]string, urls map[string]string, now time.Time) error {
	in, args := db.In(nil, changed)
	if _, err := tx.Exec(ctx, `delete from listed_pictures where offer_id in (`+in+`)`, args...); err != nil {
		return err
	}
	if len(urls) == 0 {
		return nil
	}
	var rows [][]any
	for h, u := range urls {
		rows = append(rows, []any{h, u})
	}
	// In one order everywhere, so that two do not wait for each other in a circle.
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(fmt.Sprint(a[0]), fmt.Sprint(b[0])) })
	values, args := db.Values([]any{shop, now}, rows)
	_, err := tx.Exec(ctx, `
		with v (hash, address) as (values `+values+`)
		insert into picture_copies (shop_id, hash, address, tries, next_at) select $1, hash, address, 0, $2 from v where true
		on conflict (shop_id, hash) do nothing`, args...)
	if err != nil {
		return err
	}
	var lines [][]any
	for _, offer := range changed {
		for i, h := range wanted[offer] {
			lines = append(lines, []any{offer, int64(i), h})
		}
	}
	values, args = db.Values([]any{shop}, lines)
	_, err = tx.Exec(ctx, `
		with v (offer_id, position, hash) as (values `+values+`)
		insert into listed_pictures (offer_id, position, copy_id)
		select v.offer_id, v.position, c.id from v cross join picture_copies c where c.shop_id = $1 and c.hash = v.hash`, args...)
	return err
}
