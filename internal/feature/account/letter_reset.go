package account

import (
	"context"

	"zakup/internal/platform/mail"
)

// resetLetter carries the token that sets a new password; its ref is a person.
const resetLetter = "reset"

var resetTemplate = mail.NewTemplate(resetLetter,
	`Сброс пароля для {{.User.Name}}`, `
Здравствуйте, {{.User.Name}}!

Чтобы задать новый пароль, передайте этот код:

{{.Token}}

Запрос: POST {{.PublicURL}}/api/v1/user/password_reset/confirm с полями token и password.
Код действует сутки и один раз. Если вы не просили нового пароля, ничего не делайте:
прежний пароль останется в силе.
`, `
<h1>Сброс пароля</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Чтобы задать новый пароль, передайте этот код:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Запрос: POST {{.PublicURL}}/api/v1/user/password_reset/confirm с полями token и password.<br>
Код действует сутки и один раз. Если вы не просили нового пароля, ничего не делайте:
прежний пароль останется в силе.</p>
`, nil)

func (a *Accounts) writeReset(ctx context.Context, ref int64) (mail.Letter, error) {
	return a.writeSecret(ctx, resetTemplate, reset, ID(ref))
}
