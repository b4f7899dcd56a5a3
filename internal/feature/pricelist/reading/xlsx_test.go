package reading

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zakup/internal/platform/fault"
)

// xlsx makes a workbook of one sheet, unless change makes more of it.
func xlsx(t testing.TB, rows [][]any, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "Лист1"); err != nil {
		t.Fatal(err)
	}
	fillSheet(t, f, "Лист1", rows)
	if change != nil {
		change(f)
	}
	data, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func fillSheet(t testing.TB, f *excelize.File, sheet string, rows [][]any) {
	t.Helper()
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, "A"+itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
}

// zipped makes a ZIP of files.
func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bareXLSX makes the least workbook around the XML of one sheet.
func bareXLSX(t testing.TB, sheet string, more map[string]string) []byte {
	t.Helper()
	files := map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="Лист1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheet,
	}
	for name, text := range more {
		files[name] = text
	}
	return zipped(t, files)
}

func inlineRow(number int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, number)
	for i, c := range cells {
		fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, place(i, number), c)
	}
	return b.String() + "</row>"
}

var teaSheet = [][]any{{"Код", "Название", "Цена", "Остаток"}, {"А-1", "Чай", 10.5, 5}, {"А-2", "Кофе", 20, 7}}

func TestXLSX(t *testing.T) {
	t.Parallel()
	r := checkTable(t, xlsx(t, teaSheet, nil), "А-1 | Без категории | Чай | 10.50 | 5", "А-2 | Без категории | Кофе | 20 | 7")
	if r.Format() != XLSX || r.Layout().Sheets[0].Name != "Лист1" || r.Layout().Sheets[0].HeaderRow != 1 {
		t.Errorf("%s %+v", r.Format(), r.Layout())
	}
}

