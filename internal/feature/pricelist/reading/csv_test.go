package reading

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// short is what the tests of tables compare of a row.
func short(rows []Row) []string {
	var all []string
	for _, r := range rows {
		s := r.ExternalID + " | " + r.Category + " | " + r.Name
		if r.HasPrice {
			s += " | " + r.Price.String()
		}
		if r.HasQuantity {
			s += " | " + itoa(int(r.Quantity))
		}
		all = append(all, s)
	}
	return all
}

// codes are the codes of problems, each with its line.
func codes(r *Reader, severity Severity) []string {
	var all []string
	for _, p := range r.Problems() {
		if p.Severity == severity {
			all = append(all, itoa(p.Line)+" "+p.Code)
		}
	}
	return all
}

func checkTable(t *testing.T, data []byte, want ...string) *Reader {
	t.Helper()
	rows, r, err := drain(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, rows)
	if diff := cmp.Diff(want, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s\nproblems %v", diff, brief(r.Problems()))
	}
	if r.Failed() {
		t.Errorf("problems %v", brief(r.Problems()))
	}
	return r
}

const teaCSV = "Код;Категория;Название;Цена;Остаток\nА-1;Чай;Чай чёрный;10,50;5\nА-2;Кофе;Кофе;20;7\n"

var teaRows = []string{"А-1 | Чай | Чай чёрный | 10.50 | 5", "А-2 | Кофе | Кофе | 20 | 7"}

func TestCSVDialects(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(teaCSV)
	if err != nil {
		t.Fatal(err)
	}
	with := func(comma string) string {
		return strings.NewReplacer("10,50", "10.50", ";", comma).Replace(teaCSV)
	}
	for name, text := range map[string]string{
		"semicolon":          teaCSV,
		"comma":              with(","),
		"tab":                with("\t"),
		"bar":                with("|"),
		"CRLF":               strings.ReplaceAll(teaCSV, "\n", "\r\n"),
		"mark":               "\uFEFF" + teaCSV,
		"sep":                "sep=;\r\n" + teaCSV,
		"sep and mark":       "\uFEFFsep=;\n" + teaCSV,
		"windows-1251":       string(encode(t, charmap.Windows1251, teaCSV)),
		"UTF-16":             utf16,
		"no line at the end": strings.TrimSuffix(teaCSV, "\n"),
		"quotes":             strings.ReplaceAll(teaCSV, "Чай чёрный", `"Чай чёрный"`),
		"a line in a header": strings.Replace(teaCSV, "Остаток", "\"Остаток\nна складе\"", 1),
		"blank lines":        strings.ReplaceAll(teaCSV, "\n", "\n\n;;;;\n"),
		"lines before":       "ООО Ромашка\nЦены на 01.02.2026\n\n" + teaCSV,
		"columns numbered":   strings.Replace(teaCSV, "\nА-1", "\n1;2;3;4;5\nА-1", 1),
		"header repeated":    strings.Replace(teaCSV, "А-2", "Код;Категория;Название;Цена;Остаток\nА-2", 1),
		"total":              teaCSV + "Итого;;;30,50;12\n",
		"rubles":             strings.ReplaceAll(teaCSV, "20;7", "20 руб.;7"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := checkTable(t, []byte(text), teaRows...); r.Format() != CSV || r.Partial() {
				t.Errorf("format %s, partial %v", r.Format(), r.Partial())
			}
		})
	}
}

func TestCSVQuotes(t *testing.T) {
	t.Parallel()
	head := "Код;Название;Цена\n"
	for name, c := range map[string]struct{ text, want string }{
		"inside":         {head + "1;Чашка \"Весна\" синяя;5\n2;Чай;6\n", `1 | Без категории | Чашка "Весна" синяя | 5`},
		"at the start":   {head + "1;\"Весна\" чашка;5\n2;Чай;6\n", `1 | Без категории | "Весна" чашка | 5`},
		"doubled":        {head + "1;\"Чашка \"\"Весна\"\"\";5\n2;Чай;6\n", `1 | Без категории | Чашка "Весна" | 5`},
		"several lines":  {head + "1;\"Чашка\nсиняя\";5\n2;Чай;6\n", `1 | Без категории | Чашка синяя | 5`},
		"a separator":    {head + "1;\"Чашка; синяя\";5\n2;Чай;6\n", `1 | Без категории | Чашка; синяя | 5`},
		"both":           {head + "1;\"Экран; 24\";5;x\"y\n2;Чай;6\n", `1 | Без категории | Экран; 24 | 5`},
		"inches at last": {head + "1;Экран 24\";5\n2;Чай;6\n", `1 | Без категории | Экран 24" | 5`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkTable(t, []byte(c.text), c.want, "2 | Без категории | Чай | 6")
		})
	}
}

// A quote without its pair never takes the goods after it into one text.
func TestCSVUnendedQuote(t *testing.T) {
	t.Parallel()
	text := "Код;Название;Цена\n1;Чай;5\n2;\"Весна;6\n3;Кофе;7\n4;Сахар;8\n"
	checkTable(t, []byte(text), "1 | Без категории | Чай | 5", `2 | Без категории | "Весна | 6`, "3 | Без категории | Кофе | 7", "4 | Без категории | Сахар | 8")
}

