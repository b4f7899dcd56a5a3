package order

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// Place makes an order of the person's basket, delivered to one of the person's
// contacts: it takes the stock, keeps copies of all that prints, and queues the
// letters, in one transaction.
//
// It fails with fault.Absent (the basket or the contact is not there or not
// theirs), AlreadyPlaced, TooLarge, basket.Empty, partner.Closed,
// catalog.NotEnough (also for what is no longer sold) or basket.NotMet, and
// changes nothing then.
func (o *Orders) Place(ctx context.Context, who account.User, from basket.ID, to account.ContactID) (Order, error) {
	var placed Order
	err := o.db.InTx(ctx, func(tx db.Tx) (err error) {
		placed, err = o.place(ctx, tx, who, from, to)
		return err
	})
	if err != nil {
		return Order{}, fmt.Errorf("order: place: %w", err)
	}
	return placed, nil
}

func (o *Orders) place(ctx context.Context, tx db.Tx, who account.User, from basket.ID, to account.ContactID) (Order, error) {
	wanted, err := basket.Take(ctx, tx, who.ID, from)
	if errors.Is(err, fault.Absent) {
		return Order{}, placedOrAbsent(ctx, tx, who.ID, ID(from), err)
	}
	if err != nil {
		return Order{}, err
	}
	p := Order{ID: ID(from), State: New, Version: 1, PlacedAt: o.now()}
	if p.Contact, err = account.ContactOf(ctx, tx, who.ID, to); err != nil {
		return Order{}, err
	}
	// Shops are kept open until the end, then stock is taken: always in this order.
	shops, err := holdOpen(ctx, tx, wanted)
	if err != nil {
		return Order{}, err
	}
	taken, err := catalog.Reserve(ctx, tx, wants(wanted))
	if err != nil {
		return Order{}, err
	}
	if err := basket.Refuse(basket.Lacks(current(wanted, taken, shops))); err != nil {
		return Order{}, err
	}
	if p.Parts, p.Lines, err = parts(wanted, taken, shops); err != nil {
		return Order{}, err
	}
	for _, part := range p.Parts {
		var ok bool
		if p.Total, ok = p.Total.Add(part.Total); !ok {
			return Order{}, TooLarge
		}
	}
	requisites, err := requisitesOf(ctx, tx, who, p.Parts)
	if err != nil {
		return Order{}, err
	}
	if err := insertParts(ctx, tx, &p, requisites); err != nil {
		return Order{}, err
	}
	placed := Event{Version: p.Version, At: p.PlacedAt, Who: who.ID, As: account.Buyer, From: Basket, To: New}
	if err := saveEvents(ctx, tx, p.ID, []Event{placed}); err != nil {
		return Order{}, err
	}
	if err := o.sendLetters(ctx, tx, who, p, shops); err != nil {
		return Order{}, err
	}
	if err := o.queue.Enqueue(ctx, tx, Documents{p.ID, p.Version}, documentsJob); err != nil {
		return Order{}, err
	}
	// Everybody who places waits for the row of the number: it comes last.
	seq, err := nextNumber(ctx, tx, p.PlacedAt.In(Moscow).Year())
	if err != nil {
		return Order{}, err
	}
	p.Number = seq.String()
	return p, insertOrder(ctx, tx, who.ID, p, seq, requisites[who.ID])
}

// current shows the lines as a basket does, with the offers and the shops as they
// are now that they are held.
func current(wanted []basket.Taken, taken map[catalog.OfferID]catalog.Taken, shops map[partner.ShopID]partner.Shop) []basket.Line {
	list := make([]basket.Line, len(wanted))
	for i, w := range wanted {
		t := taken[w.Offer]
		list[i] = basket.Line{
			ID: w.ID, Name: t.Name, Offer: t.Shown, Quantity: w.Quantity, Shop: t.Shop, ShopName: shops[t.Shop].Name,
			MinQuantity: t.MinQuantity, Multiple: t.Multiple, MinOrder: shops[t.Shop].MinOrder,
		}
	}
	return list
}

