package order

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Step is a wish to change the state of an order or of a part.
type Step struct {
	To      State
	Version int64 // that it was made on: of the order, for a supplier of its part
	Reason  string
	Supply  []Supply // of a new part that is confirmed, what there is not all of
}

// Cancel is the buyer's own end of the order, or of one part (n from 1; 0: all
// that are not canceled yet): while they are new. Of parts that can't be
// canceled none is.
//
// Like every change of an order it fails with fault.Absent (not there or not
// theirs), Stale or Illegal, and changes nothing then; else it returns the order
// as it is now. Its letters and its documents are queued with it.
func (o *Orders) Cancel(ctx context.Context, who account.User, id ID, n int, version int64, reason string) (Order, error) {
	who.Type, who.Owner = account.Buyer, who.ID // whatever else they are
	return o.change(ctx, who, `o.id = $1 and o.user_id = $2`, []any{id, who.ID}, func(r *revision) error {
		if err := r.made(version); err != nil {
			return err
		}
		return r.stepAll(n, Step{To: Canceled, Reason: reason})
	})
}

// Advance is the supplier's own word on its part of the order: a step forward, or
// by line what there is of it. It returns the part as OfShop does.
func (o *Orders) Advance(ctx context.Context, who account.User, id ID, s Step) (Order, error) {
	const its = `o.id = $1 and exists (
		select 1 from order_parts p join shops s on s.id = p.shop_id where p.order_id = o.id and s.user_id = $2)`
	var part PartID
	all, err := o.change(ctx, who, its, []any{id, who.Owner}, func(r *revision) error {
		p, err := r.owned(who)
		if err != nil {
			return err
		}
		part = p.ID
		if p.Version != s.Version {
			return Stale
		}
		return r.apply(p, s, r.buyer.AcceptShortages)
	})
	if err != nil {
		return Order{}, err
	}
	return all.ofPart(part), nil
}

// ofPart is the order as the supplier of the part sees it.
func (o Order) ofPart(id PartID) Order {
	i := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ID == id })
	p := o.Parts[i]
	o.State, o.Version, o.Total, o.Parts = p.State, p.Version, p.Total, []Part{p}
	o.Lines = linesOf(o, p)
	return o
}

// Set is the administrator's step of the order, or of one part (n from 1; 0: of
// all that are not canceled yet, and of all when they are): any that is legal. A
// shortage that the buyer has not decided about is accepted by a step forward.
func (o *Orders) Set(ctx context.Context, who account.User, id ID, n int, s Step) (Placed, error) {
	var buyer account.User
	changed, err := o.change(ctx, who, `o.id = $1`, []any{id}, func(r *revision) error {
		if err := r.made(s.Version); err != nil {
			return err
		}
		buyer = r.buyer
		return r.stepAll(n, s)
	})
	return Placed{Order: changed, Buyer: buyer}, err
}

// Choice is the buyer's word on a shortage.
type Choice struct {
	Line   basket.LineID
	Accept bool // else the line is left out
}

