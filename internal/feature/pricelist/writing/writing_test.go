package writing_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/money"
)

// words are what texts are made of: what formats, spreadsheets and people
// might take for something else.
var words = []string{
	"Чайник", "белый", "ёж", "Ёж", "kettle", "1,7", "л", "😀", "👩‍👩‍👧", "«Весна»", `"кавычки"`, "''", "'", "'=1", "''+1",
	"=1+1", "+7", "-5", "@sum", "yes", "no", "true", "null", "~", "12:30", "1e5", "0x1F", "007", "2026-05-04", ".5", "5.",
	"]]>", "<b>", "&amp;", "&", "%", "{", "}", "[", "]", ",", ";", ":", "|", `\`, `\n`, `\;`, "#", "- ", "?", "!", "*", "`",
	"<<", "---", "...", "%YAML", "//", "a: b", "x # y", "é", "中文", "\u200d", "\U0001F600", "\u2060", "_x0041_", "¶", "№",
	"goods:", "categories:", "NaN", "Inf", "1 000", "\t", "'\t", "1984", "5", "Итого", "Цена", "Название", "Внешний код;",
}

// lineOf is a clean text of one line.
func lineOf(t *rapid.T, label string, most int) string {
	parts := rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, label)
	s := strings.Join(strings.Fields(strings.Join(parts, rapid.SampledFrom([]string{" ", "", ""}).Draw(t, label+" between"))), " ")
	if s == "" {
		s = "x"
	}
	return string([]rune(s)[:min(most, len([]rune(s)))])
}

// maybe is such a text, or none.
func maybe(t *rapid.T, label string, most int) string {
	if rapid.Bool().Draw(t, label+" absent") {
		return ""
	}
	return strings.TrimSpace(lineOf(t, label, most))
}

func description(t *rapid.T) string {
	lines := rapid.SliceOfN(rapid.SampledFrom(append(words, "", " two  blanks ", "a\u2028b", strings.Repeat("долгая ", 700))), 0, 6).Draw(t, "description")
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(lines, "\n"), "\t", " "))
}

var addresses = rapid.SampledFrom([]string{
	"https://example.com/1.jpg", "http://example.com/a;b,c?x=1&y=%20", "https://пример.рф/фото.png", "https://example.com/'=1",
	"https://example.com/of/https://example.com/1.jpg", "https://example.com/=\"q\"&amp;",
})

func price(t *rapid.T, label string) money.Kopecks {
	return money.Kopecks(rapid.OneOf(
		rapid.Int64Range(0, int64(money.MaxPrice)), rapid.SampledFrom([]int64{0, 1, 50, 100, 11000000, 13176471, int64(money.MaxPrice)}),
	).Draw(t, label))
}

// row is a good as reading promises them, with the external id id.
func row(t *rapid.T, id string, categories []string) reading.Row {
	r := reading.Row{
		ExternalID: id, Category: rapid.SampledFrom(categories).Draw(t, "category"),
		Name: lineOf(t, "name", 500), Model: maybe(t, "model", 255), Description: description(t),
		Price: price(t, "price"), HasPrice: true, HasRRC: rapid.Bool().Draw(t, "has rrc"),
		Quantity: rapid.SampledFrom([]int64{0, 1, 50, 999, 1_000_000_000}).Draw(t, "quantity"), HasQuantity: true,
		VAT:        rapid.SampledFrom([]string{"", "22", "20", "10", "7", "5", "0", "none"}).Draw(t, "vat"),
		Unit:       rapid.SampledFrom(units).Draw(t, "unit"),
		VendorCode: maybe(t, "vendor code", 255), Vendor: maybe(t, "vendor", 255),
		MinQuantity: rapid.SampledFrom([]int64{0, 1, 12}).Draw(t, "least"), Multiple: rapid.SampledFrom([]int64{0, 1, 6}).Draw(t, "multiple"),
	}
	r.AtLeast = r.Quantity > 0 && rapid.Bool().Draw(t, "at least")
	if r.HasRRC {
		r.PriceRRC = price(t, "rrc")
	}
	if rapid.Bool().Draw(t, "has url") {
		r.URL = addresses.Draw(t, "url")
	}
	r.Pictures = distinct(rapid.SliceOfN(addresses, 0, 3).Draw(t, "pictures"))
	r.Barcodes = distinct(rapid.SliceOfN(rapid.SampledFrom([]string{"4601234567893", "0012345678905", "46012341"}), 0, 3).Draw(t, "barcodes"))
	for _, name := range distinct(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return lineOf(t, "parameter", 100) }), 0, 5).Draw(t, "names")) {
		r.Parameters = append(r.Parameters, reading.Parameter{Name: strings.TrimSpace(name), Value: lineOf(t, "value", 1000)})
	}
	return r
}

// units are those that people write and that reading knows.
var units = []reading.Unit{{}, {Code: "796", Name: "шт"}, {Code: "166", Name: "кг"}, {Code: "018", Name: "пог. м"}, {Code: "797", Name: "100 шт"}, {Name: "банка 5 л"}, {Code: "9999"}, {Code: "778", Name: "блок"}, {Code: "616", Name: "боб"}}

// distinct leaves out what was before; nil when nothing is left.
func distinct(list []string) (out []string) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[strings.TrimSpace(s)] {
			seen[strings.TrimSpace(s)] = true
			out = append(out, s)
		}
	}
	return out
}

