package account

import (
	"context"

	"zakup/internal/platform/mail"
)

// resetLetter carries the token that sets a new password; its ref is a person.
const resetLetter = "reset"

var resetTemplate = mail.NewTemplate(resetLetter,
	mail.Words{Subject: `Сброс пароля для {{.User.Name}}`, Text: `
Здравствуйте, {{.User.Name}}!

Чтобы задать новый пароль, передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/password_reset/confirm с полями token и password.
Код действует сутки и один раз. Если вы не просили нового пароля, ничего не делайте:
прежний пароль останется в силе.
`, HTML: `
<h1>Сброс пароля</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Чтобы задать новый пароль, передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/password_reset/confirm с полями token и password.<br>
Код действует сутки и один раз. Если вы не просили нового пароля, ничего не делайте:
прежний пароль останется в силе.</p>
`},
	mail.Words{Subject: `Password reset for {{.User.Name}}`, Text: `
Hello, {{.User.Name}}!

To set a new password, send this code:

{{.Token}}

The request: POST {{.PublicURL}}/api/v1/user/password_reset/confirm with the fields token and password.
The code works for one day and once. If you did not ask for a new password, do nothing:
the old one stays in force.
`, HTML: `
<h1>Password reset</h1>
<p>Hello, {{.User.Name}}!</p>
<p>To set a new password, send this code:</p>
<p class="code">{{.Token}}</p>
<p class="dim">The request: POST {{.PublicURL}}/api/v1/user/password_reset/confirm with the fields token and password.<br>
The code works for one day and once. If you did not ask for a new password, do nothing:
the old one stays in force.</p>
`}, nil)

func (a *Accounts) writeReset(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	return a.writeSecret(ctx, resetTemplate, reset, ID(ref), lang)
}
