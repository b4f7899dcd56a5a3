package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Past is an event as it is shown.
type Past struct {
	Event
	PartN    int    // 0: the order as a whole
	LineName string // "" when it is not about a line
	Email    string // of who did it; for the administrator alone
}

// History returns what happened to the person's order, oldest first: all of it,
// without the names of those who did it. fault.Absent when it is not there or not
// theirs.
func (o *Orders) History(ctx context.Context, who account.ID, id ID) ([]Past, error) {
	return o.history(ctx, `o.id = $1 and o.user_id = $2`, false, id, who)
}

// PartHistory returns what happened to the supplier's part of the order and to
// the order as a whole.
func (o *Orders) PartHistory(ctx context.Context, who account.ID, id ID) ([]Past, error) {
	return o.history(ctx, `o.id = $1 and exists (
			select 1 from order_parts own join shops s on s.id = own.shop_id where own.order_id = o.id and s.user_id = $2)
		and (e.part_id is null and e.from_state = 'basket'
			or e.part_id in (select own.id from order_parts own join shops s on s.id = own.shop_id where s.user_id = $2))`, false, id, who)
}

// AllHistory returns what happened to any order and who did it, for the
// administrator.
func (o *Orders) AllHistory(ctx context.Context, id ID) ([]Past, error) {
	return o.history(ctx, `o.id = $1`, true, id)
}

// history reads events. Every order has one, that it was placed.
func (o *Orders) history(ctx context.Context, where string, names bool, args ...any) ([]Past, error) {
	rows, err := o.db.Query(ctx, selectEvent+` where `+where+` order by e.id`, args...)
	list, err := db.Collect(rows, err, scanPast)
	switch {
	case err != nil:
		return nil, fmt.Errorf("order: history: %w", err)
	case len(list) == 0:
		return nil, fault.Absent
	}
	if !names {
		for i := range list {
			list[i].Email, list[i].Who = "", 0
		}
	}
	return list, nil
}

const selectEvent = `
	select e.id, e.version, coalesce(e.part_id, 0), coalesce(e.line_id, 0), e.at, e.user_id, e.role, e.from_state, e.to_state,
		e.from_quantity, e.to_quantity, e.reason, coalesce(p.n, 0), coalesce(l.name, ''), u.email
	from order_events e
	join orders o on o.id = e.order_id
	join users u on u.id = e.user_id
	left join order_parts p on p.id = e.part_id
	left join order_lines l on l.id = e.line_id`

func scanPast(r db.Row) (p Past, err error) {
	return p, r.Scan(&p.ID, &p.Version, &p.Part, &p.Line, &p.At, &p.Who, &p.As, &p.From, &p.To, &p.Had, &p.Has, &p.Reason,
		&p.PartN, &p.LineName, &p.Email)
}
