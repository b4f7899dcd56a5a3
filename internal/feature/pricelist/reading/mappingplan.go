package reading

import (
	"slices"
	"strings"
)

// sheetPlan is how the rows of one sheet become goods.
type sheetPlan struct {
	index    int
	sheet    string
	header   int // row, 0 when there is none
	firstRow int // that may be a good
	columns  []columnPlan
	own      bool // the service itself has written the table
	sampled  int  // rows of goods among the sampled

	heads  []string       // folded headers, of the last row of them
	looks  map[look]int   // of names: how many rows have a price, less those that have none
	by     map[string]int // field -> its column, of those that are held once
	choice []int          // columns of prices among which no choice could be made
	wide   bool
	told   int    // columns before those that Explain has added; -1 when it has not
	named  string // the field that is the external id

	currency string // of prices that name none

	cells []value // of the row that was read last
}

type columnPlan struct {
	header    string
	says      headed
	field     string
	why       string
	parameter string
	joined    bool   // several characteristics stand in one text, as in our own tables
	currency  string // that its header names, or the formats of most numbers
	commas    commas
	facts     facts
}

// has returns the column of a field, -1 when there is none.
func (p *sheetPlan) has(field string) int {
	if c, ok := p.by[field]; ok {
		return c
	}
	return -1
}

func (p *sheetPlan) give(column int, field, why string) {
	c := &p.columns[column]
	c.field, c.why = field, why
	if _, has := p.by[field]; !has {
		p.by[field] = column
	}
}

// free are the columns with values that nothing is known of.
func (p *sheetPlan) free() []int {
	var free []int
	for i := range p.columns {
		if p.columns[i].field == "" && p.columns[i].facts.filled > 0 {
			free = append(free, i)
		}
	}
	return free
}

// planSheet understands a sheet by the sample of its rows.
func planSheet(rows []*tableRow, profile Profile) *sheetPlan {
	if own := ownPlan(rows); own != nil {
		return own
	}
	p := &sheetPlan{by: map[string]int{}, looks: map[look]int{}, firstRow: 1, told: -1}
	width := 0
	for _, row := range rows {
		width = max(width, len(row.cells))
		p.wide = p.wide || row.wide
	}
	for _, c := range profile.Columns {
		width = max(width, c.Index)
	}
	p.columns = make([]columnPlan, width)
	body := rows[p.findHeader(rows, profile):]
	for _, row := range body {
		if p.numbering(row) {
			continue
		}
		if width > 1 && filled(row) == 1 {
			continue // a group, or a remark
		}
		p.sampled++
		for i, c := range row.cells {
			p.columns[i].facts.take(c)
		}
	}
	p.passExplanations(body)
	p.byProfile(profile)
	p.byHeaders()
	p.choosePrice()
	p.byValues()
	p.identify()
	p.parameters(profile.RestParameters)
	for i := range p.columns {
		c := &p.columns[i]
		c.commas = c.facts.commas.meaning()
		if c.currency == "" {
			c.currency = c.facts.currency()
		}
	}
	p.learnLooks(body)
	return p
}

func filled(row *tableRow) int {
	n := 0
	for _, c := range row.cells {
		if clean(c.text) != "" {
			n++
		}
	}
	return n
}

// byProfile gives columns the fields that the profile says.
func (p *sheetPlan) byProfile(profile Profile) {
	for _, said := range profile.Columns {
		column := said.Index - 1
		if said.Header != "" {
			column = slices.IndexFunc(p.columns, func(c columnPlan) bool {
				return c.field == "" && foldHeader(c.header) == foldHeader(said.Header)
			})
		}
		if column < 0 || column >= len(p.columns) {
			continue
		}
		p.give(column, said.Field, WhyProfile)
	}
}

// byHeaders gives columns the fields that their headers say. Where several say
// the same, the shortest header says it best, then the first. Columns that can't
// be what they say are left alone.
func (p *sheetPlan) byHeaders() {
	best := map[string]int{}
	for i := range p.columns {
		c := &p.columns[i]
		if c.field != "" || c.says.field == "" || c.says.price != noPrice || !c.fits() {
			continue
		}
		switch c.says.field {
		case FieldParameter, FieldPictures:
			p.give(i, c.says.field, WhyHeader)
			continue
		}
		if p.has(c.says.field) >= 0 {
			continue
		}
		if other, has := best[c.says.field]; !has || p.better(i, other) {
			best[c.says.field] = i
		}
	}
	for field, column := range best {
		p.give(column, field, WhyHeader)
	}
	if column, has := best[FieldQuantity]; has {
		p.warehouses(column)
	}
	if column := p.has(FieldDescription); column >= 0 && p.has(FieldName) < 0 && foldHeader(p.columns[column].header) == "description" {
		p.columns[column].field = ""
		delete(p.by, FieldDescription)
		p.give(column, FieldName, WhyHeader)
	}
}

func (p *sheetPlan) better(a, b int) bool {
	one, other := &p.columns[a], &p.columns[b]
	if one.says.field == FieldQuantity && one.facts.numeric() != other.facts.numeric() {
		return one.facts.numeric() // pieces say more than "есть"
	}
	if (one.facts.filled == 0) != (other.facts.filled == 0) {
		return other.facts.filled == 0
	}
	return len(strings.Fields(foldHeader(one.header))) < len(strings.Fields(foldHeader(other.header)))
}

// fits tells whether the values can be what the header says.
func (c *columnPlan) fits() bool {
	if c.facts.filled == 0 {
		return true
	}
	switch c.says.field {
	case FieldName:
		return !c.facts.numeric()
	case FieldMultiple, FieldMinQuantity:
		return c.facts.numeric()
	}
	return true
}

// parameters names the columns that are characteristics.
func (p *sheetPlan) parameters(rest bool) {
	used := map[string]bool{}
	for i := range p.columns {
		c := &p.columns[i]
		if rest && c.field == "" && clean(c.header) != "" && c.says.price == noPrice && c.facts.filled > 0 {
			p.give(i, FieldParameter, WhyProfile)
		}
		if c.field != FieldParameter {
			continue
		}
		c.parameter = clean(c.header)
		if c.says.field == FieldParameter {
			c.parameter = c.says.parameter
		}
		if c.parameter == "" {
			c.parameter = columnName(i)
		}
		for used[c.parameter] { // two columns with one name
			c.parameter += " *"
		}
		used[c.parameter] = true
	}
}
