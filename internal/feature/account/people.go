package account

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// OfAdmin tells that administrators are out of each other's reach.
var OfAdmin = fault.New(fault.Conflict, "administrator",
	"Администратора нельзя ни заблокировать, ни сделать кем-то другим",
	"An administrator can be neither blocked nor made anybody else")

// Known is a person as an administrator sees them.
type Known struct {
	User
	Active    bool // the address was confirmed
	Blocked   bool
	CreatedAt time.Time
}

// Search chooses people; a zero field chooses all.
type Search struct {
	Type    Type
	Blocked *bool
	// Prefix is of the address, the first name, the last name, or both names in
	// either order, whatever its letter case.
	Prefix string
}

// matches compares names here, since not every database folds other letters
// than those of English.
func (s Search) matches(u User) bool {
	prefix := emailKey(s.Prefix)
	for _, text := range []string{u.Email, u.FirstName + " " + u.LastName, u.LastName + " " + u.FirstName} {
		if strings.HasPrefix(strings.ToLower(text), prefix) {
			return true
		}
	}
	return false
}

const selectKnown = `select ` + userColumns + `, active, blocked, created_at from users`

func scanKnown(r db.Row) (k Known, err error) {
	return k, r.Scan(append(k.columns(), &k.Active, &k.Blocked, &k.CreatedAt)...)
}

// searchStep is how many people one statement of a search by prefix looks at.
const searchStep = 1000

// People returns people, newest first, before the id given (0: from the newest).
// A search by prefix looks at everybody until it has found so many.
func (a *Accounts) People(ctx context.Context, s Search, before ID, limit int) ([]Known, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	step := limit
	if s.Prefix != "" {
		step = searchStep
	}
	found := []Known{}
	for {
		list, err := a.people(ctx, s, before, step)
		if err != nil {
			return nil, fmt.Errorf("account: people: %w", err)
		}
		for _, k := range list {
			if s.matches(k.User) {
				found = append(found, k)
			}
			if len(found) == limit {
				return found, nil
			}
		}
		if len(list) < step {
			return found, nil
		}
		before = list[len(list)-1].ID
	}
}

func (a *Accounts) people(ctx context.Context, s Search, before ID, limit int) ([]Known, error) {
	where, args := "", []any{before, limit}
	if s.Type != "" {
		args = append(args, s.Type)
		where += fmt.Sprintf(` and type = $%d`, len(args))
	}
	if s.Blocked != nil {
		args = append(args, *s.Blocked)
		where += fmt.Sprintf(` and blocked = $%d`, len(args))
	}
	rows, err := a.db.Query(ctx, selectKnown+` where id < $1`+where+` order by id desc limit $2`, args...)
	return db.Collect(rows, err, scanKnown)
}

// KnownOf returns a person as an administrator sees them; fault.Absent when there
// is none.
func KnownOf(ctx context.Context, q db.Queryer, id ID) (Known, error) { return known(ctx, q, id, "") }

// Hold is KnownOf, and keeps what an administrator may change of the person as it
// is until tx ends.
func Hold(ctx context.Context, tx db.Tx, id ID) (Known, error) {
	return known(ctx, tx, id, db.ForShare(tx))
}

func known(ctx context.Context, q db.Queryer, id ID, lock string) (Known, error) {
	k, err := scanKnown(q.QueryRow(ctx, selectKnown+` where id = $1`+lock, id))
	if errors.Is(err, db.ErrNoRows) {
		return Known{}, fault.Absent
	}
	if err != nil {
		return Known{}, fmt.Errorf("account: known: %w", err)
	}
	return k, nil
}

// Block ends every sign-in of the person and refuses new ones, as part of tx, or
// lets them sign in again. It ends the sign-ins of their members too, who act for
// nobody until then. changed is false when they are so already. OfAdmin,
// fault.Absent.
func Block(ctx context.Context, tx db.Tx, id ID, blocked bool) (changed bool, err error) {
	changed, err = administer(ctx, tx, id, `update users set blocked = $2 where id = $1 and type <> 'admin' and blocked <> $2`, blocked)
	if err == nil && changed && blocked {
		err = endMembersSignIns(ctx, tx, id)
	}
	return changed, err
}

// ChangeType makes the person a buyer or a supplier as part of tx, and ends every
// sign-in: what they may do is another thing then. Nobody acts for a buyer, and a
// buyer for nobody: those memberships end. changed is false when they are one
// already. OfAdmin, fault.Absent.
func ChangeType(ctx context.Context, tx db.Tx, id ID, t Type) (changed bool, err error) {
	if t != Buyer && t != Shop {
		return false, fault.BadArguments.WithText("type", fault.NotOneOf([]any{Buyer, Shop}))
	}
	changed, err = administer(ctx, tx, id, `update users set type = $2 where id = $1 and type <> 'admin' and type <> $2`, t)
	if err == nil && changed {
		_, err = endMemberships(ctx, tx, `owner_id = $1 or user_id = $1`, id)
	}
	return changed, err
}

// administer runs a statement that changes somebody who is no administrator.
func administer(ctx context.Context, tx db.Tx, id ID, statement string, value any) (changed bool, err error) {
	n, err := tx.Exec(ctx, statement, id, value) // about their members too
	if err != nil {
		return false, fmt.Errorf("account: administer: %w", err)
	}
	if n > 0 {
		return true, endSignIns(ctx, tx, id)
	}
	u, err := Find(ctx, tx, id)
	if err == nil && u.Type == Admin {
		err = OfAdmin
	}
	return false, err
}
