package order

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// Paper is an order with all that its documents print. Requisites are those of
// when it was placed.
type Paper struct {
	Order
	Buyer      account.User
	Requisites account.Requisites
	Suppliers  map[PartID]account.Requisites
}

// Paper returns any order for its documents, as it was at one moment.
func (o *Orders) Paper(ctx context.Context, id ID) (Paper, error) {
	var p Paper
	err := o.db.InTx(ctx, func(tx db.Tx) error {
		p = Paper{Suppliers: map[PartID]account.Requisites{}}
		var buyer account.ID
		var requisites string
		// No change comes in between: each begins with the row of its order.
		err := tx.QueryRow(ctx, `select `+orderColumns+`, o.user_id, o.requisites from orders o where o.id = $1`+db.ForShare(tx), id).
			Scan(append(p.columns(), &buyer, &requisites)...)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Absent
		}
		if err == nil {
			err = parse(requisites, &p.Requisites)
		}
		if err == nil {
			err = fillOne(ctx, tx, &p.Order)
		}
		if err != nil {
			return err
		}
		if p.Buyer, err = account.Find(ctx, tx, buyer); err != nil {
			return err
		}
		return each(ctx, tx, `select id, requisites from order_parts where order_id = $1`, []any{id}, func(r db.Row) error {
			var part PartID
			var text string
			if err := r.Scan(&part, &text); err != nil {
				return err
			}
			var its account.Requisites
			err := parse(text, &its)
			p.Suppliers[part] = its
			return err
		})
	})
	if err != nil {
		return Paper{}, fmt.Errorf("order: paper: %w", err)
	}
	return p, nil
}

// requisitesText is how an order keeps them; "" when there are none.
func requisitesText(r account.Requisites) (string, error) {
	if r == (account.Requisites{}) {
		return "", nil
	}
	text, err := json.Marshal(r)
	return string(text), err
}

func parse(text string, r *account.Requisites) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), r)
}

// Receiver is who gets the goods.
func (p Paper) Receiver() string {
	return strings.Join(slices.DeleteFunc([]string{contactName(p.Contact), p.Contact.Phone}, func(s string) bool { return s == "" }), ", ")
}

// Address is where the goods go, in Russian; "" when only a phone is known.
func (p Paper) Address() string { return address(mail.Russian, p.Contact) }

// Payer is the buyer's organisation, or the person.
func (p Paper) Payer() string { return cmp.Or(p.Requisites.Name, p.Buyer.Company, p.Buyer.Name()) }
