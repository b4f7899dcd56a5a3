package reading

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Limits of a table.
const (
	maxColumns = 200     // that are looked at; what stands further right is reported and passed over
	maxSheets  = 100     // of a workbook
	maxRows    = 200_000 // of a workbook, over all its sheets, that hold anything
	// maxSheetName is more than Excel's 31, in characters.
	maxSheetName = 100
	sampleRows   = 300 // that are looked at to understand a sheet
)

// book is a table, or several of them: a text of separated values, a workbook.
// The errors of its functions are those of document.
type book interface {
	sheets() []bookSheet
	rows(sheet int) (sheetRows, error)
}

type bookSheet struct {
	name   string // "" when it has none, as in CSV
	hidden bool
}

// sheetRows is one pass over a sheet.
type sheetRows interface {
	// next returns the next row that is not blank, valid until the next call;
	// io.EOF after the last.
	next() (*tableRow, error)
	close() error
}

// tableRow is a row; cells reach to the last that is not blank.
type tableRow struct {
	number int // in the sheet or file, from 1
	cells  []cell
	level  int  // how deep the table folds it in, 0 when it does not
	wide   bool // there are cells beyond maxColumns, which are not here
}

// cell is what one place of a table holds.
type cell struct {
	text     string
	number   bool   // it is a number of the workbook, its text is digits with a point
	currency string // that its number format names, "" when none or the rouble
	style    int    // how it looks: another number, another look; 0 when not known
	failed   bool   // a formula without a result, or with an error for one
}

func (r *tableRow) at(column int) cell {
	if column < len(r.cells) {
		return r.cells[column]
	}
	return cell{}
}

// clone returns a copy that outlives the next row.
func (r *tableRow) clone() *tableRow {
	c := *r
	c.cells = append([]cell(nil), r.cells...)
	return &c
}

// columnName is how a workbook names a column, from 0: "A", "AB".
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// tableDocument is a document of one key, the goods of all sheets that hold such.
type tableDocument struct {
	book    book
	plans   []*sheetPlan // those that are read
	begun   bool
	plan    *sheetPlan
	rows    sheetRows
	row     *tableRow // of the good that item has just returned
	made    value     // that good
	count   int       // rows so far
	group   string    // the last row that names a group
	unitary bool      // there is one sheet: its name says nothing of the goods
	partial bool      // it is a list of codes with prices or stock

	layout   *Layout
	problems []Problem // of understanding the sheets
}

func (d *tableDocument) next() (string, int, error) {
	if d.begun {
		return "", 0, io.EOF
	}
	d.begun = true
	return "goods", 1, nil
}

// value and skip are never called: goods are read one by one.
func (d *tableDocument) value() (*value, error) { return nil, errNotList }
func (d *tableDocument) skip() error            { return nil }

func (d *tableDocument) item() (*value, error) {
	for {
		if d.rows == nil {
			if err := d.nextSheet(); err != nil {
				return nil, err
			}
		}
		row, err := d.rows.next()
		if errors.Is(err, io.EOF) {
			err = d.rows.close()
			d.rows = nil
			if err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, errors.Join(err, d.rows.close())
		}
		if d.count++; d.plan.sheet != "" && d.count > maxRows {
			return nil, errors.Join(TooLarge.Saying(
				fmt.Sprintf("В книге больше %d строк: разделите её или отправьте CSV", maxRows),
				fmt.Sprintf("The workbook has more than %d rows: split it, or send CSV", maxRows)), d.rows.close())
		}
		if v := d.good(row); v != nil {
			d.row = row
			return v, nil
		}
	}
}

func (d *tableDocument) nextSheet() (err error) {
	if len(d.plans) == 0 {
		return io.EOF
	}
	d.plan, d.plans = d.plans[0], d.plans[1:]
	d.group = ""
	d.rows, err = d.book.rows(d.plan.index)
	return err
}

// good makes a value of a row; nil when it is none.
func (d *tableDocument) good(row *tableRow) *value {
	p := d.plan
	if row.number < p.firstRow {
		return nil
	}
	switch p.kind(row) {
	case rowOfNothing:
		return nil
	case rowOfGroup:
		d.group = p.groupName(row)
		if filled(row) == 1 {
			return nil
		}
		v := &value{line: row.number, sheet: p.sheet}
		v.remark(noteGroupRow, row.number, FieldPrice, d.group)
		return v
	}
	d.made = value{kind: objectKind, line: row.number, sheet: p.sheet, fields: d.made.fields[:0]}
	p.fill(&d.made, row, d.category())
	return &d.made
}

// category is that of a good whose row names none: the last group above it, for
// how deep groups nest can't be seen in a table; else the sheet.
func (d *tableDocument) category() string {
	switch {
	case d.group != "":
		return d.group
	case d.plan.sheet != "" && !d.unitary && !plainSheetName(d.plan.sheet):
		return d.plan.sheet
	}
	return noCategory
}

// place is the address of a cell.
func place(column, row int) string { return columnName(column) + strconv.Itoa(row) }
