package paper

import (
	"fmt"
	"io"
)

// WritePDF writes the document as PDF, A4 landscape, with its font inside. It
// takes some 15 ms and 17 MB of garbage for the font, and little for each row.
// Nothing is written when the document is refused: see Document.Totals.
func WritePDF(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	p := newPen(d)
	t := d.Totals()
	rows := p.rows(d, t)
	front, end := p.front(d), p.ending(t)

	const bottom = footerAt - 1.5
	total := p.sums("", Sum{}).height
	first := bottom - front.height() - headHeight - total
	rest := bottom - continued - headHeight - total
	pages := paginate(rows, first, rest, total+end.height())
	for i, rows := range pages {
		p.pdf.AddPage()
		p.pdf.SetLineWidth(0.15)
		p.pdf.SetFillColor(240, 240, 240)
		y := continued
		if i == 0 {
			y = front.draw()
		} else {
			p.again(d, rows)
		}
		if len(rows) > 0 || len(pages) == 1 {
			y = p.page(rows, y)
		}
		if i == len(pages)-1 {
			end.draw(p.draw(p.sums("Всего по накладной", t.Sum), y))
		}
		p.footer(d, i+1, len(pages))
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write the PDF of %q: %w", d.Number, err)
	}
	return nil
}

// continued is where the table begins on the pages behind the first.
const continued = margin + 6.0

// page draws the table of one page and its sum.
func (p *pen) page(rows []row, y float64) float64 {
	y = p.head(y)
	var sum Sum
	for _, r := range rows {
		y = p.draw(r, y)
		if r.counts != nil {
			sum.add(*r.counts)
		}
	}
	return p.draw(p.sums("Итого по странице", sum), y)
}

// again says on top of a further page what document it is of, and what section
// goes on.
func (p *pen) again(d Document, rows []row) {
	p.font(bold, tableSize)
	p.text(margin, margin, inner/2, 'L', d.title())
	if len(rows) == 0 || len(d.Sections) < 2 || rows[0].begins {
		return
	}
	p.font(regular, tableSize)
	p.text(margin+inner/2, margin, inner/2, 'R', "Раздел "+count(int64(rows[0].of+1))+" (продолжение)")
}

// footer tells the versions and the pages of a document apart.
func (p *pen) footer(d Document, page, pages int) {
	p.font(regular, 6.5)
	p.grey(90)
	p.text(margin, footerAt, inner*0.45, 'L', d.title()+" · "+d.versionText())
	p.text(margin+inner*0.45, footerAt, inner*0.42, 'C', notice)
	p.text(margin+inner*0.87, footerAt, inner*0.13, 'R', fmt.Sprintf("Страница %d из %d", page, pages))
	p.grey(0)
}
