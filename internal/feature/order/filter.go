package order

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// Filter narrows a list of orders; what is zero narrows nothing.
type Filter struct {
	State  State
	Since  time.Time // of placing
	Until  time.Time // before it
	Shop   partner.ShopID
	Number string // of an order or of a part
	Buyer  account.ID
}

// conditions writes what the filter says of orders o, whose state is in the
// column given, and appends its arguments.
func (f Filter) conditions(state string, args []any) (string, []any) {
	var b strings.Builder
	add := func(condition string, value any) {
		args = append(args, value)
		fmt.Fprintf(&b, " and "+condition, len(args))
	}
	if f.State != "" {
		add(state+" = $%d", f.State)
	}
	if !f.Since.IsZero() {
		add("o.placed_at >= $%d", f.Since)
	}
	if !f.Until.IsZero() {
		add("o.placed_at < $%d", f.Until)
	}
	if f.Shop != 0 {
		add("exists (select 1 from order_parts f where f.order_id = o.id and f.shop_id = $%d)", f.Shop)
	}
	if f.Number != "" {
		add("o.seq = $%d", seqOf(f.Number))
	}
	if f.Buyer != 0 {
		add("o.user_id = $%d", f.Buyer)
	}
	return b.String(), args
}

// seqOf reads the number of an order, or of a part of it; 0, which no order has,
// when it is none.
func seqOf(number string) seq {
	number, _, _ = strings.Cut(strings.TrimSpace(number), "/")
	year, n, found := strings.Cut(number, "-")
	y, err := strconv.ParseInt(year, 10, 16)
	if err != nil || !found {
		return 0
	}
	k, err := strconv.ParseInt(n, 10, 64)
	if err != nil || k < 1 || k >= perYear {
		return 0
	}
	return seq(y)*perYear + seq(k)
}

// Seq is the place of an order in the order of placing, over all buyers.
type Seq = seq

// All returns any orders, newest first, before the place given (0: from the
// newest), each with who placed it, for the administrator.
func (o *Orders) All(ctx context.Context, f Filter, before Seq, limit int) ([]Placed, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	narrow, args := f.conditions("o.state", []any{before, limit})
	rows, err := o.db.Query(ctx, selectPlaced+` where o.seq < $1`+narrow+` order by o.seq desc limit $2`, args...)
	return o.placed(ctx, rows, err)
}

// Any returns any order and who placed it; fault.Absent when it is not there.
func (o *Orders) Any(ctx context.Context, id ID) (Placed, error) {
	rows, err := o.db.Query(ctx, selectPlaced+` where o.id = $1`, id)
	list, err := o.placed(ctx, rows, err)
	return only(list, err)
}

// Placed is an order with who placed it.
type Placed struct {
	Order
	Seq   Seq // known in what All returns
	Buyer account.User
}

const selectPlaced = `
	select ` + orderColumns + `, o.seq, u.id, u.email, u.first_name, u.last_name, u.company
	from orders o join users u on u.id = o.user_id`

func (o *Orders) placed(ctx context.Context, rows db.Rows, err error) ([]Placed, error) {
	list, err := db.Collect(rows, err, func(r db.Row) (p Placed, err error) {
		u := &p.Buyer
		return p, r.Scan(append(p.columns(), &p.Seq, &u.ID, &u.Email, &u.FirstName, &u.LastName, &u.Company)...)
	})
	if err != nil {
		return nil, fmt.Errorf("order: all: %w", err)
	}
	orders := make([]Order, len(list))
	for i := range list {
		orders[i] = list[i].Order
	}
	if err := fill(ctx, o.db, orders); err != nil {
		return nil, fmt.Errorf("order: all: %w", err)
	}
	for i := range list {
		list[i].Order = orders[i]
	}
	return list, nil
}
