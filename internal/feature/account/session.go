package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// tokenLife is how long a sign-in lasts.
const tokenLife = 30 * 24 * time.Hour

// Login proves a person by password, and by the code of their second factor if
// they have one, and makes a token. Whatever is wrong of address and password, the
// answer and the work are the same. BadLogin, TOTPRequired, BadTOTP, TOTPLocked.
func (a *Accounts) Login(ctx context.Context, email, password, code string) (string, error) {
	try, err := a.trySignIn(ctx, email)
	if err != nil {
		return "", err
	}
	u, phc, err := a.prove(ctx, email, password)
	if err != nil {
		return "", err
	}
	var token string
	err = a.withFactor(ctx, u.ID, code, func(tx db.Tx, _ bool) error {
		// The password may have been changed while it was checked.
		var same bool
		err := tx.QueryRow(ctx, `select true from users where id = $1 and password_hash = $2`+db.ForShare(tx), u.ID, phc).Scan(&same)
		if errors.Is(err, db.ErrNoRows) {
			return BadLogin
		}
		if err != nil {
			return err
		}
		token, err = a.signIn(ctx, tx, u.ID, byPassword)
		return err
	})
	if err == nil {
		err = try.Passed(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("account: login: %w", err)
	}
	return token, nil
}

// How a person was proven, for the record of a sign-in.
const (
	byPassword    = "password"
	byNewPassword = "new password" // its sign-in goes on by another token
)

// signIn makes the token of a sign-in, however the person was proven, records
// it, and drops their expired ones. BadLogin when the person is not active or is
// blocked: whoever blocks them now waits, and ends this sign-in then.
func (a *Accounts) signIn(ctx context.Context, tx db.Tx, who ID, how string) (string, error) {
	token, hash := newToken()
	now := a.o.Now()
	client := audit.ActorOf(ctx)
	n, err := db.About(tx, int64(who)).Exec(ctx, `
		insert into tokens (user_id, kind, hash, created_at, expires_at, agent, address)
		select id, 'session', $2, $3, $4, $5, $6 from users where id = $1 and active and not blocked`+db.ForShare(tx),
		who, hash, now, now.Add(tokenLife), clipped(client.Agent, maxAgent), clipped(client.Address, maxAddress))
	if err != nil {
		return "", fmt.Errorf("account: sign in: %w", err)
	}
	if n == 0 {
		return "", BadLogin
	}
	if err := a.dropExpired(ctx, tx, who); err != nil {
		return "", err
	}
	err = a.trail.Record(audit.As(ctx, int64(who)), tx, audit.Entry{Action: "user.sign_in", Subject: userSubject(who), Details: how})
	return token, err
}

// Check proves a person by password as Login does, or by a key of theirs in its
// place, and makes no sign-in. Whoever makes one of another kind of it keeps the
// stamp, and ends it when Holds says no more. TOTPRequired when a password alone
// is not enough.
func (a *Accounts) Check(ctx context.Context, email, password string) (SignIn, Stamp, error) {
	if strings.HasPrefix(password, KeyPrefix) {
		s, err := a.SignInOf(ctx, password)
		switch {
		case err == nil && s.Kind == Key && emailKey(s.User.Email) == emailKey(email):
			return s, stampOfKey(s.Token), nil
		case err != nil && fault.As(err) == nil:
			return SignIn{}, "", err
		}
		// It may be a password all the same.
	}
	try, err := a.trySignIn(ctx, email)
	if err != nil {
		return SignIn{}, "", err
	}
	u, phc, err := a.prove(ctx, email, password)
	if err == nil {
		err = a.countTry(ctx, u.ID, "") // whoever has a second factor takes a key
	}
	if err == nil {
		err = try.Passed(ctx)
	}
	return SignIn{User: u, Kind: Session}, stampOf(u, phc), err
}

// prove returns the active person of that address and password, with the hash
// that the password was checked by.
func (a *Accounts) prove(ctx context.Context, email, password string) (u User, phc string, err error) {
	err = a.db.QueryRow(ctx, `
		select `+userColumns+`, case when active and not blocked then password_hash else '' end
		from users where email_key = $1`, emailKey(email)).
		Scan(append(u.columns(), &phc)...)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return User{}, "", fmt.Errorf("account: login: %w", err)
	}
	ok, err := a.hasher.matches(ctx, phc, password)
	if err != nil {
		return User{}, "", err
	}
	if !ok {
		a.failures.note(ctx, u.ID, byPassword)
		return User{}, "", BadLogin
	}
	return u, phc, nil
}

