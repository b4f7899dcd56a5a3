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
	`Подтверждение адреса {{.User.Email}}`, `
Здравствуйте, {{.User.Name}}!

Чтобы подтвердить адрес {{.User.Email}}, передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/register/confirm с полями email и token.
Код действует сутки. Если вы не регистрировались, ничего не делайте.
`, `
<h1>Подтверждение адреса</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Чтобы подтвердить адрес {{.User.Email}}, передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/register/confirm с полями email и token.<br>
Код действует сутки. Если вы не регистрировались, ничего не делайте.</p>
`, nil)

func (a *Accounts) writeConfirm(ctx context.Context, ref int64) (mail.Letter, error) {
	return a.writeSecret(ctx, confirmTemplate, confirm, ID(ref))
}

// writeSecret makes a secret of the person and writes the letter that carries it.
func (a *Accounts) writeSecret(ctx context.Context, t *mail.Template, purpose string, id ID) (mail.Letter, error) {
	u, err := Find(ctx, a.db, id)
	if err != nil {
		return mail.Letter{}, err
	}
	token, err := a.makeSecret(ctx, purpose, id)
	if err != nil {
		return mail.Letter{}, err
	}
	return t.Render(letterData{User: u, Token: token, PublicURL: a.o.PublicURL})
}
