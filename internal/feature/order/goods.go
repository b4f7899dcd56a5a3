package order

import (
	"context"

	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
)

// place is where goods that were ordered are.
type place int

const (
	free     place = iota // for sale again
	reserved              // with the supplier, for an order
	shipped               // gone; a list of the supplier will count them out
	counted               // gone, and counted out: what comes back of them a list will count
)

// placeOf is where the goods of the part are when it is in the state.
func (r *revision) placeOf(p *Part, s State) place {
	switch {
	case s == Canceled:
		return free
	case s != Sent && s != Delivered:
		return reserved
	case r.counted[p.ID]:
		return counted
	}
	return shipped
}

// shift is a quantity of an offer that goes from one place to another.
type shift struct {
	catalog.Want
	from, to place
}

// shiftGoods does what the revision says about stock, by offers in the order of
// their ids as Place does. Goods that were free again are taken as an order takes
// them: catalog.NotEnough when they are sold.
func (r *revision) shiftGoods(ctx context.Context, tx db.Tx) error {
	var ids []catalog.OfferID
	var again []catalog.Want
	var moves []catalog.Shift
	for _, s := range r.shifts {
		ids = append(ids, s.Offer)
		from := s.from
		if from == free {
			again, from = append(again, s.Want), reserved
		}
		m := catalog.Shift{Offer: s.Offer}
		for _, side := range []struct {
			at   place
			sign int64
		}{{from, -1}, {s.to, 1}} {
			switch side.at {
			case reserved:
				m.Reserved += side.sign * s.Quantity
			case shipped:
				m.Shipped += side.sign * s.Quantity
			case free, counted:
			}
		}
		moves = append(moves, m)
	}
	if err := catalog.Lock(ctx, tx, ids); err != nil {
		return err
	}
	if len(again) > 0 {
		if _, err := catalog.Reserve(ctx, tx, again); err != nil {
			return err
		}
	}
	return catalog.Relocate(ctx, tx, moves)
}
