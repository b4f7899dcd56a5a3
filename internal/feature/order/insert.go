package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
)

func insertParts(ctx context.Context, tx db.Tx, p *Order, requisites map[account.ID]string) error {
	values := make([][]any, len(p.Parts))
	for i, part := range p.Parts {
		values[i] = []any{part.N, part.Shop, part.ShopName, part.State, part.Total, requisites[part.Owner]}
	}
	list, args := db.Values([]any{p.ID}, values)
	rows, err := tx.Query(ctx, `
		with v (n, shop_id, shop_name, state, total, requisites) as (values `+list+`)
		insert into order_parts (order_id, n, shop_id, shop_name, state, total, requisites)
		select $1, v.n, v.shop_id, v.shop_name, v.state, v.total, v.requisites from v order by v.n
		returning id, n`, args...)
	_, err = db.Collect(rows, err, func(r db.Row) (n int, err error) {
		var id PartID
		err = r.Scan(&id, &n)
		p.Parts[n-1].ID = id
		return n, err
	})
	if err != nil {
		return fmt.Errorf("parts: %w", err)
	}
	columns := []string{
		"id", "order_id", "part_id", "offer_id", "name", "category", "model", "price", "ordered", "quantity", "total",
		"external_id", "unit_code", "unit_name", "vat", "document",
	}
	_, err = tx.CopyIn(ctx, "order_lines", columns, func(yield func([]any, error) bool) {
		for i := range p.Lines {
			l := &p.Lines[i]
			l.Part = p.Parts[l.Part].ID
			if !yield([]any{
				l.ID, p.ID, l.Part, l.Offer, l.Name, l.Category, l.Model, l.Price, l.Ordered, l.Quantity, l.Total,
				l.ExternalID, l.UnitCode, l.UnitName, l.VAT, l.Document,
			}, nil) {
				return
			}
		}
	})
	if err != nil {
		return fmt.Errorf("lines: %w", err)
	}
	return nil
}

// requisitesOf are those of the buyer and of the suppliers, as the order keeps
// them.
func requisitesOf(ctx context.Context, tx db.Tx, who account.User, parts []Part) (map[account.ID]string, error) {
	ids := []account.ID{who.ID}
	for _, p := range parts {
		ids = append(ids, p.Owner)
	}
	known, err := account.RequisitesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	texts := make(map[account.ID]string, len(known))
	for id, r := range known {
		if texts[id], err = requisitesText(r); err != nil {
			return nil, err
		}
	}
	return texts, nil
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

func insertOrder(ctx context.Context, tx db.Tx, who account.ID, p Order, n seq, requisites string) error {
	c := p.Contact
	_, err := tx.Exec(ctx, `
		insert into orders (id, number, seq, user_id, state, total, placed_at, requisites, contact_id,
			last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		p.ID, p.Number, n, who, p.State, p.Total, p.PlacedAt, requisites, c.ID,
		c.LastName, c.FirstName, c.Patronymic, c.Email, c.Phone, c.City, c.Street, c.House, c.Structure, c.Building, c.Apartment)
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return nil
}
