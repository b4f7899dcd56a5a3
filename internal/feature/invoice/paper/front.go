package paper

const (
	titleSize = 13.0
	frontSize = 8.0
	labelAt   = 33.0 // where the texts begin behind their labels
)

// front is what stands above the table: who delivers what to whom.
type front struct {
	pen    *pen
	title  string
	state  string
	fields []field
}

// field is a label and what stands behind it, on lines to write on.
type field struct {
	label string
	lines []string
}

func (p *pen) front(d Document) *front {
	f := &front{pen: p, title: d.title()}
	if state := clean(d.State); state != "" {
		f.state = "Состояние: " + state
	}
	p.font(regular, frontSize)
	for i, text := range d.front() {
		lines := p.wrap(text, inner-labelAt-1, mostField)
		if len(lines) == 0 {
			lines = []string{""} // to be written by hand
		}
		f.fields = append(f.fields, field{frontLabels[i], lines})
	}
	return f
}

const (
	titleHeight  = 7.0
	noticeHeight = 4.5
	fieldGap     = 0.9
	frontGap     = 2.0
)

// height is where the table may begin.
func (f *front) height() float64 {
	f.pen.font(regular, frontSize)
	y := margin + titleHeight + noticeHeight + frontGap
	for _, field := range f.fields {
		y += f.pen.height(len(field.lines)) + fieldGap*float64(len(field.lines))
	}
	return y
}

func (f *front) draw() float64 {
	p := f.pen
	p.font(bold, titleSize)
	p.text(margin, margin, inner*0.7, 'L', f.title)
	p.font(bold, 9)
	p.text(margin+inner*0.7, margin+1, inner*0.3, 'R', f.state)
	p.font(regular, 7)
	p.grey(90)
	p.text(margin, margin+titleHeight, inner, 'L', notice)
	p.grey(0)
	y := margin + titleHeight + noticeHeight
	for _, field := range f.fields {
		p.font(bold, frontSize)
		p.text(margin, y, labelAt-1, 'L', field.label)
		p.font(regular, frontSize)
		for _, line := range field.lines {
			p.text(margin+labelAt, y, inner-labelAt, 'L', line)
			y += p.height(1)
			p.rule(margin+labelAt, y, inner-labelAt)
			y += fieldGap
		}
	}
	return y + frontGap
}
