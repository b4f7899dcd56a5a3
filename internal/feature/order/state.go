package order

import (
	"slices"

	"zakup/internal/feature/account"
	"zakup/internal/platform/fault"
)

// State is how far an order, or a part of it, has come.
type State string

// The states. A part goes forward from New to Delivered and may leave states
// out; Canceled ends it at any time.
const (
	Basket    State = "basket" // before it is placed: no order has it
	New       State = "new"
	Confirmed State = "confirmed"
	Assembled State = "assembled"
	Sent      State = "sent"
	Delivered State = "delivered"
	Canceled  State = "canceled"
)

// States are those of an order, in the order in which it comes to them.
var States = []State{New, Confirmed, Assembled, Sent, Delivered, Canceled}

var stateWords = map[State]fault.Text{
	Basket:    {RU: "корзина", EN: "basket"},
	New:       {RU: "новый", EN: "new"},
	Confirmed: {RU: "подтверждён", EN: "confirmed"},
	Assembled: {RU: "собран", EN: "assembled"},
	Sent:      {RU: "отправлен", EN: "sent"},
	Delivered: {RU: "доставлен", EN: "delivered"},
	Canceled:  {RU: "отменён", EN: "canceled"},
}

// In names the state in a language, for people.
func (s State) In(lang string) string { return stateWords[s].In(lang) }

// Steps returns the states to which a part may go from here by a person of that
// type: a buyer cancels while it is new, its supplier goes forward, and an
// administrator anywhere.
func Steps(from State, who account.Type) []State {
	at := slices.Index(States, from)
	switch who {
	case account.Admin:
		return slices.DeleteFunc(slices.Clone(States), func(s State) bool { return s == from })
	case account.Shop:
		if from != Canceled {
			return slices.Clone(States[at+1 : len(States)-1])
		}
	case account.Buyer:
		if from == New {
			return []State{Canceled}
		}
	}
	return []State{}
}

// Steps returns the states to which a part of the order may go by a person of
// that type; a canceled part of which nothing was left can't be brought back.
func (o *Order) Steps(p Part, who account.Type) []State {
	if p.State == Canceled && o.empty(p.ID) {
		return []State{}
	}
	return Steps(p.State, who)
}

// Back tells whether a step undoes what was done, for which there must be a
// reason.
func Back(from, to State) bool {
	return from == Canceled || to != Canceled && slices.Index(States, to) < slices.Index(States, from)
}

// stateOf is the state of an order: that of the part that has come the least
// far, canceled ones left aside; canceled when all are.
func stateOf(parts []Part) State {
	state := Canceled
	for _, p := range parts {
		if slices.Index(States, p.State) < slices.Index(States, state) {
			state = p.State
		}
	}
	return state
}
