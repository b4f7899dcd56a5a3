package reading

import (
	"cmp"
	"strconv"
	"strings"
)

// tableExplainer writes the rows of goods as they stand in the source, below
// their header and the name of their group.
type tableExplainer struct {
	x     *explanation
	to    tableWriter
	file  string // what is wrong with all of it, until it is written
	plan  *sheetPlan
	width int // columns before ours
	group string
	row   []cell
}

// tableWriter writes the sheets of a table. Rows are numbered from 1 on each.
type tableWriter interface {
	// sheet begins a further one.
	sheet(name string) error
	// skip leaves a row blank.
	skip() error
	write(row []cell) error
	// numbers tells whether there is a column for the rows of the source.
	numbers() bool
	finish() error
	close() error
}

func (t *tableExplainer) begin(file []string) error {
	t.file = strings.Join(file, "; ")
	return nil
}

// root is never called: a table has goods alone.
func (t *tableExplainer) root(string, *value) error { return nil }

func (t *tableExplainer) good(doc document, v *value, texts []string) error {
	d, _ := doc.(*tableDocument)
	if d.plan != t.plan {
		if err := t.sheet(d.plan); err != nil {
			return err
		}
	}
	if err := t.groupOf(d, v); err != nil {
		return err
	}
	return t.write(d.row.cells, d.row.number, strings.Join(texts, "; "))
}

// groupOf writes the name of the group of a good, unless it is written or v is
// no good but the row with that name.
func (t *tableExplainer) groupOf(d *tableDocument, v *value) error {
	group := d.groupNamed()
	if group == t.group || d.plan.own {
		return nil
	}
	t.group = group
	if v.passed() {
		return nil
	}
	row := make([]cell, max(d.plan.has(FieldName), 0)+1)
	row[len(row)-1].text = group
	return t.to.write(row)
}

// groupNamed is the name of the group of the good, as a row above it can say it:
// of a book of several sheets that may be the name of its sheet.
func (d *tableDocument) groupNamed() string {
	if name := d.category(); name != noCategory {
		return name
	}
	return ""
}

// sheet begins a sheet with its header. A profile may tell in which row that
// stands: there it stays.
func (t *tableExplainer) sheet(p *sheetPlan) error {
	t.plan, t.group = p, ""
	t.width = max(len(p.columns), t.x.widths[p.index])
	if p.told >= 0 {
		t.width = p.told
	}
	if err := t.to.sheet(p.sheet); err != nil || p.header == 0 {
		return err
	}
	above := 0
	const apart = 2 // a row right above a header may be taken for a part of it
	switch said := t.x.profile.HeaderRow; {
	case p.own:
	case said > 0:
		above = said - 1
	case t.file != "":
		above = apart
	}
	for i := range above {
		if i == 0 && above >= apart && t.file != "" {
			if err := t.to.write([]cell{{text: t.file}}); err != nil {
				return err
			}
			t.file = ""
		} else if err := t.to.skip(); err != nil {
			return err
		}
	}
	t.row = t.row[:0]
	for i := range min(t.width, len(p.columns)) {
		t.row = append(t.row, cell{text: p.columns[i].header})
	}
	return t.ours(numberHeads, explainHeads)
}

// write writes a row with what is wrong with it.
func (t *tableExplainer) write(cells []cell, number int, text string) error {
	t.row = append(t.row[:0], cells[:min(len(cells), t.width)]...)
	if t.plan.header == 0 {
		text = t.x.in(explainStart[0], explainStart[1]) + text
	}
	return t.ours([2]string{strconv.Itoa(number), strconv.Itoa(number)}, [2]string{text, text})
}

// ours completes the row with our columns, in either language.
func (t *tableExplainer) ours(number, text [2]string) error {
	for len(t.row) < t.width {
		t.row = append(t.row, cell{})
	}
	if t.to.numbers() && t.plan.header > 0 {
		n := t.x.in(number[0], number[1])
		t.row = append(t.row, cell{text: n, number: jsonNumber.MatchString(n)})
	}
	t.row = append(t.row, cell{text: t.x.in(text[0], text[1])})
	return t.to.write(t.row)
}

// end writes what is wrong with all of the list unless that is written.
func (t *tableExplainer) end() error {
	if t.plan == nil && t.file != "" {
		if err := t.to.sheet(""); err != nil {
			return err
		}
		t.plan = &sheetPlan{}
	}
	if t.file != "" {
		t.row = t.row[:0]
		if err := t.write(nil, 0, t.file); err != nil {
			return err
		}
	}
	return t.to.finish()
}

func (t *tableExplainer) close() error { return t.to.close() }

// sheetNameOf is a name that a workbook allows.
func sheetNameOf(name string, used map[string]bool) string {
	const most = 31
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:\/?*'`, c) || c > 0xFFFF {
			return '_'
		}
		return c
	}, cmp.Or(first(clean(name), most), "Лист1"))
	one := name
	for n := 2; used[strings.ToLower(one)]; n++ {
		mark := " " + strconv.Itoa(n)
		one = first(name, most-len(mark)) + mark
	}
	used[strings.ToLower(one)] = true
	return one
}
