package order

import (
	"strings"
	"time"

	"zakup/internal/feature/account"
)

// funcs are what the letters of this feature write with.
var funcs = map[string]any{
	"add1":   func(i int) int { return i + 1 },
	"date":   func(t time.Time) string { return t.In(moscow).Format("02.01.2006 15:04") + " МСК" },
	"number": PartNumber,
	"name":   contactName,
	"where":  address,
	"lines":  func(o Order, p Part) []Line { return linesOf(o, p) },
}

// moscow is the time that the letters speak: it has no summer time.
var moscow = time.FixedZone("MSK", 3*60*60)

func contactName(c account.Contact) string {
	return strings.Join(strings.Fields(c.LastName+" "+c.FirstName+" "+c.Patronymic), " ")
}

// address writes where to deliver, in the Russian order.
func address(c account.Contact) string {
	var parts []string
	for _, p := range []struct{ before, text string }{
		{"", c.City}, {"", c.Street}, {"д. ", c.House}, {"корп. ", c.Structure}, {"стр. ", c.Building}, {"кв. ", c.Apartment},
	} {
		if p.text != "" {
			parts = append(parts, p.before+p.text)
		}
	}
	return strings.Join(parts, ", ")
}

func linesOf(o Order, p Part) []Line {
	var list []Line
	for _, l := range o.Lines {
		if l.Part == p.ID {
			list = append(list, l)
		}
	}
	return list
}

// contactText and contactHTML are how every letter prints the contact.
const (
	contactText = `{{define "contact"}}Получатель: {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where .}}Адрес доставки: {{.}}
{{end}}{{end}}`
	contactHTML = `{{define "contact"}}<p><b>Получатель:</b> {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where .}}<br><b>Адрес доставки:</b> {{.}}{{end}}</p>{{end}}`
)
