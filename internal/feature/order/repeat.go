package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// Again is what a line of an order that is repeated has become.
type Again struct {
	Line
	Added int64         // that went into the basket
	Price money.Kopecks // of now; 0 when it is gone
	Gone  bool          // no longer sold, or its shop is closed
	Short bool          // less than was ordered
	More  bool          // the supplier does not sell that little
}

// Repeat puts what the person's order held into their basket, as much as there
// is, in quantities that the suppliers sell, and tells of each line what became
// of it. Orders of any state may be repeated; fault.Absent when it is not there
// or not theirs.
func (o *Orders) Repeat(ctx context.Context, who account.ID, id ID) ([]Again, error) {
	was, err := o.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	var list []Again
	err = o.db.InTx(ctx, func(tx db.Tx) error {
		now, err := forSale(ctx, tx, who, was.Lines)
		if err != nil {
			return err
		}
		var wants []catalog.Want
		list = make([]Again, len(was.Lines))
		for i, l := range was.Lines {
			list[i] = now[l.Offer].again(l)
			if n := list[i].Added; n > 0 {
				wants = append(wants, catalog.Want{Offer: l.Offer, Quantity: n})
			}
		}
		if len(wants) == 0 {
			return nil
		}
		_, err = o.baskets.AddIn(ctx, tx, who, wants)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("order: repeat: %w", err)
	}
	return list, nil
}

// selling is how an offer is sold now; zero when it is not.
type selling struct {
	price                    money.Kopecks
	available, min, multiple int64
}

// again is the line as it can be ordered now: as much as was ordered, or what
// of it there is beside what the basket holds, in a quantity that is sold.
func (s *selling) again(l Line) Again {
	a := Again{Line: l}
	if s == nil {
		a.Gone = true
		return a
	}
	a.Price = s.price
	terms := basket.Line{MinQuantity: s.min, Multiple: s.multiple}
	a.Added = terms.Suitable(l.Ordered)
	if a.Added > s.available {
		if a.Added = s.available; s.multiple > 1 {
			a.Added -= a.Added % s.multiple
		}
		if a.Added < s.min {
			a.Added = 0
		}
	}
	a.Short, a.More = a.Added < l.Ordered, a.Added > l.Ordered
	return a
}

func forSale(ctx context.Context, q db.Queryer, who account.ID, lines []Line) (map[catalog.OfferID]*selling, error) {
	ids := make([]catalog.OfferID, len(lines))
	for i, l := range lines {
		ids[i] = l.Offer
	}
	in, args := db.In([]any{who}, ids)
	all := map[catalog.OfferID]*selling{}
	err := each(ctx, q, `
		select o.id, o.price, `+catalog.Available+` - coalesce((
				select l.quantity from basket_lines l join baskets k on k.id = l.basket_id
				where k.user_id = $1 and l.offer_id = o.id), 0),
			o.min_quantity, o.multiple
		from offers o join shops s on s.id = o.shop_id
		where s.open and not o.withdrawn and o.id in (`+in+`)`, args, func(r db.Row) error {
		var id catalog.OfferID
		s := &selling{}
		err := r.Scan(&id, &s.price, &s.available, &s.min, &s.multiple)
		s.available = max(0, s.available)
		all[id] = s
		return err
	})
	return all, err
}

// only is the one thing of a list; fault.Absent when there is none.
func only[T any](list []T, err error) (one T, _ error) {
	if err == nil && len(list) == 0 {
		err = fault.Absent
	}
	if err != nil {
		return one, err
	}
	return list[0], nil
}
