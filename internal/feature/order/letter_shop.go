package order

import (
	"context"

	"zakup/internal/platform/mail"
)

// shopLetter tells a supplier its part of an order; its ref is a part.
const shopLetter = "order_part"

var shopTemplate = mail.NewTemplate(shopLetter,
	`Новый заказ {{with index .Parts 0}}{{number $.Number .N}}{{end}}`, contactText+`
{{with index .Parts 0}}Магазин «{{.ShopName}}»: новый заказ {{number $.Number .N}}{{end}} от {{date .PlacedAt}}.

{{range .Lines}}- {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}
Всего: {{.Total.Format}}

{{template "contact" .Contact}}`, contactHTML+`
{{with index .Parts 0}}<h1>Новый заказ {{number $.Number .N}}</h1>
<p>Магазин «{{.ShopName}}», {{date $.PlacedAt}}</p>{{end}}
<table>
<tr><th>Товар</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range .Lines}}<tr><td>{{.Name}}{{with .Model}}<br><span class="dim">{{.}}</span>{{end}}</td><td class="n">{{.Quantity}}</td><td class="n">{{.Price.Format}}</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="3">Всего</td><td class="n">{{.Total.Format}}</td></tr>
</table>
{{template "contact" .Contact}}
`, funcs)

func (o *Orders) writeShop(ctx context.Context, ref int64) (mail.Letter, error) {
	part, err := o.part(ctx, PartID(ref))
	if err != nil {
		return mail.Letter{}, err
	}
	return shopTemplate.Render(part)
}
