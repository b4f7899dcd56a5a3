package order

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// The faults of changes.
var (
	// Illegal carries the legal steps under Legal.
	Illegal = fault.New(fault.Conflict, "illegal_step",
		"Так изменить состояние нельзя", "The state can't be changed so")
	// Stale tells that the order is not as it was when its version was seen.
	Stale = fault.New(fault.Conflict, "stale_version",
		"Заказ изменился; прочитайте его и повторите", "The order has changed; read it and try again")
	// Undecided: the buyer has not said yet what becomes of a shortage.
	Undecided = fault.New(fault.Conflict, "shortage_undecided",
		"Покупатель ещё не решил, принять ли недостачу", "The buyer has not decided about a shortage yet")
	// Decided: there is no shortage to decide about.
	Decided = fault.New(fault.Conflict, "nothing_to_decide",
		"По этой строке решать нечего", "There is nothing to decide about this line")
)

// maxReason is the longest reason, in characters.
const maxReason = 500

// Event is one thing that happened to an order.
type Event struct {
	ID       int64
	Version  int64  // of the order, after it
	Part     PartID // 0: the order as a whole
	Line     basket.LineID
	At       time.Time
	Who      account.ID
	As       account.Type // the role in which they did it
	From, To State
	Had, Has int64 // the quantity of the line
	Reason   string
}

// revision is a change of an order on its way. What it says is pure: the store
// carries it out.
type revision struct {
	order   Order
	buyer   account.User
	who     account.User
	now     time.Time
	events  []Event
	touched []basket.LineID
	shifts  []shift
	counted map[PartID]bool // parts that are sent, and counted out by a list since
}

// concerns tells whether anything happened to the part.
func (r *revision) concerns(id PartID) bool {
	return slices.ContainsFunc(r.events, func(e Event) bool { return e.Part == id })
}

func (r *revision) event(e Event) {
	e.Version, e.At, e.Who, e.As = r.order.Version+1, r.now, r.who.ID, r.who.Type
	r.events = append(r.events, e)
}

// step takes a part to another state.
func (r *revision) step(p *Part, to State, reason string) error {
	legal := r.order.Steps(*p, r.who.Type)
	if !slices.Contains(legal, to) {
		return illegal(p.State, legal)
	}
	if Back(p.State, to) && strings.TrimSpace(reason) == "" {
		return fault.BadArguments.With("reason", "Шаг назад делается с указанием причины.", "A step back needs a reason.")
	}
	for i := range r.order.Lines {
		l := &r.order.Lines[i]
		if l.Part != p.ID {
			continue
		}
		if l.Decision == Pending && to != Canceled {
			if r.who.Type != account.Admin {
				return Undecided.With("items", "«"+l.Name+"»", fmt.Sprintf("%q", l.Name))
			}
			l.Decision = Accepted
			r.touch(l)
		}
		r.shift(l, l.Quantity, r.placeOf(p, p.State), r.placeOf(p, to))
	}
	r.move(p, to, reason)
	return nil
}

func (r *revision) move(p *Part, to State, reason string) {
	r.event(Event{Part: p.ID, From: p.State, To: to, Reason: reason})
	p.State = to
}

func (r *revision) shift(l *Line, quantity int64, from, to place) {
	if quantity > 0 && from != to {
		r.shifts = append(r.shifts, shift{catalog.Want{Offer: l.Offer, Quantity: quantity}, from, to})
	}
}

func illegal(from State, legal []State) error {
	words := make([]string, len(legal))
	for i, s := range legal {
		words[i] = string(s)
	}
	list := strings.Join(words, ", ")
	ru, en := "Дальше пути нет", "There is no way on"
	if list != "" {
		ru, en = "Можно: "+list, "Legal: "+list
	}
	return Illegal.With("state", fmt.Sprintf("Сейчас %s. %s.", from, ru), fmt.Sprintf("It is %s now. %s.", from, en)).
		Fact("State", from).Fact("Legal", legal)
}

// apply does what is asked of a part: a new part is confirmed by line, and any
// other step is for the part as a whole.
func (r *revision) apply(p *Part, s Step, accepts bool) error {
	if err := checkReason("reason", s.Reason); err != nil {
		return err
	}
	if s.To == Confirmed && p.State == New && slices.Contains(Steps(p.State, r.who.Type), Confirmed) {
		return r.confirm(p, s, accepts)
	}
	if len(s.Supply) > 0 {
		return fault.BadArguments.With("items", "Строки подтверждают только у новой части заказа, состоянием confirmed.",
			"Lines are confirmed of a new part only, by the state confirmed.")
	}
	return r.step(p, s.To, s.Reason)
}

func (r *revision) touch(l *Line) { r.touched = append(r.touched, l.ID) }

func checkReason(field, reason string) error {
	if utf8.RuneCountInString(reason) > maxReason {
		return fault.BadArguments.WithText(field, fault.TooLong(maxReason))
	}
	return nil
}

// line finds a line by id, of that part unless it is 0.
func (r *revision) line(part PartID, id basket.LineID) *Line {
	i := slices.IndexFunc(r.order.Lines, func(l Line) bool { return l.ID == id && (part == 0 || l.Part == part) })
	if i < 0 {
		return nil
	}
	return &r.order.Lines[i]
}

func (r *revision) part(id PartID) *Part {
	i := slices.IndexFunc(r.order.Parts, func(p Part) bool { return p.ID == id })
	return &r.order.Parts[i]
}

// settle brings sums, versions and the state of the order up to what was said.
func (r *revision) settle() {
	o := &r.order
	was := o.State
	o.sumUp()
	for i := range o.Parts {
		if p := &o.Parts[i]; r.concerns(p.ID) {
			p.Version++
		}
	}
	o.State, o.Total = stateOf(o.Parts), totalOf(o.Parts)
	if o.State != was {
		r.event(Event{From: was, To: o.State})
	}
	o.Version++
}

// sumUp brings the sums of the lines and the parts up to the quantities.
func (o *Order) sumUp() {
	for i := range o.Parts {
		p := &o.Parts[i]
		p.Total = 0
		for j := range o.Lines {
			if l := &o.Lines[j]; l.Part == p.ID {
				l.Total = l.Price * money.Kopecks(l.Quantity) // no more than when it was placed
				p.Total += l.Total
			}
		}
	}
}

// totalOf is the sum of an order: of the parts that are not canceled, or, when
// all are, of what was canceled.
func totalOf(parts []Part) (sum money.Kopecks) {
	all := stateOf(parts) == Canceled
	for _, p := range parts {
		if all || p.State != Canceled {
			sum += p.Total
		}
	}
	return sum
}
