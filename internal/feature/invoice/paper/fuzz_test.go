package paper

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzTexts: whatever the texts are, both forms are written and can be read, with
// nothing outside of the page.
func FuzzTexts(f *testing.F) {
	for i, text := range hostile {
		f.Add(short(text, 600), short(hostile[(i+3)%len(hostile)], 600), int64(i))
	}
	f.Fuzz(func(t *testing.T, one, other string, n int64) {
		d := sample(2, 5)
		d.Number, d.State, d.Version, d.Receiver = one, other, n, one
		d.Buyer = Party{one, other, one, other, one, other, one, other}
		d.Sections[0].Supplier, d.Sections[0].Number = d.Buyer, other
		for i := range d.Sections[0].Lines {
			l := &d.Sections[0].Lines[i]
			l.Name, l.Model, l.ExternalID, l.UnitCode, l.UnitName, l.Ordered = one, other, other, one, other, n
		}
		readBack(t, d)
		if rows := rawRows(t, d); len(rows) < headRows {
			t.Errorf("%d rows", len(rows))
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := clean(text)
		switch {
		case !utf8.ValidString(got), strings.ContainsFunc(got, unicode.IsControl), strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
			t.Errorf("%q is still in %q", text, got)
		case got != strings.Join(strings.Fields(got), " "):
			t.Errorf("%q has blanks at its ends or in a row", got)
		case utf8.RuneCountInString(got) > 2*maxText:
			t.Errorf("%d characters", utf8.RuneCountInString(got))
		case clean(got) != got:
			t.Errorf("%q is %q, and cleaned again %q", text, got, clean(got))
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                             "",
		" \t a\u00a0\r\n b ":           "a b",
		"a\x00b\x1b[31m":               "ab[31m",
		"\u202eобратно\u202c\ufeff":    "обратно",
		"\xff":                         "\ufffd",
		"😀":                            "😀",
		strings.Repeat("я", maxText):   strings.Repeat("я", maxText),
		strings.Repeat("я", maxText+1): strings.Repeat("я", maxText) + "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%.20q) = %.20q, want %.20q", in, got, want)
		}
	}
}

// One document costs a font and its rows: see the limits at WritePDF.
func BenchmarkPDF10(b *testing.B)  { benchmark(b, 10, pdfTo) }
func BenchmarkPDF300(b *testing.B) { benchmark(b, 300, pdfTo) }

func BenchmarkXLSX10(b *testing.B)  { benchmark(b, 10, xlsxTo) }
func BenchmarkXLSX300(b *testing.B) { benchmark(b, 300, xlsxTo) }

func pdfTo(b *bytes.Buffer, d Document) error  { return WritePDF(b, d) }
func xlsxTo(b *bytes.Buffer, d Document) error { return WriteXLSX(b, d) }

func benchmark(b *testing.B, lines int, write func(*bytes.Buffer, Document) error) {
	d := sample(1, lines)
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		var out bytes.Buffer
		if err := write(&out, d); err != nil {
			b.Fatal(err)
		}
		size = out.Len()
	}
	b.ReportMetric(float64(size), "bytes/document")
}
