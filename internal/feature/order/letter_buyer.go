package order

import (
	"context"

	"zakup/internal/platform/mail"
)

// buyerLetter tells the buyer what was ordered; its ref is an order.
const buyerLetter = "order"

var buyerTemplate = mail.NewTemplate(buyerLetter, `Заказ {{.Number}} принят`, contactText+`
Здравствуйте! Ваш заказ {{.Number}} от {{date .PlacedAt}} принят.
{{$o := .}}{{range .Parts}}
{{.ShopName}}, {{number $o.Number .N}}:
{{range lines $o .}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Сумма: {{.Total.Format}}
{{end}}
Всего: {{.Total.Format}}

{{template "contact" .Contact}}`, contactHTML+`
<h1>Заказ {{.Number}} принят</h1>
<p>Здравствуйте! Ваш заказ от {{date .PlacedAt}} принят.</p>
{{$o := .}}{{range .Parts}}
<h2 style="font-size:16px;margin:20px 0 4px">{{.ShopName}} <span class="dim">{{number $o.Number .N}}</span></h2>
<table>
<tr><th>Товар</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range lines $o .}}<tr><td>{{.Name}}{{with .Model}}<br><span class="dim">{{.}}</span>{{end}}</td><td class="n">{{.Quantity}}</td><td class="n">{{.Price.Format}}</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="3">Сумма</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{end}}
<p style="font-size:18px"><b>Всего: {{.Total.Format}}</b></p>
{{template "contact" .Contact}}
`, funcs)

func (o *Orders) writeBuyer(ctx context.Context, ref int64) (mail.Letter, error) {
	order, err := o.one(ctx, `o.id = $1`, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	return buyerTemplate.Render(order)
}
