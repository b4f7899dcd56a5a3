package order

import (
	"context"
	"errors"
	"fmt"
	"math"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// OfShop returns the parts of orders that the supplier delivers, newest first,
// before the part given (0: from the newest), as the filter has them: each as an
// order with the supplier's own lines, state and sum, and of the buyer the contact
// alone.
func (o *Orders) OfShop(ctx context.Context, who account.ID, f Filter, before PartID, limit int) ([]Order, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	narrow, args := f.conditions("p.state", []any{who, before, limit})
	list, err := o.ofShop(ctx, `p.shop_id = (select id from shops where user_id = $1) and p.id < $2`+narrow+`
		order by p.id desc limit $3`, args...)
	if err != nil {
		return nil, fmt.Errorf("order: of shop: %w", err)
	}
	return list, nil
}

// PartOf returns the supplier's part of the order as OfShop does; fault.Absent
// when there is none.
func (o *Orders) PartOf(ctx context.Context, who account.ID, id ID) (Order, error) {
	return only(o.ofShop(ctx, `p.order_id = $1 and p.shop_id = (select id from shops where user_id = $2)`, id, who))
}

// part returns one part as an order of its supplier.
func (o *Orders) part(ctx context.Context, id PartID) (Order, error) {
	return only(o.ofShop(ctx, `p.id = $1`, id))
}

func (o *Orders) ofShop(ctx context.Context, where string, args ...any) ([]Order, error) {
	rows, err := o.db.Query(ctx, `
		select `+orderColumns+`, p.id, p.n, p.shop_id, p.shop_name, p.state, p.version, p.total, s.user_id
		from order_parts p join orders o on o.id = p.order_id join shops s on s.id = p.shop_id
		where `+where, args...)
	list, err := db.Collect(rows, err, func(r db.Row) (Order, error) {
		var o Order
		var p Part
		err := r.Scan(append(o.columns(), &p.ID, &p.N, &p.Shop, &p.ShopName, &p.State, &p.Version, &p.Total, &p.Owner)...)
		o.Parts, o.State, o.Version, o.Total = []Part{p}, p.State, p.Version, p.Total
		return o, err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := map[PartID]*Order{}
	var ids []PartID
	for i := range list {
		id := list[i].Parts[0].ID
		at[id] = &list[i]
		ids = append(ids, id)
	}
	in, args := db.In(nil, ids)
	err = each(ctx, o.db, selectLine+` where part_id in (`+in+`) order by id`, args, func(r db.Row) error {
		l, err := scanLine(r)
		if err == nil {
			at[l.Part].Lines = append(at[l.Part].Lines, l)
		}
		return err
	})
	return list, err
}

// Admin tells who gets the invoice of every order: the address that is set, or
// else the oldest administrator, or else the service's own mailbox; and in which
// language, "" if nobody chose one.
func Admin(set, own string) func(context.Context, db.Queryer) (to, lang string, err error) {
	return func(ctx context.Context, q db.Queryer) (string, string, error) {
		if set != "" {
			return set, "", nil
		}
		u, err := account.FirstAdmin(ctx, q)
		if errors.Is(err, fault.Absent) {
			return own, "", nil
		}
		return u.Email, u.Language, err
	}
}
