package order

import (
	"fmt"
	"slices"
	"strings"

	"zakup/internal/feature/basket"
	"zakup/internal/platform/fault"
)

// Decision is what becomes of a line of which there is less than was ordered.
type Decision string

// The decisions; a line that comes as it was ordered has none.
const (
	Pending  Decision = "pending"  // the buyer is to say
	Accepted Decision = "accepted" // less will do
	Dropped  Decision = "canceled" // it is left out
)

// Supply is what a supplier has of a line.
type Supply struct {
	Line     basket.LineID
	Quantity int64  // up to what was ordered; 0: none
	Reason   string // must be there when it is none
}

// confirm is the supplier's word on each line of a new part: those it does not name come as
// they were ordered. What there is not goes back for sale at once. A buyer who
// accepts shortages decides nothing.
func (r *revision) confirm(p *Part, step Step, accepts bool) error {
	if err := checkReason("reason", step.Reason); err != nil {
		return err
	}
	seen := map[basket.LineID]bool{}
	for _, s := range step.Supply {
		l := r.line(p.ID, s.Line)
		if l == nil {
			return fault.Absent.WithText("items", fault.UnknownKey(int64(s.Line)))
		}
		if seen[s.Line] {
			return fault.BadArguments.With("items", fmt.Sprintf("«%s» названа дважды.", l.Name), fmt.Sprintf("%q is named twice.", l.Name))
		}
		seen[s.Line] = true
		if err := l.checkSupply(s); err != nil {
			return err
		}
		if s.Quantity == l.Quantity {
			continue
		}
		l.Reason, l.Decision = strings.TrimSpace(s.Reason), Pending
		switch {
		case s.Quantity == 0:
			l.Decision = Dropped
		case accepts:
			l.Decision = Accepted
		}
		r.cut(p, l, s.Quantity, l.Reason)
	}
	to := Confirmed
	if r.order.empty(p.ID) {
		to = Canceled // nothing is left of it
	}
	r.move(p, to, step.Reason)
	return nil
}

// empty tells whether nothing of the part is left.
func (o *Order) empty(id PartID) bool {
	return !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Part == id && l.Quantity > 0 })
}

// cut leaves a smaller quantity of a line; the rest goes back.
func (r *revision) cut(p *Part, l *Line, quantity int64, reason string) {
	r.shift(l, l.Quantity-quantity, r.placeOf(p, p.State), free)
	r.event(Event{Part: p.ID, Line: l.ID, From: p.State, To: p.State, Had: l.Quantity, Has: quantity, Reason: reason})
	l.Quantity = quantity
	r.touch(l)
}

func (l *Line) checkSupply(s Supply) error {
	switch {
	case s.Quantity < 0 || s.Quantity > l.Quantity:
		return fault.BadArguments.With("quantity", fmt.Sprintf("«%s»: от 0 до %d.", l.Name, l.Quantity), fmt.Sprintf("%q: from 0 to %d.", l.Name, l.Quantity))
	case s.Quantity == 0 && strings.TrimSpace(s.Reason) == "":
		return fault.BadArguments.With("reason", fmt.Sprintf("«%s»: чтобы отказать в строке, укажите причину.", l.Name),
			fmt.Sprintf("%q: to refuse a line needs a reason.", l.Name))
	}
	return checkReason("reason", s.Reason)
}

// decide is the buyer's word on a shortage.
func (r *revision) decide(line basket.LineID, accept bool) error {
	l := r.line(0, line)
	if l == nil {
		return fault.Absent.WithText("items", fault.UnknownKey(int64(line)))
	}
	p := r.part(l.Part)
	if l.Decision != Pending || p.State == Canceled {
		return Decided.With("items", "«"+l.Name+"»", fmt.Sprintf("%q", l.Name))
	}
	if accept {
		l.Decision = Accepted
		r.touch(l)
		r.event(Event{Part: p.ID, Line: l.ID, From: p.State, To: p.State, Had: l.Quantity, Has: l.Quantity})
		return nil
	}
	l.Decision = Dropped
	r.cut(p, l, 0, "")
	if r.order.empty(p.ID) {
		r.move(p, Canceled, "")
	}
	return nil
}
