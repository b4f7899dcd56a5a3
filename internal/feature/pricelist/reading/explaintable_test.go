package reading

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zakup/internal/platform/fault"
)

const explainCSV = "ООО Ромашка\n\nКод,Название,Цена,Остаток,Заметка\nЧай\n1,Чай,10,1,x\n2,Чай зелёный,дорого,2,\"=1+1\"\n\nКофе\n3,Кофе,30,-5,+7\n-4,Какао,,4,\"a\"\"b;c\"\n"

func TestExplainCSV(t *testing.T) {
	t.Parallel()
	done, data := explained(t, []byte(explainCSV), Options{}, Explaining{})
	want := "\uFEFFКод;Название;Цена;Остаток;Заметка;What is wrong\n" +
		";Чай\n2;Чай зелёный;дорого;2;'=1+1;line 6: price: …\n" +
		";Кофе\n-4;Какао;;4;\"a\"\"b;c\";line 10: price: …\n"
	if diff := cmp.Diff(want, dots(data)); diff != "" || done.Format != CSV || done.Problems != 2 {
		t.Errorf("%+v (-want +got)\n%s", done, diff)
	}
	text := strings.NewReplacer("дорого", "20", "Какао;;", "Какао;40;").Replace(string(data))
	mended(t, []byte(text), Options{}, "2 | Чай | Чай зелёный | 20 | 2", "-4 | Кофе | Какао | 40 | 4")
	// Characteristics are all other columns, but ours is none.
	rest := Options{Profile: Profile{RestParameters: true}}
	rows, _, err := drain([]byte(text), rest)
	if err != nil || len(rows) != 2 || !cmp.Equal(rows[0].Parameters, []Parameter{{"Заметка", "=1+1"}}) {
		t.Errorf("%v %+v", err, rows)
	}
}

