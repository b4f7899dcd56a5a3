package order

import (
	"context"
	"fmt"
	"slices"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// tell queues the letters about a change: to the buyer about every change of a
// state, and to the suppliers of the parts that somebody else changed.
func (o *Orders) tell(ctx context.Context, tx db.Tx, r *revision) error {
	var notes []mail.Note
	if at := slices.IndexFunc(r.events, func(e Event) bool { return e.Part != 0 && e.From != e.To }); at >= 0 {
		notes = append(notes, mail.Note{
			Key:  fmt.Sprintf("order/%d/version/%d/buyer", r.order.ID, r.order.Version),
			Kind: changeLetter, Ref: r.events[at].ID, To: r.buyer.Email, Lang: r.buyer.Language,
		})
	}
	var others []Part
	var owners []account.ID
	for _, p := range r.order.Parts {
		if r.concerns(p.ID) && p.Owner != r.who.Owner {
			others, owners = append(others, p), append(owners, p.Owner)
		}
	}
	if len(others) > 0 {
		people, err := account.FindAll(ctx, tx, owners)
		if err != nil {
			return err
		}
		for _, p := range others {
			at := slices.IndexFunc(r.events, func(e Event) bool { return e.Part == p.ID })
			notes = append(notes, mail.Note{
				Key:  fmt.Sprintf("order/%d/version/%d/part/%d", r.order.ID, r.order.Version, p.N),
				Kind: partChangeLetter, Ref: r.events[at].ID, To: people[p.Owner].Email, Lang: people[p.Owner].Language,
			})
		}
	}
	return o.post.Send(ctx, tx, notes...)
}
