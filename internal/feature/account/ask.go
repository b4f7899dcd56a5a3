package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

// What anybody may ask for by an address, whoever's it is.
const (
	askedToJoin    = "register"
	askedToConfirm = "resend"
	askedToReset   = "reset"
)

// askPause is how long the next letter of a kind to an address has to wait.
const askPause = time.Minute

const (
	askTimeout    = time.Minute
	dropAsksEvery = time.Hour
)

// letterAsked is a job. Who asks learns nothing of the person, if there is one:
// it is found out here what letter they get, if any.
type letterAsked struct {
	For   string
	User  ID // 0: nobody has the address
	Nonce string
}

func (letterAsked) Kind() string { return "letter_asked" }

// ask enqueues the job of a letter that was asked for by an address, unless the
// same was done a moment ago. The work is the same whoever has the address.
func (a *Accounts) ask(ctx context.Context, tx db.Tx, what, email string) error {
	first, err := a.pause(ctx, tx, what+" "+emailKey(email))
	if err != nil || !first {
		return err
	}
	var id ID
	err = tx.QueryRow(ctx, `select id from users where email_key = $1`, emailKey(email)).Scan(&id)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("account: ask: %w", err)
	}
	nonce, _ := newToken()
	return a.queue.Enqueue(ctx, tx, letterAsked{For: what, User: id, Nonce: nonce}, jobs.Options{})
}

// askAlone is ask of a request that does nothing else.
func (a *Accounts) askAlone(ctx context.Context, what, email string) error {
	if err := checkEmail(email); err != nil {
		return err
	}
	return a.db.InTx(ctx, func(tx db.Tx) error { return a.ask(ctx, tx, what, email) })
}

// pause tells whether what is asked for was not asked for within askPause, and
// notes that it is now. Of many at once one is the first.
func (a *Accounts) pause(ctx context.Context, tx db.Tx, what string) (first bool, err error) {
	hash, now := sha256.Sum256([]byte(what)), a.o.Now()
	n, err := tx.Exec(ctx, `
		insert into letter_asks (hash, asked_at) values ($1, $2)
		on conflict (hash) do update set asked_at = excluded.asked_at where letter_asks.asked_at <= $3`,
		hash[:], now, now.Add(-askPause))
	if err != nil {
		return false, fmt.Errorf("account: ask: %w", err)
	}
	return n > 0, nil
}

// dropAsks forgets what nothing waits for any more.
func (a *Accounts) dropAsks(ctx context.Context) error {
	return a.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from letter_asks where asked_at <= $1`, a.o.Now().Add(-askPause))
		return err
	})
}

// sendAsked queues the letter that the person gets, as they are now.
func (a *Accounts) sendAsked(ctx context.Context, job letterAsked) error {
	if job.User == 0 {
		return nil
	}
	return a.db.InTx(ctx, func(tx db.Tx) error {
		k, err := KnownOf(ctx, tx, job.User)
		if errors.Is(err, fault.Absent) {
			return nil
		}
		if err != nil {
			return err
		}
		kind := ""
		switch {
		case !k.Active && job.For != askedToReset:
			kind = confirmLetter
		case k.Active && !k.Blocked && job.For == askedToReset:
			kind = resetLetter
		case k.Active && !k.Blocked && job.For == askedToJoin:
			kind = knownLetter
		}
		if kind == "" {
			return nil
		}
		return a.send(ctx, tx, kind, job.Nonce, k.User)
	})
}
