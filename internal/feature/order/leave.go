package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// NotDone is the fault of deleting an account whose orders are on their way.
var NotDone = fault.New(fault.Conflict, "orders_not_done",
	"Учётную запись нельзя удалить, пока не завершены заказы: дождитесь доставки или отмените их",
	"The account can't be deleted while orders are not done: wait for them or cancel them")

// Leave deletes the account of a person, who proved by the stamp that it is theirs.
// All that is theirs goes, and a last letter tells of it. What stays is what the law
// wants of sellers and buyers, the placed orders with their copies of names,
// addresses and requisites, and the log of acts, which knows an id. NotDone tells
// how many orders of a buyer, and parts of a supplier, are on their way.
// account.WrongPassword, account.LastAdmin.
func (o *Orders) Leave(ctx context.Context, who account.ID, stamp account.Stamp) error {
	return o.db.InTx(ctx, func(tx db.Tx) error {
		// Whoever is placing an order with it, or from the shop, comes before or too late.
		if err := basket.Drop(ctx, tx, who); err != nil {
			return err
		}
		if err := partner.Leave(ctx, tx, who); err != nil {
			return err
		}
		if err := notDone(ctx, tx, who); err != nil {
			return err
		}
		if err := pricelist.Leave(ctx, tx, who); err != nil {
			return err
		}
		if err := picture.Leave(ctx, tx, who); err != nil {
			return err
		}
		u, err := account.Leave(ctx, tx, who, stamp, o.now())
		if err != nil {
			return err
		}
		err = o.post.Send(ctx, tx, mail.Note{
			Key: fmt.Sprintf("%s/%d", account.LeftLetter, who), Kind: account.LeftLetter, Ref: int64(who), To: u.Email, Lang: u.Language,
		})
		if err != nil {
			return err
		}
		if err := mail.Forget(ctx, tx, u.Email, account.LettersOf(who)...); err != nil {
			return err
		}
		return o.trail.Record(ctx, tx, audit.Entry{Action: "user.leave", Subject: fmt.Sprintf("user/%d", who)})
	})
}

// notDone is NotDone, or nil.
func notDone(ctx context.Context, tx db.Tx, who account.ID) error {
	var orders, parts int64
	err := tx.QueryRow(ctx, `
		select
			(select count(distinct p.order_id) from order_parts p join orders o on o.id = p.order_id
				where o.user_id = $1 and p.state not in ('delivered', 'canceled')),
			(select count(*) from order_parts p join shops s on s.id = p.shop_id
				where s.user_id = $1 and p.state not in ('delivered', 'canceled'))`, who).Scan(&orders, &parts)
	if err != nil {
		return fmt.Errorf("order: leave: %w", err)
	}
	if orders+parts > 0 {
		return NotDone.Fact("Orders", orders).Fact("Parts", parts)
	}
	return nil
}
