package reading

import (
	"errors"
	"io"
	"regexp"
)

// newTableDocument understands the sheets of a book. What it returns beside an
// error still has the layout.
func newTableDocument(b book, profile Profile) (*tableDocument, error) {
	d := &tableDocument{book: b, layout: &Layout{}}
	sheets := b.sheets()
	d.unitary = len(sheets) == 1
	var plans []*sheetPlan
	for i, sheet := range sheets {
		if !profile.sheetMatches(sheet.name) && !d.own() {
			d.skipped(sheet.name, "его нет в описании таблицы", "the description of the table does not name it")
			continue
		}
		if sheet.hidden && profile.Sheet == "" {
			d.skipped(sheet.name, "он скрыт", "it is hidden")
			continue
		}
		rows, err := sample(b, i)
		if err != nil {
			return d, err
		}
		if len(rows) == 0 {
			continue
		}
		p := planSheet(rows, profile)
		p.index, p.sheet = i, sheet.name
		if !p.own {
			p.currency = profile.Currency
		}
		plans = append(plans, p)
	}
	err := d.take(plans, profile)
	for _, p := range plans {
		d.layout.Sheets = append(d.layout.Sheets, p.layout(d.reads(p)))
	}
	return d, err
}

// sample returns the first rows of a sheet.
func sample(b book, sheet int) (rows []*tableRow, err error) {
	pass, err := b.rows(sheet)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pass.close()) }()
	for len(rows) < sampleRows {
		row, err := pass.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row.clone())
	}
	return rows, nil
}

// take chooses the sheets that hold goods: those with a header, and only if
// there are none, those without; full ones, and only if there are none, those with
// codes and prices alone.
func (d *tableDocument) take(plans []*sheetPlan, profile Profile) error {
	const fits = 3 // the best that a sheet can be
	best := 0
	for _, p := range plans {
		best = max(best, p.worth())
	}
	for _, p := range plans {
		switch worth := p.worth(); {
		case worth == best && best > 0, worth == fits:
			d.plans = append(d.plans, p)
		case worth == 0:
			d.skipped(p.sheet, "в нём нет столбцов с названием и ценой", "it has no columns of names and prices")
		default:
			d.skipped(p.sheet, "он устроен не так, как остальные", "it is not laid out as the others")
		}
	}
	if best == 0 {
		return d.explain(plans)
	}
	d.partial = best == 1
	for _, p := range d.plans {
		d.partial = d.partial || p.told >= 0
	}
	for _, p := range d.plans {
		d.remarksOf(p, profile)
	}
	return nil
}

func (d *tableDocument) reads(p *sheetPlan) bool {
	for _, other := range d.plans {
		if other == p {
			return true
		}
	}
	return false
}

// worth is 0 for a sheet without goods, 1 for one of codes with prices or stock,
// 2 for a full one without a header, 3 for one with it.
func (p *sheetPlan) worth() int {
	named := p.has(FieldName) >= 0
	coded := p.has(FieldID) >= 0 || p.has(FieldVendorCode) >= 0
	priced := p.has(FieldPrice) >= 0
	switch {
	case named && priced && (p.header > 0 || p.columnsBy(WhyProfile)):
		return 3
	case named && priced:
		return 2
	case !named && coded && (priced || p.has(FieldQuantity) >= 0 && len(p.choice) == 0) && (p.header > 0 || p.columnsBy(WhyProfile)):
		return 1
	}
	return 0
}

func (p *sheetPlan) layout(read bool) SheetLayout {
	l := SheetLayout{Name: p.sheet, Read: read, HeaderRow: p.header}
	for i, c := range p.columns {
		if c.header == "" && c.facts.filled == 0 && c.field == "" {
			continue
		}
		l.Columns = append(l.Columns, ColumnLayout{
			Index: i + 1, Header: excerpt(c.header), Field: c.field, Why: c.why, Samples: c.facts.samples,
		})
	}
	return l
}

var plainSheet = regexp.MustCompile(`^(?i:лист|sheet|worksheet|tdsheet|table|таблица|прайс|price|прайс-лист|price ?list)[ _-]?[0-9]*$`)

// plainSheetName tells names of sheets that say nothing of what is on them.
func plainSheetName(s string) bool { return plainSheet.MatchString(clean(s)) }
