package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Register makes an inactive person, a buyer or a shop, and sends the letter
// that confirms the address. Email and password are obligatory; what else is
// not said is blank.
func (a *Accounts) Register(ctx context.Context, p Profile, t Type) (ID, error) {
	if t != Buyer && t != Shop {
		return 0, fault.BadArguments.With("type", "Бывает buyer или shop.", "Must be buyer or shop.")
	}
	u, err := a.add(ctx, p, t, false)
	return u.ID, err
}

// AddActive makes an active person of any type, for the command line. It is
// recorded in the log of acts.
func (a *Accounts) AddActive(ctx context.Context, p Profile, t Type) (User, error) {
	return a.add(ctx, p, t, true)
}

func (a *Accounts) add(ctx context.Context, p Profile, t Type, active bool) (User, error) {
	p.Email = new(value(p.Email)) // none is a bad one
	p, bad := p.checked()
	if bad = both(bad, checkPassword(value(p.Password), p)); bad != nil {
		return User{}, bad
	}
	if !active {
		if err := a.tryRegister(ctx, value(p.Email)); err != nil {
			return User{}, err
		}
	}
	hash, err := a.hasher.hash(ctx, value(p.Password))
	if err != nil {
		return User{}, err
	}
	u := User{
		Email: value(p.Email), Type: t, FirstName: value(p.FirstName), LastName: value(p.LastName),
		Company: value(p.Company), Position: value(p.Position), Language: defaultLanguage,
	}
	if p.Language != nil {
		u.Language = *p.Language
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		err := db.About(tx, 0).QueryRow(ctx, `
			insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, language, active, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			on conflict (email_key) do nothing
			returning id`,
			u.Email, emailKey(u.Email), hash, u.Type, u.FirstName, u.LastName, u.Company, u.Position, u.Language,
			active, a.o.Now(),
		).Scan(&u.ID)
		if errors.Is(err, db.ErrNoRows) {
			return taken()
		}
		if err != nil {
			return fmt.Errorf("account: register: %w", err)
		}
		u.Owner, u.Role = u.ID, Owner
		if a.o.Joined != nil {
			if err := a.o.Joined(ctx, tx, u, active); err != nil {
				return err
			}
		}
		if active {
			return a.trail.Record(ctx, tx, audit.Entry{Action: "user.add", Subject: userSubject(u.ID), Details: string(t)})
		}
		return a.sendSecret(ctx, tx, confirmLetter, u)
	})
	return u, err
}

// both is one fault that names what either names; nil when there is none.
func both(a, b *fault.Error) *fault.Error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	c := *a
	c.Fields = append(slices.Clone(a.Fields), b.Fields...)
	return &c
}

// taken is the fault of an address that somebody has, in the words of the
// ready specification.
func taken() error {
	return EmailTaken.WithText("email", fault.Text{
		RU: "Пользователь с таким адресом уже существует.",
		EN: "Пользователь with this email address already exists.",
	})
}

// Resend sends the confirming letter again, if there is such an unconfirmed
// person. It answers the same whether there is or not.
func (a *Accounts) Resend(ctx context.Context, email string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	if err := a.tryLetter(ctx, confirmLetter, email); err != nil {
		return err
	}
	return a.sendTo(ctx, confirmLetter, `where email_key = $1 and not active`, emailKey(email))
}

// Confirm makes the person of the address active. The token works once.
func (a *Accounts) Confirm(ctx context.Context, email, token string) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		id, err := a.useSecret(ctx, tx, confirm, token)
		if err != nil {
			return err
		}
		n, err := db.About(tx, int64(id)).Exec(ctx, `update users set active = $3 where id = $1 and email_key = $2`, id, emailKey(email), true)
		if err != nil {
			return fmt.Errorf("account: confirm: %w", err)
		}
		if n == 0 {
			return BadSecret
		}
		return a.proven(ctx, tx, email)
	})
}
