package account

import (
	"context"
	"errors"
	"fmt"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// invitationLetter carries the token by which the invited join a supplier; its ref
// is a membership.
const invitationLetter = "invitation"

// invitationData is what the letter prints. It is the same for who has an account
// and who has none.
type invitationData struct {
	Shop      string
	Role      Role
	Token     string
	PublicURL string
}

var invitationTemplate = mail.NewTemplate(invitationLetter,
	mail.Words{Subject: `Приглашение в магазин {{.Shop}}`, Text: `
Здравствуйте!

Вас приглашают работать с магазином «{{.Shop}}» в роли
{{- if eq .Role "manager"}} менеджера{{else}} наблюдателя{{end}}. Код приглашения:

{{.Token}}

Если у вас нет учётной записи: POST {{.PublicURL}}/api/v1/user/invitation
с полями token, first_name, last_name и password.
Если она есть, войдите: POST {{.PublicURL}}/api/v1/user/invitation/accept с полем token.
Код действует неделю и один раз. Если вы не знаете, о чём речь, ничего не делайте.
`, HTML: `
<h1>Приглашение в магазин</h1>
<p>Вас приглашают работать с магазином «{{.Shop}}» в роли
{{- if eq .Role "manager"}} менеджера{{else}} наблюдателя{{end}}. Код приглашения:</p>
<p class="code">{{.Token}}</p>
<p class="dim">Если у вас нет учётной записи: POST {{.PublicURL}}/api/v1/user/invitation
с полями token, first_name, last_name и password.<br>
Если она есть, войдите: POST {{.PublicURL}}/api/v1/user/invitation/accept с полем token.<br>
Код действует неделю и один раз. Если вы не знаете, о чём речь, ничего не делайте.</p>
`},
	mail.Words{Subject: `Invitation to the shop {{.Shop}}`, Text: `
Hello!

You are invited to act for the shop "{{.Shop}}" as a {{.Role}}. The code of the invitation:

{{.Token}}

If you have no account: POST {{.PublicURL}}/api/v1/user/invitation
with the fields token, first_name, last_name and password.
If you have one, sign in: POST {{.PublicURL}}/api/v1/user/invitation/accept with the field token.
The code works for a week and once. If you don't know what this is about, do nothing.
`, HTML: `
<h1>Invitation to a shop</h1>
<p>You are invited to act for the shop "{{.Shop}}" as a {{.Role}}. The code of the invitation:</p>
<p class="code">{{.Token}}</p>
<p class="dim">If you have no account: POST {{.PublicURL}}/api/v1/user/invitation
with the fields token, first_name, last_name and password.<br>
If you have one, sign in: POST {{.PublicURL}}/api/v1/user/invitation/accept with the field token.<br>
The code works for a week and once. If you don't know what this is about, do nothing.</p>
`}, nil)

// writeInvitation writes the letter of an invitation that is open, with a token of
// its own; no other will be written when it is not.
func (a *Accounts) writeInvitation(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	d := invitationData{PublicURL: a.o.PublicURL}
	var email string
	err := a.db.QueryRow(ctx, `
		select m.email, m.role, h.name from members m join shops h on h.user_id = m.owner_id where m.id = $1 and m.expires_at > $2`,
		ref, a.o.Now()).Scan(&email, &d.Role, &d.Shop)
	if errors.Is(err, db.ErrNoRows) {
		err = InvitationGone
	}
	if err == nil {
		d.Token, err = a.makeInvitationToken(ctx, MemberID(ref))
	}
	if errors.Is(err, InvitationGone) {
		return mail.Letter{}, jobs.Cancel(err)
	}
	if err != nil {
		return mail.Letter{}, fmt.Errorf("account: invitation: %w", err)
	}
	l, err := invitationTemplate.Render(lang, d)
	l.Only = email
	return l, err
}
