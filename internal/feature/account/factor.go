package account

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/limit"
)

// factor is a person's second factor as a transaction has locked it.
type factor struct {
	secret    string // base32
	confirmed bool
	lastStep  int64
	tries     int64
	locked    time.Time
}

// lockTOTP reads the person's second factor for this transaction; nil when there
// is none.
func (a *Accounts) lockTOTP(ctx context.Context, tx db.Tx, who ID) (*factor, error) {
	var t factor
	var sealed []byte
	err := tx.QueryRow(ctx, `select secret, confirmed, last_step, tries, locked_until from totp where user_id = $1`+db.ForUpdate(tx), who).
		Scan(&sealed, &t.confirmed, &t.lastStep, &t.tries, &t.locked)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("account: totp: %w", err)
	}
	if a.o.Sealer == nil {
		return nil, TOTPUnavailable
	}
	secret, err := a.o.Sealer.Open(sealed, totpPurpose(who))
	if err != nil {
		return nil, TOTPUnavailable.Because(fmt.Errorf("account: totp of user %d: %w", who, err))
	}
	t.secret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return &t, nil
}

// withFactor runs f in a transaction when the code is good, or when there is no
// second factor in force, which on tells. A try is counted and committed before the
// code is looked at, so that guesses at once are counted one by one.
// TOTPRequired, BadTOTP, TOTPLocked.
func (a *Accounts) withFactor(ctx context.Context, who ID, code string, f func(tx db.Tx, on bool) error) error {
	if err := a.countTry(ctx, who, code); err != nil {
		return err
	}
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		on, err := a.checkFactor(ctx, tx, who, code)
		if err != nil {
			return err
		}
		return f(tx, on)
	})
	a.noteBadCode(ctx, who, err)
	return err
}

// noteBadCode has a wrong code be recorded with the other failures.
func (a *Accounts) noteBadCode(ctx context.Context, who ID, err error) {
	if errors.Is(err, BadTOTP) {
		a.failures.note(ctx, who, "second factor")
	}
}

// countTry counts a try of a code. TOTPRequired when there should be one,
// TOTPLocked.
func (a *Accounts) countTry(ctx context.Context, who ID, code string) error {
	var on bool
	err := a.db.QueryRow(ctx, `select exists (select 1 from totp where user_id = $1 and confirmed)`, who).Scan(&on)
	switch {
	case err != nil:
		return fmt.Errorf("account: totp: %w", err)
	case !on:
		return nil
	case code == "":
		return TOTPRequired
	}
	return a.db.InTx(ctx, func(tx db.Tx) error {
		t, err := a.lockTOTP(ctx, tx, who)
		if err != nil || t == nil {
			return err
		}
		now := a.o.Now()
		if wait := t.locked.Sub(now); wait > 0 {
			return TOTPLocked.Fact(limit.RetryAfter, int64((wait+time.Second-1)/time.Second))
		}
		until := now
		if over := t.tries + 1 - totpFree; over >= 0 {
			until = now.Add(min(totpLock<<min(over, 10), totpLockMax))
		}
		_, err = tx.Exec(ctx, `update totp set tries = tries + 1, locked_until = $2 where user_id = $1`, who, until)
		return err
	})
}

// checkFactor takes the code of a second factor in force, once, as part of tx.
// countTry comes before. TOTPRequired, BadTOTP.
func (a *Accounts) checkFactor(ctx context.Context, tx db.Tx, who ID, code string) (on bool, err error) {
	t, err := a.lockTOTP(ctx, tx, who)
	if err != nil || t == nil || !t.confirmed {
		return false, err
	}
	if code == "" {
		return false, TOTPRequired
	}
	step := t.step(code, a.o.Now())
	if step == 0 {
		if err := a.takeRecovery(ctx, tx, who, code); err != nil {
			return false, err
		}
		step = t.lastStep
	} else if step <= t.lastStep {
		return false, BadTOTP // it was used
	}
	_, err = tx.Exec(ctx, `update totp set last_step = $2, tries = 0, locked_until = created_at where user_id = $1`, who, step)
	return true, err
}

// takeRecovery takes a recovery code, once. BadTOTP.
func (a *Accounts) takeRecovery(ctx context.Context, tx db.Tx, who ID, code string) error {
	n, err := tx.Exec(ctx, `delete from totp_recovery where user_id = $1 and hash = $2`, who, hashToken(recoveryOf(code)))
	if err != nil {
		return err
	}
	if n == 0 {
		return BadTOTP
	}
	u, err := Find(ctx, tx, who)
	if err != nil {
		return err
	}
	err = a.trail.Record(audit.As(ctx, int64(who)), tx, audit.Entry{Action: "totp.recovery_used", Subject: userSubject(who)})
	if err != nil {
		return err
	}
	return a.tellTOTP(ctx, tx, u)
}

// totpURL is what an authenticator reads from a QR code.
func totpURL(email, secret string) string {
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/Zakup:" + email,
		RawQuery: url.Values{"secret": {secret}, "issuer": {"Zakup"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}.Encode(),
	}
	return u.String()
}
