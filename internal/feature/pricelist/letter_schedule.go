package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
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
	`Прайс-лист магазина «{{.Shop}}» не загружен по расписанию`, `
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
`, `
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
`, nil)

func (l *Lists) writeSchedule(ctx context.Context, ref int64) (mail.Letter, error) {
	var f scheduleFailure
	var zoneName string
	var failed, next time.Time
	err := l.db.QueryRow(ctx, `
		select h.name, s.url, s.failure_ru, s.time_zone, s.failed_at, s.next_at, coalesce(i.id, 0), coalesce(i.state, '')
		from price_schedules s join shops h on h.id = s.shop_id left join imports i on i.id = s.failed_import
		where s.id = $1`, ref).
		Scan(&f.Shop, &f.URL, &f.Reason, &zoneName, &failed, &next, &f.Import, &f.State)
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
	const form = "02.01.2006 15:04 (MST)"
	f.At, f.Next = failed.In(zone).Format(form), next.In(zone).Format(form)
	return scheduleTemplate.Render(f)
}
