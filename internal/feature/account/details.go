package account

import (
	"context"
	"fmt"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// Update changes what the profile says and leaves the rest. A new password
// ends every sign-in; the token returned then is a new one, else "".
// Nothing is saved when any field is bad.
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
		if err := update(ctx, tx, who, p); err != nil || hash == "" {
			return err
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
	var key *string
	if p.Email != nil {
		key = new(emailKey(*p.Email))
		// The unique index decides a race; this names the fault when there is none.
		var other bool
		err := tx.QueryRow(ctx, `select exists (select 1 from users where email_key = $1 and id <> $2)`, key, who).Scan(&other)
		if err != nil {
			return fmt.Errorf("account: update: %w", err)
		}
		if other {
			return taken()
		}
	}
	_, err := db.About(tx, int64(who)).Exec(ctx, `
		update users set
			first_name = coalesce($2, first_name), last_name = coalesce($3, last_name),
			company = coalesce($4, company), position = coalesce($5, position),
			email = coalesce($6, email), email_key = coalesce($7, email_key),
			language = coalesce($8, language), accept_shortages = coalesce($9, accept_shortages)
		where id = $1`,
		who, p.FirstName, p.LastName, p.Company, p.Position, p.Email, key, p.Language, p.AcceptShortages)
	if db.IsUnique(err) {
		return taken()
	}
	if err == nil && p.Email != nil {
		// Letters to the address before must not open the account any more.
		_, err = tx.Exec(ctx, `delete from secrets where user_id = $1`, who)
	}
	if err != nil {
		return fmt.Errorf("account: update: %w", err)
	}
	return nil
}
