package account

import (
	"context"
	"fmt"
	"slices"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Role is what a person may do for the supplier whom they act for.
type Role string

// The roles, the least first: a viewer reads, a manager does the daily work, the
// owner of the shop besides says who is a member and what the shop is called.
const (
	Viewer  Role = "viewer"
	Manager Role = "manager"
	Owner   Role = "owner"
)

var ranks = []Role{Viewer, Manager, Owner}

// Covers tells whether the role may do what the least role may that is named.
func (r Role) Covers(least Role) bool { return slices.Index(ranks, r) >= slices.Index(ranks, least) }

// MemberID names a membership, from its invitation to its end.
type MemberID int64

// Member is somebody who acts for a supplier, or is invited to.
type Member struct {
	ID        MemberID
	Role      Role
	User      ID // 0: invited
	Email     string
	FirstName string
	LastName  string
	CreatedAt time.Time  // when they were invited
	ExpiresAt *time.Time // of an invitation
}

// maxMembers is how many members and open invitations one owner may have.
const maxMembers = 20

// The faults of memberships.
var (
	TooManyMembers = fault.New(fault.Conflict, "too_many_members",
		"Больше сотрудников добавить нельзя: не больше 20 вместе с приглашёнными",
		"No more members: at most 20, with those who are invited")
	AlreadyMember = fault.New(fault.Conflict, "already_member",
		"Человек с этим адресом уже работает в магазине", "The person of this address acts for the shop already")
	MayNotInvite = fault.New(fault.Conflict, "may_not_invite",
		"Приглашать сотрудников можно, когда магазин одобрен администратором",
		"Members can be invited once an administrator has approved the shop")
	InvitationGone = fault.New(fault.NotFound, "invitation_gone",
		"Приглашение не найдено, использовано, отозвано или истекло",
		"The invitation is unknown, used, revoked or expired")
	AccountExists = fault.New(fault.Conflict, "account_exists",
		"У этого адреса уже есть учётная запись: войдите и примите приглашение: POST user/invitation/accept",
		"This address has an account already: sign in and accept the invitation: POST user/invitation/accept")
	NotForSuppliers = fault.New(fault.Conflict, "supplier_already",
		"Принять приглашение может тот, у кого нет и не было своего магазина и кто не работает в другом",
		"An invitation can be accepted by who has and had no shop of their own, and acts for no other")
)

// Members returns who acts for the owner and who is invited to, oldest first.
func (a *Accounts) Members(ctx context.Context, owner ID) ([]Member, error) {
	rows, err := a.db.Query(ctx, `
		select m.id, m.role, coalesce(m.user_id, 0), coalesce(u.email, m.email, ''), coalesce(u.first_name, ''), coalesce(u.last_name, ''),
			m.created_at, m.expires_at
		from members m left join users u on u.id = m.user_id
		where m.owner_id = $1 and (m.expires_at is null or m.expires_at > $2) order by m.id`, owner, a.o.Now())
	list, err := db.Collect(rows, err, func(r db.Row) (m Member, err error) {
		return m, r.Scan(&m.ID, &m.Role, &m.User, &m.Email, &m.FirstName, &m.LastName, &m.CreatedAt, &m.ExpiresAt)
	})
	if err != nil {
		return nil, fmt.Errorf("account: members: %w", err)
	}
	return list, nil
}

// SetRole changes what a member of the owner may do, or somebody invited will.
// It ends the member's sign-ins. fault.Absent.
func (a *Accounts) SetRole(ctx context.Context, owner ID, id MemberID, r Role) error {
	if err := checkRole(r); err != nil {
		return err
	}
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		ended, err := members(ctx, tx, `update members set role = $3 where id = $1 and owner_id = $2 and role <> $3 returning id, coalesce(user_id, 0)`, id, owner, r)
		if err != nil {
			return err
		}
		if len(ended) == 0 { // they have it already, or there is nobody
			var same bool
			err := tx.QueryRow(ctx, `select exists (select 1 from members where id = $1 and owner_id = $2)`, id, owner).Scan(&same)
			if err == nil && !same {
				err = fault.Absent.WithText("id", fault.UnknownKey(int64(id)))
			}
			return err
		}
		if who := ended[0].user; who != 0 {
			if err := endSignIns(ctx, tx, who); err != nil {
				return err
			}
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "member.role", Subject: ended[0].subject(), Details: "now " + string(r)})
	})
	if err != nil {
		return fmt.Errorf("account: role of a member: %w", err)
	}
	return nil
}

