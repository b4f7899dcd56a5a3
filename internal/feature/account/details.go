package account

import (
	"context"
	"fmt"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// Update changes what the profile says and leaves the rest. A new password
// ends every sign-in; the token returned then is a new one, else "". Another
// address is asked for only: it changes by ConfirmEmail. Nothing is saved when any
// field is bad. EmailTooSoon.
func (a *Accounts) Update(ctx context.Context, who ID, p Profile) (token string, err error) {
	p, bad := p.checked()
	if p.Password != nil {
		u, err := Find(ctx, a.db, who)
		if err != nil {
			return "", err
		}
		bad = both(bad, checkPassword(*p.Password, p.over(u)))
	}
	if bad != nil {
		return "", bad
	}
	var hash string
	if p.Password != nil {
		if hash, err = a.hasher.hash(ctx, *p.Password); err != nil {
			return "", err
		}
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		token = ""
		if err := update(ctx, tx, who, p); err != nil {
			return err
		}
		if p.Email != nil {
			if err := a.askEmail(ctx, tx, who, *p.Email); err != nil {
				return err
			}
		}
		if hash == "" {
			return nil
		}
		if err := setPassword(ctx, tx, who, hash); err != nil {
			return err
		}
		err := a.trail.Record(ctx, tx, audit.Entry{Action: "user.password", Subject: userSubject(who)})
		if err != nil {
			return err
		}
		token, err = a.signIn(ctx, tx, who, byNewPassword)
		return err
	})
	return token, err
}

// over is the profile completed by what is known.
func (p Profile) over(u User) Profile {
	known := u.profile()
	for _, f := range []struct{ said, known **string }{
		{&p.FirstName, &known.FirstName},
		{&p.LastName, &known.LastName},
		{&p.Email, &known.Email},
		{&p.Company, &known.Company},
		{&p.Position, &known.Position},
	} {
		if *f.said == nil {
			*f.said = *f.known
		}
	}
	return p
}

func update(ctx context.Context, tx db.Tx, who ID, p Profile) error {
	n, err := db.About(tx, int64(who)).Exec(ctx, `
		update users set
			first_name = coalesce($2, first_name), last_name = coalesce($3, last_name),
			company = coalesce($4, company), position = coalesce($5, position),
			language = coalesce($6, language), accept_shortages = coalesce($7, accept_shortages)
		where id = $1 and active`,
		who, p.FirstName, p.LastName, p.Company, p.Position, p.Language, p.AcceptShortages)
	if err != nil {
		return fmt.Errorf("account: update: %w", err)
	}
	if n == 0 { // they have left meanwhile
		return BadToken
	}
	return nil
}
