package account

import (
	"context"
	"errors"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// The letters to the two addresses of a change, whose ref is the change, and the
// one that it is done, whose ref is the person.
const (
	emailOldLetter  = "email_old"
	emailNewLetter  = "email_new"
	emailDoneLetter = "email_done"
)

// emailData is what they print.
type emailData struct {
	letterData

	New string // the address that was asked for
}

var emailOldTemplate = mail.NewTemplate(emailOldLetter,
	mail.Words{Subject: `Смена адреса {{.User.Email}}`, Text: `
Здравствуйте, {{.User.Name}}!

Вы попросили сменить адрес {{.User.Email}} на {{.New}}. Чтобы согласиться, передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/email/confirm с полем token. Адрес сменится, когда
согласятся оба: код пришёл и на новый. Код действует сутки.

Если вы об этом не просили, кто-то вошёл в вашу учётную запись: код никому не передавайте
и смените пароль.
`, HTML: `
<h1>Смена адреса</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Вы попросили сменить адрес {{.User.Email}} на {{.New}}. Чтобы согласиться, передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p>Если вы об этом не просили, кто-то вошёл в вашу учётную запись: код никому не передавайте
и смените пароль.</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/email/confirm с полем token. Адрес сменится, когда
согласятся оба: код пришёл и на новый. Код действует сутки.</p>
`},
	mail.Words{Subject: `A change of the address {{.User.Email}}`, Text: `
Hello, {{.User.Name}}!

You asked to change the address {{.User.Email}} to {{.New}}. To agree, send this code:

{{.Token}}

The request: POST {{.PublicURL}}/api/v1/user/email/confirm with the field token. The address
changes when both have agreed: a code went to the new one, too. The code works for one day.

If you did not ask for this, somebody is in your account: give the code to nobody, and
change your password.
`, HTML: `
<h1>A change of your address</h1>
<p>Hello, {{.User.Name}}!</p>
<p>You asked to change the address {{.User.Email}} to {{.New}}. To agree, send this code:</p>
<p class="code">{{.Token}}</p>
<p>If you did not ask for this, somebody is in your account: give the code to nobody, and
change your password.</p>
<p class="dim">The request: POST {{.PublicURL}}/api/v1/user/email/confirm with the field token. The address
changes when both have agreed: a code went to the new one, too. The code works for one day.</p>
`}, nil)

// The new address is told neither the old one nor the name: it may be a stranger's.
var emailNewTemplate = mail.NewTemplate(emailNewLetter,
	mail.Words{Subject: `Подтверждение нового адреса {{.New}}`, Text: `
Здравствуйте!

Адрес {{.New}} указан как новый для учётной записи в Закупе. Если это ваша учётная запись,
передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/email/confirm с полем token. Адрес сменится, когда
согласятся оба: код пришёл и на прежний. Код действует сутки.
Если вы об этом не просили, ничего не делайте.
`, HTML: `
<h1>Подтверждение нового адреса</h1>
<p>Адрес {{.New}} указан как новый для учётной записи в Закупе. Если это ваша учётная запись,
передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/email/confirm с полем token. Адрес сменится, когда
согласятся оба: код пришёл и на прежний. Код действует сутки.<br>
Если вы об этом не просили, ничего не делайте.</p>
`},
	mail.Words{Subject: `Confirm the new address {{.New}}`, Text: `
Hello!

The address {{.New}} was given as the new one of an account at Zakup. If the account is yours,
send this code:

{{.Token}}

The request: POST {{.PublicURL}}/api/v1/user/email/confirm with the field token. The address
changes when both have agreed: a code went to the old one, too. The code works for one day.
If you did not ask for this, do nothing.
`, HTML: `
<h1>Confirm your new address</h1>
<p>The address {{.New}} was given as the new one of an account at Zakup. If the account is yours,
send this code:</p>
<p class="code">{{.Token}}</p>
<p class="dim">The request: POST {{.PublicURL}}/api/v1/user/email/confirm with the field token. The address
changes when both have agreed: a code went to the old one, too. The code works for one day.<br>
If you did not ask for this, do nothing.</p>
`}, nil)

// emailTakenTemplate is the letter to a new address that is somebody's already.
var emailTakenTemplate = mail.NewTemplate("email_taken",
	mail.Words{Subject: `Адрес {{.New}} указали для другой учётной записи`, Text: `
Здравствуйте!

Кто-то указал адрес {{.New}} как новый для другой учётной записи в Закупе. У вас уже есть
учётная запись с этим адресом, поэтому ничего не изменилось и не изменится.
Если это были не вы, ничего не делайте.
`, HTML: `
<h1>Ваш адрес указали для другой учётной записи</h1>
<p>Кто-то указал адрес {{.New}} как новый для другой учётной записи в Закупе. У вас уже есть
учётная запись с этим адресом, поэтому ничего не изменилось и не изменится.</p>
<p class="dim">Если это были не вы, ничего не делайте.</p>
`},
	mail.Words{Subject: `The address {{.New}} was given for another account`, Text: `
Hello!

Somebody gave the address {{.New}} as the new one of another account at Zakup. You have an
account with this address, so nothing has changed, nor will it.
If it was not you, do nothing.
`, HTML: `
<h1>Your address was given for another account</h1>
<p>Somebody gave the address {{.New}} as the new one of another account at Zakup. You have an
account with this address, so nothing has changed, nor will it.</p>
<p class="dim">If it was not you, do nothing.</p>
`}, nil)

var emailDoneTemplate = mail.NewTemplate(emailDoneLetter,
	mail.Words{Subject: `Адрес учётной записи сменён`, Text: `
Здравствуйте, {{.User.Name}}!

Адрес вашей учётной записи сменён, оба адреса согласились. Теперь вход и письма — по адресу
{{.User.Email}}. Прежний пароль остался в силе.
`, HTML: `
<h1>Адрес учётной записи сменён</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Адрес вашей учётной записи сменён, оба адреса согласились. Теперь вход и письма — по адресу
{{.User.Email}}.</p>
<p class="dim">Прежний пароль остался в силе.</p>
`},
	mail.Words{Subject: `The address of your account has changed`, Text: `
Hello, {{.User.Name}}!

The address of your account has changed, both addresses agreed. You sign in and get letters by
{{.User.Email}} now. Your password is the same.
`, HTML: `
<h1>The address of your account has changed</h1>
<p>Hello, {{.User.Name}}!</p>
<p>The address of your account has changed, both addresses agreed. You sign in and get letters by
{{.User.Email}} now.</p>
<p class="dim">Your password is the same.</p>
`}, nil)

// errChangeOver ends the letters of a change that is done, withdrawn or replaced.
var errChangeOver = errors.New("account: the change of address is over")

func (a *Accounts) writeEmailOld(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	d, err := a.changeData(ctx, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	d.Token, err = a.makeAgreement(ctx, `update email_changes set old_hash = $2, expires_at = $3 where id = $1 and not old_agreed`, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	l, err := emailOldTemplate.Render(lang, d)
	l.Only = d.User.Email
	return l, err
}

func (a *Accounts) writeEmailNew(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	d, err := a.changeData(ctx, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	var others bool
	err = a.db.QueryRow(ctx, `select exists (select 1 from users where email_key = $1 and active)`, emailKey(d.New)).Scan(&others)
	if err != nil {
		return mail.Letter{}, err
	}
	template := emailTakenTemplate
	if !others {
		template = emailNewTemplate
		d.Token, err = a.makeAgreement(ctx, `update email_changes set new_hash = $2, expires_at = $3 where id = $1 and not new_agreed`, ref)
		if err != nil {
			return mail.Letter{}, err
		}
	}
	l, err := template.Render(lang, d)
	l.Only = d.New
	return l, err
}

func (a *Accounts) writeEmailDone(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	u, err := Find(ctx, a.db, ID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	return emailDoneTemplate.Render(lang, letterData{User: u})
}

// changeData is what is known of a change that is not over.
func (a *Accounts) changeData(ctx context.Context, ref int64) (d emailData, err error) {
	var who ID
	err = a.db.QueryRow(ctx, `select user_id, email from email_changes where id = $1`, ref).Scan(&who, &d.New)
	if errors.Is(err, db.ErrNoRows) {
		return d, jobs.Cancel(errChangeOver)
	}
	if err != nil {
		return d, err
	}
	d.PublicURL = a.o.PublicURL
	d.User, err = Find(ctx, a.db, who)
	return d, err
}

// makeAgreement makes the token by which one of the addresses agrees.
func (a *Accounts) makeAgreement(ctx context.Context, statement string, ref int64) (string, error) {
	token, hash := newToken()
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, statement, ref, hash, a.o.Now().Add(secretLife))
		if err == nil && n == 0 {
			err = jobs.Cancel(errChangeOver)
		}
		return err
	})
	return token, err
}
