// Package account owns people: who they are, how they prove it, and where
// their goods go, what documents say of them, and who acts for whose shop.
//
// An address is one person, whatever its letter case. Passwords are kept as
// argon2id, tokens and mailed secrets as hashes. A new password ends every
// sign-in, and so does an administrator who blocks the person or changes what
// they are. A member acts for one supplier, who has a shop; the member has none.
//
// Sign-ins that fail make the next wait, and nobody can lock another out by that:
//   - What grows first is the count of one account from one network address: a
//     stranger's failures are not the owner's.
//   - That of an account from everywhere, against guesses from many addresses, is
//     far larger, and its longest wait is a minute. It does not hold whoever has
//     signed in from the same address in the last 30 days, or has just proven
//     themselves from it by a mailed secret.
//   - What has been signed in already goes on: a token is not counted.
//   - A password can be reset all the while. Of its letters the limit holds back
//     only those after several that have been sent, whose codes work for a day.
//
// An address of mail is counted whether somebody has it or not, before anything is
// looked up or checked, so that a limit tells nothing. A success forgets what the
// person's own address has failed, and takes only itself back from the counts of
// others. A limited request for a letter is told so: the same for everybody, and
// an honest person learns to look for the letters that are there.
package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/limit"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/oauth"
	"zakup/internal/platform/seal"
)

// ID names a person.
type ID int64

// Type is what a person may do.
type Type string

// The types. An administrator is made on the command line only.
const (
	Buyer Type = "buyer"
	Shop  Type = "shop"
	Admin Type = "admin"
)

// User is a person.
type User struct {
	ID        ID
	Email     string
	Type      Type
	FirstName string
	LastName  string
	Company   string
	Position  string
	Language  string // of letters: ru or en
	// AcceptShortages: what a supplier has less of than a buyer ordered is accepted at once.
	AcceptShortages bool
	// Owner is whose shop they act for: their own id, or of a member that of the
	// owner; 0 while that is blocked.
	Owner  ID
	Role   Role     // for the owner
	Member MemberID // 0: they act for themselves
}

// Name is the person's name as people write it.
func (u User) Name() string {
	if u.LastName == "" {
		return u.FirstName
	}
	return u.FirstName + " " + u.LastName
}

// The faults of this feature.
var (
	EmailTaken = fault.New(fault.Invalid, "email_taken",
		"Пользователь с таким адресом уже есть", "A user with this email address already exists")
	WeakPassword = fault.New(fault.Invalid, "weak_password",
		"Пароль слишком простой", "The password is too weak")
	BadSecret = fault.New(fault.Invalid, "bad_token",
		"Неправильно указан токен или email", "The token or the email is wrong")
	ResetGone = fault.New(fault.NotFound, "reset_not_found",
		"Токен сброса пароля не найден, использован или истёк",
		"The password reset token is unknown, used or expired")
	BadLogin = fault.New(fault.Unauthenticated, "bad_login",
		"Не удалось авторизовать", "Could not log in")
	BadToken = fault.New(fault.Unauthenticated, "invalid_token",
		"Недействительный токен", "Invalid token.")
	TooManyContacts = fault.New(fault.Conflict, "too_many_contacts",
		"Больше контактов добавить нельзя: не больше 5 адресов и одного телефона без адреса",
		"No more contacts: at most 5 addresses and one phone without an address")
)

// Options are what the rules of accounts depend on.
type Options struct {
	Now func() time.Time
	// Cost of passwords; the zero value: the standard one.
	Cost Cost
	// PublicURL is where people reach the service; letters name it if set.
	PublicURL string
	// Limits of sign-ins, registrations and letters; nil: none.
	Limits *limit.Guard
	// Joined is called in the transaction that makes a person active; vouched
	// says that the operator of the service made them.
	Joined func(ctx context.Context, tx db.Tx, u User, vouched bool) error
	// Providers are by whom people may sign in beside a password.
	Providers oauth.Providers
	// Returns are the addresses that browsers may be sent to with the result.
	Returns []string
	// Sealer seals the secrets of second factors; nil: there are none here.
	Sealer *seal.Sealer
	// AdminTOTP: administrators administer nothing without a second factor.
	AdminTOTP bool
}