func placedOrAbsent(ctx context.Context, tx db.Tx, who account.ID, id ID, absent error) error {
	var placed bool
	err := tx.QueryRow(ctx, `select exists (select 1 from orders where id = $1 and user_id = $2)`, id, who).Scan(&placed)
	switch {
	case err != nil:
		return err
	case placed:
		return AlreadyPlaced
	}
	return absent
}

func wants(lines []basket.Taken) []catalog.Want {
	list := make([]catalog.Want, len(lines))
	for i, l := range lines {
		list[i] = catalog.Want{Offer: l.Offer, Quantity: l.Quantity}
	}
	return list
}

// holdOpen keeps the shops of the lines as they are; partner.Closed names those
// that are closed.
func holdOpen(ctx context.Context, tx db.Tx, lines []basket.Taken) (map[partner.ShopID]partner.Shop, error) {
	var ids []partner.ShopID
	for _, l := range lines {
		ids = append(ids, l.Shop)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	shops, err := partner.Hold(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	closed := partner.Closed
	for _, id := range ids {
		if s := shops[id]; !s.Open {
			closed = closed.With("items", fmt.Sprintf("Магазин «%s» не принимает заказы", s.Name),
				fmt.Sprintf("The shop %q does not accept orders", s.Name))
		}
	}
	if len(closed.Fields) > 0 {
		return nil, closed
	}
	return shops, nil
}

// parts makes the lines of the order, and its parts in the order in which the
// shops first come in the basket. Part ids are not known yet: a line has the
// number of its part in its place.
func parts(wanted []basket.Taken, taken map[catalog.OfferID]catalog.Taken, shops map[partner.ShopID]partner.Shop) ([]Part, []Line, error) {
	var list []Part
	lines := make([]Line, len(wanted))
	for i, w := range wanted {
		t := taken[w.Offer]
		total, ok := t.Price.Times(w.Quantity)
		at := slices.IndexFunc(list, func(p Part) bool { return p.Shop == t.Shop })
		if at < 0 {
			at = len(list)
			list = append(list, Part{N: at + 1, Shop: t.Shop, ShopName: shops[t.Shop].Name, State: New, Version: 1, Owner: shops[t.Shop].Owner})
		}
		sum, fits := list[at].Total.Add(total)
		if !ok || !fits {
			return nil, nil, TooLarge
		}
		list[at].Total = sum
		lines[i] = Line{
			ID: w.ID, Part: PartID(at), Offer: w.Offer, Name: t.Name, Category: t.Category, Model: t.Model,
			Price: t.Price, Ordered: w.Quantity, Quantity: w.Quantity, Total: total,
			ExternalID: t.ExternalID, UnitCode: t.UnitCode, UnitName: t.UnitName, VAT: t.VAT,
			Document: string(t.AppendJSON(nil)),
		}
	}
	return list, lines, nil
}

// sendLetters queues one letter to the buyer, one to each shop and one to the
// administrator.
func (o *Orders) sendLetters(ctx context.Context, tx db.Tx, who account.User, p Order, shops map[partner.ShopID]partner.Shop) error {
	admin, adminLang, err := o.admin(ctx, tx)
	if err != nil {
		return err
	}
	owners := make([]account.ID, len(p.Parts))
	for i, part := range p.Parts {
		owners[i] = shops[part.Shop].Owner
	}
	people, err := account.FindAll(ctx, tx, owners)
	if err != nil {
		return err
	}
	notes := []mail.Note{
		{Key: fmt.Sprintf("order/%d/buyer", p.ID), Kind: buyerLetter, Ref: int64(p.ID), To: who.Email, Lang: who.Language},
		{Key: fmt.Sprintf("order/%d/invoice", p.ID), Kind: InvoiceLetter, Ref: int64(p.ID), To: admin, Lang: adminLang},
	}
	for _, part := range p.Parts {
		owner := people[shops[part.Shop].Owner]
		notes = append(notes, mail.Note{
			Key: fmt.Sprintf("order/%d/part/%d", p.ID, part.N), Kind: ShopLetter, Ref: int64(part.ID),
			To: owner.Email, Lang: owner.Language,
		})
	}
	return o.post.Send(ctx, tx, notes...)
}
