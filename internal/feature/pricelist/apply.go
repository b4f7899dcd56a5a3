package pricelist

import (
	"context"
	"errors"
	"fmt"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// apply makes the catalogue what the list says, in one transaction.
func (l *Lists) apply(ctx context.Context, i Import, r *reading.Reader) error {
	var c catalog.Counts
	err := l.db.InTx(ctx, func(tx db.Tx) error {
		if err := serialize(ctx, tx, i.Shop); err != nil {
			return err
		}
		if err := hold(ctx, tx, i); err != nil {
			return err
		}
		if err := notSuperseded(ctx, tx, i); err != nil {
			return err
		}
		problems, err := l.problems(ctx, tx, i, r)
		if err != nil {
			return err
		}
		if said := r.Head().Shop; said != "" {
			name, err := partner.NameByList(ctx, tx, i.Shop, said)
			if err != nil {
				return err
			}
			if catalog.Key(name) != catalog.Key(said) {
				problems = append(problems, otherName(said, name))
			}
		}
		// Where nothing would be withdrawn, nobody need look for it once more.
		c, err = catalog.Merge(ctx, tx, catalog.Staging(i.ID), i.Shop, i.known, i.Partial || i.Difference.Withdrawn == 0, i.CreatedAt)
		if err != nil {
			return err
		}
		if c.Staged != i.Rows+i.kept {
			return fmt.Errorf("another run is staging: %d of %d rows", c.Staged, i.Rows)
		}
		if err := l.overtake(ctx, tx, i); err != nil {
			return err
		}
		if err := picture.Walk(ctx, tx, i.Shop, l.now()); err != nil {
			return err
		}
		i.State = Applied
		return l.finish(ctx, tx, i, problems,
			`state = 'applied', created = $2, updated = $3, unchanged = $4, withdrawn = $5, finished_at = $6`,
			c.Created, c.Updated, c.Unchanged, c.Withdrawn, l.now())
	})
	if err != nil {
		return err
	}
	return catalog.Grown(ctx, l.db, c)
}

// appliedAfter tells whether a list that came later has been applied.
func appliedAfter(ctx context.Context, q db.Queryer, i Import) (later bool, err error) {
	return later, q.QueryRow(ctx, `
		select exists (select 1 from imports where shop_id = $1 and id > $2 and state = 'applied'
			and kind = 'list' and repeats is null and rolled_back_at is null)`,
		i.Shop, i.ID).Scan(&later)
}

// notSuperseded returns Superseded when a list that came later has been applied.
func notSuperseded(ctx context.Context, q db.Queryer, i Import) error {
	later, err := appliedAfter(ctx, q, i)
	if err == nil && later {
		err = Superseded
	}
	return err
}

// maxVersions is how many applied lists of a shop can be rolled back.
const maxVersions = 10

// overtake ends the earlier lists that wait for a decision, and forgets what is
// needed to roll back the oldest.
func (l *Lists) overtake(ctx context.Context, tx db.Tx, i Import) error {
	if err := l.supersede(ctx, tx, i); err != nil {
		return err
	}
	var old ID
	err := tx.QueryRow(ctx, `
		select id from imports
		where shop_id = $1 and id < $2 and state = 'applied' and kind = 'list' and repeats is null and rolled_back_at is null
		order by id desc limit 1 offset $3`, i.Shop, i.ID, maxVersions-1).Scan(&old)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = tx.Exec(ctx, `update imports set forgotten = true where id = $1`, old)
	}
	if err == nil {
		err = catalog.Forget(ctx, tx, catalog.Staging(old))
	}
	return err
}

// supersede ends the earlier lists that wait for a decision.
func (l *Lists) supersede(ctx context.Context, tx db.Tx, i Import) error {
	_, err := tx.Exec(ctx, `
		update imports set state = 'refused', code = $3, reason_ru = $4, reason_en = $5, finished_at = $6
		where shop_id = $1 and id < $2 and state = 'held'`,
		i.Shop, i.ID, Superseded.Code, Superseded.Text.RU, Superseded.Text.EN, l.now())
	return err
}

// otherName tells that the list names the shop otherwise than its owner.
func otherName(said, name string) reading.Problem {
	return reading.Problem{
		Severity: reading.Warning, Code: "other_shop_name", Field: "shop",
		Text: fault.Text{
			RU: fmt.Sprintf("В прайс-листе магазин назван «%s», а называется он «%s»; название меняет PUT partner/shop", said, name),
			EN: fmt.Sprintf("The list calls the shop %q, but its name is %q; PUT partner/shop changes the name", said, name),
		},
	}
}
