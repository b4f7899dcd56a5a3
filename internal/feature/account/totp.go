package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// The faults of second factors.
var (
	TOTPRequired = fault.New(fault.Unauthenticated, "totp_required",
		"Нужен код из приложения: передайте его в поле code. В обмене с 1С вместо пароля нужен личный ключ",
		"A code of the authenticator is needed: send it as code. The exchange with 1C takes a personal key in place of the password")
	BadTOTP = fault.New(fault.Unauthenticated, "bad_totp",
		"Неправильный или уже использованный код", "The code is wrong or was used")
	TOTPLocked = fault.New(fault.TooMany, "totp_locked",
		"Слишком много неправильных кодов: подождите", "Too many wrong codes: wait")
	TOTPOn = fault.New(fault.Conflict, "totp_on",
		"Вход по коду уже включён", "The second factor is on already")
	TOTPOff = fault.New(fault.Conflict, "totp_off",
		"Вход по коду не включён", "The second factor is not on")
	TOTPUnavailable = fault.New(fault.Unavailable, "totp_unavailable",
		"Вход по коду здесь не настроен: администратору сервиса нужно задать ZAKUP_SECRET_KEY",
		"The second factor is not set up here: the operator of the service must set ZAKUP_SECRET_KEY")
	TOTPEnrolment = fault.New(fault.Forbidden, "totp_enrollment_required",
		"Администратору нужен вход по коду: включите его (POST user/totp)",
		"Administrators need a second factor: switch it on (POST user/totp)")
)

// The form of codes: RFC 6238 as every authenticator has it.
const (
	totpPeriod   = 30 // seconds
	totpWindow   = 1  // steps before and after this one
	totpSecret   = 20 // bytes
	recoveryMade = 10 // codes
	// totpFree is how many wrong codes cost nothing; each further one locks for
	// twice as long, from totpLock to totpLockMax.
	totpFree    = 5
	totpLock    = 30 * time.Second
	totpLockMax = 15 * time.Minute
)

// TOTP is the state of a person's second factor.
type TOTP struct {
	On       bool
	Recovery int64 // codes that are left
}

// Enrolment is what an authenticator is set up with.
type Enrolment struct {
	Secret string // base32
	URL    string // otpauth://…
	Key    *otp.Key
}

// TOTPOf returns the state of the person's second factor.
func (a *Accounts) TOTPOf(ctx context.Context, who ID) (s TOTP, err error) {
	err = a.db.QueryRow(ctx, `
		select exists (select 1 from totp where user_id = $1 and confirmed),
			(select count(*) from totp_recovery where user_id = $1)`, who).Scan(&s.On, &s.Recovery)
	if err != nil {
		return s, fmt.Errorf("account: totp: %w", err)
	}
	return s, nil
}

// Administers lets an administrator pass, who needs a second factor where the
// settings say so. TOTPEnrolment.
func (a *Accounts) Administers(ctx context.Context, who ID) error {
	if !a.o.AdminTOTP {
		return nil
	}
	s, err := a.TOTPOf(ctx, who)
	if err == nil && !s.On {
		err = TOTPEnrolment
	}
	return err
}

// BeginTOTP makes a secret, which is in force once ConfirmTOTP has seen a code of
// it. The password is asked for from who has one. WrongPassword, TOTPOn,
// TOTPUnavailable.
func (a *Accounts) BeginTOTP(ctx context.Context, u User, password string) (Enrolment, error) {
	if a.o.Sealer == nil {
		return Enrolment{}, TOTPUnavailable
	}
	if err := a.askPassword(ctx, u.ID, password); err != nil {
		return Enrolment{}, err
	}
	secret := make([]byte, totpSecret)
	_, _ = rand.Read(secret) // never fails
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		now := a.o.Now()
		n, err := tx.Exec(ctx, `
			insert into totp (user_id, secret, confirmed, last_step, tries, locked_until, created_at) values ($1, $2, $3, 0, 0, $4, $4)
			on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at where not totp.confirmed`,
			u.ID, a.o.Sealer.Seal(secret, totpPurpose(u.ID)), false, now)
		if err == nil && n == 0 {
			return TOTPOn
		}
		return err
	})
	if err != nil {
		return Enrolment{}, fmt.Errorf("account: begin totp: %w", err)
	}
	e := Enrolment{Secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)}
	e.URL = totpURL(u.Email, e.Secret)
	e.Key, err = otp.NewKeyFromURL(e.URL)
	return e, err
}

// askPassword lets pass who knows the person's password, or has none.
func (a *Accounts) askPassword(ctx context.Context, who ID, password string) error {
	var phc string
	if err := a.db.QueryRow(ctx, `select password_hash from users where id = $1`, who).Scan(&phc); err != nil {
		return fmt.Errorf("account: password: %w", err)
	}
	if phc == "" {
		return nil
	}
	ok, err := a.hasher.matches(ctx, phc, password)
	if err == nil && !ok {
		a.failures.note(ctx, who, byPassword)
		err = WrongPassword
	}
	return err
}

