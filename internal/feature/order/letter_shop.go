package order

import (
	"context"

	"zakup/internal/platform/mail"
)

// ShopLetter tells a supplier its part of an order; its ref is a part.
const ShopLetter = "order_part"

var shopTemplate = mail.NewTemplate(ShopLetter,
	mail.Words{Subject: `Новый заказ {{with index .Parts 0}}{{number $.Number .N}}{{end}}`, Text: contactText + `
{{with index .Parts 0}}Магазин «{{.ShopName}}»: новый заказ {{number $.Number .N}}{{end}} от {{date lang .PlacedAt}}.

{{range .Lines}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}
Всего: {{.Total.Format}}

{{template "contact" .Contact}}`, HTML: contactHTML + `
{{with index .Parts 0}}<h1>Новый заказ {{number $.Number .N}}</h1>
<p>Магазин «{{.ShopName}}», {{date lang $.PlacedAt}}</p>{{end}}
<table class="goods">
<tr class="head"><th>Товар</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range .Lines}}<tr>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="3">Всего</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{template "contact" .Contact}}
`},
	mail.Words{Subject: `New order {{with index .Parts 0}}{{number $.Number .N}}{{end}}`, Text: contactTextEN + `
{{with index .Parts 0}}Shop {{.ShopName}}: new order {{number $.Number .N}}{{end}} of {{date lang .PlacedAt}}.

{{range .Lines}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}
Total: {{.Total.Format}}

{{template "contact" .Contact}}`, HTML: contactHTMLEN + `
{{with index .Parts 0}}<h1>New order {{number $.Number .N}}</h1>
<p>Shop {{.ShopName}}, {{date lang $.PlacedAt}}</p>{{end}}
<table class="goods">
<tr class="head"><th>Product</th><th class="n">Qty</th><th class="n">Price</th><th class="n">Amount</th></tr>
{{range .Lines}}<tr>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="3">Total</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{template "contact" .Contact}}
`}, funcs)

func (o *Orders) writeShop(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
	part, err := o.part(ctx, PartID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	return shopTemplate.Render(lang, part.asPlaced())
}
