// Package once owns the first answers to requests that carry an
// Idempotency-Key: the same request under the same key is worked on once, on any
// number of instances, and its repeats get the first answer for a day.
//
// A key is one caller's own: another's equal key is another key. Of the key only
// a hash is stored. What is stored of the answer is sealed by the key itself,
// and the request is known by a hash that needs the key too, so that neither a
// token nor a password can be got out of the table. That holds for keys that
// nobody can guess; a random UUID is one.
//
// A claim ends by itself when its process dies: the next repeat is worked on
// anew. What such a process had done before it died is not undone; orders and
// price lists are protected by rules of their own.
package once

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

const (
	// Kept is how long the first answer is repeated, from the first request on.
	Kept = 24 * time.Hour
	// lease is how long a claim lasts that nobody renews. The clocks of the
	// instances may differ by the rest of it after renewEvery.
	lease      = 30 * time.Second
	renewEvery = 10 * time.Second
	// recordTime is how long one statement about a claim may take.
	recordTime = 5 * time.Second
)

// The waits of a repeat between two looks at the first request.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 250 * time.Millisecond
)

// The faults of keys.
var (
	BadKey = fault.New(fault.Invalid, "bad_idempotency_key",
		"Idempotency-Key — от 1 до 255 видимых символов ASCII без пробелов, один на запрос, например случайный UUID",
		"Idempotency-Key is 1 to 255 visible ASCII characters without spaces, one a request, such as a random UUID")
	Reused = fault.New(fault.Unprocessable, "idempotency_key_reused",
		"Этот Idempotency-Key уже был у другого запроса: для нового запроса нужен новый ключ, а повтор должен совпадать с первым запросом",
		"This Idempotency-Key came with another request before: a new request needs a new key, and a repeat must be equal to the first request")
	InProgress = fault.New(fault.Conflict, "request_in_progress",
		"Первый запрос с этим Idempotency-Key ещё выполняется: повторите позже",
		"The first request with this Idempotency-Key is still being worked on: repeat it later")
)

// Keys are the keys in one database.
type Keys struct {
	db  *db.DB
	log *slog.Logger
	now func() time.Time

	renewEvery time.Duration
}

// New makes the keys of the database d, and a round of q that deletes old ones.
func New(d *db.DB, q *jobs.Queue, log *slog.Logger, now func() time.Time) *Keys {
	k := &Keys{db: d, log: log, now: now, renewEvery: renewEvery}
	q.Every("old idempotency keys", cleanEvery, k.clean)
	return k
}

// Claim makes the caller the one that works on the request with the key, or
// returns what became of the first: exactly one of the two is not nil. While
// another works on it, it waits up to the patience; then, or when stopping is
// closed, the fault is InProgress.
func (k *Keys) Claim(ctx context.Context, key Key, patience time.Duration, stopping <-chan struct{}) (*Claim, *Past, error) {
	end := time.After(patience)
	free := true
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		if free {
			claim, err := k.claim(ctx, key)
			if claim != nil || err != nil {
				return claim, nil, err
			}
		}
		// A look does not write: a crowd of repeats leaves the database to the first.
		var past *Past
		var err error
		if past, free, err = k.look(ctx, key); past != nil || err != nil {
			return nil, past, err
		}
		if free {
			continue
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-stopping:
			return nil, nil, InProgress
		case <-end:
			return nil, nil, InProgress
		case <-time.After(wait):
		}
	}
}

// claim takes the key if nobody holds it and no answer is kept; nil if it can't.
func (k *Keys) claim(ctx context.Context, key Key) (*Claim, error) {
	now, c := k.now(), &Claim{keys: k, key: key, holder: rand.Text()}
	err := k.db.InTx(ctx, func(tx db.Tx) error {
		return tx.QueryRow(ctx, `
			insert into idempotency_keys (hash, request, holder, held_until, status, answer, created_at)
			values ($1, $2, $3, $4, 0, $2, $5)
			on conflict (hash) do update set request = excluded.request, holder = excluded.holder,
				held_until = excluded.held_until, status = 0, answer = excluded.answer, created_at = excluded.created_at
			where idempotency_keys.held_until < excluded.created_at
				and (idempotency_keys.status = 0 or idempotency_keys.created_at <= $6)
			returning holder`,
			key.hash[:], []byte{}, c.holder, now.Add(lease), now, now.Add(-Kept)).Scan(&c.holder)
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil //nolint:nilnil // nobody failed
	}
	if err != nil {
		return nil, fmt.Errorf("once: claim: %w", err)
	}
	c.renew(context.WithoutCancel(ctx))
	return c, nil
}

// look finds the kept answer, or tells whether the key is free to be claimed.
func (k *Keys) look(ctx context.Context, key Key) (past *Past, free bool, err error) {
	now, p := k.now(), &Past{key: key}
	var held, created time.Time
	err = k.db.QueryRow(ctx, `
		select request, status, answer, held_until, created_at from idempotency_keys where hash = $1`, key.hash[:]).
		Scan(&p.request, &p.status, &p.sealed, &held, &created)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil, true, nil
	case err != nil:
		return nil, false, fmt.Errorf("once: look: %w", err)
	case held.Before(now) && (p.status == 0 || !created.After(now.Add(-Kept))):
		return nil, true, nil
	case p.status == 0:
		return nil, false, nil
	}
	return p, false, nil
}

const (
	cleanEvery = time.Hour
	cleanBatch = 1000
)

// clean deletes the keys that no longer answer. What is claimed anew meanwhile
// has a new time and stays.
func (k *Keys) clean(ctx context.Context) error {
	for {
		var n int64
		err := k.db.InTx(ctx, func(tx db.Tx) (err error) {
			n, err = tx.Exec(ctx, `
				delete from idempotency_keys where created_at <= coalesce((
					select created_at from idempotency_keys where created_at <= $1 order by created_at limit 1 offset $2), $1)`,
				k.now().Add(-Kept), cleanBatch-1)
			return err
		})
		if err != nil {
			return fmt.Errorf("once: delete old keys: %w", err)
		}
		if n < cleanBatch {
			return nil
		}
	}
}
