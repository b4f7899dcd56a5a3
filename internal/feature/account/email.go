package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// EmailTooSoon is the fault of asking for another address again and again.
var EmailTooSoon = fault.New(fault.TooMany, "email_change_too_soon",
	"Письма о смене адреса только что отправлены; попросить о другом адресе можно через минуту",
	"The letters about a change of address have just been sent; ask for another address in a minute")

// EmailChange is an address that a person asked for. It is theirs when both the
// old address and the new one have agreed, by the tokens of their letters.
type EmailChange struct {
	Email     string
	OldAgreed bool
	NewAgreed bool
	ExpiresAt time.Time
}

// EmailChange returns the change that the person waits for; fault.Absent when
// there is none.
func (a *Accounts) EmailChange(ctx context.Context, who ID) (c EmailChange, err error) {
	err = a.db.QueryRow(ctx, `
		select email, old_agreed, new_agreed, expires_at from email_changes where user_id = $1 and expires_at > $2`, who, a.o.Now()).
		Scan(&c.Email, &c.OldAgreed, &c.NewAgreed, &c.ExpiresAt)
	if errors.Is(err, db.ErrNoRows) {
		return EmailChange{}, fault.Absent
	}
	if err != nil {
		return EmailChange{}, fmt.Errorf("account: change of address: %w", err)
	}
	return c, nil
}

// askEmail begins a change of address in place of the one before, and queues a
// letter to each of the two addresses. Whether the new one is somebody's is not
// told: its letter tells its owner. An address that is the person's already
// changes its spelling at most.
func (a *Accounts) askEmail(ctx context.Context, tx db.Tx, who ID, email string) error {
	n, err := db.About(tx, int64(who)).Exec(ctx, `update users set email = $3 where id = $1 and email_key = $2`, who, emailKey(email), email)
	if err != nil || n > 0 {
		return err
	}
	first, err := a.pause(ctx, tx, fmt.Sprintf("email of %d", who))
	if err != nil {
		return err
	}
	if !first {
		var same bool
		err := tx.QueryRow(ctx, `select exists (select 1 from email_changes where user_id = $1 and email = $2)`, who, email).Scan(&same)
		if err == nil && !same {
			err = EmailTooSoon
		}
		return err
	}
	if _, err := a.withdraw(ctx, tx, who); err != nil {
		return err
	}
	var id int64
	err = tx.QueryRow(ctx, `
		insert into email_changes (user_id, email, old_agreed, new_agreed, expires_at) values ($1, $2, $3, $3, $4) returning id`,
		who, email, false, a.o.Now().Add(secretLife)).Scan(&id)
	if err != nil {
		return fmt.Errorf("account: change of address: %w", err)
	}
	u, err := Find(ctx, tx, who)
	if err != nil {
		return err
	}
	note := func(kind, to string) mail.Note {
		return mail.Note{Key: fmt.Sprintf("%s/%d/%d", kind, who, id), Kind: kind, Ref: id, To: to, Lang: u.Language}
	}
	err = a.post.Send(ctx, tx, note(emailOldLetter, u.Email), note(emailNewLetter, email))
	if err != nil {
		return err
	}
	return a.trail.Record(ctx, tx, audit.Entry{Action: "user.email_ask", Subject: userSubject(who)})
}

// WithdrawEmail ends a change of address with nothing changed; fault.Absent when
// there is none.
func (a *Accounts) WithdrawEmail(ctx context.Context, who ID) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := a.withdraw(ctx, tx, who)
		if err == nil && n == 0 {
			err = fault.Absent
		}
		if err != nil {
			return err
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "user.email_withdraw", Subject: userSubject(who)})
	})
}

func (a *Accounts) withdraw(ctx context.Context, tx db.Tx, who ID) (int64, error) {
	n, err := tx.Exec(ctx, `delete from email_changes where user_id = $1`, who)
	if err != nil {
		return 0, fmt.Errorf("account: change of address: %w", err)
	}
	return n, nil
}

// ConfirmEmail is the agreement of one of the two addresses, by the token of its
// letter, which works once. With the second one the address changes, and mailed
// secrets that wait end; sign-ins go on, since the password is the same. BadSecret,
// and EmailTaken when the address became somebody's meanwhile.
func (a *Accounts) ConfirmEmail(ctx context.Context, token string) (changed bool, err error) {
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		var who ID
		var c EmailChange
		err := tx.QueryRow(ctx, `
			update email_changes set
				old_agreed = old_agreed or coalesce(old_hash = $1, false), new_agreed = new_agreed or coalesce(new_hash = $1, false)
			where expires_at > $2 and (old_hash = $1 and not old_agreed or new_hash = $1 and not new_agreed)
			returning user_id, email, old_agreed, new_agreed`, hashToken(token), a.o.Now()).
			Scan(&who, &c.Email, &c.OldAgreed, &c.NewAgreed)
		if errors.Is(err, db.ErrNoRows) {
			return BadSecret
		}
		if err != nil {
			return fmt.Errorf("account: change of address: %w", err)
		}
		if changed = c.OldAgreed && c.NewAgreed; !changed {
			return nil
		}
		return a.move(ctx, tx, who, c.Email)
	})
	return changed, err
}

// move gives the person the address, and tells both.
func (a *Accounts) move(ctx context.Context, tx db.Tx, who ID, email string) error {
	u, err := Find(ctx, tx, who)
	if err != nil {
		return err
	}
	if err := a.vacate(ctx, tx, email); err != nil {
		return err
	}
	n, err := db.About(tx, int64(who)).Exec(ctx, `update users set email = $2, email_key = $3 where id = $1 and active and not blocked`, who, email, emailKey(email))
	switch {
	case db.IsUnique(err):
		return taken()
	case err != nil:
		return fmt.Errorf("account: change of address: %w", err)
	case n == 0: // blocked meanwhile
		return BadSecret
	}
	if _, err := a.withdraw(ctx, tx, who); err != nil {
		return err
	}
	// Letters to the address before must not open the account any more.
	if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1`, who); err != nil {
		return fmt.Errorf("account: change of address: %w", err)
	}
	moved := u
	moved.Email = email
	for _, to := range []User{u, moved} {
		if err := a.sendSecret(ctx, tx, emailDoneLetter, to); err != nil {
			return err
		}
	}
	return a.trail.Record(ctx, tx, audit.Entry{Action: "user.email", Subject: userSubject(who)})
}

// vacate takes an address from a registration that was never confirmed: who moves
// to it has proven that it is theirs.
func (a *Accounts) vacate(ctx context.Context, tx db.Tx, email string) error {
	var id ID
	err := tx.QueryRow(ctx, `select id from users where email_key = $1 and not active and not blocked`+db.ForUpdate(tx), emailKey(email)).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("account: change of address: %w", err)
	}
	return empty(ctx, tx, id, a.o.Now())
}
