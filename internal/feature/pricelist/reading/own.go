package reading

import "strings"

// OwnColumns are the headers of the tables that the service writes itself, in the
// order of their columns. Between OwnShop, which is not read, and OwnRest stand
// characteristics, each with OwnParameter before its name.
var OwnColumns = []Column{
	{Header: "Внешний код", Field: FieldID},
	{Header: "Категория", Field: FieldCategory},
	{Header: "Название", Field: FieldName},
	{Header: "Модель", Field: FieldModel},
	{Header: "Артикул", Field: FieldVendorCode},
	{Header: "Производитель", Field: FieldVendor},
	{Header: "Цена", Field: FieldPrice},
	{Header: "РРЦ", Field: FieldPriceRRC},
	{Header: "Количество", Field: FieldQuantity},
	{Header: "Ед. изм.", Field: FieldUnit},
	{Header: "НДС", Field: FieldVAT},
	{Header: "Мин. заказ", Field: FieldMinQuantity},
	{Header: "Кратность", Field: FieldMultiple},
	{Header: "Штрихкод", Field: FieldBarcode},
	{Header: "Ссылка", Field: FieldURL},
	{Header: "Картинки", Field: FieldPictures},
	{Header: "Описание", Field: FieldDescription},
}

// The further columns of such tables.
const (
	OwnShop      = "Магазин"
	OwnParameter = "Параметр: "
	// OwnRest is the last column: characteristics in one text, "Цвет: белый; Вес: 5 кг",
	// with a \ before each \ and ; that is theirs, and before a : of a name.
	OwnRest = "Характеристики"
)

// ownStart is how such a table begins as a text.
const ownStart = "Внешний код;Категория;Название;"

// ownPlan is how a table is read whose first row is the header of our own: by
// that alone. Nothing is guessed, and the supplier's profile is of other tables.
// Nil when it is another header.
func ownPlan(rows []*tableRow) *sheetPlan {
	header, told := withoutExplanations(rows[0].cells)
	if len(header) <= len(OwnColumns) || header[len(header)-1].text != OwnRest {
		return nil
	}
	p := &sheetPlan{
		own: true, header: rows[0].number, firstRow: rows[0].number + 1, named: FieldID, told: told,
		by: map[string]int{}, columns: make([]columnPlan, len(header)),
	}
	for i, c := range header {
		p.heads = append(p.heads, foldHeader(c.text))
		column := &p.columns[i]
		column.header, column.commas = c.text, commasDecimal
		name, parameter := strings.CutPrefix(c.text, OwnParameter)
		switch {
		case i < len(OwnColumns):
			if c.text != OwnColumns[i].Header {
				return nil
			}
			p.give(i, OwnColumns[i].Field, WhyHeader)
		case parameter:
			column.parameter = name
			p.give(i, FieldParameter, WhyHeader)
		case i == len(header)-1:
			column.joined = true
			p.give(i, FieldParameter, WhyHeader)
		}
	}
	for _, row := range rows[1:] {
		for i, c := range row.cells {
			if i < len(p.columns) {
				p.columns[i].facts.take(c)
			}
		}
	}
	return p
}

// own tells whether the book is a sheet that the service has written.
func (d *tableDocument) own() bool {
	if !d.unitary {
		return false
	}
	rows, err := sample(d.book, 0)
	return err == nil && len(rows) > 0 && ownPlan(rows) != nil
}

// joined adds the characteristics that stand in one text.
func (p *sheetPlan) joined(v, parameters, one *value) *value {
	for rest := clean(one.text); rest != ""; {
		var name, text string
		name, rest = cutEscaped(rest, ":;")
		if strings.HasPrefix(rest, ":") {
			text, rest = cutEscaped(rest[1:], ";")
		}
		rest = strings.TrimSpace(strings.TrimPrefix(rest, ";"))
		each := *one
		each.text = text
		parameters = p.parameter(v, parameters, &each, name, false)
	}
	return parameters
}

// cutEscaped returns what stands before the first of the signs that has no \
// before it, without those \, and the rest with that sign.
func cutEscaped(s, signs string) (before, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
		case strings.IndexByte(signs, s[i]) >= 0:
			return strings.TrimSpace(b.String()), s[i:]
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String()), ""
}

// unarmed takes away the apostrophe that keeps a text from being a formula in a
// spreadsheet; package writing puts it there, before a text that has such already
// too.
func unarmed(s string) string {
	text := strings.TrimLeft(s, "'")
	if len(text) < len(s) && text != "" && strings.IndexByte("=+-@\t\r", text[0]) >= 0 {
		return s[1:]
	}
	return s
}
