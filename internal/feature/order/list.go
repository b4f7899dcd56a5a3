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

const orderColumns = `o.id, o.number, o.state, o.version, o.total, o.placed_at, o.contact_id,
	o.last_name, o.first_name, o.patronymic, o.email, o.phone, o.city, o.street, o.house, o.structure, o.building, o.apartment`

func (o *Order) columns() []any {
	c := &o.Contact
	return []any{
		&o.ID, &o.Number, &o.State, &o.Version, &o.Total, &o.PlacedAt, &c.ID,
		&c.LastName, &c.FirstName, &c.Patronymic, &c.Email, &c.Phone,
		&c.City, &c.Street, &c.House, &c.Structure, &c.Building, &c.Apartment,
	}
}

func scanOrder(r db.Row) (o Order, err error) {
	return o, r.Scan(o.columns()...)
}

// List returns the person's orders, newest first, before the id given (0: from
// the newest), as the filter has them. A person has one basket at a time, so ids
// are in the order of placing.
func (o *Orders) List(ctx context.Context, who account.ID, f Filter, before ID, limit int) ([]Order, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	narrow, args := f.conditions("o.state", []any{who, before, limit})
	rows, err := o.db.Query(ctx, `
		select `+orderColumns+` from orders o
		where o.user_id = $1 and o.id < $2`+narrow+` order by o.id desc limit $3`, args...)
	list, err := db.Collect(rows, err, scanOrder)
	if err == nil {
		err = fill(ctx, o.db, list)
	}
	if err != nil {
		return nil, fmt.Errorf("order: list: %w", err)
	}
	return list, nil
}

// Get returns one order of the person; fault.Absent when it is not there or not
// theirs.
func (o *Orders) Get(ctx context.Context, who account.ID, id ID) (Order, error) {
	return o.one(ctx, `o.id = $1 and o.user_id = $2`, id, who)
}

func (o *Orders) one(ctx context.Context, where string, args ...any) (Order, error) {
	got, err := scanOrder(o.db.QueryRow(ctx, `select `+orderColumns+` from orders o where `+where, args...))
	if errors.Is(err, db.ErrNoRows) {
		return Order{}, fault.Absent
	}
	if err == nil {
		err = fillOne(ctx, o.db, &got)
	}
	if err != nil {
		return Order{}, fmt.Errorf("order: get: %w", err)
	}
	return got, nil
}

func fillOne(ctx context.Context, q db.Queryer, o *Order) error {
	list := []Order{*o}
	err := fill(ctx, q, list)
	*o = list[0]
	return err
}

// fill reads the parts and lines of all orders of a page at once.
func fill(ctx context.Context, q db.Queryer, list []Order) error {
	if len(list) == 0 {
		return nil
	}
	at := map[ID]*Order{}
	var ids []ID
	for i := range list {
		at[list[i].ID] = &list[i]
		ids = append(ids, list[i].ID)
	}
	in, args := db.In(nil, ids)
	of := map[PartID]*Order{}
	err := each(ctx, q, `
		select p.order_id, p.id, p.n, p.shop_id, p.shop_name, p.state, p.version, p.total, s.user_id
		from order_parts p join shops s on s.id = p.shop_id
		where p.order_id in (`+in+`) order by p.order_id, p.n`, args, func(r db.Row) error {
		var id ID
		var p Part
		err := r.Scan(&id, &p.ID, &p.N, &p.Shop, &p.ShopName, &p.State, &p.Version, &p.Total, &p.Owner)
		if err == nil {
			at[id].Parts, of[p.ID] = append(at[id].Parts, p), at[id]
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, q, selectLine+`
		where part_id in (select id from order_parts where order_id in (`+in+`)) order by id`, args, func(r db.Row) error {
		l, err := scanLine(r)
		if err == nil {
			of[l.Part].Lines = append(of[l.Part].Lines, l)
		}
		return err
	})
}

const selectLine = `select id, part_id, offer_id, name, category, model, price, ordered, quantity, total,
	decision, reason, external_id, unit_code, unit_name, vat, document from order_lines`

func scanLine(r db.Row) (l Line, err error) {
	return l, r.Scan(&l.ID, &l.Part, &l.Offer, &l.Name, &l.Category, &l.Model, &l.Price, &l.Ordered, &l.Quantity, &l.Total,
		&l.Decision, &l.Reason, &l.ExternalID, &l.UnitCode, &l.UnitName, &l.VAT, &l.Document)
}

func each(ctx context.Context, q db.Queryer, query string, args []any, f func(db.Row) error) error {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
