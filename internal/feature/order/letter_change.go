package order

import (
	"context"
	"fmt"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/money"
)

// The letters about a change: to the buyer, and to a supplier about its part
// alone. The ref of both is the first event of the change that it tells of.
const (
	changeLetter     = "order_change"
	partChangeLetter = "order_part_change"
)

// change is what a letter about a change tells.
type change struct {
	Number  string // of the order, for a supplier of its part
	To      State  // of all parts that changed; "" when they went different ways
	By      account.Type
	Parts   []changedPart
	Total   money.Kopecks // of now
	Pending bool          // the buyer is to decide about a shortage
}

// changedPart is what happened to one part.
type changedPart struct {
	Number, ShopName string
	From, To         State // the same when only lines changed
	Reason           string
	Lines            []Past
}

var changeFuncs = map[string]any{
	"state": func(lang string, s State) string { return s.In(lang) },
	"role":  func(lang string, t account.Type) string { return roleWords[t].In(lang) },
}

var roleWords = map[account.Type]fault.Text{
	account.Buyer: {RU: "покупатель", EN: "the buyer"},
	account.Shop:  {RU: "поставщик", EN: "the supplier"},
	account.Admin: {RU: "администратор", EN: "the administrator"},
}

var changeTemplate = mail.NewTemplate(changeLetter,
	mail.Words{Subject: `Заказ {{.Number}}: {{with .To}}{{state lang .}}{{else}}изменения{{end}}`, Text: `
Заказ {{.Number}}. Изменил {{role lang .By}}.
{{range .Parts}}
{{.ShopName}}, {{.Number}}: {{if eq .From .To}}{{state lang .To}}{{else}}был {{state lang .From}}, стал {{state lang .To}}{{end}}
{{with .Reason}}Причина: {{.}}
{{end}}{{range .Lines}}- {{.LineName}}: {{if eq .Had .Has}}будет {{.Has}}{{else}}было {{.Had}}, будет {{.Has}}{{end}}{{with .Reason}} ({{.}}){{end}}
{{end}}{{end}}
Сумма теперь: {{.Total.Format}}
{{if .Pending}}
Поставщик привезёт меньше, чем заказано. Решите по каждой такой строке заказа, принять её или отказаться от неё: до этого заказ не отправят.
{{end}}`, HTML: `
<h1>Заказ {{.Number}}: {{with .To}}{{state lang .}}{{else}}изменения{{end}}</h1>
<p>Изменил {{role lang .By}}.</p>
{{range .Parts}}<h2>{{.ShopName}} <span class="dim">{{.Number}}</span></h2>
<p>{{if eq .From .To}}{{state lang .To}}{{else}}Был {{state lang .From}}, стал <b>{{state lang .To}}</b>{{end}}{{with .Reason}}<br>Причина: {{.}}{{end}}</p>
{{with .Lines}}<ul>{{range .}}<li>{{.LineName}}: {{if eq .Had .Has}}будет {{.Has}}{{else}}было {{.Had}}, будет <b>{{.Has}}</b>{{end}}{{with .Reason}} <span class="dim">({{.}})</span>{{end}}</li>
{{end}}</ul>
{{end}}{{end}}<p class="all">Сумма теперь: {{.Total.Format}}</p>
{{if .Pending}}<p><b>Поставщик привезёт меньше, чем заказано.</b> Решите по каждой такой строке заказа, принять её или отказаться от неё: до этого заказ не отправят.</p>
{{end}}`},
	mail.Words{Subject: `Order {{.Number}}: {{with .To}}{{state lang .}}{{else}}changes{{end}}`, Text: `
Order {{.Number}}. Changed by {{role lang .By}}.
{{range .Parts}}
{{.ShopName}}, {{.Number}}: {{if eq .From .To}}{{state lang .To}}{{else}}was {{state lang .From}}, is {{state lang .To}}{{end}}
{{with .Reason}}Reason: {{.}}
{{end}}{{range .Lines}}- {{.LineName}}: {{if eq .Had .Has}}{{.Has}} will come{{else}}{{.Had}} before, {{.Has}} will come{{end}}{{with .Reason}} ({{.}}){{end}}
{{end}}{{end}}
The sum is now: {{.Total.Format}}
{{if .Pending}}
The supplier has less than was ordered. Accept each such line of the order or leave it out: it will not be sent before.
{{end}}`, HTML: `
<h1>Order {{.Number}}: {{with .To}}{{state lang .}}{{else}}changes{{end}}</h1>
<p>Changed by {{role lang .By}}.</p>
{{range .Parts}}<h2>{{.ShopName}} <span class="dim">{{.Number}}</span></h2>
<p>{{if eq .From .To}}{{state lang .To}}{{else}}Was {{state lang .From}}, is <b>{{state lang .To}}</b>{{end}}{{with .Reason}}<br>Reason: {{.}}{{end}}</p>
{{with .Lines}}<ul>{{range .}}<li>{{.LineName}}: {{if eq .Had .Has}}{{.Has}} will come{{else}}{{.Had}} before, <b>{{.Has}}</b> will come{{end}}{{with .Reason}} <span class="dim">({{.}})</span>{{end}}</li>
{{end}}</ul>
{{end}}{{end}}<p class="all">The sum is now: {{.Total.Format}}</p>
{{if .Pending}}<p><b>The supplier has less than was ordered.</b> Accept each such line of the order or leave it out: it will not be sent before.</p>
{{end}}`}, changeFuncs)

func (o *Orders) writeChange(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	return o.writeAbout(ctx, ref, lang, false)
}

func (o *Orders) writePartChange(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	return o.writeAbout(ctx, ref, lang, true)
}

// writeAbout tells all of the change that the event belongs to, or what of it is
// about the event's part.
func (o *Orders) writeAbout(ctx context.Context, ref int64, lang string, own bool) (mail.Letter, error) {
	rows, err := o.db.Query(ctx, selectEvent+`
		join order_events first on first.order_id = e.order_id and first.version = e.version
		where first.id = $1 and e.part_id is not null and ($2 or e.part_id = first.part_id)
		order by e.id`, ref, !own)
	events, err := db.Collect(rows, err, scanPast)
	if err == nil && len(events) == 0 {
		err = fault.Absent
	}
	if err != nil {
		return mail.Letter{}, fmt.Errorf("order: letter: %w", err)
	}
	order, err := o.one(ctx, `o.id = (select order_id from order_events where id = $1)`, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	return changeTemplate.Render(lang, changeOf(order, events, own))
}

func changeOf(o Order, events []Past, own bool) change {
	c := change{Number: o.Number, By: events[0].As, Total: o.Total}
	for _, p := range o.Parts {
		part := changedPart{Number: PartNumber(o.Number, p.N), ShopName: p.ShopName}
		for _, e := range events {
			if e.Part != p.ID {
				continue
			}
			if part.From == "" {
				part.From = e.From
			}
			part.To = e.To
			if e.Line != 0 {
				part.Lines = append(part.Lines, e)
			} else {
				part.Reason = e.Reason
			}
		}
		if part.To == "" {
			continue
		}
		if own {
			c.Total = p.Total
		}
		if c.To = part.To; len(c.Parts) > 0 && c.Parts[0].To != part.To || part.From == part.To {
			c.To = ""
		}
		c.Parts = append(c.Parts, part)
	}
	if len(c.Parts) == 1 && (own || len(o.Parts) > 1) {
		c.Number = c.Parts[0].Number // the others stay where they are
	}
	for _, p := range o.Parts {
		for _, l := range linesOf(o, p) {
			c.Pending = c.Pending || !own && p.State != Canceled && l.Decision == Pending
		}
	}
	return c
}
