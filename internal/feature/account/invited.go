package account

import (
	"context"
	"errors"
	"fmt"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// AcceptNew makes the invited person, who has no account, with the invited
// address, which the token proves. An account of the address that nobody has
// confirmed is theirs from now on: its password, its sign-ins and its secrets,
// which somebody else may have made, end. InvitationGone, AccountExists,
// NotForSuppliers.
func (a *Accounts) AcceptNew(ctx context.Context, token string, p Profile) (id ID, err error) {
	var email string
	err = a.db.QueryRow(ctx, `
		select m.email from members m join invitations i on i.member_id = m.id where i.hash = $1 and m.expires_at > $2`,
		hashToken(token), a.o.Now()).Scan(&email)
	if errors.Is(err, db.ErrNoRows) {
		return 0, InvitationGone
	}
	if err != nil {
		return 0, fmt.Errorf("account: invitation: %w", err)
	}
	p.Email = &email
	p, bad := p.checked()
	if bad = both(bad, checkPassword(value(p.Password), p)); bad != nil {
		return 0, bad
	}
	hash, err := a.hasher.hash(ctx, value(p.Password))
	if err != nil {
		return 0, err
	}
	if p.Language == nil {
		p.Language = new(defaultLanguage)
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		err := tx.QueryRow(ctx, `
			insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, language, active, created_at)
			values ($1, $2, $3, 'shop', $4, $5, '', '', $6, $7, $8)
			on conflict (email_key) do update set email = excluded.email, password_hash = excluded.password_hash, type = 'shop',
				first_name = excluded.first_name, last_name = excluded.last_name, company = '', position = '',
				language = excluded.language, active = excluded.active
				where not users.active and not users.blocked and users.type = 'buyer'
			returning id`,
			email, emailKey(email), hash, value(p.FirstName), value(p.LastName), p.Language, true, a.o.Now()).Scan(&id)
		if errors.Is(err, db.ErrNoRows) {
			return AccountExists
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1`, id); err != nil {
			return err
		}
		return a.enlist(ctx, tx, id, email, token)
	})
	if err != nil {
		return 0, fmt.Errorf("account: invitation: %w", err)
	}
	return id, nil
}

// Accept makes a buyer whose address was invited a member. What they may do is
// another thing then: every sign-in ends. InvitationGone, NotForSuppliers.
func (a *Accounts) Accept(ctx context.Context, who User, token string) error {
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		var email string
		err := tx.QueryRow(ctx, `
			update users set type = 'shop' where id = $1 and type = 'buyer' and active and not blocked returning email`, who.ID).Scan(&email)
		if errors.Is(err, db.ErrNoRows) {
			return NotForSuppliers
		}
		if err != nil {
			return err
		}
		return a.enlist(ctx, tx, who.ID, email, token)
	})
	if err != nil {
		return fmt.Errorf("account: invitation: %w", err)
	}
	return nil
}

// enlist makes the person, whose row tx has, a member by a token of their address.
func (a *Accounts) enlist(ctx context.Context, tx db.Tx, who ID, email, token string) error {
	var of struct {
		id   MemberID
		user ID
		role Role
	}
	err := tx.QueryRow(ctx, `delete from invitations where hash = $1 returning member_id`, hashToken(token)).Scan(&of.id)
	if errors.Is(err, db.ErrNoRows) {
		return InvitationGone
	}
	if err != nil {
		return err
	}
	err = tx.QueryRow(ctx, `
		update members set user_id = $2, email = null, email_key = null, expires_at = null
		where id = $1 and email_key = $3 and expires_at > $4 and not exists (select 1 from shops where user_id = $2)
		returning owner_id, role`, of.id, who, emailKey(email), a.o.Now()).Scan(&of.user, &of.role)
	if errors.Is(err, db.ErrNoRows) {
		return whyNot(ctx, tx, who)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from invitations where member_id = $1`, of.id); err != nil {
		return err
	}
	if err := endSignIns(ctx, tx, who); err != nil {
		return err
	}
	return a.trail.Record(ctx, tx, audit.Entry{
		Action: "member.join", Subject: fmt.Sprintf("user/%d", who), Details: fmt.Sprintf("%s of user/%d", of.role, of.user),
	})
}

// whyNot names the fault of who could not join.
func whyNot(ctx context.Context, tx db.Tx, who ID) error {
	var sold bool
	if err := tx.QueryRow(ctx, `select exists (select 1 from shops where user_id = $1)`, who).Scan(&sold); err != nil {
		return err
	}
	if sold {
		return NotForSuppliers
	}
	return InvitationGone
}
