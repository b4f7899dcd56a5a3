package order

import (
	"slices"
	"strings"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail"
)

// funcs are what the letters of this feature write with.
var funcs = map[string]any{
	"add1":   func(i int) int { return i + 1 },
	"date":   moscowTime,
	"number": PartNumber,
	"name":   contactName,
	"where":  address,
	"lines":  func(o Order, p Part) []Line { return linesOf(o, p) },
}

// Moscow is the time of orders: of their letters, days and years. It has no summer
// time.
var Moscow = time.FixedZone("MSK", 3*60*60)

func moscowTime(lang string, t time.Time) string {
	if lang == mail.English {
		return t.In(Moscow).Format("2 Jan 2006 15:04 MST")
	}
	return t.In(Moscow).Format("02.01.2006 15:04 МСК")
}

func contactName(c account.Contact) string {
	return strings.Join(strings.Fields(c.LastName+" "+c.FirstName+" "+c.Patronymic), " ")
}

// address writes where to deliver, in the Russian order.
func address(lang string, c account.Contact) string {
	house, structure, building, apartment := "д. ", "корп. ", "стр. ", "кв. "
	if lang == mail.English {
		house, structure, building, apartment = "house ", "block ", "bldg ", "apt "
	}
	var parts []string
	for _, p := range []struct{ before, text string }{
		{"", c.City}, {"", c.Street}, {house, c.House}, {structure, c.Structure}, {building, c.Building}, {apartment, c.Apartment},
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

// contactText, contactHTML and goodHTML are how every letter prints the contact
// and the cells of a line.
const (
	contactText = `{{define "contact"}}Получатель: {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where lang .}}Адрес доставки: {{.}}
{{end}}{{end}}`
	contactHTML = goodHTML + `{{define "contact"}}<p><b>Получатель:</b> {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where lang .}}<br><b>Адрес доставки:</b> {{.}}{{end}}</p>{{end}}`

	contactTextEN = `{{define "contact"}}Recipient: {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where lang .}}Delivery address: {{.}}
{{end}}{{end}}`
	contactHTMLEN = goodHTML + `{{define "contact"}}<p><b>Recipient:</b> {{with name .}}{{.}}, {{end}}{{.Phone}}
{{with where lang .}}<br><b>Delivery address:</b> {{.}}{{end}}</p>{{end}}`

	goodHTML = `{{define "good"}}<td class="name">{{.Name}}{{with .Model}}<br><span class="dim">{{.}}</span>{{end}}</td>` +
		`<td class="n q">{{.Quantity}}</td><td class="n p">{{.Price.Format}}</td><td class="n s">{{.Total.Format}}</td>{{end}}`
)

// asPlaced is the order as it was placed: the letters about that may be late, and
// those about its changes follow them.
func (o Order) asPlaced() Order {
	o.Parts, o.Lines, o.Total = slices.Clone(o.Parts), slices.Clone(o.Lines), 0
	for i := range o.Lines {
		o.Lines[i].Quantity = o.Lines[i].Ordered
	}
	o.sumUp()
	for _, p := range o.Parts {
		o.Total += p.Total
	}
	return o
}

// asDelivered leaves out what does not come, as the documents do.
func (o Order) asDelivered() Order {
	if o.State != Canceled {
		o.Parts = slices.DeleteFunc(slices.Clone(o.Parts), func(p Part) bool { return p.State == Canceled })
	}
	o.Lines = slices.DeleteFunc(slices.Clone(o.Lines), func(l Line) bool { return l.Quantity == 0 })
	return o
}