func TestXLSXSheets(t *testing.T) {
	t.Parallel()
	data := xlsx(t, [][]any{{"Содержание"}, {"Чай"}, {"Кофе"}}, func(f *excelize.File) {
		for _, name := range []string{"Чай", "Кофе", "Тайный"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			fillSheet(t, f, name, [][]any{{"Прайс-лист"}, {"Код", "Название", "Цена"}, {name + "-1", name + " в пачке", 5}})
		}
		if err := f.SetSheetVisible("Тайный", false); err != nil {
			t.Fatal(err)
		}
	})
	rows, r, err := drain(data, Options{})
	if err != nil || r.Failed() {
		t.Fatal(err, brief(r.Problems()))
	}
	if diff := cmp.Diff([]string{"Чай-1 | Чай | Чай в пачке | 5", "Кофе-1 | Кофе | Кофе в пачке | 5"}, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if rows[1].Sheet != "Кофе" || rows[1].Line != 3 {
		t.Errorf("%+v", rows[1])
	}
	skipped := []string{}
	for _, p := range r.Problems() {
		if p.Code == "sheet_skipped" {
			skipped = append(skipped, p.Cell)
		}
	}
	if diff := cmp.Diff([]string{"Тайный!A1", "Лист1!A1"}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	rows, _, err = drain(data, Options{Profile: Profile{Sheet: "тай*"}})
	if err != nil || len(rows) != 1 || rows[0].Sheet != "Тайный" {
		t.Errorf("by the profile: %v %v", short(rows), err)
	}
}

func TestXLSXGroups(t *testing.T) {
	t.Parallel()
	data := xlsx(t, [][]any{
		{"ООО «Ромашка»"},
		{"Цены указаны с НДС"},
		{},
		{"PartNumber", "Наименование", "Доступность", "Цена руб."},
		{1, 2, 3, 4},
		{"Напитки"},
		{"Чай"},
		{"Т1", "Чай чёрный", ">50", 10},
		{"Кофе"},
		{"К1", "Кофе", 3, 20},
		{"PartNumber", "Наименование", "Доступность", "Цена руб."},
		{"К2", "Кофе молотый", 3, 30},
		{"Итого", "", 56, ""},
	}, func(f *excelize.File) {
		for _, row := range []string{"6", "7", "9"} {
			if err := f.MergeCell("Лист1", "A"+row, "D"+row); err != nil {
				t.Fatal(err)
			}
		}
	})
	checkTable(t, data, "Т1 | Чай | Чай чёрный | 10 | 50", "К1 | Кофе | Кофе | 20 | 3", "К2 | Кофе | Кофе молотый | 30 | 3")
}

// Groups of 1C have sums of their goods, and are bold or folded.
func TestXLSXGroupsByLook(t *testing.T) {
	t.Parallel()
	rows := [][]any{
		{"Товар", "Количество Остаток", "Цена", "Сумма"},
		{"НАПИТКИ", 30, nil, 300},
		{"Чай", 10, 10, 100},
		{"Кофе", 20, 10, 200},
		{"ХЛЕБ", 5, nil, 50},
		{"Батон", 5, 10, 50},
		{"Без цены", 7, nil, nil},
	}
	looks := map[string]func(f *excelize.File){
		"bold": func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
			for _, c := range []string{"A2", "A5"} {
				err = errors.Join(err, f.SetCellStyle("Лист1", c, c, style))
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"folded": func(f *excelize.File) {
			for _, row := range []int{3, 4, 6, 7} {
				if err := f.SetRowOutlineLevel("Лист1", row, 1); err != nil {
					t.Fatal(err)
				}
			}
		},
	}
	for name, change := range looks {
		got, r, err := drain(xlsx(t, rows, change), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"Чай | НАПИТКИ | Чай | 10 | 10", "Кофе | НАПИТКИ | Кофе | 10 | 20", "Батон | ХЛЕБ | Батон | 10 | 5"}
		if diff := cmp.Diff(want, short(got)); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", name, diff)
		}
		// What looks like goods is one, and its price is missed: it is not lost.
		if diff := cmp.Diff([]string{"7 blank"}, codes(r, Error)); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", name, diff)
		}
		if last := r.Problems()[len(r.Problems())-1]; last.Cell != "Лист1!C7" {
			t.Errorf("%s: the cell is %s", name, last.Cell)
		}
	}
}

func TestXLSXNumbers(t *testing.T) {
	t.Parallel()
	data := xlsx(t, [][]any{{"Код", "Название", "Цена", "Цена $"}}, func(f *excelize.File) {
		format := func(cell, code string) {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err == nil {
				err = f.SetCellStyle("Лист1", cell, cell, style)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		fillSheet(t, f, "Лист1", [][]any{
			{"Код", "Название", "Цена", "Параметр: Дата", "Параметр: Доля", "Параметр: Верно", "Ставка НДС"},
			{4607001234567, "Чай", 1443.4, 45000, 0.25, true, 0.2},
			{42, "Кофе", 2110.3560000000002, nil, nil, nil, "10%"},
			{"00007", "Сахар", "1 443,40", nil, nil, nil, nil},
		})
		format("C2", `#,##0.00\ "₽"`)
		format("A3", "00000")
		format("D2", "dd/mm/yyyy")
		format("E2", "0%")
		format("G2", "0%")
	})
	r := checkTable(t, data, "4607001234567 | Без категории | Чай | 1443.40", "00042 | Без категории | Кофе | 2110.36", "00007 | Без категории | Сахар | 1443.40")
	rows, _, err := drain(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Parameter{{"Дата", "15.03.2023"}, {"Доля", "25%"}, {"Верно", "да"}}
	if diff := cmp.Diff(want, rows[0].Parameters); diff != "" || rows[0].VAT != "20" {
		t.Errorf("(-want +got):\n%sVAT %s, %v", diff, rows[0].VAT, brief(r.Problems()))
	}
}

// An id that a spreadsheet has rounded is refused: it would be that of many goods.
func TestXLSXSpoiltID(t *testing.T) {
	t.Parallel()
	sheet := `<worksheet><sheetData>` + inlineRow(1, "Код", "Название", "Цена") +
		`<row r="2"><c r="A2"><v>1.23456789012346E+17</v></c><c r="B2" t="str"><v>Чай</v></c><c r="C2"><v>1.5E+3</v></c></row></sheetData></worksheet>`
	_, r, err := drain(bareXLSX(t, sheet, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := r.Problems()[len(r.Problems())-1]
	if p.Code != "bad_id" || p.Cell != "Лист1!A2" || len(codes(r, Error)) != 1 {
		t.Errorf("%+v", r.Problems())
	}
}

func TestXLSXCurrencyOfFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{`"$"#,##0.00`: "USD", `#,##0.00\ [$€-1]`: "EUR", `#,##0.00\ [$₽-419]`: "", `[$-419]#,##0.00`: "", `#,##0.00" грн."`: "UAH"} {
		data := xlsx(t, teaSheet, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err == nil {
				err = f.SetCellStyle("Лист1", "C2", "C3", style)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		_, r, err := drain(data, Options{})
		if err != nil || r.Head().Currency != want {
			t.Errorf("%s: currency %q, want %q, %v", format, r.Head().Currency, want, err)
		}
	}
}

func TestXLSXFormulas(t *testing.T) {
	t.Parallel()
	sheet := `<worksheet><sheetData>` + inlineRow(1, "Код", "Название", "Цена") +
		`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>"Чай"</f><v>Чай</v></c><c r="C2"><f>1*2</f><v>2</v></c></row>` +
		`<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="str"><v>Кофе</v></c><c r="C3"><f>1*2</f></c></row>` +
		`<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="str"><v>Сахар</v></c><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>`
	rows, r, err := drain(bareXLSX(t, sheet, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 | Без категории | Чай | 2"}, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got := strings.Join(codes(r, Error), ","); !strings.Contains(got, "3 formula_without_value") || !strings.Contains(got, "4 formula_without_value") {
		t.Errorf("%s", got)
	}
}

// Texts as Excel and others write them: rich, with hints, with escapes, without
// references, in a namespace with a prefix.
func TestXLSXTexts(t *testing.T) {
	t.Parallel()
	sheet := `<x:worksheet xmlns:x="s"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Код</x:t></x:is></x:c>` +
		`<x:c t="inlineStr"><x:is><x:t>Название</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>Цена</x:t></x:is></x:c></x:row>` +
		`<x:row><x:c><x:v>1</x:v></x:c><x:c t="s"><x:v>0</x:v></x:c><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	shared := `<sst><si><r><rPr><b/></rPr><t>Чай_x000D_</t></r><r><t xml:space="preserve"> чёрный &amp; зелёный</t></r><rPh sb="0" eb="1"><t>tea</t></rPh></si></sst>`
	checkTable(t, bareXLSX(t, sheet, map[string]string{"xl/sharedStrings.xml": shared}), "1 | Без категории | Чай чёрный & зелёный | 5")
}

func TestXLSXCells(t *testing.T) {
	t.Parallel()
	_, r, err := drain(xlsx(t, [][]any{{"Код", "Название", "Цена"}, {"1", "Чай", "дорого"}, {"2", "", 5}}, nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var cells []string
	for _, p := range r.Problems() {
		if p.Severity == Error {
			cells = append(cells, p.Cell+" "+p.Code)
		}
	}
	if diff := cmp.Diff([]string{"Лист1!C2 bad_price", "Лист1!B3 blank"}, cells); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A damaged book is refused as a whole: half a sheet is never a list.
func TestXLSXDamaged(t *testing.T) {
	t.Parallel()
	head := `<worksheet><sheetData>` + inlineRow(1, "Код", "Название", "Цена") + inlineRow(2, "1", "Чай", "5")
	for name, data := range map[string][]byte{
		"a sheet that breaks off": bareXLSX(t, head, nil),
		"after its rows":          bareXLSX(t, head+"</sheetData><mergeCells>", nil),
		"crossed tags":            bareXLSX(t, head+"</worksheet></sheetData>", nil),
		"a text that is not there": bareXLSX(t, `<worksheet><sheetData>`+inlineRow(1, "Код", "Название", "Цена")+
			`<row r="2"><c r="A2" t="s"><v>99</v></c></row></sheetData></worksheet>`, nil),
		"wrong UTF-8":    bareXLSX(t, head+inlineRow(3, "2", "\xD0\xD0", "5")+"</sheetData></worksheet>", nil),
		"shared texts":   bareXLSX(t, head+"</sheetData></worksheet>", map[string]string{"xl/sharedStrings.xml": "<sst><si>"}),
		"styles":         bareXLSX(t, head+"</sheetData></worksheet>", map[string]string{"xl/styles.xml": "<styleSheet><cellXfs>"}),
		"no sheet":       bareXLSX(t, "", map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="/worksheet" Target="../../etc/passwd"/></Relationships>`}),
		"an entity bomb": bareXLSX(t, `<!DOCTYPE a [<!ENTITY x "xxxx">]>`+strings.Replace(head, "Чай", "&x;", 1)+"</sheetData></worksheet>", nil),
	} {
		rows, r, err := drain(data, Options{})
		if err != nil || !r.Failed() {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
			continue
		}
		if last := r.Problems()[len(r.Problems())-1]; last.Code != "workbook_damaged" {
			t.Errorf("%s: %+v", name, last)
		}
	}
}

func TestXLSXOtherKinds(t *testing.T) {
	t.Parallel()
	_, _, err := drain(zipped(t, map[string]string{"xl/workbook.bin": "x"}), Options{})
	if !errors.Is(err, Unsupported) || !strings.Contains(fault.As(err).Text.EN, "XLSB") {
		t.Error(err)
	}
	if _, r, err := drain(xlsx(t, nil, nil), Options{}); err != nil || codes(r, Error)[0] != "1 no_table" {
		t.Errorf("an empty book: %v", err)
	}
}

func TestXLSXBombs(t *testing.T) {
	t.Parallel()
	manySheets := `<workbook xmlns:r="r"><sheets>` + strings.Repeat(`<sheet name="Л" r:id="rId1"/>`, 101) + `</sheets></workbook>`
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"blank rows":   {bareXLSX(t, `<worksheet><sheetData>`+strings.Repeat("<row/>", 12_000_000), nil), TooLarge},
		"shared texts": {bareXLSX(t, "<worksheet/>", map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", maxShared+1)}), TooLarge},
		"sheets":       {bareXLSX(t, "<worksheet/>", map[string]string{"xl/workbook.xml": manySheets}), TooLarge},
	} {
		if _, _, err := drain(c.data, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := `<worksheet><sheetData><row><c t="str"><v>` + strings.Repeat("x", 3<<20)
	if _, r, err := drain(bareXLSX(t, long, nil), Options{}); err != nil || !strings.Contains(codes(r, Error)[0], "value_too_large") {
		t.Errorf("a long text: %v", err)
	}
	wide := `<worksheet><sheetData>` + inlineRow(1, "Код", "Название", "Цена") +
		`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>Чай</v></c><c r="C2"><v>5</v></c>` + strings.Repeat(`<c><v>1</v></c>`, 100_000) + `</row></sheetData></worksheet>`
	rows, r, err := drain(bareXLSX(t, wide, nil), Options{})
	if err != nil || len(rows) != 1 || r.Failed() {
		t.Errorf("wide: %d rows, %v", len(rows), err)
	}
}

func TestMemoryDoesNotGrowWithXLSX(t *testing.T) {
	const goods = 30_000
	var sheet strings.Builder
	sheet.WriteString("<worksheet><sheetData>" + inlineRow(1, "Код", "Название", "Цена", "Параметр: Цвет"))
	for i := range goods {
		sheet.WriteString(inlineRow(i+2, itoa(i), "Чайник номер "+itoa(i), "10.5", "белый"))
	}
	sheet.WriteString("</sheetData></worksheet>")
	if heap := peakHeap(t, bareXLSX(t, sheet.String(), nil), goods); heap > 20<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}