// ConfirmTOTP puts the second factor in force, ends every other sign-in, and
// returns the recovery codes, which are known here never again. BadTOTP, TOTPOn,
// TOTPOff.
func (a *Accounts) ConfirmTOTP(ctx context.Context, u User, current string, code string) (codes []string, err error) {
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		t, err := a.lockTOTP(ctx, tx, u.ID)
		switch {
		case err != nil:
			return err
		case t == nil:
			return TOTPOff
		case t.confirmed:
			return TOTPOn
		}
		step := t.step(code, a.o.Now())
		if step == 0 {
			return BadTOTP
		}
		if _, err := tx.Exec(ctx, `update totp set confirmed = $2, last_step = $3 where user_id = $1`, u.ID, true, step); err != nil {
			return err
		}
		_, err = db.About(tx, int64(u.ID)).Exec(ctx, `delete from tokens where user_id = $1 and kind = 'session' and hash <> $2`,
			u.ID, hashToken(current))
		if err != nil {
			return err
		}
		if codes, err = newRecovery(ctx, tx, u.ID); err != nil {
			return err
		}
		return a.noteTOTP(ctx, tx, u, "totp.on")
	})
	if err != nil {
		return nil, fmt.Errorf("account: confirm totp: %w", err)
	}
	return codes, nil
}

// RenewRecovery makes new recovery codes in place of those that are left. BadTOTP,
// TOTPLocked, TOTPOff.
func (a *Accounts) RenewRecovery(ctx context.Context, u User, code string) (codes []string, err error) {
	err = a.withFactor(ctx, u.ID, code, func(tx db.Tx, on bool) error {
		if !on {
			return TOTPOff
		}
		var err error
		if codes, err = newRecovery(ctx, tx, u.ID); err != nil {
			return err
		}
		return a.noteTOTP(ctx, tx, u, "totp.recovery")
	})
	return codes, err
}

// EndTOTP switches the second factor off. WrongPassword, BadTOTP, TOTPLocked, TOTPOff.
func (a *Accounts) EndTOTP(ctx context.Context, u User, password, code string) error {
	if err := a.askPassword(ctx, u.ID, password); err != nil {
		return err
	}
	return a.withFactor(ctx, u.ID, code, func(tx db.Tx, on bool) error {
		if !on {
			return TOTPOff
		}
		return a.dropTOTP(ctx, tx, u, "totp.off")
	})
}

// ResetTOTP switches the second factor of somebody off who has lost it: by an
// administrator, or on the command line, from where administrators are reached
// too. It ends every sign-in of them. OfAdmin, TOTPOff, fault.Absent.
func (a *Accounts) ResetTOTP(ctx context.Context, who ID, commandLine bool) error {
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		u, err := scanUser(tx.QueryRow(ctx, selectUser+` where id = $1`+db.ForUpdate(tx), who))
		switch {
		case errors.Is(err, db.ErrNoRows):
			return fault.Absent
		case err != nil:
			return err
		case u.Type == Admin && !commandLine:
			return OfAdmin
		}
		if err := endSignIns(ctx, tx, who); err != nil {
			return err
		}
		return a.dropTOTP(ctx, tx, u, "totp.reset")
	})
	if err != nil {
		return fmt.Errorf("account: reset totp: %w", err)
	}
	return nil
}

func (a *Accounts) dropTOTP(ctx context.Context, tx db.Tx, u User, action string) error {
	n, err := tx.Exec(ctx, `delete from totp where user_id = $1`, u.ID)
	if err == nil && n == 0 {
		return TOTPOff
	}
	if err == nil {
		_, err = tx.Exec(ctx, `delete from totp_recovery where user_id = $1`, u.ID)
	}
	if err != nil {
		return err
	}
	return a.noteTOTP(ctx, tx, u, action)
}

// noteTOTP records a change of the second factor, and tells the person.
func (a *Accounts) noteTOTP(ctx context.Context, tx db.Tx, u User, action string) error {
	if err := a.trail.Record(ctx, tx, audit.Entry{Action: action, Subject: userSubject(u.ID)}); err != nil {
		return err
	}
	return a.tellTOTP(ctx, tx, u)
}

func totpPurpose(who ID) string { return fmt.Sprintf("totp/%d", who) }

// recoveryOf is a recovery code as its hash was made, however it was typed.
func recoveryOf(code string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(code)))
}

// newRecovery makes recovery codes in place of the person's others.
func newRecovery(ctx context.Context, tx db.Tx, who ID) ([]string, error) {
	if _, err := tx.Exec(ctx, `delete from totp_recovery where user_id = $1`, who); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryMade)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:16]) // 80 bits
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		if _, err := tx.Exec(ctx, `insert into totp_recovery (user_id, hash) values ($1, $2)`, who, hashToken(text)); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// step is the step of the code, if it is one of the steps about now; 0 if not.
func (t *factor) step(code string, now time.Time) int64 {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	at := now.Unix() / totpPeriod
	var found int64
	for step := at - totpWindow; step <= at+totpWindow; step++ {
		want, err := hotp.GenerateCodeCustom(t.secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // after 1970
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found
}
