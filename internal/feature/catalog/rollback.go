package catalog

import (
	"context"
	"fmt"
	"strings"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// contentIf lists the content columns of offers o, null where the condition
// does not hold.
func contentIf(condition string) string {
	var list []string
	for column := range strings.SplitSeq(contentColumns, ",") {
		list = append(list, `case when `+condition+` then o.`+strings.TrimSpace(column)+` end`)
	}
	return strings.Join(list, ", ")
}

// Rollback makes the offers of the shop what they were before that merge, which
// must be the last one not yet taken back. Offers that it brought are withdrawn;
// what orders have reserved stays reserved, and what that list counted out is
// shipped again. It returns the numbers of offers
// that were restored and withdrawn.
func Rollback(ctx context.Context, tx db.Tx, of Staging, shop partner.ShopID) (restored, withdrawn int64, err error) {
	var set strings.Builder
	for column := range strings.SplitSeq(contentColumns, ",") {
		column = strings.TrimSpace(column)
		set.WriteString(column + ` = coalesce(v.` + column + `, offers.` + column + `), `)
	}
	known, err := generation(ctx, tx, shop)
	if err == nil {
		err = known.advance(ctx, tx, shop)
	}
	if err == nil {
		err = listed(ctx, tx, `offers.shop_id = $2 and exists (
			select 1 from offer_versions v where v.import_id = $1 and v.offer_id = offers.id and v.content is not null)`, of, shop)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("catalog: rollback: %w", err)
	}
	restored, err = tx.Exec(ctx, `
		update offers set `+set.String()+`price = v.price, price_rrc = v.price_rrc, on_hand = v.on_hand, withdrawn = v.withdrawn,
			shipped = offers.shipped + case when v.shipped > 0 then v.shipped else 0 end
		from offer_versions v
		where v.import_id = $1 and offers.id = v.offer_id and offers.shop_id = $2`, of, shop)
	if err == nil {
		withdrawn, err = tx.Exec(ctx, `
			update offers set withdrawn = true where shop_id = $2 and import_id = $1 and not withdrawn`, of, shop)
	}
	if err == nil {
		err = hand(ctx, tx, shop)
	}
	if err == nil {
		err = mark(ctx, tx, `
			select v.offer_id from offer_versions v where v.import_id = $1
			union select n.id from offers n where n.shop_id = $2 and n.import_id = $1`, of, shop)
	}
	if err == nil {
		err = Forget(ctx, tx, of)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("catalog: rollback: %w", err)
	}
	return restored, withdrawn, nil
}

// Forget drops what Rollback of that merge needs.
func Forget(ctx context.Context, tx db.Tx, of Staging) error {
	if _, err := tx.Exec(ctx, `delete from offer_versions where import_id = $1`, of); err != nil {
		return fmt.Errorf("catalog: forget: %w", err)
	}
	return nil
}
