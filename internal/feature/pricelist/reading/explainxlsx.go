package reading

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// xlsxExplainer writes a workbook. The library keeps its rows in temporary files
// until the end. All texts are texts, none a formula.
type xlsxExplainer struct {
	book   *excelize.File
	to     io.Writer
	now    *excelize.StreamWriter
	row    int
	used   map[string]bool
	money  map[string]int // styles of numbers, by the currency
	values []any
}

func newXLSXExplainer(w io.Writer, x *explanation) explainer {
	return &tableExplainer{x: x, to: &xlsxExplainer{book: excelize.NewFile(), to: w, used: map[string]bool{}, money: map[string]int{}}}
}

func (x *xlsxExplainer) sheet(name string) error {
	if x.now != nil {
		if err := x.now.Flush(); err != nil {
			return err
		}
	}
	first := x.now == nil
	name = sheetNameOf(name, x.used)
	var err error
	if first {
		err = x.book.SetSheetName(x.book.GetSheetName(0), name)
	} else {
		_, err = x.book.NewSheet(name)
	}
	if err == nil {
		x.now, err = x.book.NewStreamWriter(name)
	}
	x.row = 0
	if err != nil {
		return fmt.Errorf("writing a sheet: %w", err)
	}
	return nil
}

func (x *xlsxExplainer) skip() error {
	x.row++
	return nil
}

func (x *xlsxExplainer) write(row []cell) error {
	x.row++
	x.values = x.values[:0]
	for _, one := range row {
		v, err := x.value(one)
		if err != nil {
			return err
		}
		x.values = append(x.values, v)
	}
	place, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return err
	}
	return x.now.SetRow(place, x.values)
}

// value is a number if it is one whose digits the workbook will keep.
func (x *xlsxExplainer) value(c cell) (any, error) {
	if c.text == "" {
		return nil, nil //nolint:nilnil // a blank cell
	}
	n, _ := strconv.ParseFloat(c.text, 64)
	if !c.number || strconv.FormatFloat(n, 'f', -1, 64) != c.text {
		return c.text, nil
	}
	if c.currency == "" {
		return n, nil
	}
	if x.money[c.currency] == 0 {
		format := `0.00##" ` + c.currency + `"`
		var err error
		if x.money[c.currency], err = x.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, fmt.Errorf("writing a price: %w", err)
		}
	}
	return excelize.Cell{StyleID: x.money[c.currency], Value: n}, nil
}

func (x *xlsxExplainer) numbers() bool { return true }

func (x *xlsxExplainer) finish() error {
	if x.now != nil {
		if err := x.now.Flush(); err != nil {
			return err
		}
	}
	// The library would write the workbook to memory first.
	x.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.to) })
	return x.book.Write(x.to)
}

func (x *xlsxExplainer) close() error {
	if err := x.book.Close(); err != nil {
		return errors.Join(errors.New("closing a workbook"), err)
	}
	return nil
}
