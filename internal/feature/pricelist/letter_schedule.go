package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// scheduleLetter tells a supplier that a list could not be taken by its
// schedule; its ref is the schedule.
const scheduleLetter = "price_schedule"

// scheduleFailure is what the letter prints.
type scheduleFailure struct {
	Shop, URL, Reason string
	At, Next          string // in the schedule's own time
	Import            ID     // 0: the fetch itself failed
	State             State  // of the import
}

var scheduleTemplate = mail.NewTemplate(scheduleLetter,
	mail.Words{Subject: `Прайс-лист магазина «{{.Shop}}» не загружен по расписанию`, Text: `
Прайс-лист магазина «{{.Shop}}» не загружен по расписанию.

Когда: {{.At}}
Адрес: {{.URL}}
Что случилось: {{.Reason}}

{{if not .Import}}В каталоге ничего не изменено. Проверьте, что файл открывается по этому адресу без
пароля. Другой адрес задаёт PUT /api/v1/partner/schedule.
{{else if eq .State "held"}}В каталоге ничего не изменено: список ждёт вашего решения. Посмотрите, что изменится:
GET /api/v1/partner/imports/{{.Import}}. Если всё верно, примените его: POST /api/v1/partner/imports/{{.Import}}/apply.
Если нет, отклоните: POST /api/v1/partner/imports/{{.Import}}/discard.
{{else}}В каталоге ничего не изменено. Замечания по строкам: GET /api/v1/partner/imports/{{.Import}}.
Исправьте файл по этому адресу: его изменения заметит следующая проверка.
{{end}}
Следующая проверка: {{.Next}}. О новых неудачах письма не будет, пока загрузка не удастся.
`, HTML: `
<h1>Прайс-лист не загружен по расписанию</h1>
<p>Магазин «{{.Shop}}»</p>
<table>
<tr><th>Когда</th><td>{{.At}}</td></tr>
<tr><th>Адрес</th><td>{{.URL}}</td></tr>
<tr><th>Что случилось</th><td>{{.Reason}}</td></tr>
</table>
{{if not .Import}}<p>В каталоге ничего не изменено. Проверьте, что файл открывается по этому адресу без
пароля. Другой адрес задаёт PUT /api/v1/partner/schedule.</p>
{{else if eq .State "held"}}<p>В каталоге ничего не изменено: список ждёт вашего решения. Посмотрите, что изменится:
GET /api/v1/partner/imports/{{.Import}}. Если всё верно, примените его: POST /api/v1/partner/imports/{{.Import}}/apply.
Если нет, отклоните: POST /api/v1/partner/imports/{{.Import}}/discard.</p>
{{else}}<p>В каталоге ничего не изменено. Замечания по строкам: GET /api/v1/partner/imports/{{.Import}}.
Исправьте файл по этому адресу: его изменения заметит следующая проверка.</p>
{{end}}<p class="dim">Следующая проверка: {{.Next}}. О новых неудачах письма не будет, пока загрузка не удастся.</p>
`},
	mail.Words{Subject: `The price list of {{.Shop}} was not loaded on schedule`, Text: `
The price list of the shop {{.Shop}} was not loaded on schedule.

When: {{.At}}
Address: {{.URL}}
What happened: {{.Reason}}

{{if not .Import}}Nothing has changed in the catalogue. Check that the file opens at this address without
a password. PUT /api/v1/partner/schedule sets another address.
{{else if eq .State "held"}}Nothing has changed in the catalogue: the list waits for your decision. See what will change:
GET /api/v1/partner/imports/{{.Import}}. If all is right, apply it: POST /api/v1/partner/imports/{{.Import}}/apply.
If not, discard it: POST /api/v1/partner/imports/{{.Import}}/discard.
{{else}}Nothing has changed in the catalogue. The problems, line by line: GET /api/v1/partner/imports/{{.Import}}.
Mend the file at this address: the next check will notice that it changed.
{{end}}
The next check: {{.Next}}. There will be no letter about further failures until a list loads.
`, HTML: `
<h1>The price list was not loaded on schedule</h1>
<p>Shop: {{.Shop}}</p>
<table>
<tr><th>When</th><td>{{.At}}</td></tr>
<tr><th>Address</th><td>{{.URL}}</td></tr>
<tr><th>What happened</th><td>{{.Reason}}</td></tr>
</table>
{{if not .Import}}<p>Nothing has changed in the catalogue. Check that the file opens at this address without
a password. PUT /api/v1/partner/schedule sets another address.</p>
{{else if eq .State "held"}}<p>Nothing has changed in the catalogue: the list waits for your decision. See what will change:
GET /api/v1/partner/imports/{{.Import}}. If all is right, apply it: POST /api/v1/partner/imports/{{.Import}}/apply.
If not, discard it: POST /api/v1/partner/imports/{{.Import}}/discard.</p>
{{else}}<p>Nothing has changed in the catalogue. The problems, line by line: GET /api/v1/partner/imports/{{.Import}}.
Mend the file at this address: the next check will notice that it changed.</p>
{{end}}<p class="dim">The next check: {{.Next}}. There will be no letter about further failures until a list loads.</p>
`}, nil)

func (l *Lists) writeSchedule(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	var f scheduleFailure
	var why fault.Text
	var zoneName string
	var failed, next time.Time
	err := l.db.QueryRow(ctx, `
		select h.name, s.url, s.failure_ru, s.failure_en, s.time_zone, s.failed_at, s.next_at, coalesce(i.id, 0), coalesce(i.state, '')
		from price_schedules s join shops h on h.id = s.shop_id left join imports i on i.id = s.failed_import
		where s.id = $1`, ref).
		Scan(&f.Shop, &f.URL, &why.RU, &why.EN, &zoneName, &failed, &next, &f.Import, &f.State)
	if errors.Is(err, db.ErrNoRows) {
		return mail.Letter{}, jobs.Cancel(errors.New("pricelist: the schedule was ended or set anew"))
	}
	if err != nil {
		return mail.Letter{}, fmt.Errorf("pricelist: letter of schedule %d: %w", ref, err)
	}
	zone, err := zoneOf(zoneName)
	if err != nil {
		return mail.Letter{}, err
	}
	form := "02.01.2006 15:04 (MST)"
	if f.Reason = why.RU; lang == mail.English {
		f.Reason, form = why.EN, "2 Jan 2006 15:04 (MST)"
	}
	f.At, f.Next = failed.In(zone).Format(form), next.In(zone).Format(form)
	return scheduleTemplate.Render(lang, f)
}
