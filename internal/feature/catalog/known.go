package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Known is what the offers of a shop are at one time: 24 bytes of each. Most of a
// daily list says the same, and need not be compared with them again.
type Known struct {
	generation int64
	seed       maphash.Seed
	offers     []knownOffer // by id
	dictionary dictionary
}

type knownOffer struct {
	id      uint64 // hash of the external id
	content int64  // fingerprint of all but price and stock
	terms   uint64 // hash of price and stock; 0 when it is withdrawn
}

// Look reads what the offers of the shop are.
func Look(ctx context.Context, q db.Queryer, shop partner.ShopID) (*Known, error) {
	// The generation first: what changes after it makes a merge stale.
	k, err := generation(ctx, q, shop)
	if err != nil {
		return nil, fmt.Errorf("catalog: look: %w", err)
	}
	rows, err := q.Query(ctx, `
		select external_id, content, price, price_rrc, on_hand, withdrawn from offers where shop_id = $1`, shop)
	k.offers, err = db.Collect(rows, err, func(r db.Row) (o knownOffer, err error) {
		var id string
		var price money.Kopecks
		var rrc *money.Kopecks
		var onHand int64
		var withdrawn bool
		if err := r.Scan(&id, &o.content, &price, &rrc, &onHand, &withdrawn); err != nil {
			return o, err
		}
		if o.id = maphash.String(k.seed, id); !withdrawn {
			o.terms = k.terms(price, rrc, onHand)
		}
		return o, nil
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: look: %w", err)
	}
	slices.SortFunc(k.offers, func(a, b knownOffer) int { return cmp.Compare(a.id, b.id) })
	return k, nil
}

// generation is how often the offers of the shop have changed, and no more.
func generation(ctx context.Context, q db.Queryer, shop partner.ShopID) (*Known, error) {
	k := &Known{seed: maphash.MakeSeed()}
	err := q.QueryRow(ctx, `select generation from offer_generations where shop_id = $1`, shop).Scan(&k.generation)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return k, err
}

func (k *Known) terms(price money.Kopecks, rrc *money.Kopecks, onHand int64) uint64 {
	all := [3]int64{int64(price), -1, onHand}
	if rrc != nil {
		all[1] = int64(*rrc)
	}
	return maphash.Comparable(k.seed, all) | 1
}

// kindOf tells what a listing of that content changes.
func (k *Known) kindOf(l *Listing, content int64) kind {
	n, found := slices.BinarySearchFunc(k.offers, maphash.String(k.seed, l.ExternalID), func(o knownOffer, id uint64) int {
		return cmp.Compare(o.id, id)
	})
	switch {
	case !found || k.offers[n].content != content:
		return full
	case !l.KeepPrice && !l.KeepStock && k.offers[n].terms == k.terms(l.Price, l.PriceRRC, l.Quantity):
		return still
	}
	return same
}

// Generation counts the changes of the shop's offers before it was read.
func (k *Known) Generation() int64 { return k.generation }

// Current returns ErrStale when the offers of the shop have changed since.
func (k *Known) Current(ctx context.Context, q db.Queryer, shop partner.ShopID) error {
	now, err := generation(ctx, q, shop)
	if err == nil && now.generation != k.generation {
		return ErrStale
	}
	return err
}

// advance begins a new generation of the shop's offers. ErrStale when they are
// not those that are known.
func (k *Known) advance(ctx context.Context, tx db.Tx, shop partner.ShopID) error {
	n, err := tx.Exec(ctx, `
		insert into offer_generations (shop_id, generation) values ($1, 1)
		on conflict (shop_id) do update set generation = offer_generations.generation + 1
		where offer_generations.generation = $2`, shop, k.generation)
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}
