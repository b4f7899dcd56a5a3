package paper

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

// hostile are texts that formats, spreadsheets and screens might take for more
// than texts.
var hostile = []string{
	"", "Чай чёрный, 250 г", "=1+1", "+7", "-5", "@sum", "'=1", "<b>&amp;", "]]>", "_x0041_", "a\x00b\x1b[31m", "\ufeffx", "\r\n\t",
	"\xff\xfe", "\ufffe\uffff", "😀👩\u200d👩", "עברית", "\u202eобратно\u202c", "e\u0301\u0301\u0301", "\\)(", "(((", "ഀ\u0d0d", "110,00", "Всего",
	"\u00a0\u2003", "&P &L", "007", "1e5", strings.Repeat("Щ", 500), strings.Repeat("i", 5000), strings.Repeat("слово ", 900),
}

func hostileText(t *rapid.T, label string) string {
	if rapid.Bool().Draw(t, label+" odd") {
		return rapid.SampledFrom(hostile).Draw(t, label)
	}
	return rapid.StringN(0, 80, -1).Draw(t, label)
}

var vats = []string{"22", "20", "18", "10", "7", "5", "0", "none", "", "?"}

// anyDocument draws an order with anything in its texts.
func anyDocument(t *rapid.T) Document {
	d := Document{
		Number:   hostileText(t, "number"),
		Version:  rapid.Int64().Draw(t, "version"),
		Date:     time.Unix(rapid.Int64Range(1.5e9, 1.8e9).Draw(t, "date"), 0),
		Made:     time.Unix(rapid.Int64Range(1.5e9, 1.8e9).Draw(t, "made"), 0),
		State:    hostileText(t, "state"),
		Buyer:    Party{Name: hostileText(t, "buyer"), INN: hostileText(t, "inn"), Bank: hostileText(t, "bank")},
		Receiver: hostileText(t, "receiver"),
		Address:  hostileText(t, "address"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "sections") {
		s := Section{Number: hostileText(t, "part"), Supplier: Party{Name: hostileText(t, "supplier"), Address: hostileText(t, "from")}}
		for range rapid.IntRange(0, 12).Draw(t, "lines") {
			s.Lines = append(s.Lines, anyLine(t))
		}
		d.Sections = append(d.Sections, s)
	}
	return d
}

func anyLine(t *rapid.T) Line {
	most := rapid.SampledFrom([]int64{1e4, 1e8, 1e12, int64(money.MaxPrice)}).Draw(t, "magnitude")
	l := Line{
		Name: hostileText(t, "name"), Model: hostileText(t, "model"), ExternalID: hostileText(t, "id"),
		Price:    money.Kopecks(rapid.Int64Range(0, most).Draw(t, "price")),
		Quantity: rapid.SampledFrom([]int64{0, 1, 2, 3, 7, 12, 144, 1000}).Draw(t, "quantity"),
		VAT:      rapid.SampledFrom(vats).Draw(t, "vat"),
		Ordered:  rapid.SampledFrom([]int64{0, 1, 2, 150}).Draw(t, "ordered"),
	}
	if rapid.Bool().Draw(t, "measured") {
		l.UnitCode, l.UnitName = "166", hostileText(t, "unit")
	}
	l.Total, _ = l.Price.Times(l.Quantity)
	return l
}

// sample is an ordinary order: so many suppliers, each with so many lines, and
// with more than one also shortages, other units and other rates.
func sample(suppliers, lines int) Document {
	party := func(name string) Party {
		return Party{
			Name: name, INN: "7701000000", KPP: "770101001", Address: "101000, г. Москва, ул. Примерная, д. 12, стр. 1, офис 301",
			Bank: "АО «Пример-Банк»", BIK: "044525000", Account: "40702810000000000001", Correspondent: "30101810000000000000",
		}
	}
	names := []string{
		"Чайник электрический «Весна» 1,7 л (белый)", "Чай чёрный байховый листовой «Пример», 250 г",
		"Наушники беспроводные: шумоподавление, две пары амбушюр, чехол для переноски, кабель 1,5 м, гарантия 24 месяца",
	}
	d := Document{
		Number: "2026-000123", Version: 2, State: "подтверждён", Buyer: party("ООО «Торговая сеть»"),
		Date: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), Made: time.Date(2026, time.March, 3, 13, 30, 0, 0, time.UTC),
		Receiver: "Иванов Пётр Сергеевич, +7 999 000-00-00", Address: "г. Тверь, Примерный проспект, д. 3, склад 2",
	}
	for n := range suppliers {
		s := Section{Number: fmt.Sprintf("2026-000123/%d", n+1), Supplier: party(fmt.Sprintf("ООО «Поставщик %d»", n+1))}
		for i := range lines {
			l := Line{
				Name: names[i%len(names)], Model: fmt.Sprintf("M-%d", i), ExternalID: fmt.Sprintf("AS%06d", i),
				Price: money.Kopecks(1_100_00 + 777*i), Quantity: int64(1 + i%14), VAT: "22",
			}
			if suppliers > 1 {
				l.VAT = vats[i%len(vats)]
				switch i % 4 {
				case 1:
					l.Ordered = l.Quantity + 3
				case 2:
					l.Ordered, l.Quantity = l.Quantity, 0
				case 3:
					l.UnitCode, l.UnitName = "166", "кг"
				}
			}
			l.Total, _ = l.Price.Times(l.Quantity)
			s.Lines = append(s.Lines, l)
		}
		d.Sections = append(d.Sections, s)
	}
	return d
}
