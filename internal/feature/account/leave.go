package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// The faults of deleting an account.
var (
	WrongPassword = fault.New(fault.Invalid, "wrong_password",
		"Пароль не подходит", "The password is wrong")
	LastAdmin = fault.New(fault.Conflict, "last_administrator",
		"Единственный администратор не может удалить свою учётную запись", "The only administrator can't delete their account")
)

// Prove checks the password of who is signed in, and the code of their second
// factor, before what can't be undone. Who has no password sets one by a letter
// first. WrongPassword, TOTPRequired, BadTOTP, TOTPLocked.
func (a *Accounts) Prove(ctx context.Context, who User, password, code string) (Stamp, error) {
	u, phc, err := a.prove(ctx, who.Email, password)
	if errors.Is(err, BadLogin) || err == nil && u.ID != who.ID {
		return "", WrongPassword
	}
	if err == nil {
		err = a.withFactor(ctx, who.ID, code, func(db.Tx, bool) error { return nil })
	}
	if err != nil {
		return "", err
	}
	return stampOf(u, phc), nil
}

// Leave empties the account of a person who proved that it is theirs, as part of
// tx, and returns who they were. Sign-ins and whatever waits for a letter end, the
// address is free. Of several administrators who leave at once one stays.
// WrongPassword when the password is another one by now, LastAdmin.
func Leave(ctx context.Context, tx db.Tx, who ID, stamp Stamp, at time.Time) (User, error) {
	if err := tx.Serialize(ctx, "administrators"); err != nil {
		return User{}, err
	}
	u, err := scanUser(tx.QueryRow(ctx, selectUser+` where id = $1`+db.ForUpdate(tx), who))
	if err != nil {
		return User{}, err
	}
	now, err := StampOf(ctx, tx, who)
	if errors.Is(err, fault.Absent) || err == nil && now != stamp {
		return User{}, WrongPassword
	}
	if err != nil {
		return User{}, err
	}
	var last bool
	err = tx.QueryRow(ctx, `select type = 'admin' and not exists
			(select 1 from users o where o.type = 'admin' and o.active and not o.blocked and o.id <> u.id)
		from users u where id = $1`, who).Scan(&last)
	if err != nil {
		return User{}, fmt.Errorf("account: leave: %w", err)
	}
	if last {
		return User{}, LastAdmin
	}
	// Who acted for them does so no more.
	if _, err := endMemberships(ctx, tx, `owner_id = $1 or user_id = $1`, who); err != nil {
		return User{}, err
	}
	return u, empty(ctx, tx, who, at)
}

// LettersOf begin the keys of the letters of this feature to a person, whatever
// address they had then, or asked for.
func LettersOf(who ID) (keys []string) {
	for _, kind := range []string{confirmLetter, resetLetter, knownLetter, emailOldLetter, emailNewLetter, emailDoneLetter, identitiesLetter, totpLetter} {
		keys = append(keys, fmt.Sprintf("%s/%d/", kind, who))
	}
	return keys
}

// empty takes everything out of a person's row, which orders and records refer to,
// and frees the address. What belongs to the person in the other tables of this
// feature is deleted.
func empty(ctx context.Context, tx db.Tx, id ID, at time.Time) error {
	for _, statement := range []string{
		`delete from tokens where user_id = $1`, `delete from secrets where user_id = $1`,
		`delete from contacts where user_id = $1`, `delete from requisites where user_id = $1`,
		`delete from email_changes where user_id = $1`, `delete from identities where user_id = $1`,
		`delete from totp_recovery where user_id = $1`, `delete from totp where user_id = $1`,
	} {
		if _, err := db.About(tx, int64(id)).Exec(ctx, statement, id); err != nil {
			return fmt.Errorf("account: empty: %w", err)
		}
	}
	_, err := db.About(tx, int64(id)).Exec(ctx, `
		update users set email = '', email_key = $2, password_hash = '', first_name = '', last_name = '', company = '', position = '',
			language = $3, accept_shortages = $4, active = $4, deleted_at = $5
		where id = $1`, id, fmt.Sprintf("deleted/%d", id), defaultLanguage, false, at)
	if err != nil {
		return fmt.Errorf("account: empty: %w", err)
	}
	return nil
}

// LeftLetter tells a person that their account is deleted; its ref is who they were.
const LeftLetter = "left"

var leftTemplate = mail.NewTemplate(LeftLetter,
	mail.Words{Subject: `Учётная запись удалена`, Text: `
Здравствуйте!

Ваша учётная запись в Закупе удалена, как вы просили. Имя, адреса, реквизиты и корзина стёрты.
Оформленные заказы и их документы хранятся: этого требует закон.
Войти по этому адресу больше нельзя; зарегистрироваться с ним заново — можно.
`, HTML: `
<h1>Учётная запись удалена</h1>
<p>Ваша учётная запись в Закупе удалена, как вы просили. Имя, адреса, реквизиты и корзина стёрты.
Оформленные заказы и их документы хранятся: этого требует закон.</p>
<p class="dim">Войти по этому адресу больше нельзя; зарегистрироваться с ним заново — можно.</p>
`},
	mail.Words{Subject: `Your account is deleted`, Text: `
Hello!

Your account at Zakup is deleted, as you asked. Your name, addresses, requisites and basket are gone.
Placed orders and their documents are kept, as the law demands.
You can't sign in by this address any more; you can register with it anew.
`, HTML: `
<h1>Your account is deleted</h1>
<p>Your account at Zakup is deleted, as you asked. Your name, addresses, requisites and basket are gone.
Placed orders and their documents are kept, as the law demands.</p>
<p class="dim">You can't sign in by this address any more; you can register with it anew.</p>
`}, nil)

func writeLeft(_ context.Context, _ int64, lang string) (mail.Letter, error) {
	return leftTemplate.Render(lang, nil)
}
