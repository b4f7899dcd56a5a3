package writing

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"zakup/internal/platform/fault"
)

// Limits of XLSX that a price list can exceed.
var (
	TooManyGoods = fault.New(fault.TooLarge, "export_too_many_goods",
		"На листе XLSX не больше 1048575 товаров: выгрузите список в другом формате",
		"A sheet of XLSX holds at most 1048575 goods: choose another format")
	TooLongText = fault.New(fault.TooLarge, "export_text_too_long",
		"В ячейку XLSX входит не больше 32767 знаков: выгрузите список в другом формате",
		"A cell of XLSX holds at most 32767 characters: choose another format")
)

const sheetName = "Прайс-лист"

// xlsxWriter writes a workbook of one sheet. The library keeps its rows in a
// temporary file until the end. All texts are texts, none a formula.
type xlsxWriter struct {
	book   *excelize.File
	sheet  *excelize.StreamWriter
	to     io.Writer
	table  *table
	rows   int
	values []any
	failed error
}

func newXLSX(w io.Writer, head Head) (Writer, error) {
	x := &xlsxWriter{book: excelize.NewFile(), to: w, table: newTable(head)}
	if err := x.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("writing: xlsx: %w", err), x.book.Close())
	}
	return x, nil
}

func (x *xlsxWriter) begin() error {
	if err := x.book.SetSheetName(x.book.GetSheetName(0), sheetName); err != nil {
		return err
	}
	bold, err := x.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if x.sheet, err = x.book.NewStreamWriter(sheetName); err != nil {
		return err
	}
	// The library would write the workbook to memory first.
	x.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.to) })
	err = x.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	return x.write(x.table.header(), excelize.RowOpts{StyleID: bold})
}

func (x *xlsxWriter) write(row []cell, options ...excelize.RowOpts) error {
	if x.rows == excelize.TotalRows {
		return TooManyGoods
	}
	x.rows++
	x.values = x.values[:0]
	for _, c := range row {
		switch c.is {
		case emptyCell:
			x.values = append(x.values, nil)
		case numberCell:
			if c.digits > 0 {
				x.values = append(x.values, float64(c.number)/100) // the digits of a price fit
			} else {
				x.values = append(x.values, c.number)
			}
		case textCell:
			if len(c.text) > excelize.TotalCellChars && len(utf16.Encode([]rune(c.text))) > excelize.TotalCellChars {
				return TooLongText
			}
			x.values = append(x.values, c.text)
		}
	}
	place, err := excelize.CoordinatesToCellName(1, x.rows)
	if err != nil {
		return err
	}
	return x.sheet.SetRow(place, x.values, options...)
}

func (x *xlsxWriter) Write(g Good) error {
	if x.failed == nil {
		x.failed = x.write(x.table.cells(g))
	}
	return x.failed
}

func (x *xlsxWriter) Close() error {
	err := x.failed
	if err == nil {
		err = x.sheet.Flush()
	}
	if err == nil {
		err = x.book.Write(x.to)
	}
	return errors.Join(err, x.book.Close())
}
