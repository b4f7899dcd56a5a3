package order

import (
	"testing"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/mail/mailtest"
)

// fixed is an order of two parts and three lines.
func fixed() Order {
	return Order{
		ID: 7, Number: "2026-000007", State: New, Total: 13_276_471,
		PlacedAt: time.Date(2026, 11, 23, 21, 30, 15, 123456000, time.UTC), // the next day in Moscow
		Contact: account.Contact{
			LastName: "Петров", FirstName: "Иван", Patronymic: "Сергеевич", Phone: "+7 999 000-00-01", Email: "ivan@example.com",
			City: "Москва", Street: "Тверская улица", House: "5", Structure: "1", Building: "2", Apartment: "12",
		},
		Parts: []Part{
			{ID: 71, N: 1, Shop: 1, ShopName: "Связной", State: New, Total: 13_256_471},
			{ID: 72, N: 2, Shop: 2, ShopName: "Чай и кофе", State: New, Total: 20_000},
		},
		Lines: []Line{
			{ID: 1, Part: 71, Name: "Смартфон XS Max", Model: "xs-max", Category: "Смартфоны", Price: 6_588_235, Quantity: 2, Total: 13_176_470},
			{ID: 2, Part: 72, Name: "Чай чёрный", Category: "Чай", Price: 200, Quantity: 100, Total: 20_000},
			{ID: 3, Part: 71, Name: "Чехол", Model: "case/7", Category: "Чехлы", Price: 80_001, Quantity: 1, Total: 80_001},
		},
	}
}

// hostile is the same order with names that try to be more than names.
func hostile() Order {
	o := fixed()
	o.Contact = account.Contact{
		FirstName: "<b>Иван</b>\r\nBcc: victim@example.com", Phone: "+7\n\nВсего: 0.00",
		City: "Москва\n\nВсего: 1.00", Street: `<a href="https://evil.example">ул.</a>`,
	}
	for i := range o.Parts {
		o.Parts[i].ShopName = "ООО <Рога & \"Копыта\">\r\n\r\nТело"
	}
	o.Lines[0].Name = "</td></tr></table><script>alert(1)</script>"
	o.Lines[0].Model = "{{.Total}}\u2028xs\x1b[31m"
	o.Lines[1].Name = "Чай\n- Ничего: 1 × 0.00 = 0.00"
	return o
}

func TestLetters(t *testing.T) {
	t.Parallel()
	for suffix, build := range map[string]func() Order{"": fixed, "_hostile": hostile} {
		buyer := account.User{Email: "ivan@example.com", FirstName: "Иван", LastName: "Петров", Company: "ООО Ромашка"}
		if suffix != "" {
			buyer.Company = "<img src=x>\nВсего по накладной: 0.00"
		}
		// A supplier is told its part alone: see part.
		part := build()
		part.Parts, part.Lines, part.Total = part.Parts[:1], []Line{part.Lines[0], part.Lines[2]}, part.Parts[0].Total
		for kind, letter := range map[string]struct {
			template *mail.Template
			data     any
		}{
			buyerLetter:   {buyerTemplate, build()},
			ShopLetter:    {shopTemplate, part},
			InvoiceLetter: {invoiceTemplate, invoice{build(), buyer}},
		} {
			mailtest.Both(t, "letter_"+kind+suffix, letter.template, letter.data)
		}
	}
}

// A contact with a phone only has no line for the address.
func TestLetterWithoutAddress(t *testing.T) {
	t.Parallel()
	o := fixed()
	o.Contact = account.Contact{Phone: "+7 999 000-00-01"}
	mailtest.Both(t, "letter_order_phone_only", buyerTemplate, o)
}
