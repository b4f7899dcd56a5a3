package reading

// byValues guesses, by their values, columns that no header names.
func (p *sheetPlan) byValues() {
	if p.header > 0 {
		p.guessName()
		return
	}
	if p.columnsBy(WhyProfile) {
		return // the profile says what there is
	}
	p.guessName()
	p.guessID()
	if p.has(FieldName) >= 0 || p.has(FieldID) >= 0 {
		p.guessPrice()
	}
}

func (p *sheetPlan) columnsBy(why string) bool {
	for i := range p.columns {
		if p.columns[i].why == why {
			return true
		}
	}
	return false
}

// guessName takes the column of the longest texts. Where there is a header and a
// code, only a column without a header can be it: a list of codes and prices needs
// no names.
func (p *sheetPlan) guessName() {
	if p.has(FieldName) >= 0 {
		return
	}
	coded := p.has(FieldID) >= 0 || p.has(FieldVendorCode) >= 0
	best, long := -1, 0
	for _, i := range p.free() {
		f := &p.columns[i].facts
		if p.columns[i].says.price != noPrice || coded && p.columns[i].header != "" || !f.texts(p.sampled) {
			continue
		}
		if each := f.length / f.letters; each > long {
			best, long = i, each
		}
	}
	if best >= 0 {
		p.give(best, FieldName, WhyValues)
	}
}

// guessID takes the first column of short values that never come twice: whole
// numbers, or codes.
func (p *sheetPlan) guessID() {
	name := p.has(FieldName)
	for _, i := range p.free() {
		f := &p.columns[i].facts
		if name >= 0 && i > name || !f.unique(p.sampled) || f.whole < f.numbers || f.links > 0 || p.sampled < 3 {
			continue
		}
		if f.letters > 0 && f.length > f.letters*40 || p.counts(f) {
			continue
		}
		p.give(i, FieldID, WhyValues)
		return
	}
}

// counts tells whether values are 1, 2, 3 and so on: the numbers of rows.
func (p *sheetPlan) counts(f *facts) bool {
	for i, size := range f.sizes {
		if size != f.sizes[0]+float64(i) {
			return false
		}
	}
	return len(f.sizes) > 2 && f.sizes[0] <= 1
}

// guessPrice takes the only column of numbers; of several the one that is larger
// than the others by far, which are stock. Otherwise people choose.
func (p *sheetPlan) guessPrice() {
	var numbers []int
	for _, i := range p.free() {
		if f := &p.columns[i].facts; f.numeric() && f.median() > 0 && !p.counts(f) {
			numbers = append(numbers, i)
		}
	}
	if len(numbers) == 0 {
		return
	}
	const far = 5
	largest := numbers[0]
	for _, i := range numbers {
		if p.columns[i].facts.median() > p.columns[largest].facts.median() {
			largest = i
		}
	}
	alike := []int{}
	for _, i := range numbers {
		f := &p.columns[i].facts
		if i == largest || f.median()*far >= p.columns[largest].facts.median() || f.whole < f.numbers {
			alike = append(alike, i)
		}
	}
	if len(alike) > 1 {
		p.choice = alike
		return
	}
	p.give(largest, FieldPrice, WhyValues)
	if rest := p.others(numbers, largest); len(rest) == 1 {
		p.give(rest[0], FieldQuantity, WhyValues)
	}
}

func (p *sheetPlan) others(all []int, but int) []int {
	var rest []int
	for _, i := range all {
		if f := &p.columns[i].facts; i != but && f.whole == f.numbers {
			rest = append(rest, i)
		}
	}
	return rest
}

// identify decides what stands for an external id where no column is one: the
// vendor code if it has no repetitions, else the name. Rows without the code have
// the name for it.
func (p *sheetPlan) identify() {
	p.named = FieldID
	if p.has(FieldID) >= 0 {
		return
	}
	p.named = FieldName
	if code := p.has(FieldVendorCode); code >= 0 && (p.columns[code].facts.unique(p.sampled) || p.has(FieldName) < 0) {
		p.named = FieldVendorCode
	}
}
