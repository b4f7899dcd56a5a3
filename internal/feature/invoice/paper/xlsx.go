package paper

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"zakup/internal/platform/money"
)

const sheetName = "Накладная"

// sheet writes the document as the only sheet of a workbook, row by row. All
// texts are texts in cells of the format of texts, none a formula.
type sheet struct {
	book   *excelize.File
	stream *excelize.StreamWriter
	styles styles
	rows   int
}

// WriteXLSX writes the document as XLSX: the rows and columns of the PDF, and one
// more for remarks. Amounts and quantities are numbers. A spreadsheet calculates
// with 15 digits, so an amount of more is a text, to keep its kopecks.
// Nothing is written when the document is refused: see Document.Totals.
func WriteXLSX(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	s := &sheet{book: excelize.NewFile()}
	// The library would write the workbook to memory first.
	s.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	err := s.begin(d)
	if err == nil {
		err = s.write(d)
	}
	if err == nil {
		err = s.stream.Flush()
	}
	if err == nil {
		err = s.book.Write(w)
	}
	if err = errors.Join(err, s.book.Close()); err != nil {
		return fmt.Errorf("paper: write the XLSX of %q: %w", d.Number, err)
	}
	return nil
}

// headRows is where the heads of the columns end, which stay in sight and are
// printed on each page.
const headRows = len(frontLabels) + 4

// begin sets the sheet up for its screen and for paper.
func (s *sheet) begin(d Document) (err error) {
	made := d.Made.UTC().Format(time.RFC3339)
	footer := strings.ReplaceAll(short(d.title(), 60)+", "+d.versionText(), "&", "&&")
	heads := fmt.Sprintf("'%s'!$%d:$%d", sheetName, headRows-1, headRows)
	size, landscape, fit, high := 9, "landscape", 1, 0
	fitPage := true
	steps := []func() error{
		func() error { return s.book.SetSheetName(s.book.GetSheetName(0), sheetName) },
		func() error {
			return s.book.SetDocProps(&excelize.DocProperties{Title: d.title(), Creator: "zakup", Created: made, Modified: made})
		},
		func() error {
			return s.book.SetSheetProps(sheetName, &excelize.SheetPropsOptions{FitToPage: &fitPage})
		},
		func() error {
			return s.book.SetPageLayout(sheetName, &excelize.PageLayoutOptions{
				Size: &size, Orientation: &landscape, FitToWidth: &fit, FitToHeight: &high,
			})
		},
		func() error {
			return s.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: heads, Scope: sheetName})
		},
		func() error {
			return s.book.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{
				OddFooter: "&L&8" + footer + "&R&8Страница &P из &N",
			})
		},
		func() error { s.styles, err = newStyles(s.book); return err },
		func() error { s.stream, err = s.book.NewStreamWriter(sheetName); return err },
		func() error {
			return s.stream.SetPanes(&excelize.Panes{
				Freeze: true, YSplit: headRows, TopLeftCell: fmt.Sprintf("A%d", headRows+1), ActivePane: "bottomLeft",
			})
		},
	}
	for i, c := range columns {
		steps = append(steps, func() error { return s.stream.SetColWidth(i+1, i+1, c.cells) })
	}
	steps = append(steps, func() error { return s.stream.SetColWidth(remarks, remarks, 18) })
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// remarks is the number of the column that only this form has.
const remarks = len(columns) + 1

// row writes cells from the column first on, which counts from 1. A height of 0
// leaves it to the spreadsheet.
func (s *sheet) row(first int, height float64, cells ...any) error {
	s.rows++
	place, err := excelize.CoordinatesToCellName(first, s.rows)
	if err != nil {
		return err
	}
	return s.stream.SetRow(place, cells, excelize.RowOpts{Height: height})
}

// merge makes one cell of those from one column to another in the last row.
func (s *sheet) merge(from, to int) error {
	left, err := excelize.CoordinatesToCellName(from, s.rows)
	if err != nil {
		return err
	}
	right, err := excelize.CoordinatesToCellName(to, s.rows)
	if err != nil {
		return err
	}
	return s.stream.MergeCell(left, right)
}

// over writes a text over the columns from first to the last one, on as many
// lines as it needs: the spreadsheet does not measure merged cells. Below the
// title a line is 15 points high.
func (s *sheet) over(style, first int, text string, before ...any) error {
	width := 0.0
	for _, c := range columns[first-1:] {
		width += c.cells
	}
	lines := 1 + len([]rune(text))/int(width)
	cells := make([]any, 0, remarks)
	cells = append(cells, before...)
	for len(cells) < first-1 {
		cells = append(cells, nil)
	}
	cells = append(cells, s.cell(style, text))
	for len(cells) < len(columns) {
		cells = append(cells, s.cell(style, ""))
	}
	high := 15.0
	if style == s.styles.title {
		high = 21
	}
	return errors.Join(s.row(1, min(float64(lines)*high, excelize.MaxRowHeight), cells...), s.merge(first, len(columns)))
}

func (s *sheet) cell(style int, value any) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: value}
}

// maxDigits is the first amount that a spreadsheet would cut: 15 digits are exact.
const maxDigits money.Kopecks = 1e15

// amount is an amount as a number.
func (s *sheet) amount(style int, k money.Kopecks) excelize.Cell {
	if k >= maxDigits {
		return s.cell(style, decimal(k))
	}
	return s.cell(style, float64(k)/100)
}
