package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// define makes characteristics of the names that have none yet and were not
// dropped by an administrator. What suppliers write is not published before
// somebody has looked at them: the shop of the list is kept until then.
func (d *dictionary) define(ctx context.Context, tx db.Tx, shop partner.ShopID) error {
	keys := slices.Sorted(maps.Keys(d.names))
	for chunk := range slices.Chunk(keys, lookUp) {
		list, args := db.In(nil, chunk)
		rows, err := tx.Query(ctx, `
			select id, name_key from parameter_names where name_key in (`+list+`) and parameter_id is null and not dropped
			order by name_key`+db.ForUpdate(tx), args...)
		type fresh struct {
			id  int64
			key string
		}
		all, err := db.Collect(rows, err, func(r db.Row) (f fresh, err error) { return f, r.Scan(&f.id, &f.key) })
		for _, f := range all {
			if err == nil {
				w := d.names[f.key]
				kind, unit := guess(w.name, slices.Collect(maps.Values(w.values)))
				err = defineOne(ctx, tx, f.id, w.name, kind, unit, shop)
			}
		}
		if err == nil {
			args = append(args, shop)
			_, err = tx.Exec(ctx, fmt.Sprintf(`
				update parameters set shop_id = $%d
				where shop_id in (select id from shops where not approved)
					and id in (select parameter_id from parameter_names where name_key in (%s))
					and exists (select 1 from shops where id = $%d and approved)`, len(args), list, len(args)), args...)
		}
		if err != nil {
			return fmt.Errorf("catalog: define: %w", err)
		}
	}
	return nil
}

func defineOne(ctx context.Context, tx db.Tx, name int64, text string, kind Kind, unit string, shop partner.ShopID) error {
	var id CharacteristicID
	err := tx.QueryRow(ctx, `
		insert into parameters (name, unit, unit_key, kind, filterable, position, shop_id) values ($1, $2, $3, $4, $5, 0, $6) returning id`,
		text, unit, Key(unit), kind, kind != KindText, shop).Scan(&id)
	if err == nil {
		_, err = tx.Exec(ctx, `update parameter_names set parameter_id = $2 where id = $1`, name, id)
	}
	return err
}
