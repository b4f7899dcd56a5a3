package pricelist

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/picture"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// Apply lets a held list pass; work goes on as if nothing
// had looked wrong. NotHeld, or Superseded when a later one has been applied.
func (l *Lists) Apply(ctx context.Context, who account.ID, id ID) error {
	return l.decide(ctx, who, id, func(tx db.Tx, i Import) error {
		if err := notSuperseded(ctx, tx, i); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update imports set state = 'received', decided_by = $2 where id = $1`, id, who)
		if err != nil {
			return err
		}
		if err := l.note(ctx, tx, "import.apply", i); err != nil {
			return err
		}
		return l.enqueue(ctx, tx, id)
	})
}

// Discard refuses a held list. NotHeld.
func (l *Lists) Discard(ctx context.Context, who account.ID, id ID) error {
	return l.decide(ctx, who, id, func(tx db.Tx, i Import) error {
		_, err := tx.Exec(ctx, `
			update imports set state = 'refused', decided_by = $2, code = $3, reason_ru = $4, reason_en = $5, finished_at = $6
			where id = $1`, id, who, Discarded.Code, Discarded.Text.RU, Discarded.Text.EN, l.now())
		if err != nil {
			return err
		}
		if err := l.note(ctx, tx, "import.discard", i); err != nil {
			return err
		}
		return forget(ctx, tx, i)
	})
}

// note records what somebody did with a list: in the record of an import only
// the last word on it has a name.
func (l *Lists) note(ctx context.Context, tx db.Tx, action string, i Import) error {
	return l.trail.Record(ctx, tx, audit.Entry{
		Action: action, Subject: fmt.Sprintf("import/%d", i.ID), Details: fmt.Sprintf("shop/%d", i.Shop),
	})
}

// noteOfAdmin records an act if an administrator does it.
func (l *Lists) noteOfAdmin(ctx context.Context, tx db.Tx, who account.ID, e audit.Entry) error {
	u, err := account.Find(ctx, tx, who)
	if err != nil || u.Type != account.Admin {
		return err
	}
	return l.trail.Record(ctx, tx, e)
}

func (l *Lists) decide(ctx context.Context, who account.ID, id ID, f func(tx db.Tx, i Import) error) error {
	err := l.inTurn(ctx, who, id, func(tx db.Tx, i Import) error {
		if i.State != Held {
			return NotHeld
		}
		return f(tx, i)
	})
	if err != nil {
		return fmt.Errorf("pricelist: decide: %w", err)
	}
	return nil
}

// inTurn runs f with an import that the person may decide about, in a transaction
// that is alone with all decisions about the lists of the shop; fault.Absent when
// there is none.
func (l *Lists) inTurn(ctx context.Context, who account.ID, id ID, f func(tx db.Tx, i Import) error) error {
	i, err := get(ctx, l.db, who, id)
	if err != nil {
		return err
	}
	leave, err := l.enter(ctx, i.Shop)
	if err != nil {
		return err
	}
	defer leave()
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := serialize(ctx, tx, i.Shop); err != nil {
			return err
		}
		i, err := get(ctx, tx, who, id) // with what was decided while this waited
		if err != nil {
			return err
		}
		return f(tx, i)
	})
}

// Roll takes the list that was applied last back: the offers of the shop become
// what they were before it, but for what orders have reserved. It returns the
// record of that. NotCurrent for any other list, Forgotten when too many have
// come since.
func (l *Lists) Roll(ctx context.Context, who account.ID, id ID) (back ID, err error) {
	err = l.inTurn(ctx, who, id, func(tx db.Tx, i Import) error {
		if i.State != Applied || i.Kind != List || i.RolledBackAt != nil || i.Repeats != 0 {
			return NotCurrent
		}
		later, err := appliedAfter(ctx, tx, i)
		if err != nil {
			return err
		}
		if later {
			return NotCurrent
		}
		var forgotten bool
		if err := tx.QueryRow(ctx, `select forgotten from imports where id = $1`, i.ID).Scan(&forgotten); err != nil {
			return err
		}
		if forgotten {
			return Forgotten
		}
		return l.roll(ctx, tx, who, i, &back)
	})
	if err != nil {
		return 0, fmt.Errorf("pricelist: roll back: %w", err)
	}
	return back, nil
}

func (l *Lists) roll(ctx context.Context, tx db.Tx, who account.ID, i Import, back *ID) error {
	restored, withdrawn, err := catalog.Rollback(ctx, tx, catalog.Staging(i.ID), i.Shop)
	if err != nil {
		return err
	}
	now := l.now()
	if err := picture.Walk(ctx, tx, i.Shop, now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update imports set rolled_back_at = $2 where id = $1`, i.ID, now); err != nil {
		return err
	}
	if err := l.note(ctx, tx, "import.rollback", i); err != nil {
		return err
	}
	return tx.QueryRow(ctx, `
		insert into imports (shop_id, user_id, kind, url, file_name, hash, format, state, code, reason_ru, reason_en,
			size, done, rows, errors, warnings, created, updated, unchanged, withdrawn, repeats, created_at, finished_at)
		values ($1, $2, 'rollback', '', '', '', '', 'applied', '', '', '', 0, 0, 0, 0, 0, 0, $3, 0, $4, $5, $6, $6)
		returning id`, i.Shop, who, restored, withdrawn, i.ID, now).Scan(back)
}
