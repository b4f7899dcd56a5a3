package paper

import "github.com/xuri/excelize/v2"

// styles are the looks of cells, by number.
type styles struct {
	title, note, label, text, field       int
	head, center, count, sum              int
	band, total, totalCount, totalSum, no int
}

func newStyles(book *excelize.File) (s styles, err error) {
	const asText, asCount, asAmount = 49, 3, 4 // formats that every spreadsheet has: @, #,##0 and #,##0.00
	thin := []excelize.Border{}
	for _, side := range []string{"left", "top", "right", "bottom"} {
		thin = append(thin, excelize.Border{Type: side, Color: "000000", Style: 1})
	}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0F0F0"}}
	look := func(size float64, bold bool, horizontal string, bordered bool) *excelize.Style {
		style := &excelize.Style{
			Font:      &excelize.Font{Size: size, Bold: bold},
			Alignment: &excelize.Alignment{Horizontal: horizontal, Vertical: "top", WrapText: true},
			NumFmt:    asText,
		}
		if bordered {
			style.Border = thin
		}
		return style
	}
	with := func(style *excelize.Style, change func(*excelize.Style)) *excelize.Style {
		change(style)
		return style
	}
	counted := func(style *excelize.Style) { style.NumFmt = asCount }
	summed := func(style *excelize.Style) { style.NumFmt = asAmount }
	filled := func(style *excelize.Style) { style.Fill = grey }
	for _, each := range []struct {
		id   *int
		look *excelize.Style
	}{
		{&s.title, look(14, true, "left", false)},
		{&s.note, look(9, false, "left", false)},
		{&s.label, look(10, true, "left", false)},
		{&s.field, look(10, false, "left", false)},
		{&s.text, look(10, false, "left", true)},
		{&s.head, with(look(9, true, "center", true), filled)},
		{&s.center, look(10, false, "center", true)},
		{&s.count, with(look(10, false, "right", true), counted)},
		{&s.sum, with(look(10, false, "right", true), summed)},
		{&s.band, with(look(10, true, "left", true), filled)},
		{&s.total, look(10, true, "right", true)},
		{&s.no, look(10, true, "center", true)},
		{&s.totalCount, with(look(10, true, "right", true), counted)},
		{&s.totalSum, with(look(10, true, "right", true), summed)},
	} {
		if *each.id, err = book.NewStyle(each.look); err != nil {
			return s, err
		}
	}
	return s, nil
}
