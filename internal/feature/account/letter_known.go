package account

import (
	"context"

	"zakup/internal/platform/mail"
)

// knownLetter tells a person that somebody tried to register with their address;
// its ref is the person.
const knownLetter = "known"

var knownTemplate = mail.NewTemplate(knownLetter,
	mail.Words{Subject: `У вас уже есть учётная запись {{.User.Email}}`, Text: `
Здравствуйте, {{.User.Name}}!

Кто-то, возможно вы, зарегистрировался с адресом {{.User.Email}}. Учётная запись с ним
уже есть, и в ней ничего не изменилось.

Если это были вы, войдите с прежним паролем. Новый пароль даёт запрос
POST {{.PublicURL}}/api/v1/user/password_reset с полем email.
Если это были не вы, ничего не делайте.
`, HTML: `
<h1>У вас уже есть учётная запись</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Кто-то, возможно вы, зарегистрировался с адресом {{.User.Email}}. Учётная запись с ним
уже есть, и в ней ничего не изменилось.</p>
<p>Если это были вы, войдите с прежним паролем. Если это были не вы, ничего не делайте.</p>
<p class="dim">Новый пароль даёт запрос POST {{.PublicURL}}/api/v1/user/password_reset с полем email.</p>
`},
	mail.Words{Subject: `You already have an account {{.User.Email}}`, Text: `
Hello, {{.User.Name}}!

Somebody, perhaps you, registered with the address {{.User.Email}}. There is an account
with it already, and nothing in it has changed.

If it was you, sign in with the password that you have. A new password comes by the request
POST {{.PublicURL}}/api/v1/user/password_reset with the field email.
If it was not you, do nothing.
`, HTML: `
<h1>You already have an account</h1>
<p>Hello, {{.User.Name}}!</p>
<p>Somebody, perhaps you, registered with the address {{.User.Email}}. There is an account
with it already, and nothing in it has changed.</p>
<p>If it was you, sign in with the password that you have. If it was not you, do nothing.</p>
<p class="dim">A new password comes by the request POST {{.PublicURL}}/api/v1/user/password_reset with the field email.</p>
`}, nil)

func (a *Accounts) writeKnown(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	u, err := Find(ctx, a.db, ID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	l, err := knownTemplate.Render(lang, letterData{User: u, PublicURL: a.o.PublicURL})
	l.Only = u.Email
	return l, err
}
