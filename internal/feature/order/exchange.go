package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/db"
)

// maxQuery is how many parts one answer to 1C has; the others come next time.
const maxQuery = 500

// QueryExchange returns the parts of orders that the supplier's 1C has not
// taken yet, or not as they are now, oldest first, as OfShop shows them.
// TakeExchange takes exactly them, as they were then: what is ordered or changed in between waits for the next
// query.
func (o *Orders) QueryExchange(ctx context.Context, x pricelist.Exchange) ([]Order, error) {
	var ids []PartID
	err := o.db.InTx(ctx, func(tx db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from order_queries where exchange_id = $1`, x.ID); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			insert into order_queries (exchange_id, part_id, version)
			select $1, id, version from order_parts where shop_id = $2 and taken_at is null order by id limit $3
			returning part_id`, x.ID, x.Shop, maxQuery)
		ids, err = db.Collect(rows, err, func(r db.Row) (id PartID, err error) { return id, r.Scan(&id) })
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, wrapExchange(err)
	}
	in, args := db.In(nil, ids)
	list, err := o.ofShop(ctx, `p.id in (`+in+`) order by p.id`, args...)
	return list, wrapExchange(err)
}

// TakeExchange notes that 1C has what the last query of its session gave, and
// returns how many parts those were. Said twice, it does nothing more.
func (o *Orders) TakeExchange(ctx context.Context, x pricelist.Exchange) (taken int64, err error) {
	err = o.db.InTx(ctx, func(tx db.Tx) error {
		taken, err = tx.Exec(ctx, `
			update order_parts set taken_at = $2
			where taken_at is null and exists (
				select 1 from order_queries q
				where q.exchange_id = $1 and q.part_id = order_parts.id and q.version = order_parts.version)
				and id in (select part_id from order_queries where exchange_id = $1)`, x.ID, o.now())
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from order_queries where exchange_id = $1`, x.ID)
		return err
	})
	return taken, wrapExchange(err)
}

func wrapExchange(err error) error {
	if err != nil {
		return fmt.Errorf("order: exchange: %w", err)
	}
	return nil
}
