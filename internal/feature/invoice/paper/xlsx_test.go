package paper

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func xlsxOf(t rapid.TB, d Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteXLSX(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openXLSX(t testing.TB, file []byte) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

func rawRows(t rapid.TB, d Document) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(xlsxOf(t, d)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(sheetName, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for len(rows[i]) < remarks {
			rows[i] = append(rows[i], "")
		}
	}
	return rows
}

// kopecksOf reads an amount as a spreadsheet has it.
func kopecksOf(t rapid.TB, cell string) money.Kopecks {
	t.Helper()
	if strings.Contains(cell, ",") {
		return amountOf(t, cell)
	}
	k, err := money.Parse(cell)
	if err != nil {
		t.Fatalf("%q: %v", cell, err)
	}
	return k
}

func TestXLSXHoldsTheTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t)
		want := d.Totals()
		var lines, total Sum
		var sections []Sum
		for _, r := range rawRows(t, d)[headRows:] {
			number, err := strconv.Atoi(r[0])
			label := strings.HasPrefix(r[0], "Итого по разделу ") || r[0] == "Всего по накладной"
			if err != nil && !label {
				continue
			}
			sum := Sum{Net: kopecksOf(t, r[7]), Total: kopecksOf(t, r[10])}
			if r[9] != "—" {
				sum.VAT = kopecksOf(t, r[9])
			}
			switch {
			case err == nil:
				lines.Lines++
				if number != lines.Lines {
					t.Fatalf("line %d has the number %d", lines.Lines, number)
				}
				plus(&lines, sum)
			case r[0] == "Всего по накладной":
				total = sum
			default:
				sections = append(sections, sum)
			}
		}
		if lines.Lines != want.Lines {
			t.Errorf("%d lines of %d", lines.Lines, want.Lines)
		}
		if total != amountsOf(want.Sum) || amountsOf(lines) != total {
			t.Errorf("lines %+v, total %+v, want %+v", lines, total, want.Sum)
		}
		for i, got := range sections {
			if got != amountsOf(want.Sections[i]) {
				t.Errorf("section %d: %+v, want %+v", i, got, want.Sections[i])
			}
		}
		if several := len(d.Sections) > 1; several && len(sections) != len(d.Sections) || !several && len(sections) > 0 {
			t.Errorf("sums of %d sections of %d", len(sections), len(d.Sections))
		}
	})
}

// Amounts are numbers, texts are texts, and neither is a formula.
func TestXLSXCells(t *testing.T) {
	t.Parallel()
	d := sample(1, 6)
	texts := []string{"=1+1", "+7", "-5", "@sum", "_x0041_", "007"}
	for i, text := range texts {
		l := &d.Sections[0].Lines[i]
		l.Name, l.Model, l.ExternalID = text, "", text
	}
	l := &d.Sections[0].Lines[0]
	l.Price, l.Quantity, l.Total, l.Ordered = 131_764_71, 2, 263_529_42, 3
	book := openXLSX(t, xlsxOf(t, d))
	at := func(column string, row int) string { return column + strconv.Itoa(headRows+row) }
	for i, want := range texts {
		for _, column := range []string{"B", "C"} {
			place := at(column, i+1)
			got, err := book.GetCellValue(sheetName, place)
			kind, errKind := book.GetCellType(sheetName, place)
			formula, errFormula := book.GetCellFormula(sheetName, place)
			if got != want || kind != excelize.CellTypeInlineString || formula != "" || err != nil || errKind != nil || errFormula != nil {
				t.Errorf("%s = %q of type %v, formula %q, want %q: %v %v %v", place, got, kind, formula, want, err, errKind, errFormula)
			}
		}
	}
	for column, want := range map[string]string{
		"A": "1", "D": "шт", "E": "796", "F": "2", "G": "108,003.86", "H": "216,007.72", "I": "22\u00a0%", "J": "47,521.70", "K": "263,529.42", "L": "заказано 3",
	} {
		got, err := book.GetCellValue(sheetName, at(column, 1))
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", column, got, err, want)
		}
	}
	for _, column := range []string{"A", "F", "G", "H", "J", "K"} {
		if kind, err := book.GetCellType(sheetName, at(column, 1)); err != nil || kind != excelize.CellTypeUnset {
			t.Errorf("%s is no number but %v: %v", column, kind, err)
		}
	}
	raw, err := book.GetCellValue(sheetName, at("K", 1), excelize.Options{RawCellValue: true})
	if err != nil || raw != "263529.42" {
		t.Errorf("the raw amount is %q, %v", raw, err)
	}
}

// An amount of up to 15 digits is a number, a longer one a text, and both are
// exact.
func TestXLSXLongAmounts(t *testing.T) {
	t.Parallel()
	d := sample(1, 3)
	want := []string{"9999999999999.99", "10 000 000 000 000,00", "9 999 900 000 000 989,91"}
	for i, price := range []money.Kopecks{999_999_999_999_999, 1_000_000_000_000_000, 999_990_000_000_098_991} {
		l := &d.Sections[0].Lines[i]
		l.Price, l.Quantity, l.Total = price, 1, price
	}
	for i, r := range rawRows(t, d)[headRows : headRows+3] {
		if got := strings.ReplaceAll(r[10], space, " "); got != want[i] {
			t.Errorf("amount %d is %q, want %q", i, got, want[i])
		}
	}
}

// What is printed and what stays in sight is set.
func TestXLSXOnPaper(t *testing.T) {
	t.Parallel()
	d := sample(1, 3)
	d.Number = "A&B"
	book := openXLSX(t, xlsxOf(t, d))
	layout, err := book.GetPageLayout(sheetName)
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("%+v, %v", layout, err)
	}
	props, err := book.GetSheetProps(sheetName)
	if err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("%+v, %v", props, err)
	}
	panes, err := book.GetPanes(sheetName)
	if err != nil || !panes.Freeze || panes.YSplit != headRows {
		t.Errorf("%+v, %v", panes, err)
	}
	if about, err := book.GetDocProps(); err != nil || about.Created != "2026-03-03T13:30:00Z" || about.Modified != about.Created {
		t.Errorf("%+v, %v", about, err)
	}
	names := book.GetDefinedName()
	if len(names) != 1 || names[0].Name != "_xlnm.Print_Titles" || names[0].RefersTo != "'Накладная'!$8:$9" {
		t.Errorf("%+v", names)
	}
	head, err := book.GetCellValue(sheetName, "B8")
	if err != nil || head != columns[1].title {
		t.Errorf("%q, %v", head, err)
	}
	footer, err := book.GetHeaderFooter(sheetName)
	if err != nil || !strings.Contains(footer.OddFooter, "№ A&&B от 02.03.2026, версия 2, сделана 03.03.2026 16:30 МСК&R&8Страница &P из &N") {
		t.Errorf("%+v, %v", footer, err)
	}
}
