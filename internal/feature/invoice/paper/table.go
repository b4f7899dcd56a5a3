package paper

import "slices"

// The sheet is A4, landscape.
const (
	pageWidth  = 297.0
	pageHeight = 210.0
	margin     = 11.0
	inner      = pageWidth - 2*margin
	footerAt   = pageHeight - margin + 1
)

// The letters and the room in the cells of the table.
const (
	tableSize = 7.5
	padX      = 0.9
	padY      = 0.75
)

// Limits in lines, so that the longest text leaves room for a row on a page.
const (
	mostName    = 16
	mostCode    = 8
	mostHeading = 4
	mostField   = 3
)

// column is one of the table: both forms have the same.
type column struct {
	title string
	width float64 // in the PDF, mm
	cells float64 // in the XLSX, characters
	align byte
}

var columns = [11]column{
	{"№", 9, 6, 'C'},
	{"Наименование, артикул", 80, 52, 'L'},
	{"Код", 25, 18, 'L'},
	{"Ед. изм.", 12, 8, 'C'},
	{"Код по ОКЕИ", 11, 8, 'C'},
	{"Кол-во", 18, 11, 'R'},
	{"Цена без НДС, ₽", 25, 15, 'R'},
	{"Сумма без НДС, ₽", 28, 17, 'R'},
	{"Ставка НДС", 14, 10, 'C'},
	{"Сумма НДС, ₽", 25, 15, 'R'},
	{"Сумма с НДС, ₽", 28, 17, 'R'},
}

// firstSum is the first column of a row of sums: its name stands over those before.
const firstSum = 5

// noSum stands in a row of sums where the form has none.
const noSum = "Х"

// row is one row of the table.
type row struct {
	cells  [len(columns)][]string
	over   []string // a heading over all columns, instead of cells
	label  string   // the name of a row of sums
	bold   bool
	height float64
	keep   bool     // the next row stands on the same page
	counts *amounts // what the row adds to the sum of its page
	of     int      // its section
	begins bool     // it is the first row of its section
}

// rows makes the table of a document.
func (p *pen) rows(d Document, t Totals) []row {
	var rows []row
	number := int64(0)
	for i, s := range d.Sections {
		begin := len(rows)
		if len(d.Sections) > 1 {
			rows = append(rows, p.heading(s.heading(i+1)))
		}
		delivered, absent := s.split()
		for _, l := range delivered {
			number++
			rows = append(rows, p.line(d, l, count(number)))
		}
		if len(absent) > 0 {
			rows = append(rows, p.heading(absentHeading))
		}
		for _, l := range absent {
			rows = append(rows, p.line(d, l, "—"))
		}
		if len(d.Sections) > 1 {
			rows[len(rows)-1].keep = true
			rows = append(rows, p.sums("Итого по разделу "+count(int64(i+1)), t.Sections[i]))
		}
		for n := begin; n < len(rows); n++ {
			rows[n].of, rows[n].begins = i, n == begin
		}
	}
	return rows
}

// heading is a row over all columns; it never ends a page.
func (p *pen) heading(text string) row {
	p.font(bold, tableSize)
	r := row{over: p.wrap(text, inner-2*padX, mostHeading), bold: true, keep: true}
	r.height = p.height(len(r.over)) + 2*padY
	return r
}

// line is the row of a line.
func (p *pen) line(d Document, l Line, number string) row {
	p.font(regular, tableSize)
	a := l.amounts(d.Date)
	unit, code := l.unit()
	r := row{cells: [len(columns)][]string{
		{number},
		p.wrap(l.title(), columns[1].width-2*padX, mostName),
		p.wrap(clean(l.ExternalID), columns[2].width-2*padX, mostCode),
		p.wrap(unit, columns[3].width-2*padX, 2),
		p.wrap(code, columns[4].width-2*padX, 2),
		{count(l.Quantity)},
	}}
	if note := l.note(); note != "" {
		r.cells[5] = append(r.cells[5], note)
	}
	if l.Quantity > 0 {
		r.counts = &a
		r.cells[6] = []string{decimal(a.price)}
		r.cells[7] = []string{decimal(a.net)}
		r.cells[8] = []string{a.rate.String()}
		r.cells[9] = []string{"—"}
		if a.rate.taxed() {
			r.cells[9] = []string{decimal(a.vat)}
		}
		r.cells[10] = []string{decimal(a.total)}
	} else {
		for i := 6; i < len(columns); i++ {
			r.cells[i] = []string{"—"}
		}
	}
	return p.measured(r)
}

// sums is a row of sums.
func (p *pen) sums(label string, s Sum) row {
	p.font(bold, tableSize)
	r := row{label: label, bold: true}
	for i, text := range []string{s.quantity(), noSum, decimal(s.Net), noSum, decimal(s.VAT), decimal(s.Total)} {
		r.cells[firstSum+i] = []string{text}
	}
	return p.measured(r)
}

// quantity is the sum of the quantities, where it means anything.
func (s Sum) quantity() string {
	if s.Unit == "" && s.Lines > 0 {
		return noSum
	}
	return count(s.Quantity)
}

// measured sets the height, that of the longest cell.
func (p *pen) measured(r row) row {
	most := slices.MaxFunc(r.cells[:], func(a, b []string) int { return len(a) - len(b) })
	r.height = p.height(max(1, len(most))) + 2*padY
	return r
}

// draw draws a row and returns where it ends.
func (p *pen) draw(r row, top float64) float64 {
	style := regular
	if r.bold {
		style = bold
	}
	p.font(style, tableSize)
	if r.over != nil {
		p.pdf.Rect(margin, top, inner, r.height, "DF")
		p.lines(margin+padX, top+padY, inner-2*padX, 'L', r.over)
		return top + r.height
	}
	x, from := margin, 0
	if r.label != "" {
		for ; from < firstSum; from++ {
			x += columns[from].width
		}
		p.text(margin, top+padY, x-margin-padX, 'R', r.label)
	}
	for i := from; i < len(columns); i++ {
		c := columns[i]
		p.pdf.Rect(x, top, c.width, r.height, "D")
		if len(r.cells[i]) == 1 && r.cells[i][0] == noSum {
			c.align = 'C'
		}
		p.lines(x+padX, top+padY, c.width-2*padX, c.align, r.cells[i])
		x += c.width
	}
	return top + r.height
}

// head draws the heads of the columns and their numbers, as the forms have them.
func (p *pen) head(top float64) float64 {
	p.font(regular, tableSize-0.5)
	x := margin
	for i, c := range columns {
		lines := p.wrap(c.title, c.width-2*padX, 2)
		p.pdf.Rect(x, top, c.width, headHeight-numbersHeight, "DF")
		p.lines(x+padX, top+(headHeight-numbersHeight-p.height(len(lines)))/2, c.width-2*padX, 'C', lines)
		p.pdf.Rect(x, top+headHeight-numbersHeight, c.width, numbersHeight, "DF")
		p.text(x, top+headHeight-numbersHeight+(numbersHeight-p.height(1))/2, c.width, 'C', count(int64(i+1)))
		x += c.width
	}
	return top + headHeight
}

const (
	numbersHeight = 3.6
	headHeight    = 8 + numbersHeight
)
