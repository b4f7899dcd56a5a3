package order

import (
	"context"

	"zakup/internal/platform/mail"
)

// buyerLetter tells the buyer what was ordered; its ref is an order.
const buyerLetter = "order"

var buyerTemplate = mail.NewTemplate(buyerLetter,
	mail.Words{Subject: `Заказ {{.Number}} принят`, Text: contactText + `
Здравствуйте! Ваш заказ {{.Number}} от {{date lang .PlacedAt}} принят.
{{$o := .}}{{range .Parts}}
{{.ShopName}}, {{number $o.Number .N}}:
{{range lines $o .}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Сумма: {{.Total.Format}}
{{end}}
Всего: {{.Total.Format}}

{{template "contact" .Contact}}`, HTML: contactHTML + `
<h1>Заказ {{.Number}} принят</h1>
<p>Здравствуйте! Ваш заказ от {{date lang .PlacedAt}} принят.</p>
{{$o := .}}{{range .Parts}}
<h2>{{.ShopName}} <span class="dim">{{number $o.Number .N}}</span></h2>
<table class="goods">
<tr class="head"><th>Товар</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range lines $o .}}<tr>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="3">Сумма</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{end}}
<p class="all">Всего: {{.Total.Format}}</p>
{{template "contact" .Contact}}
`},
	mail.Words{Subject: `Order {{.Number}} accepted`, Text: contactTextEN + `
Hello! Your order {{.Number}} of {{date lang .PlacedAt}} has been accepted.
{{$o := .}}{{range .Parts}}
{{.ShopName}}, {{number $o.Number .N}}:
{{range lines $o .}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Subtotal: {{.Total.Format}}
{{end}}
Total: {{.Total.Format}}

{{template "contact" .Contact}}`, HTML: contactHTMLEN + `
<h1>Order {{.Number}} accepted</h1>
<p>Hello! Your order of {{date lang .PlacedAt}} has been accepted.</p>
{{$o := .}}{{range .Parts}}
<h2>{{.ShopName}} <span class="dim">{{number $o.Number .N}}</span></h2>
<table class="goods">
<tr class="head"><th>Product</th><th class="n">Qty</th><th class="n">Price</th><th class="n">Amount</th></tr>
{{range lines $o .}}<tr>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="3">Subtotal</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{end}}
<p class="all">Total: {{.Total.Format}}</p>
{{template "contact" .Contact}}
`}, funcs)

func (o *Orders) writeBuyer(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	order, err := o.one(ctx, `o.id = $1`, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	return buyerTemplate.Render(lang, order.asPlaced())
}
