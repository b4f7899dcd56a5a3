package order

import (
	"context"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail"
)

// InvoiceLetter is the накладная for the administrator; its ref is an order.
const InvoiceLetter = "invoice"

// invoice is what the накладная prints: the order and who placed it.
type invoice struct {
	Order
	Buyer account.User
}

var invoiceTemplate = mail.NewTemplate(InvoiceLetter,
	mail.Words{Subject: `Накладная к заказу {{.Number}}`, Text: contactText + `
Накладная к заказу {{.Number}} от {{date lang .PlacedAt}}

Покупатель: {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}
{{template "contact" .Contact}}
{{$o := .Order}}{{range .Parts}}Поставщик: {{.ShopName}}, {{number $o.Number .N}}
{{range $i, $l := lines $o .}}{{add1 $i}}. {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Итого: {{.Total.Format}}

{{end}}Всего по накладной: {{.Total.Format}}

Это документ к заказу; товарную накладную выписывает поставщик.
`, HTML: contactHTML + `
<h1>Накладная к заказу {{.Number}}</h1>
<p class="dim">от {{date lang .PlacedAt}}</p>
<p><b>Покупатель:</b> {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}</p>
{{template "contact" .Contact}}
{{$o := .Order}}<table class="goods">
<tr class="head"><th class="n">№</th><th>Товар, артикул</th><th class="n">Кол-во</th><th class="n">Цена</th><th class="n">Сумма</th></tr>
{{range .Parts}}<tr><th colspan="5">Поставщик: {{.ShopName}}, {{number $o.Number .N}}</th></tr>
{{range $i, $l := lines $o .}}<tr><td class="n i">{{add1 $i}}</td>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="4">Итого</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="4">Всего по накладной</td><td class="n">{{.Total.Format}}</td></tr>
</table>
<p class="dim">Это документ к заказу; товарную накладную выписывает поставщик.</p>
`},
	mail.Words{Subject: `Invoice for order {{.Number}}`, Text: contactTextEN + `
Invoice for order {{.Number}} of {{date lang .PlacedAt}}

Buyer: {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}
{{template "contact" .Contact}}
{{$o := .Order}}{{range .Parts}}Supplier: {{.ShopName}}, {{number $o.Number .N}}
{{range $i, $l := lines $o .}}{{add1 $i}}. {{.Name}}{{with .Model}} ({{.}}){{end}}: {{.Quantity}} × {{.Price.Format}} = {{.Total.Format}}
{{end}}Subtotal: {{.Total.Format}}

{{end}}Invoice total: {{.Total.Format}}

This document goes with the order; the supplier issues the delivery note itself.
`, HTML: contactHTMLEN + `
<h1>Invoice for order {{.Number}}</h1>
<p class="dim">of {{date lang .PlacedAt}}</p>
<p><b>Buyer:</b> {{.Buyer.Name}}{{with .Buyer.Company}}, {{.}}{{end}}, {{.Buyer.Email}}</p>
{{template "contact" .Contact}}
{{$o := .Order}}<table class="goods">
<tr class="head"><th class="n">No.</th><th>Product, model</th><th class="n">Qty</th><th class="n">Price</th><th class="n">Amount</th></tr>
{{range .Parts}}<tr><th colspan="5">Supplier: {{.ShopName}}, {{number $o.Number .N}}</th></tr>
{{range $i, $l := lines $o .}}<tr><td class="n i">{{add1 $i}}</td>{{template "good" .}}</tr>
{{end}}<tr class="total"><td colspan="4">Subtotal</td><td class="n">{{.Total.Format}}</td></tr>
{{end}}<tr class="total"><td colspan="4">Invoice total</td><td class="n">{{.Total.Format}}</td></tr>
</table>
<p class="dim">This document goes with the order; the supplier issues the delivery note itself.</p>
`}, funcs)

func (o *Orders) writeInvoice(ctx context.Context, ref int64, lang string) (mail.Letter, error) {
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
	return invoiceTemplate.Render(lang, invoice{order.asDelivered(), u})
}
