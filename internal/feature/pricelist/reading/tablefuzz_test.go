package reading

import (
	"bytes"
	"errors"
	"testing"

	"zakup/internal/platform/fault"
)

// checkHostile reads what may be anything: rows are as promised, and what fails
// is said to the sender.
func checkHostile(t *testing.T, data []byte) ([]Row, *Reader) {
	t.Helper()
	rows, r, err := drain(data, Options{})
	if err != nil {
		if fault.As(err) == nil {
			t.Errorf("an internal error: %v", err)
		}
		return nil, nil
	}
	checkRows(t, full(rows))
	checkProblems(t, r, 1<<21)
	for _, p := range r.Problems() {
		if length(p.Cell) > maxSheetName+20 {
			t.Errorf("cell %q", p.Cell)
		}
	}
	return rows, r
}

// full are the rows that are not slim: only those have a name and a category.
func full(rows []Row) []Row {
	var all []Row
	for _, r := range rows {
		if !r.Slim() {
			all = append(all, r)
		}
	}
	return all
}

// FuzzCSV: no text of values panics or hangs, and rows are as promised.
func FuzzCSV(f *testing.F) {
	f.Add([]byte(teaCSV))
	f.Add([]byte("sep=,\nSKU,Name,Price\n1,\"a\nb\",\"1,443.40\"\n2,c\"d,5\n"))
	f.Add([]byte("Чай чёрный;61538,18;49846\nКофе;1,000;2,000\n"))
	f.Add([]byte("Код\tЦена\tОстаток\nА1\t5\t>10\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkHostile(t, data) })
}

// FuzzXLSX: no XML of a sheet panics or hangs, and rows are as promised.
func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData>`+inlineRow(1, "Код", "Название", "Цена")+inlineRow(2, "1", "Чай", "5")+`</sheetData></worksheet>`),
		[]byte(`<sst><si><t>Чай</t></si></sst>`), []byte(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`))
	f.Add([]byte(`<worksheet><sheetData><row r="9"><c r="ZZ9" t="s"><v>0</v></c><c s="0"><v>1E+15</v></c></row></sheetData></worksheet>`),
		[]byte(`<sst><si><r><t>a_x000D_</t></r></si></sst>`), []byte(`<styleSheet/>`))
	f.Fuzz(func(t *testing.T, sheet, shared, styles []byte) {
		checkHostile(t, bareXLSX(t, string(sheet), map[string]string{"xl/sharedStrings.xml": string(shared), "xl/styles.xml": string(styles)}))
	})
}

// FuzzXLS: no bytes of an old workbook panic, hang or take memory without end.
func FuzzXLS(f *testing.F) {
	f.Add(compoundFile("Workbook", workbookStream(nil, teaXLS)), false)
	f.Add(workbookStream(nil, teaXLS), true)
	f.Fuzz(func(t *testing.T, data []byte, inside bool) {
		if inside {
			data = compoundFile("Workbook", data)
		}
		if !bytes.HasPrefix(data, []byte(cfbMagic)) {
			return
		}
		checkHostile(t, data)
	})
}

// TestTruncatedTables: a book that is cut anywhere is refused; of a text the
// lines before the cut may be read, and nothing else.
func TestTruncatedTables(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"xlsx": xlsx(t, teaSheet, nil),
		"xls":  compoundFile("Workbook", workbookStream(nil, teaXLS)),
	} {
		for i := 1; i < 16; i++ {
			cut := data[:len(data)*i/16]
			rows, r, err := drain(cut, Options{})
			switch {
			case err != nil && fault.As(err) == nil:
				t.Errorf("%s at %d/16: %v", name, i, err)
			case err == nil && !r.Failed():
				// The end of an old workbook may be filled up with nothing.
				if name == "xlsx" || len(rows) != 2 {
					t.Errorf("%s at %d/16: %d rows", name, i, len(rows))
				}
			}
		}
	}
	for i := range len(teaCSV) {
		checkHostile(t, []byte(teaCSV[:i]))
	}
}

// TestFlippedTables: bytes that change make no other goods of a book.
func TestFlippedTables(t *testing.T) {
	t.Parallel()
	whole := xlsx(t, teaSheet, nil)
	want, _, err := drain(whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 11 {
		data := bytes.Clone(whole)
		data[at] ^= 0x20
		rows, r := checkHostile(t, data)
		if r == nil || r.Failed() {
			continue
		}
		// What is not summed up in a ZIP, such as times, may change.
		for i := range rows {
			if rows[i].ExternalID != want[i].ExternalID || rows[i].Price != want[i].Price {
				t.Errorf("byte %d: %+v", at, rows[i])
			}
		}
	}
	old := compoundFile("Workbook", workbookStream(nil, teaXLS))
	for at := 0; at < len(old); at += 5 {
		data := bytes.Clone(old)
		data[at] ^= 0xFF
		checkHostile(t, data)
	}
}

// Names inside of a workbook are never paths.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	sheet := `<worksheet><sheetData>` + inlineRow(1, "Код", "Название", "Цена") + inlineRow(2, "1", "Чай", "5") + `</sheetData></worksheet>`
	rows, r, err := drain(bareXLSX(t, sheet, map[string]string{
		"../../etc/passwd": "root", "/xl/media/a.png": "x", `..\windows`: "x",
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="../` + string(bytes.Repeat([]byte("ы"), 5000)) + `" r:id="rId1"/></sheets></workbook>`,
	}), Options{})
	if err != nil || len(rows) != 1 || r.Failed() || length(rows[0].Sheet) > maxSheetName {
		t.Errorf("%v %v", short(rows), err)
	}
	if _, _, err := drain([]byte("PK\x03\x04 nothing"), Options{}); !errors.Is(err, BadArchive) {
		t.Error(err)
	}
}
