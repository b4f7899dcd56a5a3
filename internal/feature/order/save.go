package order

import (
	"context"
	"fmt"
	"slices"

	"zakup/internal/platform/db"
)

// save writes what the revision changed: a statement for the lines, the parts,
// the events and the order each.
func (r *revision) save(ctx context.Context, tx db.Tx) error {
	if err := r.saveLines(ctx, tx); err != nil {
		return err
	}
	if err := r.saveParts(ctx, tx); err != nil {
		return err
	}
	o := &r.order
	_, err := tx.Exec(ctx, `update orders set state = $2, total = $3, version = $4 where id = $1`, o.ID, o.State, o.Total, o.Version)
	if err != nil {
		return fmt.Errorf("order: %w", err)
	}
	return saveEvents(ctx, tx, o.ID, r.events)
}

func (r *revision) saveLines(ctx context.Context, tx db.Tx) error {
	var rows [][]any
	for _, l := range r.order.Lines {
		if slices.Contains(r.touched, l.ID) {
			rows = append(rows, []any{l.ID, l.Quantity, l.Total, l.Decision, l.Reason})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	values, args := db.Values(nil, rows)
	_, err := tx.Exec(ctx, `
		with v (id, quantity, total, decision, reason) as (values `+values+`)
		update order_lines set quantity = v.quantity, total = v.total, decision = v.decision, reason = v.reason
		from v where order_lines.id = v.id`, args...)
	if err != nil {
		return fmt.Errorf("lines: %w", err)
	}
	return nil
}

// saveParts writes the parts; the suppliers' 1C gets them anew.
func (r *revision) saveParts(ctx context.Context, tx db.Tx) error {
	var rows [][]any
	for _, p := range r.order.Parts {
		if r.concerns(p.ID) {
			rows = append(rows, []any{p.ID, p.State, p.Total, p.Version})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	values, args := db.Values([]any{r.now}, rows)
	_, err := tx.Exec(ctx, `
		with v (id, state, total, version) as (values `+values+`)
		update order_parts set state = v.state, total = v.total, version = v.version, taken_at = null,
			sent_at = case when v.state in ('sent', 'delivered') then coalesce(order_parts.sent_at, $1) end
		from v where order_parts.id = v.id`, args...)
	if err != nil {
		return fmt.Errorf("parts: %w", err)
	}
	return nil
}

// saveEvents writes events in their order and sets their ids.
func saveEvents(ctx context.Context, tx db.Tx, id ID, events []Event) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		rows[i] = []any{i, e.Part, e.Line, e.From, e.To, e.Had, e.Has, e.Reason}
	}
	first := events[0]
	values, args := db.Values([]any{id, first.Version, first.At, first.Who, first.As}, rows)
	got, err := tx.Query(ctx, `
		with v (n, part, line, from_state, to_state, had, has, reason) as (values `+values+`)
		insert into order_events (order_id, version, part_id, line_id, at, user_id, role,
			from_state, to_state, from_quantity, to_quantity, reason)
		select $1, $2, nullif(v.part, 0), nullif(v.line, 0), $3, $4, $5, v.from_state, v.to_state, v.had, v.has, v.reason
		from v order by v.n
		returning id`, args...)
	ids, err := db.Collect(got, err, func(row db.Row) (n int64, err error) { return n, row.Scan(&n) })
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	slices.Sort(ids) // they are given in the order of the rows
	for i := range events {
		events[i].ID = ids[i]
	}
	return nil
}
