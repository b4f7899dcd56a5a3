package paper

import (
	"strings"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensed"
	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"codeberg.org/go-pdf/fpdf"
)

const (
	family  = "dejavu"
	regular = ""
	bold    = "B"
)

// lead is the distance of two lines of text in heights of the letters, and mm is
// the size of a point.
const (
	lead = 1.18
	mm   = 25.4 / 72
)

// pen writes on pages; lengths are in millimetres, sizes of letters in points.
type pen struct {
	pdf  *fpdf.Fpdf
	size float64
}

// newPen begins a file. The library can't share a parsed font between files, so
// this is most of the cost of a short document.
func newPen(d Document) *pen {
	pdf := fpdf.New("L", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(margin, margin, margin)
	// Without these the file would differ from run to run.
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(d.Made.UTC())
	pdf.SetModificationDate(d.Made.UTC())
	pdf.SetProducer("zakup", false)
	pdf.SetTitle(printable(d.title()), true)
	pdf.AddUTF8FontFromBytes(family, regular, dejavusanscondensed.TTF)
	pdf.AddUTF8FontFromBytes(family, bold, dejavusanscondensedbold.TTF)
	p := &pen{pdf: pdf}
	p.font(regular, tableSize)
	return p
}

func (p *pen) font(style string, size float64) {
	p.size = size
	p.pdf.SetFont(family, style, size)
}

// height is that of so many lines of text.
func (p *pen) height(lines int) float64 { return float64(lines) * p.size * mm * lead }

// grey sets how dark text is, from 0, black.
func (p *pen) grey(level int) { p.pdf.SetTextColor(level, level, level) }

// wrap breaks a clean text into lines of at most the width: at blanks, and inside
// of a word that is longer than a line. What does not fit into the lines is left out,
// and the last line says so.
func (p *pen) wrap(s string, width float64, most int) []string {
	var lines []string
	line, length := "", 0.0
	blank := p.pdf.GetStringWidth(" ")
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line, length = "", 0
	}
	for word := range strings.SplitSeq(printable(s), " ") {
		size := p.pdf.GetStringWidth(word)
		if line != "" && length+blank+size <= width {
			line += " " + word
			length += blank + size
			continue
		}
		flush()
		if size <= width {
			line, length = word, size
			continue
		}
		from := 0
		for i, r := range word {
			one := p.pdf.GetStringWidth(string(r))
			if length+one > width && i > from {
				lines = append(lines, word[from:i])
				from, length = i, 0
			}
			length += one
		}
		line = word[from:]
	}
	flush()
	if len(lines) > most {
		lines = lines[:most]
		last := []rune(lines[most-1] + "…")
		for len(last) > 1 && p.pdf.GetStringWidth(string(last)) > width {
			last = append(last[:len(last)-2], '…')
		}
		lines[most-1] = string(last)
	}
	return lines
}

// text writes one line below top, in smaller letters when it is too wide. align
// is L, C or R.
func (p *pen) text(x, top, width float64, align byte, s string) {
	s = printable(s)
	if s == "" {
		return
	}
	size := p.size
	length := p.pdf.GetStringWidth(s)
	if length > width {
		p.pdf.SetFontSize(size * width / length)
		length = width
	}
	switch align {
	case 'C':
		x += (width - length) / 2
	case 'R':
		x += width - length
	}
	p.pdf.Text(x, top+size*mm*0.92, s)
	p.pdf.SetFontSize(size)
}

// lines writes lines one below the other and returns where they end.
func (p *pen) lines(x, top, width float64, align byte, lines []string) float64 {
	for _, line := range lines {
		p.text(x, top, width, align, line)
		top += p.height(1)
	}
	return top
}

// rule draws a line from left to right.
func (p *pen) rule(x, y, width float64) { p.pdf.Line(x, y, x+width, y) }

// printable replaces what the library can't write: it knows the characters of
// the first plane of Unicode only.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}
