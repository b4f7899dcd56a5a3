package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
)

// tokenLife is how long a sign-in lasts.
const tokenLife = 30 * 24 * time.Hour

// Login proves a person by password and makes a token. Whatever is wrong, the
// answer and the work are the same.
func (a *Accounts) Login(ctx context.Context, email, password string) (string, error) {
	var id ID
	var phc string
	var active bool
	err := a.db.QueryRow(ctx, `select id, password_hash, active from users where email_key = $1`, emailKey(email)).
		Scan(&id, &phc, &active)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return "", fmt.Errorf("account: login: %w", err)
	}
	ok, err := a.hasher.matches(ctx, phc, password)
	if err != nil {
		return "", err
	}
	if !ok || !active {
		return "", BadLogin
	}
	token, hash := newToken()
	now := a.o.Now()
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from tokens where user_id = $1 and expires_at <= $2`, id, now); err != nil {
			return err
		}
		// The password may have been changed while it was checked.
		n, err := tx.Exec(ctx, `
			insert into tokens (user_id, hash, created_at, expires_at)
			select id, $3, $4, $5 from users where id = $1 and password_hash = $2 and active`,
			id, phc, hash, now, now.Add(tokenLife))
		if err == nil && n == 0 {
			err = BadLogin
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("account: login: %w", err)
	}
	return token, nil
}

// Authenticate returns the person of a token; BadToken when it is unknown,
// expired or revoked, or the person is not active.
func (a *Accounts) Authenticate(ctx context.Context, token string) (User, error) {
	u, err := scanUser(a.db.QueryRow(ctx, selectUser+`
		where active and id = (select user_id from tokens where hash = $1 and expires_at > $2)`,
		hashToken(token), a.o.Now()))
	if errors.Is(err, db.ErrNoRows) {
		return User{}, BadToken
	}
	return u, err
}

// Logout ends one sign-in.
func (a *Accounts) Logout(ctx context.Context, who ID, token string) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from tokens where hash = $1 and user_id = $2`, hashToken(token), who)
		return err
	})
}

// RequestReset sends the letter to set a new password, if there is such an
// active person. It answers the same whether there is or not.
func (a *Accounts) RequestReset(ctx context.Context, email string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	return a.sendTo(ctx, resetLetter, `where email_key = $1 and active`, emailKey(email))
}

// ResetPassword sets a new password by a mailed token, which works once, and
// ends every sign-in of the person.
func (a *Accounts) ResetPassword(ctx context.Context, token, password string) error {
	var id ID
	err := a.db.QueryRow(ctx, `select user_id from secrets where hash = $1 and purpose = $2 and expires_at > $3`,
		hashToken(token), reset, a.o.Now()).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return ResetGone
	}
	if err != nil {
		return fmt.Errorf("account: reset: %w", err)
	}
	u, err := Find(ctx, a.db, id)
	if err != nil {
		return err
	}
	if bad := checkPassword(password, u.profile()); bad != nil {
		return bad
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.db.InTx(ctx, func(tx db.Tx) error {
		id, err := a.useSecret(ctx, tx, reset, token)
		if errors.Is(err, BadSecret) {
			return ResetGone // used by another request meanwhile
		}
		if err != nil {
			return err
		}
		return setPassword(ctx, tx, id, hash)
	})
}

// setPassword changes the password, which ends every sign-in and every reset.
func setPassword(ctx context.Context, tx db.Tx, id ID, hash string) error {
	if _, err := tx.Exec(ctx, `update users set password_hash = $2 where id = $1`, id, hash); err != nil {
		return fmt.Errorf("account: password: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from tokens where user_id = $1`, id); err != nil {
		return fmt.Errorf("account: password: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1 and purpose = 'reset'`, id); err != nil {
		return fmt.Errorf("account: password: %w", err)
	}
	return nil
}

// profile is what the person already said, for the rules of passwords.
func (u User) profile() Profile {
	return Profile{
		FirstName: &u.FirstName, LastName: &u.LastName, Email: &u.Email,
		Company: &u.Company, Position: &u.Position,
	}
}