// EndMembers ends those of the memberships and invitations that are the owner's
// and returns their number. Who was a member is a buyer then, without a sign-in.
func (a *Accounts) EndMembers(ctx context.Context, owner ID, ids []MemberID) (n int, err error) {
	list, args := db.In([]any{owner}, ids)
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		n, err = a.endMembers(ctx, tx, `owner_id = $1 and id in (`+list+`)`, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("account: end members: %w", err)
	}
	return n, nil
}

// Leave ends the membership of the person by themselves, as EndMembers does;
// fault.Absent when they have none.
func (a *Accounts) Leave(ctx context.Context, who ID) error {
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := a.endMembers(ctx, tx, `user_id = $1`, who)
		if err == nil && n == 0 {
			err = fault.Absent
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("account: leave: %w", err)
	}
	return nil
}

func (a *Accounts) endMembers(ctx context.Context, tx db.Tx, where string, args ...any) (int, error) {
	ended, err := endMemberships(ctx, tx, where, args...)
	if err != nil {
		return 0, err
	}
	for _, e := range ended {
		if err := a.trail.Record(ctx, tx, audit.Entry{Action: "member.end", Subject: e.subject()}); err != nil {
			return 0, err
		}
	}
	return len(ended), nil
}

// membership is the row of somebody, and who they are; 0: they are invited.
type membership struct {
	id   MemberID
	user ID
}

// subject names it in the log.
func (m membership) subject() string {
	if m.user == 0 {
		return fmt.Sprintf("member/%d", m.id)
	}
	return fmt.Sprintf("user/%d", m.user)
}

// members runs a query, or a statement that returns memberships.
func members(ctx context.Context, tx db.Tx, query string, args ...any) ([]membership, error) {
	rows, err := tx.Query(ctx, query, args...)
	return db.Collect(rows, err, func(r db.Row) (m membership, err error) { return m, r.Scan(&m.id, &m.user) })
}

// endMemberships ends the memberships and invitations that the condition finds.
// Who was a member has no shop to act for: they are a buyer then, and every
// sign-in of theirs ends. A session of 1C ends with the stamp.
func endMemberships(ctx context.Context, tx db.Tx, where string, args ...any) ([]membership, error) {
	ended, err := members(ctx, tx, `delete from members where `+where+` returning id, coalesce(user_id, 0)`, args...)
	if err != nil {
		return nil, fmt.Errorf("account: end memberships: %w", err)
	}
	for _, e := range ended {
		if e.user == 0 {
			continue
		}
		// It waits for a sign-in that is being made, so that this ends it too.
		if _, err := tx.Exec(ctx, `update users set type = 'buyer' where id = $1`, e.user); err != nil {
			return nil, fmt.Errorf("account: end memberships: %w", err)
		}
		if err := endSignIns(ctx, tx, e.user); err != nil {
			return nil, err
		}
	}
	return ended, nil
}

// endMembersSignIns ends every sign-in of those who act for the owner.
func endMembersSignIns(ctx context.Context, tx db.Tx, owner ID) error {
	list, err := members(ctx, tx, `select id, user_id from members where owner_id = $1 and user_id is not null order by user_id`, owner)
	if err != nil {
		return fmt.Errorf("account: members: %w", err)
	}
	for _, m := range list {
		if err := endSignIns(ctx, tx, m.user); err != nil {
			return err
		}
	}
	return nil
}

func checkRole(r Role) error {
	if r != Manager && r != Viewer {
		return fault.BadArguments.WithText("role", fault.NotOneOf([]any{Manager, Viewer}))
	}
	return nil
}
