package writing_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
)

// No cell of a table is a formula to a spreadsheet.
func TestFormulas(t *testing.T) {
	t.Parallel()
	texts := []string{"=1+1", "+7", "-5", "@sum", "'=1", "''+1", "it's"}
	in := []string{"'=1+1", "'+7", "'-5", "'@sum", "''=1", "'''+1", "it's"} // CSV
	for i, text := range texts {
		good := writing.Good{Shop: text, Row: reading.Row{
			ExternalID: text, Category: text, Name: text, Model: text, VendorCode: text, Vendor: text, Description: text,
			Parameters: []reading.Parameter{{Name: "В столбце", Value: text}, {Name: text, Value: "в последнем"}},
		}}
		head := writing.Head{Categories: []string{text}, Shops: true, Parameters: []string{"В столбце"}}
		texts := map[writing.Format][]string{}
		for _, format := range []writing.Format{writing.CSV, writing.XLSX} {
			var to bytes.Buffer
			w, err := writing.New(format, &to, head)
			if err == nil {
				err = w.Write(good)
			}
			if err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			texts[format] = textsOf(t, format, &to)
		}
		joined := strings.ReplaceAll(in[i], text, text+": в последнем")
		want := []string{in[i], in[i], in[i], in[i], in[i], in[i], in[i], in[i], in[i], joined}
		if diff := cmp.Diff(want, texts[writing.CSV]); diff != "" {
			t.Errorf("CSV (-want +got)\n%s", diff)
		}
		want = []string{text, text, text, text, text, text, text, text, text, text + ": в последнем"}
		if diff := cmp.Diff(want, texts[writing.XLSX]); diff != "" {
			t.Errorf("XLSX (-want +got)\n%s", diff)
		}
	}
}

// textsOf are the cells of the only good that are not empty.
func textsOf(t *testing.T, format writing.Format, data *bytes.Buffer) (texts []string) {
	t.Helper()
	var row []string
	switch format {
	case writing.CSV:
		to := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data.Bytes(), []byte("\uFEFF"))))
		to.Comma = ';'
		rows, err := to.ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q, %v", rows, err)
		}
		row = rows[1]
	default:
		book, err := excelize.OpenReader(data)
		if err != nil {
			t.Fatal(err)
		}
		sheet := book.GetSheetName(0)
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q, %v", rows, err)
		}
		row = rows[1]
		for i := range row {
			place, err := excelize.CoordinatesToCellName(i+1, 2)
			if err != nil {
				t.Fatal(err)
			}
			formula, err := book.GetCellFormula(sheet, place)
			kind, wrong := book.GetCellType(sheet, place)
			if err != nil || wrong != nil || formula != "" || row[i] != "" && kind != excelize.CellTypeInlineString {
				t.Errorf("%s: the formula %q, type %v, %v %v", place, formula, kind, err, wrong)
			}
		}
	}
	for _, text := range row {
		if text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// XML holds no U+FFFF; a file is whole all the same.
func TestSignsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, format := range writing.Formats {
		rows := []reading.Row{{ExternalID: "1", Category: "a\uFFFE", Name: "b\uFFFF", HasPrice: true, HasQuantity: true}}
		_, got := read(t, write(t, format, writing.Head{Categories: []string{"a\uFFFE"}}, rows))
		if format == writing.YML || format == writing.XLSX {
			rows[0].Category, rows[0].Name = "a\uFFFD", "b\uFFFD"
		}
		if diff := cmp.Diff(rows, got, noPlace, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", format, diff)
		}
	}
}
