package account

import (
	"context"

	"zakup/internal/platform/db"
	"zakup/internal/platform/mail"
)

// identitiesLetter tells a person that the providers have changed by whom one
// signs in to their account; its ref is the person.
const identitiesLetter = "identities"

type identitiesData struct {
	User       User
	Identities []Identity
	PublicURL  string
}

var identitiesTemplate = mail.NewTemplate(identitiesLetter,
	mail.Words{Subject: `Изменились способы входа в вашу учётную запись`, Text: `
Здравствуйте, {{.User.Name}}!

Изменилось, через какие сервисы можно войти в вашу учётную запись.
{{if .Identities}}Теперь это:
{{range .Identities}}
- {{.Title}}{{with .Email}} ({{.}}){{end}}
{{- end}}
{{else}}Теперь ни через какие: только по паролю.
{{end}}
Если это сделали не вы, сразу задайте новый пароль: POST {{.PublicURL}}/api/v1/user/password_reset
и удалите лишнее: DELETE {{.PublicURL}}/api/v1/user/identities.
`, HTML: `
<h1>Изменились способы входа</h1>
<p>Здравствуйте, {{.User.Name}}!</p>
<p>Изменилось, через какие сервисы можно войти в вашу учётную запись.</p>
{{if .Identities}}<p>Теперь это:</p>
<ul>{{range .Identities}}<li>{{.Title}}{{with .Email}} ({{.}}){{end}}</li>{{end}}</ul>
{{else}}<p>Теперь ни через какие: только по паролю.</p>
{{end}}<p class="dim">Если это сделали не вы, сразу задайте новый пароль: POST {{.PublicURL}}/api/v1/user/password_reset
и удалите лишнее: DELETE {{.PublicURL}}/api/v1/user/identities.</p>
`},
	mail.Words{Subject: `The ways to sign in to your account have changed`, Text: `
Hello, {{.User.Name}}!

The providers by whom one can sign in to your account have changed.
{{if .Identities}}Now they are:
{{range .Identities}}
- {{.Title}}{{with .Email}} ({{.}}){{end}}
{{- end}}
{{else}}Now there are none: only the password.
{{end}}
If this was not you, set a new password at once: POST {{.PublicURL}}/api/v1/user/password_reset
and remove what should not be there: DELETE {{.PublicURL}}/api/v1/user/identities.
`, HTML: `
<h1>The ways to sign in have changed</h1>
<p>Hello, {{.User.Name}}!</p>
<p>The providers by whom one can sign in to your account have changed.</p>
{{if .Identities}}<p>Now they are:</p>
<ul>{{range .Identities}}<li>{{.Title}}{{with .Email}} ({{.}}){{end}}</li>{{end}}</ul>
{{else}}<p>Now there are none: only the password.</p>
{{end}}<p class="dim">If this was not you, set a new password at once: POST {{.PublicURL}}/api/v1/user/password_reset
and remove what should not be there: DELETE {{.PublicURL}}/api/v1/user/identities.</p>
`}, nil)

// tellIdentities queues the letter.
func (a *Accounts) tellIdentities(ctx context.Context, tx db.Tx, u User) error {
	nonce, _ := newToken()
	return a.send(ctx, tx, identitiesLetter, nonce, u)
}

func (a *Accounts) writeIdentities(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	u, err := Find(ctx, a.db, ID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	list, err := a.Identities(ctx, u.ID)
	if err != nil {
		return mail.Letter{}, err
	}
	return identitiesTemplate.Render(lang, identitiesData{u, list, a.o.PublicURL})
}
