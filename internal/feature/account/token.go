package account

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// TokenID names a sign-in or a key; it is no secret.
type TokenID int64

// TokenKind is what a token is for.
type TokenKind string

// The kinds: the sign-in of a person, and the key of a machine.
const (
	Session TokenKind = "session"
	Key     TokenKind = "key"
)

// The longest texts that are kept of a client, in characters.
const (
	maxAgent   = 200
	maxAddress = 100
)

// SignIn is a token that works: whose it is and what it is good for.
type SignIn struct {
	User   User
	Token  TokenID
	Kind   TokenKind
	Scopes []Scope // of a key
}

// May tells whether the token is good for what needs the scope: a session for
// everything that its person may do, a key for the scopes it was given. What
// needs none ("") is for persons alone.
func (s SignIn) May(scope Scope) bool {
	return s.Kind != Key || scope != "" && slices.Contains(s.Scopes, scope)
}

// Authenticate returns the person of a session's token, for what keys have no
// part in; BadToken otherwise.
func (a *Accounts) Authenticate(ctx context.Context, token string) (User, error) {
	s, err := a.SignInOf(ctx, token)
	if err == nil && s.Kind != Session {
		err = BadToken
	}
	if err != nil {
		return User{}, err
	}
	return s.User, nil
}

// Token is a sign-in or a key as its person sees it.
type Token struct {
	ID         TokenID
	Kind       TokenKind
	Name       string  // of a key
	Scopes     []Scope // of a key
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time // to a minute; nil: never
	Agent      string     // the client's program, as it named itself
	Address    string     // of the client that made it
}

// Tokens returns the person's sign-ins and keys that work, newest first, before
// the id given (0: from the newest).
func (a *Accounts) Tokens(ctx context.Context, who ID, before TokenID, limit int) ([]Token, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := a.db.Query(ctx, `
		select id, kind, name, scopes, created_at, expires_at, last_used_at, agent, address from tokens
		where user_id = $1 and id < $2 and expires_at > $3
		order by id desc limit $4`, who, before, a.o.Now(), limit)
	list, err := db.Collect(rows, err, func(r db.Row) (t Token, err error) {
		var scopes string
		err = r.Scan(&t.ID, &t.Kind, &t.Name, &scopes, &t.CreatedAt, &t.ExpiresAt, &t.LastUsedAt, &t.Agent, &t.Address)
		t.Scopes = scopesOf(scopes)
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("account: tokens: %w", err)
	}
	return list, nil
}

// Logout ends one sign-in.
func (a *Accounts) Logout(ctx context.Context, who ID, token string) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := db.About(tx, int64(who)).Exec(ctx, `delete from tokens where hash = $1 and user_id = $2`, hashToken(token), who)
		if err != nil || n == 0 {
			return err
		}
		return a.trail.Record(audit.As(ctx, int64(who)), tx, audit.Entry{Action: "user.sign_out", Subject: userSubject(who)})
	})
}

// Revoke ends those of the sign-ins and keys that are the person's, and returns
// their number.
func (a *Accounts) Revoke(ctx context.Context, who ID, ids []TokenID) (int64, error) {
	list, args := db.In([]any{who}, ids)
	return a.revoke(ctx, who, `id in (`+list+`)`, args)
}

// RevokeOthers ends all sign-ins and keys of the person but one, and returns
// their number.
func (a *Accounts) RevokeOthers(ctx context.Context, who ID, but TokenID) (int64, error) {
	return a.revoke(ctx, who, `id <> $2`, []any{who, but})
}

// revoke ends the person's tokens of the condition, and records it: each key for
// itself, sessions together.
func (a *Accounts) revoke(ctx context.Context, who ID, which string, args []any) (n int64, err error) {
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		rows, err := db.About(tx, int64(who)).Query(ctx, `delete from tokens where user_id = $1 and `+which+` returning id, kind, name`, args...)
		gone, err := db.Collect(rows, err, func(r db.Row) (t Token, err error) { return t, r.Scan(&t.ID, &t.Kind, &t.Name) })
		if err != nil {
			return err
		}
		n = int64(len(gone))
		sessions := 0
		for _, t := range gone {
			if t.Kind == Session {
				sessions++
				continue
			}
			if err := a.trail.Record(ctx, tx, audit.Entry{Action: "key.revoke", Subject: keySubject(t.ID), Details: t.Name}); err != nil {
				return err
			}
		}
		if sessions == 0 {
			return nil
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "session.revoke", Subject: userSubject(who), Details: fmt.Sprint(sessions)})
	})
	if err != nil {
		return 0, fmt.Errorf("account: revoke: %w", err)
	}
	return n, nil
}

// dropExpired deletes the person's tokens that work no more.
func (a *Accounts) dropExpired(ctx context.Context, tx db.Tx, who ID) error {
	if _, err := db.About(tx, int64(who)).Exec(ctx, `delete from tokens where user_id = $1 and expires_at <= $2`, who, a.o.Now()); err != nil {
		return fmt.Errorf("account: expired tokens: %w", err)
	}
	return nil
}

// clipped is at most n characters of a text that a client sent, the printable
// ones.
func clipped(text string, n int) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text))
	return string(runes[:min(n, len(runes))])
}

func userSubject(id ID) string { return fmt.Sprintf("user/%d", id) }

func keySubject(id TokenID) string { return fmt.Sprintf("key/%d", id) }