// Accounts is the feature.
type Accounts struct {
	db     *db.DB
	queue  *jobs.Queue
	post   *mail.Post
	trail  *audit.Log
	hasher hasher
	o      Options

	checked  checked
	uses     uses
	failures failures
}

// New makes the feature and takes over its letters and jobs.
func New(d *db.DB, queue *jobs.Queue, post *mail.Post, trail *audit.Log, o Options) *Accounts {
	a := &Accounts{db: d, queue: queue, post: post, trail: trail, hasher: newHasher(o.Cost), o: o}
	post.Writes(confirmLetter, a.writeConfirm)
	post.Writes(resetLetter, a.writeReset)
	d.Watch(a.checked.forget, signInTables...)
	post.Writes(identitiesLetter, a.writeIdentities)
	post.Writes(invitationLetter, a.writeInvitation)
	post.Writes(totpLetter, a.writeTOTP)
	post.Writes(knownLetter, a.writeKnown)
	post.Writes(emailOldLetter, a.writeEmailOld)
	post.Writes(emailNewLetter, a.writeEmailNew)
	post.Writes(emailDoneLetter, a.writeEmailDone)
	post.Writes(LeftLetter, writeLeft)
	jobs.Handle(queue, askTimeout, a.sendAsked)
	queue.Every("letters that were asked for", dropAsksEvery, a.dropAsks)
	return a
}

// Find returns an active or inactive person by id.
func Find(ctx context.Context, q db.Queryer, id ID) (User, error) {
	u, err := scanUser(q.QueryRow(ctx, selectUser+` where id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return User{}, fault.Absent
	}
	return u, err
}

// FindAll returns the people of the ids, a list of a bounded length with at
// least one; fault.Absent when anybody is not there.
func FindAll(ctx context.Context, q db.Queryer, ids []ID) (map[ID]User, error) {
	list, args := db.In(nil, ids)
	rows, err := q.Query(ctx, selectUser+` where id in (`+list+`)`, args...)
	people, err := db.Collect(rows, err, scanUser)
	if err != nil {
		return nil, fmt.Errorf("account: find: %w", err)
	}
	all := make(map[ID]User, len(people))
	for _, u := range people {
		all[u.ID] = u
	}
	for _, id := range ids {
		if all[id].ID == 0 {
			return nil, fault.Absent
		}
	}
	return all, nil
}

// ByEmail returns a person by address, whatever its letter case.
func (a *Accounts) ByEmail(ctx context.Context, email string) (User, error) {
	u, err := scanUser(a.db.QueryRow(ctx, selectUser+` where email_key = $1`, emailKey(email)))
	if errors.Is(err, db.ErrNoRows) {
		return User{}, fault.Absent
	}
	return u, err
}

// FirstAdmin returns the oldest active administrator.
func FirstAdmin(ctx context.Context, q db.Queryer) (User, error) {
	u, err := scanUser(q.QueryRow(ctx, selectUser+` where type = 'admin' and active order by id limit 1`))
	if errors.Is(err, db.ErrNoRows) {
		return User{}, fault.Absent
	}
	return u, err
}

// userColumns are those of a User, from users; a clause that locks the row may follow.
const userColumns = `users.id, email, type, first_name, last_name, company, position, language, accept_shortages,
	coalesce((select coalesce(o.id, 0) from members m left join users o on o.id = m.owner_id and not o.blocked where m.user_id = users.id), users.id),
	coalesce((select role from members where user_id = users.id), 'owner'), coalesce((select id from members where user_id = users.id), 0)`

const selectUser = `select ` + userColumns + ` from users`

// columns are where userColumns are read to.
func (u *User) columns() []any {
	return []any{
		&u.ID, &u.Email, &u.Type, &u.FirstName, &u.LastName, &u.Company, &u.Position, &u.Language, &u.AcceptShortages,
		&u.Owner, &u.Role, &u.Member,
	}
}

func scanUser(r db.Row) (u User, err error) {
	err = r.Scan(u.columns()...)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		err = fmt.Errorf("account: %w", err)
	}
	return u, err
}
