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

// Register makes an inactive person, a buyer or a shop, and has the letter sent
// that confirms the address. Email and password are obligatory; what else is not
// said is blank.
//
// The answer and the work are the same whoever has the address: its owner gets a
// letter that tells of it, and nothing of theirs changes. An address that waits to
// be confirmed belongs to nobody yet. Anybody may have registered it before its
// owner, or between the owner and the letter, and the letter proves the mailbox,
// not who typed the password: neither the first nor the last one is to be trusted.
// So who registers last says the names, and two that differ in the password leave
// none: whoever confirms the address then sets one by a further letter. A password
// that survives is one that everybody knew who registered the address.
func (a *Accounts) Register(ctx context.Context, p Profile, t Type) error {
	if t != Buyer && t != Shop {
		return fault.BadArguments.With("type", "Бывает buyer или shop.", "Must be buyer or shop.")
	}
	u, err := newcomer(p, t)
	if err != nil {
		return err
	}
	if err := a.tryRegister(ctx, u.Email); err != nil {
		return err
	}
	var waiting string
	err = a.db.QueryRow(ctx, `select password_hash from users where email_key = $1 and not active`, emailKey(u.Email)).Scan(&waiting)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("account: register: %w", err)
	}
	hash, err := a.hasher.hashLike(ctx, value(p.Password), waiting)
	if err != nil {
		return err
	}
	return a.db.InTx(ctx, func(tx db.Tx) error {
		_, err := db.About(tx, 0).Exec(ctx, insertUser+`
			on conflict (email_key) do update set
				password_hash = case when users.password_hash = excluded.password_hash then users.password_hash else '' end,
				type = excluded.type, first_name = excluded.first_name, last_name = excluded.last_name, company = excluded.company,
				position = excluded.position, language = excluded.language
			where not users.active and not users.blocked`, a.newRow(u, hash, false)...)
		if err != nil {
			return fmt.Errorf("account: register: %w", err)
		}
		return a.ask(ctx, tx, askedToJoin, u.Email)
	})
}

// AddActive makes an active person of any type, for the command line. It is
// recorded in the log of acts. EmailTaken.
func (a *Accounts) AddActive(ctx context.Context, p Profile, t Type) (User, error) {
	u, err := newcomer(p, t)
	if err != nil {
		return User{}, err
	}
	hash, err := a.hasher.hash(ctx, value(p.Password))
	if err != nil {
		return User{}, err
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		err := db.About(tx, 0).QueryRow(ctx, insertUser+` on conflict (email_key) do nothing returning id`, a.newRow(u, hash, true)...).Scan(&u.ID)
		if errors.Is(err, db.ErrNoRows) {
			return taken()
		}
		if err != nil {
			return fmt.Errorf("account: add: %w", err)
		}
		u.Owner, u.Role = u.ID, Owner
		if err := a.joined(ctx, tx, u, true); err != nil {
			return err
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "user.add", Subject: userSubject(u.ID), Details: string(t)})
	})
	return u, err
}

// newcomer is the person of a profile that says everything well.
func newcomer(p Profile, t Type) (User, error) {
	p.Email = new(value(p.Email)) // none is a bad one
	p, bad := p.checked()
	if bad = both(bad, checkPassword(value(p.Password), p)); bad != nil {
		return User{}, bad
	}
	u := User{
		Email: value(p.Email), Type: t, FirstName: value(p.FirstName), LastName: value(p.LastName),
		Company: value(p.Company), Position: value(p.Position), Language: defaultLanguage,
	}
	if p.Language != nil {
		u.Language = *p.Language
	}
	return u, nil
}

const insertUser = `
	insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, language, active, created_at)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func (a *Accounts) newRow(u User, hash string, active bool) []any {
	return []any{
		u.Email, emailKey(u.Email), hash, u.Type, u.FirstName, u.LastName, u.Company, u.Position, u.Language, active, a.o.Now(),
	}
}

// joined tells who else must know that there is an active person.
func (a *Accounts) joined(ctx context.Context, tx db.Tx, u User, vouched bool) error {
	if a.o.Joined == nil {
		return nil
	}
	return a.o.Joined(ctx, tx, u, vouched)
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

// Resend has the confirming letter sent again, if there is such an unconfirmed
// person. The answer and the work are the same whether there is or not.
func (a *Accounts) Resend(ctx context.Context, email string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	if err := a.tryLetter(ctx, confirmLetter, email); err != nil {
		return err
	}
	return a.askAlone(ctx, askedToConfirm, email)
}

// Confirm makes the person of the address active. The token works once. One whose
// registrations left no password gets the letter to set it.
func (a *Accounts) Confirm(ctx context.Context, email, token string) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		id, err := a.useSecret(ctx, tx, confirm, token)
		if err != nil {
			return err
		}
		var bare bool
		err = db.About(tx, int64(id)).QueryRow(ctx, `
			update users set active = $3 where id = $1 and email_key = $2 and not active
			returning password_hash = '' and not blocked`, id, emailKey(email), true).Scan(&bare)
		if errors.Is(err, db.ErrNoRows) {
			return BadSecret
		}
		if err != nil {
			return fmt.Errorf("account: confirm: %w", err)
		}
		u, err := Find(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := a.joined(ctx, tx, u, false); err != nil {
			return err
		}
		if err := a.proven(ctx, tx, email); err != nil || !bare {
			return err
		}
		return a.sendSecret(ctx, tx, resetLetter, u)
	})
}
