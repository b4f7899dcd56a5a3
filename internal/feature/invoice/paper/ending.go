package paper

import "strings"

// ending is what stands below the table: the VAT by rates, the sums in words and
// the signatures. It is never split.
type ending struct {
	pen   *pen
	rates [][4]string
	words [][]string
}

const (
	rateWidth  = 32.0
	rateHeight = 4.3
	endGap     = 3.0
	wordsAt    = 4*rateWidth + 8
	signHeight = 8.6
	signWidth  = 128.0
	signLabel  = 43.0
)

func (p *pen) ending(t Totals) *ending {
	e := &ending{pen: p, rates: [][4]string{{"Ставка НДС", "Сумма без НДС, ₽", "Сумма НДС, ₽", "Сумма с НДС, ₽"}}}
	for _, r := range t.Rates {
		vat := "—"
		if r.Rate.taxed() {
			vat = decimal(r.VAT)
		}
		e.rates = append(e.rates, [4]string{r.Rate.name(), decimal(r.Net), vat, decimal(r.Total)})
	}
	p.font(regular, frontSize)
	for _, text := range endWords(t) {
		e.words = append(e.words, p.wrap(text, inner-wordsAt, 4))
	}
	return e
}

// endWords are the sentences below the table.
func endWords(t Totals) []string {
	all := []string{
		"Накладная содержит " + records(t.Lines) + ".",
		"Всего на сумму: " + Words(t.Total) + ".",
	}
	taxed, notSaid := false, false
	for _, r := range t.Rates {
		taxed = taxed || r.Rate.taxed()
		notSaid = notSaid || r.Rate == NotSaid
	}
	if taxed {
		all = append(all, "В том числе НДС: "+Words(t.VAT)+".")
	}
	if notSaid {
		all = append(all, "«—» в ставке НДС: поставщик её не указал, налог по этим строкам не выделен.")
	}
	return all
}

// height counts from the end of the table.
func (e *ending) height() float64 {
	e.pen.font(regular, frontSize)
	words := 0.0
	for _, lines := range e.words {
		words += e.pen.height(len(lines)) + fieldGap
	}
	return endGap + max(words, rateHeight*float64(len(e.rates))) + endGap + signHeight*float64(len(signatures))
}

func (e *ending) draw(top float64) {
	p := e.pen
	y := top + endGap
	words := y
	p.font(regular, tableSize)
	for i, cells := range e.rates {
		style, align := "D", byte('R')
		if i == 0 {
			style, align = "DF", 'C'
		}
		for n, text := range cells {
			x := margin + float64(n)*rateWidth
			p.pdf.Rect(x, y, rateWidth, rateHeight, style)
			if n == 0 {
				p.text(x+padX, y+padY, rateWidth-2*padX, 'C', text)
			} else {
				p.text(x+padX, y+padY, rateWidth-2*padX, align, text)
			}
		}
		y += rateHeight
	}
	for i, lines := range e.words {
		style := regular
		if i == 1 {
			style = bold
		}
		p.font(style, frontSize)
		words = p.lines(margin+wordsAt, words, inner-wordsAt, 'L', lines) + fieldGap
	}
	y = max(y, words) + endGap
	for _, both := range signatures {
		both[0].draw(p, margin, y)
		both[1].draw(p, margin+inner-signWidth, y)
		y += signHeight
	}
}

// signature is a label and lines to write on, each with what belongs there.
type signature struct {
	label  string
	fields []string
}

var who = []string{"должность", "подпись", "расшифровка подписи"}

// signatures stand side by side: who gives, and who takes.
var signatures = [][2]signature{
	{{"Отпуск разрешил", who}, {"По доверенности", []string{"№, дата", "кем, кому выдана"}}},
	{{"Главный (старший) бухгалтер", who[1:]}, {"Груз принял", who}},
	{{"Отпуск груза произвёл", who}, {"Груз получил грузополучатель", who}},
	{{"М. П.", []string{"дата"}}, {"М. П.", []string{"дата"}}},
}

// blank is the signature as one line of text.
func (s signature) blank() string {
	return s.label + strings.Repeat(" ______________", len(s.fields)) + " (" + strings.Join(s.fields, ", ") + ")"
}

func (s signature) draw(p *pen, x, y float64) {
	p.font(regular, frontSize)
	p.text(x, y, signLabel-1, 'L', s.label)
	const between = 2.0
	width := (signWidth - signLabel) / float64(len(s.fields))
	for i, caption := range s.fields {
		left := x + signLabel + float64(i)*width
		p.rule(left, y+p.height(1), width-between)
		p.font(regular, 5.5)
		p.text(left, y+4.1, width-between, 'C', caption)
		p.font(regular, frontSize)
	}
}
