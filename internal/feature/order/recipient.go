package order

import (
	"context"
	"fmt"

	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// recipients are who gets a letter that is sent again, by its ref: the buyer or
// the supplier at the address of now.
var recipients = map[string]string{
	buyerLetter:  `select user_id from orders where id = $1`,
	changeLetter: `select o.user_id from order_events e join orders o on o.id = e.order_id where e.id = $1`,
	ShopLetter:   `select h.user_id from order_parts p join shops h on h.id = p.shop_id where p.id = $1`,
	partChangeLetter: `
		select h.user_id from order_events e join order_parts p on p.id = e.part_id join shops h on h.id = p.shop_id where e.id = $1`,
}

func recipient(whose string) mail.Recipient {
	return func(ctx context.Context, q db.Queryer, ref int64) (to, lang string, err error) {
		err = q.QueryRow(ctx, `select email, language from users where id = (`+whose+`)`, ref).Scan(&to, &lang)
		if err != nil {
			return "", "", fmt.Errorf("order: recipient: %w", err)
		}
		return to, lang, nil
	}
}
