package order

import (
	"slices"
	"testing"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail/mailtest"
)

// done makes the change of the order that say says, as its letter reads it.
func done(t *testing.T, o Order, who account.Type, own bool, say func(r *revision) error) change {
	t.Helper()
	for i := range o.Lines {
		o.Lines[i].Ordered = o.Lines[i].Quantity
	}
	r := &revision{order: o, who: account.User{Type: who}}
	if err := say(r); err != nil {
		t.Fatal(err)
	}
	r.settle()
	var past []Past
	for _, e := range r.events {
		if e.Part == 0 || own && e.Part != o.Parts[0].ID {
			continue
		}
		p := Past{Event: e}
		if i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == e.Line }); i >= 0 {
			p.LineName = o.Lines[i].Name
		}
		past = append(past, p)
	}
	return changeOf(r.order, past, own)
}

func TestChangeLetters(t *testing.T) {
	t.Parallel()
	for suffix, build := range map[string]func() Order{"": fixed, "_hostile": hostile} {
		o := build()
		reason := "нет на складе"
		if suffix != "" {
			reason = "нет\n\nСумма теперь: 0.00 <script>"
		}
		for name, c := range map[string]change{
			"shortage": done(t, build(), account.Shop, false, func(r *revision) error {
				return r.apply(&r.order.Parts[0], Step{To: Confirmed, Supply: []Supply{
					{Line: o.Lines[0].ID, Quantity: 1, Reason: "мало"}, {Line: o.Lines[2].ID, Reason: reason},
				}}, false)
			}),
			"canceled": done(t, build(), account.Buyer, false, func(r *revision) error {
				return r.stepAll(0, Step{To: Canceled, Reason: reason})
			}),
			"part": done(t, build(), account.Admin, true, func(r *revision) error {
				return r.stepAll(0, Step{To: Sent})
			}),
		} {
			mailtest.Both(t, "letter_change_"+name+suffix, changeTemplate, c)
		}
	}
}
