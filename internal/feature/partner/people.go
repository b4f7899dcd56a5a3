package partner

import (
	"context"
	"errors"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// Person is somebody as an administrator sees them.
type Person struct {
	account.Known
	Shop *Shop // nil: they have none
}

// Person returns somebody by id; fault.Absent when there is none.
func (s *Shops) Person(ctx context.Context, id account.ID) (Person, error) {
	return personOf(ctx, s.db, id)
}

func personOf(ctx context.Context, q db.Queryer, id account.ID) (Person, error) {
	k, err := account.KnownOf(ctx, q, id)
	if err != nil {
		return Person{}, err
	}
	shop, err := ofOwner(ctx, q, id)
	switch {
	case errors.Is(err, NoShop):
		return Person{Known: k}, nil
	case err != nil:
		return Person{}, fmt.Errorf("partner: person: %w", err)
	}
	return Person{k, &shop}, nil
}

// Block ends every sign-in of a person, refuses new ones and closes their shop.
// Of who is blocked already it changes nothing. account.OfAdmin, fault.Absent.
func (s *Shops) Block(ctx context.Context, id account.ID) (Person, error) {
	return s.administer(ctx, id, func(tx db.Tx) (action, details string, err error) {
		changed, err := account.Block(ctx, tx, id, true)
		if err != nil || !changed {
			return "", "", err
		}
		return "user.block", "", shut(ctx, tx, id)
	})
}

// Unblock lets a person sign in again. Their shop stays closed until it is
// approved. account.OfAdmin, fault.Absent.
func (s *Shops) Unblock(ctx context.Context, id account.ID) (Person, error) {
	return s.administer(ctx, id, func(tx db.Tx) (action, details string, err error) {
		changed, err := account.Block(ctx, tx, id, false)
		if err != nil || !changed {
			return "", "", err
		}
		return "user.unblock", "", nil
	})
}

// ChangeRole makes a person a supplier, with a shop that is approved as a new one
// is, or a buyer, whose shop is closed. It ends every sign-in. Who is one already
// stays as they are. account.OfAdmin, fault.Absent.
func (s *Shops) ChangeRole(ctx context.Context, id account.ID, t account.Type) (Person, error) {
	return s.administer(ctx, id, func(tx db.Tx) (action, details string, err error) {
		changed, err := account.ChangeType(ctx, tx, id, t)
		if err != nil || !changed {
			return "", "", err
		}
		k, err := account.KnownOf(ctx, tx, id)
		if err != nil {
			return "", "", err
		}
		if err := s.Joined(ctx, tx, k.User, false); err != nil {
			return "", "", err
		}
		if t != account.Shop || k.Blocked {
			err = shut(ctx, tx, id)
		}
		return "user.role", "now " + string(t), err
	})
}

// administer runs f, which tells what it did, and writes that down; nothing was
// done when there is no action.
func (s *Shops) administer(ctx context.Context, id account.ID, f func(tx db.Tx) (action, details string, err error)) (p Person, err error) {
	err = s.db.InTx(ctx, func(tx db.Tx) error {
		action, details, err := f(tx)
		if err != nil {
			return err
		}
		if action != "" {
			if err := s.trail.Record(ctx, tx, audit.Entry{Action: action, Subject: subject("user", id), Details: details}); err != nil {
				return err
			}
		}
		p, err = personOf(ctx, tx, id)
		return err
	})
	return p, err
}

// shut closes the shop of a person, if there is one, until it is approved again.
func shut(ctx context.Context, tx db.Tx, owner account.ID) error {
	if _, err := tx.Exec(ctx, `update shops set approved = $2 where user_id = $1`, owner, false); err != nil {
		return fmt.Errorf("partner: close: %w", err)
	}
	return nil
}

// Leave closes the shop of a person who deletes their account, if there is one, as
// part of tx: whoever orders from it now is waited for. Its name may be theirs; the
// placed orders keep it.
func Leave(ctx context.Context, tx db.Tx, owner account.ID) error {
	_, err := tx.Exec(ctx, `
		update shops set approved = $2, accepting = $2, name = 'Магазин ' || id, named = $3, url = '' where user_id = $1`, owner, false, true)
	if err != nil {
		return fmt.Errorf("partner: leave: %w", err)
	}
	return nil
}
