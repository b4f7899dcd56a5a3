package reading

import "strings"

// explain tells why no sheet can be read, by the one that comes nearest.
func (d *tableDocument) explain(plans []*sheetPlan) error {
	var near *sheetPlan
	for _, p := range plans {
		if near == nil || p.closeness() > near.closeness() {
			near = p
		}
	}
	if near == nil {
		return broken(noteNoTable.at(1, ""))
	}
	line := max(near.header, 1)
	var p Problem
	switch {
	case len(near.choice) > 0:
		p = noteChoosePrice.at(line, FieldPrice)
		p.fillNames(noteChoosePrice, near.namesOf(near.choice))
	case near.has(FieldName) < 0 && near.has(FieldID) < 0 && near.has(FieldVendorCode) < 0:
		p = noteNoNames.at(line, FieldName)
		p.fillNames(noteNoNames, near.namesOf(nil))
	default:
		p = noteNoPriceColumn.at(line, FieldPrice)
		p.fillNames(noteNoPriceColumn, near.namesOf(nil))
	}
	if near.sheet != "" {
		p.Cell = near.sheet + "!" + place(max(near.has(FieldName), 0), line)
	}
	return broken(p)
}

func (p *sheetPlan) closeness() int {
	n := len(p.by) * 2
	if len(p.choice) > 0 {
		n += 5
	}
	if p.header > 0 {
		n += 3
	}
	return n
}

// fillNames writes the names of columns into the sentence, in full.
func (p *Problem) fillNames(n note, names string) {
	p.Text.RU, p.Text.EN = strings.ReplaceAll(n.ru, "%s", names), strings.ReplaceAll(n.en, "%s", names)
}

// namesOf lists columns, all that hold something when none are named.
func (p *sheetPlan) namesOf(columns []int) string {
	if columns == nil {
		for i := range p.columns {
			if p.columns[i].header != "" || p.columns[i].facts.filled > 0 {
				columns = append(columns, i)
			}
		}
	}
	const few = 20
	var names []string
	for _, i := range columns[:min(len(columns), few)] {
		names = append(names, p.nameOf(i))
	}
	if len(columns) > few {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// nameOf is how people find a column: its letter, and its header or a value.
func (p *sheetPlan) nameOf(column int) string {
	c := &p.columns[column]
	name := columnName(column)
	switch {
	case c.header != "":
		name += " «" + excerpt(c.header) + "»"
	case len(c.facts.samples) > 0:
		name += " (" + c.facts.samples[0] + ")"
	}
	return name
}

func (d *tableDocument) skipped(sheet, ru, en string) {
	if sheet == "" {
		return // a text has no other
	}
	p := noteSheetSkipped.at(1, "")
	p.Text.RU = strings.Replace(strings.Replace(noteSheetSkipped.ru, "%s", excerpt(sheet), 1), "%s", ru, 1)
	p.Text.EN = strings.Replace(strings.Replace(noteSheetSkipped.en, "%s", excerpt(sheet), 1), "%s", en, 1)
	p.Cell = sheet + "!A1"
	d.problems = append(d.problems, p)
}

// remarksOf tells what was decided about a sheet.
func (d *tableDocument) remarksOf(p *sheetPlan, profile Profile) {
	line := max(p.header, 1)
	add := func(problem Problem, column int) {
		if p.sheet != "" {
			problem.Cell = p.sheet + "!" + place(max(column, 0), line)
		}
		d.problems = append(d.problems, problem)
	}
	if p.wide {
		add(noteWide.at(line, "", maxColumns), maxColumns)
	}
	for _, c := range profile.Columns {
		if c.Header != "" && !p.own && !p.found(c) {
			add(noteProfileColumn.at(line, c.Field, c.Header), 0)
		}
	}
	if price := p.has(FieldPrice); price >= 0 && p.columns[price].why != WhyProfile && (p.prices() > 1 || p.columns[price].why == WhyValues) {
		add(notePriceGuessed.at(line, FieldPrice, p.nameOf(price)), price)
	}
	if p.has(FieldQuantity) < 0 && !d.partial {
		add(noteNoQuantities.at(line, FieldQuantity), 0)
	}
	if p.named == FieldName {
		add(noteDerivedID.at(line, FieldID), p.has(FieldName))
	}
}

func (p *sheetPlan) found(said Column) bool {
	for _, c := range p.columns {
		if c.why == WhyProfile && c.field == said.Field && foldHeader(c.header) == foldHeader(said.Header) {
			return true
		}
	}
	return false
}

// prices is how many columns say that they hold prices.
func (p *sheetPlan) prices() int {
	n := 0
	for _, c := range p.columns {
		if c.says.price != noPrice && c.says.price != formerPrice && c.facts.numbers > 0 {
			n++
		}
	}
	return n
}