// Stamp tells whether what proved a person still does: the password, their
// type and their membership are the same, or the key works. Neither can be learned from it.
type Stamp string

// keyStamps begin the stamps of keys; those of passwords are hexadecimal.
const keyStamps = "key/"

func stampOf(u User, phc string) Stamp {
	text := string(u.Type) + phc
	if u.Member != 0 { // the next membership has another id
		text += fmt.Sprint(u.Member, u.Owner, u.Role)
	}
	return Stamp(hex.EncodeToString(hashToken(text)))
}

func stampOfKey(id TokenID) Stamp { return Stamp(keyStamps + strconv.FormatInt(int64(id), 10)) }

// StampOf returns the stamp of the password of an active person who is not
// blocked; fault.Absent when there is none.
func StampOf(ctx context.Context, q db.Queryer, id ID) (Stamp, error) {
	var u User
	var phc string
	err := q.QueryRow(ctx, `select `+userColumns+`, password_hash from users where id = $1 and active and not blocked`, id).
		Scan(append(u.columns(), &phc)...)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.Absent
	}
	if err != nil {
		return "", fmt.Errorf("account: stamp: %w", err)
	}
	return stampOf(u, phc), nil
}

// Holds tells whether the stamp of a person still is one of now.
func (s Stamp) Holds(ctx context.Context, q db.Queryer, who ID, now time.Time) (holds bool, err error) {
	key, is := strings.CutPrefix(string(s), keyStamps)
	if !is {
		current, err := StampOf(ctx, q, who)
		if errors.Is(err, fault.Absent) {
			return false, nil
		}
		return current == s, err
	}
	id, _ := strconv.ParseInt(key, 10, 64) // 0 is no key
	err = q.QueryRow(ctx, `
		select exists (
			select 1 from tokens t join users u on u.id = t.user_id
			where t.id = $1 and t.user_id = $2 and t.kind = 'key' and t.expires_at > $3 and u.active and not u.blocked)`,
		id, who, now).Scan(&holds)
	if err != nil {
		return false, fmt.Errorf("account: stamp: %w", err)
	}
	return holds, nil
}

// RequestReset has the letter to set a new password sent, if there is such an
// active person who is not blocked. The answer and the work are the same whether
// there is or not.
func (a *Accounts) RequestReset(ctx context.Context, email string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	if err := a.tryLetter(ctx, resetLetter, email); err != nil {
		return err
	}
	return a.askAlone(ctx, askedToReset, email)
}

// ResetPassword sets a new password by a mailed token, which works once, and
// ends every sign-in of the person. ResetGone also when they are blocked.
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
		if err = setPassword(ctx, tx, id, hash); errors.Is(err, BadToken) {
			return ResetGone
		}
		if err != nil {
			return err
		}
		if err := a.proven(ctx, tx, u.Email); err != nil {
			return err
		}
		return a.trail.Record(audit.As(ctx, int64(id)), tx, audit.Entry{Action: "user.password_reset", Subject: userSubject(id)})
	})
}

// setPassword changes the password, which ends every sign-in and every reset.
// BadToken when the person was blocked meanwhile.
func setPassword(ctx context.Context, tx db.Tx, id ID, hash string) error {
	n, err := db.About(tx, int64(id)).Exec(ctx, `update users set password_hash = $2 where id = $1 and not blocked`, id, hash)
	if err != nil {
		return fmt.Errorf("account: password: %w", err)
	}
	if n == 0 {
		return BadToken
	}
	return endSignIns(ctx, tx, id)
}

// endSignIns ends every sign-in and every reset of the person.
func endSignIns(ctx context.Context, tx db.Tx, id ID) error {
	if _, err := db.About(tx, int64(id)).Exec(ctx, `delete from tokens where user_id = $1`, id); err != nil {
		return fmt.Errorf("account: end sign-ins: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1 and purpose = 'reset'`, id); err != nil {
		return fmt.Errorf("account: end sign-ins: %w", err)
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