func TestCSVLinesOfProblems(t *testing.T) {
	t.Parallel()
	text := "sep=;\nКод;Название;Цена;Остаток\n1;\"Чай\nчёрный\";5;1\n2;Кофе;дорого;1\n"
	_, r, err := drain([]byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"5 bad_price"}, codes(r, Error)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if last := r.Problems()[len(r.Problems())-1]; last.Cell != "" || last.ExternalID != "2" || last.Field != "price" {
		t.Errorf("%+v", last)
	}
}

func TestCSVWithoutHeader(t *testing.T) {
	t.Parallel()
	r := checkTable(t, []byte("3774;Хурма сладкая;407.00\n768;Бананы;88.00\n778;Киви зелёный;130.90\n787;Манго;324.50\n"),
		"3774 | Без категории | Хурма сладкая | 407", "768 | Без категории | Бананы | 88",
		"778 | Без категории | Киви зелёный | 130.90", "787 | Без категории | Манго | 324.50")
	for i, want := range []string{FieldID, FieldName, FieldPrice} {
		if c := r.Layout().Sheets[0].Columns[i]; c.Field != want || c.Why != WhyValues || len(c.Samples) != 4 {
			t.Errorf("column %+v, want %s", c, want)
		}
	}
}

// Values that are too large end in a problem, and hold no memory.
func TestCSVBombs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, code string }{
		"a million columns":   {"Код;Название;Цена\n" + strings.Repeat("1;", 1_000_000) + "\n", "value_too_large"},
		"an unending quote":   {"Код;Название;Цена\n1;\"" + strings.Repeat("чай\n", 500_000), "value_too_large"},
		"an unending line":    {"Код;Название;Цена\n1;" + strings.Repeat("чай\"", 500_000), "value_too_large"},
		"500 columns of text": {strings.Repeat("Опт;", 500) + "\n" + strings.Repeat("1;", 500) + "\n", "no_name_column"},
	} {
		rows, r, err := drain([]byte(c.text), Options{})
		if err != nil || len(rows) > 0 || !r.Failed() || !strings.Contains(strings.Join(codes(r, Error), ","), c.code) {
			t.Errorf("%s: %d rows, %v %v", name, len(rows), err, codes(r, Error))
		}
	}
}

// A file that was cut within a row is no shorter list.
func TestCSVCut(t *testing.T) {
	t.Parallel()
	rows := []string{"Код;Название;Цена;Остаток\n"}
	for i := range 500 {
		rows = append(rows, itoa(i)+";Чай "+itoa(i)+";10;5\n")
	}
	whole := strings.Join(rows, "")
	for text, breaks := range map[string]bool{
		whole:                             false,
		strings.TrimSuffix(whole, "\n"):   false,
		strings.TrimSuffix(whole, ";5\n"): true,
		whole + "500;Чай":                 true,
		whole + "500":                     false, // a farewell looks so
		whole + "500;Чай 500;10\n":        false, // a short row, but a whole one
		rows[0] + "1;Чай;5\n2;Кофе;5;1\n3;Сок;5":           false, // so are others
		rows[0] + "1;Чай;5":                                true,
		whole + "\n \n\x1a":                                false,
		whole + "Спасибо":                                  false,
		whole + "500;\"Чай;10;5":                           true, // within a quoted value
		strings.ReplaceAll(whole, "Чай 7;", "22\" Чай 7;"): false,
	} {
		_, r, err := drain([]byte(text), Options{})
		if err != nil || r.Broken() != breaks {
			t.Errorf("…%q: broken %v, want %v; %v", text[max(0, len(text)-20):], r.Broken(), breaks, err)
		}
	}
}

func TestColumnsBeyondTheLimitAreNamed(t *testing.T) {
	t.Parallel()
	text := "Код;Название;Цена" + strings.Repeat(";", 200) + "лишнее\n1;Чай;5" + strings.Repeat(";", 200) + "x\n"
	r := checkTable(t, []byte(text), "1 | Без категории | Чай | 5")
	if got := codes(r, Warning); got[0] != "1 too_many_columns" {
		t.Errorf("%v", got)
	}
}

func TestMemoryDoesNotGrowWithCSV(t *testing.T) {
	const goods = 30_000
	var text strings.Builder
	text.WriteString("Код;Название;Цена;Остаток;Параметр: Цвет\n")
	for i := range goods {
		text.WriteString(itoa(i) + ";Чайник номер " + itoa(i) + ";10,5;5;белый\n")
	}
	if heap := peakHeap(t, []byte(text.String()), goods); heap > 20<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}

// A source that fails is an internal error, not a problem of the sender.
func TestCSVSourceFails(t *testing.T) {
	t.Parallel()
	failure := errors.New("the disk is gone")
	_, err := newCSVBook(func() (io.Reader, error) {
		return io.MultiReader(strings.NewReader(teaCSV), failingReader{failure}), nil
	})
	if !errors.Is(err, failure) {
		t.Error(err)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
