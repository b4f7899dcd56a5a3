package order

import (
	"context"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail"
)

// invoiceLetter is the накладная for the administrator; its ref is an order.
const invoiceLetter = "invoice"

// invoice is what the накладная prints: the order and who placed it.
type invoice struct {
	Order
	Buyer account.User
}

var invoiceTemplate = mail.NewTemplate(invoiceLetter, `Накладная к заказу {{.Number}}`, contactText+`
Накладная к заказу {{.Number}} от {{date .PlacedAt}}

Покупатель: {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}
{{template "contact" .Contact}}
{{$o := .Order}}{{range .Parts}}Поставщик: {{.ShopName}}, {{number $o.Number .N}}
{{range $i, $l := lines $o .}}{{add1 $i}}. {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Итого: {{.Total.Format}}

{{end}}Всего по накладной: {{.Total.Format}}

Это документ к заказу; товарную накладную выписывает поставщик.
`, contactHTML+`
<h1>Накладная к заказу {{.Number}}</h1>
<p class="dim">от {{date .PlacedAt}}</p>
<p><b>Покупатель:</b> {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}</p>
{{template "contact" .Contact}}
{{$o := .Order}}<table>
<tr><th class="n">№</th><th>Товар, артикул</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range .Parts}}<tr><th colspan="5">Поставщик: {{.ShopName}}, {{number $o.Number .N}}</th></tr>
{{range $i, $l := lines $o .}}<tr><td class="n">{{add1 $i}}</td><td>{{.Name}}{{with .Model}}<br><span class="dim">{{.}}</span>{{end}}</td><td class="n">{{.Quantity}}</td><td class="n">{{.Price.Format}}</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="4">Итого</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="4">Всего по накладной</td><td class="n">{{.Total.Format}}</td></tr>
</table>
<p class="dim">Это документ к заказу; товарную накладную выписывает поставщик.</p>
`, funcs)

func (o *Orders) writeInvoice(ctx context.Context, ref int64) (mail.Letter, error) {
	order, err := o.one(ctx, `o.id = $1`, ref)
	if err != nil {
		return mail.Letter{}, err
	}
	var buyer account.ID
	if err := o.db.QueryRow(ctx, `select user_id from orders where id = $1`, ref).Scan(&buyer); err != nil {
		return mail.Letter{}, err
	}
	u, err := account.Find(ctx, o.db, buyer)
	if err != nil {
		return mail.Letter{}, err
	}
	return invoiceTemplate.Render(invoice{order, u})
}