// dots shortens what is wrong to its place.
func dots(data []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if at := strings.LastIndex(line, "price: "); at >= 0 {
			line = strings.NewReplacer(`;"line`, ";line", `;"What`, ";What").Replace(line[:at]) + "price: …\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// What is wrong with a table as a whole stands over its header, but where the
// profile tells in which row that is, or that there is none.
func TestExplainTablesAsAWhole(t *testing.T) {
	t.Parallel()
	all := []Problem{{Severity: Error, Text: fault.Text{EN: "All; of it"}}}
	table := "a;b;c;d\nКод;Название;Цена;Остаток\n1;Чай;дорого;1\n2;Кофе;20;2\n"
	columns := []Column{{Index: 1, Field: FieldID}, {Index: 2, Field: FieldName}, {Index: 3, Field: FieldPrice}, {Index: 4, Field: FieldQuantity}}
	for name, c := range map[string]struct {
		text    string
		profile Profile
		want    string
	}{
		"guessed": {table, Profile{}, "\uFEFF\"All; of it\"\n\nКод;Название;Цена;Остаток;What is wrong\n1;Чай;дорого;1;line 3: price: …\n"},
		"second":  {table, Profile{HeaderRow: 2}, "\uFEFF\nКод;Название;Цена;Остаток;What is wrong\n1;Чай;дорого;1;line 3: price: …\n;;;;\"All; of it\"\n"},
		"third":   {"\n" + table, Profile{HeaderRow: 3}, "\uFEFF\"All; of it\"\n\nКод;Название;Цена;Остаток;What is wrong\n1;Чай;дорого;1;line 4: price: …\n"},
		"none":    {"1;Чай;дорого;1\n2;Кофе;20;2\n", Profile{HeaderRow: NoHeader, Columns: columns}, "\uFEFF1;Чай;дорого;1;What is wrong: line 1: price: …\n;;;;\"What is wrong: All; of it\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, data := explained(t, []byte(c.text), Options{Profile: c.profile}, Explaining{Also: all})
			if diff := cmp.Diff(c.want, dots(data)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			mended(t, bytes.Replace(data, []byte("дорого"), []byte("10"), 1), Options{Profile: c.profile}, "1 | Без категории | Чай | 10 | 1")
		})
	}
}

// A table of our own stays one.
func TestExplainOwnTable(t *testing.T) {
	t.Parallel()
	var head, row []string
	for _, c := range OwnColumns {
		head, row = append(head, c.Header), append(row, map[string]string{FieldID: "1", FieldCategory: "Чай", FieldName: "Чай", FieldPrice: "дорого", FieldQuantity: "1"}[c.Field])
	}
	list := strings.Join(head, ";") + ";Параметр: Вес;" + OwnRest + "\n" + strings.Join(row, ";") + ";5;Цвет: белый\n"
	_, data := explained(t, []byte(list), Options{}, Explaining{Also: []Problem{{Severity: Error, Text: fault.Text{EN: "All"}}}})
	text := strings.Replace(string(data), "дорого", "10", 1)
	mended(t, []byte(text), Options{}, "1 | Чай | Чай | 10 | 1")
	if rows, _, err := drain([]byte(text), Options{}); err != nil || !cmp.Equal(rows[0].Parameters, []Parameter{{"Вес", "5"}, {"Цвет", "белый"}}) {
		t.Errorf("%v %+v", err, rows)
	}
}

var explainSheet = [][]any{
	{"Код", "Название", "Цена", "Остаток"},
	{"1", "Чай", 10, 1},
	{"007", "=Кофе", "дорого", 2},
	{"3", "Какао", 2.5, "много?", "", "aside"},
}

func TestExplainXLSX(t *testing.T) {
	t.Parallel()
	source := xlsx(t, explainSheet, func(f *excelize.File) {
		format := `0.00" USD"`
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err == nil {
			err = f.SetCellStyle("Лист1", "C4", "C4", style)
		}
		if err == nil {
			_, err = f.NewSheet("Посуда")
		}
		if err != nil {
			t.Fatal(err)
		}
		fillSheet(t, f, "Посуда", [][]any{explainSheet[0], {"4", "Чашка", "дорого", 1}, {"5", "Миска", 10, 1}})
	})
	done, data := explained(t, source, Options{}, Explaining{})
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][][]string{}
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if last := row[len(row)-1]; strings.Contains(last, "!") {
				row[len(row)-1], _, _ = strings.Cut(last, ": ")
			}
		}
		got[name] = rows
	}
	want := map[string][][]string{
		"Лист1": {
			{"Код", "Название", "Цена", "Остаток", "", "", "Row of the file sent", "What is wrong"},
			{"007", "=Кофе", "дорого", "2", "", "", "3", "Лист1!C3"},
			{"3", "Какао", "2.50 USD", "много?", "", "aside", "4", "Лист1!A4"},
		},
		"Посуда": {
			{"Код", "Название", "Цена", "Остаток", "Row of the file sent", "What is wrong"},
			{"", "Посуда"},
			{"4", "Чашка", "дорого", "1", "2", "Посуда!C2"},
		},
	}
	if formula, err := book.GetCellFormula("Лист1", "B2"); err != nil || formula != "" {
		t.Errorf("%q %v", formula, err)
	}
	if diff := cmp.Diff(want, got); diff != "" || done.Format != XLSX || done.Problems != 4 {
		t.Errorf("%+v (-want +got)\n%s", done, diff)
	}
	for cell, n := range map[string]any{"Лист1!C2": 20, "Лист1!D3": 3, "Посуда!C3": 40} {
		sheet, place, _ := strings.Cut(cell, "!")
		if err := book.SetCellValue(sheet, place, n); err != nil {
			t.Fatal(err)
		}
	}
	again, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	rows, r, err := drain(again.Bytes(), Options{})
	if diff := cmp.Diff([]string{"007 | Без категории | =Кофе | 20 | 2", "4 | Посуда | Чашка | 40 | 1"}, short(rows)); err != nil || diff != "" || !r.Partial() {
		t.Errorf("%v %s", err, diff)
	}
	if diff := cmp.Diff([]string{"3 currency_mixed"}, codes(r, Error)); diff != "" { // as in the source
		t.Error(diff)
	}
}

// An old workbook is explained by a new one.
func TestExplainXLS(t *testing.T) {
	t.Parallel()
	source := compoundFile("Workbook", workbookStream(nil, teaXLS))
	_, r, err := drain(source, Options{})
	if err != nil {
		t.Fatal(err)
	}
	done, data := explained(t, source, Options{}, Explaining{Also: []Problem{{Severity: Error, ExternalID: "4607001234567", Cell: "Лист1!C3", Text: fault.Text{EN: "bad"}}}})
	rows, again, err := drain(data, Options{})
	if err != nil || done.Format != XLSX || again.Format() != XLSX || r.Format() != XLS || len(rows) != 1 || rows[0].ExternalID != "4607001234567" {
		t.Errorf("%+v %v %v", done, err, short(rows))
	}
}

func TestSheetNamesOfExplanations(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	long := strings.Repeat("ы", 40)
	var got []string
	for _, name := range []string{"", "a/b", "A_B", long, long, "'x'", "😀"} {
		name = sheetNameOf(name, used)
		f := excelize.NewFile()
		if _, err := f.NewSheet(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		got = append(got, name)
	}
	want := []string{"Лист1", "a_b", "A_B 2", strings.Repeat("ы", 31), strings.Repeat("ы", 29) + " 2", "_x_", "_"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
