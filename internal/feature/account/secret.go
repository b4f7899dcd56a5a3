package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// The purposes of mailed secrets.
const (
	confirm = "confirm"
	reset   = "reset"
)

// secretLife is how long a mailed secret works, from when its letter is sent.
const secretLife = 24 * time.Hour

// newToken makes 160 random bits as text, and the hash that is kept of it.
// A fast hash is enough: nobody can guess the bits.
func newToken() (token string, hash []byte) {
	var bits [20]byte
	_, _ = rand.Read(bits[:]) // never fails
	token = hex.EncodeToString(bits[:])
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// sendSecret queues a letter that will carry a secret. The secret is made when
// the letter is written, so it rests nowhere.
func (a *Accounts) sendSecret(ctx context.Context, tx db.Tx, kind string, u User) error {
	nonce, _ := newToken()
	return a.send(ctx, tx, kind, nonce, u)
}

// send queues a letter to a person, once for a nonce.
func (a *Accounts) send(ctx context.Context, tx db.Tx, kind, nonce string, u User) error {
	return a.post.Send(ctx, tx, mail.Note{
		Key: fmt.Sprintf("%s/%d/%s", kind, u.ID, nonce), Kind: kind, Ref: int64(u.ID), To: u.Email, Lang: u.Language,
	})
}

// makeSecret makes a secret of a person; earlier ones keep working until they
// expire, since their letters may be on the way. Expired ones are dropped.
func (a *Accounts) makeSecret(ctx context.Context, purpose string, id ID) (string, error) {
	token, hash := newToken()
	now := a.o.Now()
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1 and expires_at <= $2`, id, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into secrets (user_id, purpose, hash, expires_at) values ($1, $2, $3, $4)`,
			id, purpose, hash, now.Add(secretLife))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("account: secret: %w", err)
	}
	return token, nil
}

// useSecret finds whose secret it is, and ends all of that person's secrets of
// the purpose. BadSecret when it is unknown, used or expired.
func (a *Accounts) useSecret(ctx context.Context, tx db.Tx, purpose, token string) (ID, error) {
	var id ID
	err := tx.QueryRow(ctx, `delete from secrets where hash = $1 and purpose = $2 and expires_at > $3 returning user_id`,
		hashToken(token), purpose, a.o.Now()).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return 0, BadSecret
	}
	if err != nil {
		return 0, fmt.Errorf("account: secret: %w", err)
	}
	_, err = tx.Exec(ctx, `delete from secrets where user_id = $1 and purpose = $2`, id, purpose)
	return id, err
}
