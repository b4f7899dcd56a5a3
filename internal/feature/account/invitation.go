package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// invitationLife is how long an invitation can be accepted.
const invitationLife = 7 * 24 * time.Hour

// maxInvitationTokens is how many tokens of one invitation work: each letter of it
// that is written has another one.
const maxInvitationTokens = 10

// Invite invites an address to act for the owner, and sends the letter that says
// so in a language. Who is invited already is invited anew: for a week from now,
// in the role of now. Whether the address has an account changes nothing here.
// AlreadyMember, MayNotInvite, TooManyMembers.
func (a *Accounts) Invite(ctx context.Context, owner ID, email string, r Role, lang string) (id MemberID, err error) {
	email = strings.TrimSpace(email)
	if len(email) > maxEmail {
		return 0, fault.BadArguments.WithText("email", fault.TooLong(maxEmail))
	}
	if err := checkEmail(email); err != nil {
		return 0, err
	}
	if err := checkRole(r); err != nil {
		return 0, err
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		if err := holdOwner(ctx, tx, owner); err != nil {
			return err
		}
		if id, err = a.place(ctx, tx, owner, email, r); err != nil {
			return err
		}
		nonce, _ := newToken()
		err := a.post.Send(ctx, tx, mail.Note{
			Key: fmt.Sprintf("%s/%d/%s", invitationLetter, id, nonce), Kind: invitationLetter, Ref: int64(id), To: email, Lang: lang,
		})
		if err != nil {
			return err
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "member.invite", Subject: membership{id: id}.subject(), Details: string(r)})
	})
	if err != nil {
		return 0, fmt.Errorf("account: invite: %w", err)
	}
	return id, nil
}

// holdOwner keeps the owner of an approved shop for tx, so that their invitations
// come one after the other. Strangers can't have us write letters to anybody: an
// administrator has seen the shop.
func holdOwner(ctx context.Context, tx db.Tx, owner ID) error {
	var held ID
	err := tx.QueryRow(ctx, `
		select id from users where id = $1 and type = 'shop' and not blocked
			and exists (select 1 from shops where user_id = users.id and approved)`+db.ForUpdate(tx), owner).Scan(&held)
	if errors.Is(err, db.ErrNoRows) {
		return MayNotInvite
	}
	return err
}

// place gives the address its row: the one that it has, or a new one in a slot
// that is free. Expired invitations make room.
func (a *Accounts) place(ctx context.Context, tx db.Tx, owner ID, email string, r Role) (id MemberID, err error) {
	now, key := a.o.Now(), emailKey(email)
	if _, err := tx.Exec(ctx, `delete from members where owner_id = $1 and expires_at <= $2`, owner, now); err != nil {
		return 0, err
	}
	var here bool
	err = tx.QueryRow(ctx, `
		select exists (select 1 from users where email_key = $2
			and (id = $1 or id in (select user_id from members where owner_id = $1)))`, owner, key).Scan(&here)
	if err != nil {
		return 0, err
	}
	if here {
		return 0, AlreadyMember
	}
	slot, err := freePlace(ctx, tx, owner, key)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		insert into members (owner_id, slot, role, email, email_key, expires_at, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (owner_id, email_key) do update set role = excluded.role, email = excluded.email, expires_at = excluded.expires_at
		returning id`, owner, slot, r, email, key, now.Add(invitationLife), now).Scan(&id)
	return id, err
}

// freePlace returns the slot of the address, or else one that nobody has.
func freePlace(ctx context.Context, tx db.Tx, owner ID, key string) (int, error) {
	taken := map[int]string{}
	rows, err := tx.Query(ctx, `select slot, coalesce(email_key, '') from members where owner_id = $1`, owner)
	_, err = db.Collect(rows, err, func(r db.Row) (slot int, err error) {
		var whose string
		err = r.Scan(&slot, &whose)
		taken[slot] = whose
		return slot, err
	})
	if err != nil {
		return 0, err
	}
	for slot := 1; slot <= maxMembers; slot++ {
		if whose, is := taken[slot]; !is || whose == key {
			return slot, nil
		}
	}
	return 0, TooManyMembers
}

// makeInvitationToken makes a token of an invitation that is open.
func (a *Accounts) makeInvitationToken(ctx context.Context, id MemberID) (string, error) {
	token, hash := newToken()
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `
			insert into invitations (member_id, hash) select id, $2 from members where id = $1 and expires_at > $3`, id, hash, a.o.Now())
		if err == nil && n == 0 {
			err = InvitationGone
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			delete from invitations where member_id = $1 and id not in (
				select id from invitations where member_id = $1 order by id desc limit $2)`, id, maxInvitationTokens)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("account: token of an invitation: %w", err)
	}
	return token, nil
}