// made is a list that was drawn, and its goods.
func made(t *rapid.T) (writing.Head, []reading.Row) {
	head := writing.Head{Time: time.Date(2026, time.May, 4, 9, 30, 0, 0, time.UTC)}
	head.Shop, head.URL = maybe(t, "shop", 100), addresses.Draw(t, "address")
	head.Categories = distinct(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return strings.TrimSpace(lineOf(t, "category", 255)) }), 1, 4).Draw(t, "categories"))
	ids := distinct(rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"007", "1e5", "yes", "=1", "'=1", "4216292", "Итого", "1", "2", "a;b", `a"b`, "ГО-1", "1.0", "12:30", "-1", "'", "]]>"}),
		rapid.StringMatching(`[0-9a-zа-я]{1,20}`),
	), 1, 5).Draw(t, "ids"))
	var rows []reading.Row
	for _, id := range ids {
		rows = append(rows, row(t, id, head.Categories))
	}
	for _, r := range rows {
		for _, p := range r.Parameters {
			head.Parameters = append(head.Parameters, p.Name)
		}
	}
	head.Parameters = distinct(head.Parameters)
	if rapid.Bool().Draw(t, "in one column") {
		head.Parameters = nil
	}
	return head, rows
}

type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func write(t fatal, format writing.Format, head writing.Head, rows []reading.Row) []byte {
	t.Helper()
	var to bytes.Buffer
	w, err := writing.New(format, &to, head)
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	for _, r := range rows {
		if err := w.Write(writing.Good{Row: r}); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return to.Bytes()
}

// read returns the goods of a list, which has no problems.
func read(t fatal, data []byte) (*reading.Reader, []reading.Row) {
	t.Helper()
	r, err := reading.Open(bytes.NewReader(data), reading.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	var rows []reading.Row
	for {
		row, err := r.Next()
		if err == io.EOF { //nolint:errorlint // as it is promised
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		rows = append(rows, row)
	}
	if r.Failed() {
		t.Fatalf("%+v\n%s", r.Problems(), data)
	}
	return r, rows
}

var noPlace = cmpopts.IgnoreFields(reading.Row{}, "Line", "Sheet")

func TestReadingBackChangesNothing(t *testing.T) {
	t.Parallel()
	for _, format := range writing.Formats {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				head, rows := made(t)
				data := write(t, format, head, rows)
				r, got := read(t, data)
				if diff := cmp.Diff(rows, got, noPlace, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("(-written +read)\n%s\n%s", diff, data)
				}
				if format == writing.CSV || format == writing.XLSX {
					return
				}
				if said := r.Head(); said.Shop != head.Shop || said.URL != head.URL {
					t.Fatalf("the shop is %+v", said)
				}
			})
		})
	}
}

// full is a good whose texts are as long as they may be.
func full(n int) reading.Row {
	r := reading.Row{
		ExternalID: fmt.Sprintf("%0100d", n), Category: "Чай", Name: strings.Repeat("ы", 500), Model: strings.Repeat("м", 255),
		Description: strings.Repeat("Долго.\n", 19_990/7) + "конец", URL: "https://example.com/" + strings.Repeat("u", 1_980),
		Price: money.MaxPrice, HasPrice: true, Quantity: 1_000_000_000, HasQuantity: true,
		Vendor: strings.Repeat("в", 255), VendorCode: strings.Repeat("к", 255), MinQuantity: 1_000_000, Multiple: 1_000_000,
	}
	for i := range 25 {
		r.Parameters = append(r.Parameters, reading.Parameter{Name: fmt.Sprintf("%0100d", i), Value: strings.Repeat("з", 1_000)})
	}
	for i := range 10 {
		r.Pictures = append(r.Pictures, fmt.Sprintf("https://example.com/%d%s", i, strings.Repeat("p", 1_970)))
	}
	return r
}

func TestLongTexts(t *testing.T) {
	t.Parallel()
	rows := []reading.Row{full(1), full(2)}
	head := writing.Head{Categories: []string{"Чай"}}
	for _, p := range rows[0].Parameters {
		head.Parameters = append(head.Parameters, p.Name)
	}
	for _, format := range writing.Formats {
		_, got := read(t, write(t, format, head, rows))
		if diff := cmp.Diff(rows, got, noPlace, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-written +read)\n%s", format, diff)
		}
	}
}

// What is asked for wrongly is told, and never written half.
func TestRefusals(t *testing.T) {
	t.Parallel()
	if _, err := writing.New("pdf", io.Discard, writing.Head{}); err != writing.Unknown { //nolint:errorlint // the very one
		t.Errorf("an unknown format: %v", err)
	}
	if _, err := writing.Parse("PDF"); err != writing.Unknown { //nolint:errorlint // the very one
		t.Errorf("an unknown format: %v", err)
	}
	for _, format := range []writing.Format{writing.YAML, writing.JSON, writing.YML} {
		w, err := writing.New(format, io.Discard, writing.Head{Categories: []string{"Чай"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(writing.Good{Row: reading.Row{Category: "Кофе"}}); err == nil {
			t.Errorf("%s: a category that is not declared", format)
		}
		if err := w.Close(); err == nil {
			t.Errorf("%s: closed as if it were whole", format)
		}
	}
}

// broken refuses everything after so many bytes.
type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestAWriterThatFails(t *testing.T) {
	t.Parallel()
	for _, format := range writing.Formats {
		size := len(write(t, format, writing.Head{Categories: []string{"Чай"}}, []reading.Row{full(1)}))
		for _, left := range []int{0, 10, size / 2, size - 1} {
			w, err := writing.New(format, &broken{left}, writing.Head{Categories: []string{"Чай"}})
			if err != nil {
				continue
			}
			err = w.Write(writing.Good{Row: full(1)})
			if closed := w.Close(); err == nil && closed == nil {
				t.Errorf("%s: nobody said that it failed after %d of %d bytes", format, left, size)
			}
		}
	}
}
