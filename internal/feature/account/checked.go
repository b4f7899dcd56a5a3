package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"zakup/internal/platform/db"
)

const (
	// checkedLife is how long a token that was checked is not looked up again.
	// What ends it on another instance is seen here no later than after that.
	checkedLife = 4 * time.Second
	// maxChecked is how many checked tokens are known at once.
	maxChecked = 10_000
)

// checked are tokens that were looked up in the last seconds, by their hashes.
// The database tells it of every transaction that writes what a sign-in is made
// of (db.Watch), so nothing that ends or changes one can forget to.
type checked struct {
	mu  sync.RWMutex
	all map[[sha256.Size]byte]checkedToken
	// epoch counts the transactions that it was told of: what was read before
	// one of them is not kept after it.
	epoch int64
}

type checkedToken struct {
	SignIn
	since, until time.Time // by our clock, which may be set back
}

// through returns what is known of a token, or has it read and keeps the answer
// as long as it may be kept. read returns when the token expires.
func (c *checked) through(token string, now time.Time, read func() (SignIn, time.Time, error)) (SignIn, error) {
	hash := sha256.Sum256([]byte(token))
	c.mu.RLock()
	known, there := c.all[hash]
	epoch := c.epoch
	c.mu.RUnlock()
	if there && !now.Before(known.since) && now.Before(known.until) {
		return known.SignIn, nil
	}
	s, expires, err := read()
	if err != nil {
		return SignIn{}, err
	}
	until := now.Add(checkedLife)
	if expires.Before(until) {
		until = expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch == epoch {
		c.room(now)
		c.all[hash] = checkedToken{s, now, until}
	}
	return s, nil
}

// room makes some when there is none.
func (c *checked) room(now time.Time) {
	if len(c.all) >= maxChecked {
		maps.DeleteFunc(c.all, func(_ [sha256.Size]byte, t checkedToken) bool { return !now.Before(t.until) })
	}
	if len(c.all) >= maxChecked || c.all == nil {
		c.all = map[[sha256.Size]byte]checkedToken{}
	}
}

// forget drops what a transaction may have ended or changed.
func (c *checked) forget(change db.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	if change.Any {
		c.all = nil
		return
	}
	about := map[ID]bool{}
	for _, id := range change.Subjects {
		about[ID(id)] = true
	}
	maps.DeleteFunc(c.all, func(_ [sha256.Size]byte, t checkedToken) bool { return about[t.User.ID] })
}

// signInTables are the tables that a sign-in is read from.
var signInTables = []string{"tokens", "users", "members"}

const selectSignIn = `
	select t.id, t.kind, t.scopes, t.expires_at, ` + userColumns + `
	from tokens t join users on users.id = t.user_id
	where t.hash = $1 and t.expires_at > $2 and active and not blocked`

// SignInOf returns what a token is good for; BadToken when it is unknown,
// expired or revoked, or the person is not active or is blocked. It costs one
// statement, and none for a token that was looked up in the last seconds; what
// is ended or changed on this instance is seen at once, what is on another within
// five seconds.
func (a *Accounts) SignInOf(ctx context.Context, token string) (SignIn, error) {
	now := a.o.Now()
	s, err := a.checked.through(token, now, func() (SignIn, time.Time, error) { return a.readSignIn(ctx, token, now) })
	if err == nil {
		a.uses.note(s.Token, now)
	}
	return s, err
}

func (a *Accounts) readSignIn(ctx context.Context, token string, now time.Time) (s SignIn, expires time.Time, err error) {
	var scopes string
	u := &s.User
	err = a.db.QueryRow(ctx, selectSignIn, hashToken(token), now).Scan(append([]any{&s.Token, &s.Kind, &scopes, &expires}, u.columns()...)...)
	if errors.Is(err, db.ErrNoRows) {
		return SignIn{}, time.Time{}, BadToken
	}
	if err != nil {
		return SignIn{}, time.Time{}, fmt.Errorf("account: sign-in: %w", err)
	}
	s.Scopes = scopesOf(scopes)
	return s, expires, nil
}
