package account

import (
	"context"

	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// totpLetter tells a person that something happened to their second factor; its
// ref is the person.
const totpLetter = "totp"

type totpData struct {
	User      User
	State     TOTP
	PublicURL string
}

var totpTemplate = mail.NewTemplate(totpLetter,
	mail.Words{Subject: `Изменился вход по коду в вашу учётную запись`, Text: `
Здравствуйте, {{.User.Name}}!

Вход по коду из приложения в вашей учётной записи теперь {{if .State.On}}включён. Запасных кодов осталось: {{.State.Recovery}}.{{else}}выключен.{{end}}

Если это сделали не вы, сразу задайте новый пароль: POST {{.PublicURL}}/api/v1/user/password_reset
`, HTML: `
<h1>Вход по коду</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Вход по коду из приложения в вашей учётной записи теперь {{if .State.On}}включён. Запасных кодов осталось: {{.State.Recovery}}.{{else}}выключен.{{end}}</p>
<p class="dim">Если это сделали не вы, сразу задайте новый пароль: POST {{.PublicURL}}/api/v1/user/password_reset</p>
`},
	mail.Words{Subject: `The second factor of your account has changed`, Text: `
Hello, {{.User.Name}}!

The second factor of your account is {{if .State.On}}on now. Recovery codes left: {{.State.Recovery}}.{{else}}off now.{{end}}

If this was not you, set a new password at once: POST {{.PublicURL}}/api/v1/user/password_reset
`, HTML: `
<h1>The second factor</h1>
<p>Hello, {{.User.Name}}!</p>
<p>The second factor of your account is {{if .State.On}}on now. Recovery codes left: {{.State.Recovery}}.{{else}}off now.{{end}}</p>
<p class="dim">If this was not you, set a new password at once: POST {{.PublicURL}}/api/v1/user/password_reset</p>
`}, nil)

// tellTOTP queues the letter.
func (a *Accounts) tellTOTP(ctx context.Context, tx db.Tx, u User) error {
	nonce, _ := newToken()
	return a.send(ctx, tx, totpLetter, nonce, u)
}

func (a *Accounts) writeTOTP(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	u, err := Find(ctx, a.db, ID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	state, err := a.TOTPOf(ctx, u.ID)
	if err != nil {
		return mail.Letter{}, err
	}
	return totpTemplate.Render(lang, totpData{u, state, a.o.PublicURL})
}