// Decide is the buyer's word on the shortages of the order.
func (o *Orders) Decide(ctx context.Context, who account.User, id ID, version int64, list []Choice) (Order, error) {
	who.Type, who.Owner = account.Buyer, who.ID // whatever else they are
	return o.change(ctx, who, `o.id = $1 and o.user_id = $2`, []any{id, who.ID}, func(r *revision) error {
		if err := r.made(version); err != nil {
			return err
		}
		for _, c := range list {
			if err := r.decide(c.Line, c.Accept); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *revision) made(version int64) error {
	if r.order.Version != version {
		return Stale
	}
	return nil
}

// stepAll takes one part, or all that a step of the whole order is about.
func (r *revision) stepAll(n int, s Step) error {
	var list []*Part
	for i := range r.order.Parts {
		p := &r.order.Parts[i]
		if p.N == n || n == 0 && (p.State != Canceled || r.order.State == Canceled && !r.order.empty(p.ID)) {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return fault.Absent.WithText("part", fault.UnknownKey(int64(n)))
	}
	moved, named := false, 0
	for _, p := range list {
		if n == 0 && p.State == s.To && len(list) > 1 {
			continue // it is there already
		}
		own := s
		own.Supply = slices.DeleteFunc(slices.Clone(s.Supply), func(x Supply) bool { return r.line(p.ID, x.Line) == nil })
		named += len(own.Supply)
		if err := r.apply(p, own, r.buyer.AcceptShortages); err != nil {
			return err
		}
		moved = true
	}
	if named < len(s.Supply) {
		return fault.Absent.With("items", "Такой строки в этих частях заказа нет.", "There is no such line in these parts of the order.")
	}
	if !moved {
		return illegal(r.order.State, Steps(r.order.State, r.who.Type))
	}
	return nil
}

// owned finds the part of the supplier whom the person acts for.
func (r *revision) owned(who account.User) (*Part, error) {
	i := slices.IndexFunc(r.order.Parts, func(p Part) bool { return p.Owner == who.Owner })
	if i < 0 {
		return nil, fault.Absent
	}
	return &r.order.Parts[i], nil
}

// change carries out what say does to the order. Its row is locked, so changes
// of an order come one after the other; then offers, by id, as Place does.
func (o *Orders) change(ctx context.Context, who account.User, where string, args []any, say func(*revision) error) (Order, error) {
	var changed Order
	err := o.db.InTx(ctx, func(tx db.Tx) error {
		r := &revision{who: who, now: o.now()}
		var err error
		if r.order, r.buyer, err = o.locked(ctx, tx, where, args); err != nil {
			return err
		}
		if r.counted, err = countedOut(ctx, tx, &r.order); err != nil {
			return err
		}
		if err := say(r); err != nil {
			return err
		}
		if len(r.events) == 0 {
			changed = r.order
			return nil
		}
		r.settle()
		changed = r.order
		return o.carryOut(ctx, tx, r)
	})
	if err != nil {
		return Order{}, fmt.Errorf("order: change: %w", err)
	}
	return changed, nil
}

// locked reads an order for a change, and who placed it.
func (o *Orders) locked(ctx context.Context, tx db.Tx, where string, args []any) (Order, account.User, error) {
	var buyer account.ID
	var got Order
	err := tx.QueryRow(ctx, `
		select `+orderColumns+`, o.user_id from orders o where `+where+db.ForUpdate(tx), args...).
		Scan(append(got.columns(), &buyer)...)
	if errors.Is(err, db.ErrNoRows) {
		return Order{}, account.User{}, fault.Absent
	}
	if err == nil {
		err = fillOne(ctx, tx, &got)
	}
	if err != nil {
		return Order{}, account.User{}, err
	}
	who, err := account.Find(ctx, tx, buyer)
	return got, who, err
}

// countedOut finds the parts whose goods have left, and that a list of their shop
// came after: it counted without them.
func countedOut(ctx context.Context, tx db.Tx, o *Order) (map[PartID]bool, error) {
	gone := func(p Part) bool { return p.State == Sent || p.State == Delivered }
	if !slices.ContainsFunc(o.Parts, gone) {
		return nil, nil
	}
	parts := map[PartID]bool{}
	err := each(ctx, tx, `
		select p.id from order_parts p
		where p.order_id = $1 and p.sent_at is not null and exists (
			select 1 from imports i
			where i.shop_id = p.shop_id and i.state = 'applied' and i.kind = 'list' and i.rolled_back_at is null and i.created_at > p.sent_at)`,
		[]any{o.ID}, func(r db.Row) error {
			var id PartID
			err := r.Scan(&id)
			parts[id] = true
			return err
		})
	return parts, err
}

func (o *Orders) carryOut(ctx context.Context, tx db.Tx, r *revision) error {
	if err := r.shiftGoods(ctx, tx); err != nil {
		return err
	}
	if err := r.save(ctx, tx); err != nil {
		return err
	}
	if err := o.tell(ctx, tx, r); err != nil {
		return err
	}
	if e := r.entry(); e.Details != "" || r.who.Type == account.Admin {
		if err := o.trail.Record(ctx, tx, e); err != nil {
			return err
		}
	}
	return o.queue.Enqueue(ctx, tx, Documents{Order: r.order.ID, Version: r.order.Version}, documentsJob)
}

// entry is what became of states, for the audit log.
func (r *revision) entry() audit.Entry {
	var what []string
	for _, e := range r.events {
		if e.Part != 0 && e.From != e.To {
			what = append(what, fmt.Sprintf("%s: %s to %s", PartNumber(r.order.Number, r.part(e.Part).N), e.From, e.To))
		}
	}
	return audit.Entry{Action: "order.state", Subject: fmt.Sprintf("order/%d", r.order.ID), Details: strings.Join(what, "; ")}
}
