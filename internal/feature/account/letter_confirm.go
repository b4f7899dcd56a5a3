package account

import (
	"context"

	"zakup/internal/platform/mail"
)

// confirmLetter carries the token that confirms an address; its ref is a person.
const confirmLetter = "confirm"

// letterData is what the letters of this feature print.
type letterData struct {
	User      User
	Token     string
	PublicURL string
}

var confirmTemplate = mail.NewTemplate(confirmLetter,
	mail.Words{Subject: `Подтверждение адреса {{.User.Email}}`, Text: `
Здравствуйте!

Чтобы подтвердить адрес {{.User.Email}}, передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/register/confirm с полями email и token.
Код действует сутки. Если вы не регистрировались, ничего не делайте.
`, HTML: `
<h1>Подтверждение адреса</h1>
<p>Здравствуйте!</p>
<p>Чтобы подтвердить адрес {{.User.Email}}, передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/register/confirm с полями email и token.<br>
Код действует сутки. Если вы не регистрировались, ничего не делайте.</p>
`},
	mail.Words{Subject: `Confirm the address {{.User.Email}}`, Text: `
Hello!

To confirm the address {{.User.Email}}, send this code:

{{.Token}}

The request: POST {{.PublicURL}}/api/v1/user/register/confirm with the fields email and token.
The code works for one day. If you did not register, do nothing.
`, HTML: `
<h1>Confirm your address</h1>
<p>Hello!</p>
<p>To confirm the address {{.User.Email}}, send this code:</p>
<p class="code">{{.Token}}</p>
<p class="dim">The request: POST {{.PublicURL}}/api/v1/user/register/confirm with the fields email and token.<br>
The code works for one day. If you did not register, do nothing.</p>
`}, nil)

func (a *Accounts) writeConfirm(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	return a.writeSecret(ctx, confirmTemplate, confirm, ID(ref), lang)
}

// writeSecret makes a secret of the person and writes the letter that carries it.
func (a *Accounts) writeSecret(ctx context.Context, t *mail.Template, purpose string, id ID, lang string) (mail.Letter, error) {
	u, err := Find(ctx, a.db, id)
	if err != nil {
		return mail.Letter{}, err
	}
	token, err := a.makeSecret(ctx, purpose, id)
	if err != nil {
		return mail.Letter{}, err
	}
	l, err := t.Render(lang, letterData{User: u, Token: token, PublicURL: a.o.PublicURL})
	l.Only = u.Email // the letter may be sent long after it was asked for
	return l, err
}
