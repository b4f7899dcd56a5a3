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
// theirs), AlreadyPlaced, TooLarge, basket.Empty, partner.Closed or
// catalog.NotEnough (also for what is no longer sold), and changes nothing then.
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
	p := Order{ID: ID(from), State: New, PlacedAt: o.now()}
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
	if p.Parts, p.Lines, err = parts(wanted, taken, shops); err != nil {
		return Order{}, err
	}
	for _, part := range p.Parts {
		var ok bool
		if p.Total, ok = p.Total.Add(part.Total); !ok {
			return Order{}, TooLarge
		}
	}
	if err := insertParts(ctx, tx, &p); err != nil {
		return Order{}, err
	}
	if err := o.sendLetters(ctx, tx, who, p, shops); err != nil {
		return Order{}, err
	}
	// Everybody who places waits for the row of the number: it comes last.
	seq, err := nextNumber(ctx, tx, p.PlacedAt.Year())
	if err != nil {
		return Order{}, err
	}
	p.Number = seq.String()
	return p, insertOrder(ctx, tx, who.ID, p, seq)
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

func wants(lines []basket.Line) []catalog.Want {
	list := make([]catalog.Want, len(lines))
	for i, l := range lines {
		list[i] = catalog.Want{Offer: l.Offer.ID, Quantity: l.Quantity}
	}
	return list
}

// holdOpen keeps the shops of the lines as they are; partner.Closed names those
// that are closed.
func holdOpen(ctx context.Context, tx db.Tx, lines []basket.Line) (map[partner.ShopID]partner.Shop, error) {
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
func parts(wanted []basket.Line, taken map[catalog.OfferID]catalog.Taken, shops map[partner.ShopID]partner.Shop) ([]Part, []Line, error) {
	var list []Part
	lines := make([]Line, len(wanted))
	for i, w := range wanted {
		t := taken[w.Offer.ID]
		total, ok := t.Price.Times(w.Quantity)
		at := slices.IndexFunc(list, func(p Part) bool { return p.Shop == t.Shop })
		if at < 0 {
			at = len(list)
			list = append(list, Part{N: at + 1, Shop: t.Shop, ShopName: shops[t.Shop].Name, State: New})
		}
		sum, fits := list[at].Total.Add(total)
		if !ok || !fits {
			return nil, nil, TooLarge
		}
		list[at].Total = sum
		lines[i] = Line{
			ID: w.ID, Part: PartID(at), Offer: w.Offer.ID, Name: t.Name, Category: t.Category, Model: t.Model,
			Price: t.Price, Quantity: w.Quantity, Total: total,
			Document: string(t.AppendJSON(nil)),
		}
	}
	return list, lines, nil
}

func insertParts(ctx context.Context, tx db.Tx, p *Order) error {
	for i := range p.Parts {
		part := &p.Parts[i]
		err := tx.QueryRow(ctx, `
			insert into order_parts (order_id, n, shop_id, shop_name, state, total) values ($1, $2, $3, $4, $5, $6)
			returning id`, p.ID, part.N, part.Shop, part.ShopName, part.State, part.Total).Scan(&part.ID)
		if err != nil {
			return fmt.Errorf("part: %w", err)
		}
	}
	columns := []string{"id", "order_id", "part_id", "offer_id", "name", "category", "model", "price", "ordered", "quantity", "total", "document"}
	_, err := tx.CopyIn(ctx, "order_lines", columns, func(yield func([]any, error) bool) {
		for i := range p.Lines {
			l := &p.Lines[i]
			l.Part = p.Parts[l.Part].ID
			if !yield([]any{l.ID, p.ID, l.Part, l.Offer, l.Name, l.Category, l.Model, l.Price, l.Quantity, l.Quantity, l.Total, l.Document}, nil) {
				return
			}
		}
	})
	if err != nil {
		return fmt.Errorf("lines: %w", err)
	}
	return nil
}

// seq is the place of an order in the order of placing: year * 10^9 + its number
// in that year.
type seq int64

const perYear = 1_000_000_000

func (s seq) String() string { return fmt.Sprintf("%d-%06d", s/perYear, s%perYear) }

// nextNumber takes the next number of the year. The sequence has no gaps: a
// placing that fails gives its number back with its transaction.
func nextNumber(ctx context.Context, tx db.Tx, year int) (seq, error) {
	var n seq
	err := tx.QueryRow(ctx, `
		insert into order_numbers (year, last) values ($1, 1)
		on conflict (year) do update set last = order_numbers.last + 1
		returning last`, year).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("number: %w", err)
	}
	return seq(year)*perYear + n, nil
}

func insertOrder(ctx context.Context, tx db.Tx, who account.ID, p Order, n seq) error {
	c := p.Contact
	_, err := tx.Exec(ctx, `
		insert into orders (id, number, seq, user_id, state, total, placed_at, contact_id,
			last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		p.ID, p.Number, n, who, p.State, p.Total, p.PlacedAt, c.ID,
		c.LastName, c.FirstName, c.Patronymic, c.Email, c.Phone, c.City, c.Street, c.House, c.Structure, c.Building, c.Apartment)
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}

// sendLetters queues one letter to the buyer, one to each shop and one to the
// administrator.
func (o *Orders) sendLetters(ctx context.Context, tx db.Tx, who account.User, p Order, shops map[partner.ShopID]partner.Shop) error {
	admin, err := o.admin(ctx, tx)
	if err != nil {
		return err
	}
	notes := []mail.Note{
		{Key: fmt.Sprintf("order/%d/buyer", p.ID), Kind: buyerLetter, Ref: int64(p.ID), To: who.Email},
		{Key: fmt.Sprintf("order/%d/invoice", p.ID), Kind: invoiceLetter, Ref: int64(p.ID), To: admin},
	}
	for _, part := range p.Parts {
		owner, err := account.Find(ctx, tx, shops[part.Shop].Owner)
		if err != nil {
			return err
		}
		notes = append(notes, mail.Note{
			Key: fmt.Sprintf("order/%d/part/%d", p.ID, part.N), Kind: shopLetter, Ref: int64(part.ID), To: owner.Email,
		})
	}
	for _, n := range notes {
		if err := o.post.Send(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
