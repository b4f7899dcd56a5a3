package paper

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensed"
	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func pdfOf(t rapid.TB, d Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WritePDF(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sumsOf are the amounts of a row.
func sumsOf(t rapid.TB, r printed) Sum {
	s := Sum{Net: amountOf(t, r[7]), Total: amountOf(t, r[10])}
	if amountText.MatchString(r[9]) {
		s.VAT = amountOf(t, r[9])
	}
	return s
}

// amountsOf are those of a sum.
func amountsOf(s Sum) Sum { return Sum{Net: s.Net, VAT: s.VAT, Total: s.Total} }

// What stands on the pages is the document: its lines, the sums of its pages and
// sections, and the total.
func TestPDFHoldsTheTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t)
		pages := readBack(t, d)
		want := d.Totals()
		var lines, ofPages Sum
		var sections []Sum
		total, numbered := Sum{}, 0
		for _, page := range pages {
			ofPage := Sum{}
			for _, r := range printedRows(page) {
				sum := sumsOf(t, r)
				switch label := strings.Join(r[:firstSum], ""); {
				case label == "Всего по накладной":
					total = sum
				case label == "Итого по странице":
					if sum != ofPage {
						t.Fatalf("the lines of a page are %+v, its sum %+v", ofPage, sum)
					}
					plus(&ofPages, sum)
				case strings.HasPrefix(label, "Итого по разделу "):
					sections = append(sections, sum)
				case r[0] == count(int64(numbered+1)):
					numbered++
					plus(&ofPage, sum)
					plus(&lines, sum)
				default:
					t.Fatalf("an unknown row: %q", r)
				}
			}
		}
		if numbered != want.Lines {
			t.Errorf("%d lines of %d", numbered, want.Lines)
		}
		for name, got := range map[string]Sum{"total": total, "lines": lines, "pages": ofPages} {
			if got != amountsOf(want.Sum) {
				t.Errorf("%s: %+v, want %+v", name, got, want.Sum)
			}
		}
		if len(d.Sections) > 1 {
			for i, got := range sections {
				if got != amountsOf(want.Sections[i]) {
					t.Errorf("section %d: %+v, want %+v", i, got, want.Sections[i])
				}
			}
			if len(sections) != len(want.Sections) {
				t.Errorf("sums of %d sections of %d", len(sections), len(want.Sections))
			}
		}
		if words := "Всего на сумму: " + Words(want.Total); !strings.Contains(textOf(pages[len(pages)-1]), words) {
			t.Errorf("no %q", words)
		}
	})
}

func readBack(t rapid.TB, d Document) [][]piece {
	t.Helper()
	pages := pdfPages(t, pdfOf(t, d))
	for i, page := range pages {
		inside(t, page)
		if want := fmt.Sprintf("Страница %d из %d", i+1, len(pages)); !strings.Contains(textOf(page), want) {
			t.Fatalf("page %d does not say %q", i+1, want)
		}
	}
	return pages
}

// inside fails when a text of a page is outside of it, or the table runs into
// what stands at the foot.
func inside(t rapid.TB, page []piece) {
	t.Helper()
	for i, p := range page {
		foot := i >= len(page)-3
		if p.x < margin-0.01 || p.x > pageWidth-margin || p.y < margin || foot != (p.y > footerAt) || p.y > pageHeight-5 {
			t.Fatalf("%q stands at %.1f, %.1f", p.text, p.x, p.y)
		}
	}
}

// textOf is the text of a page, wrapped lines made one.
func textOf(page []piece) string {
	var b strings.Builder
	for _, p := range page {
		b.WriteString(p.text)
		b.WriteByte(' ')
	}
	return b.String()
}

func TestLongName(t *testing.T) {
	t.Parallel()
	d := sample(1, 1)
	for name, text := range map[string]string{
		"letters without blanks": strings.Repeat("Ш", 480),
		"words":                  strings.TrimSpace(strings.Repeat("товар для дома ", 40)),
	} {
		d.Sections[0].Lines[0].Name, d.Sections[0].Lines[0].Model = text, ""
		var got []string
		for _, p := range readBack(t, d)[0] {
			if p.x > columns[0].width+margin && p.x < margin+columns[0].width+2 && strings.Contains(text, p.text) {
				got = append(got, p.text)
			}
		}
		if joined := strings.Join(got, " "); joined != text && strings.ReplaceAll(joined, " ", "") != text {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSameBytes(t *testing.T) {
	t.Parallel()
	d := sample(2, 3)
	first := pdfOf(t, d)
	table := xlsxOf(t, d)
	for _, key := range []string{"/CreationDate", "/ModDate"} {
		if !bytes.Contains(first, []byte(key+" (D:20260303133000)")) {
			t.Errorf("%s is not when the document was made", key)
		}
	}
	for range 20 {
		if !bytes.Equal(pdfOf(t, d), first) {
			t.Fatal("the same document is another PDF")
		}
		if !bytes.Equal(xlsxOf(t, d), table) {
			t.Fatal("the same document is another XLSX")
		}
	}
}

// Every character that there is can be written, in both styles, and that leaves
// the fonts, which all documents share, as they are: of some glyphs the library
// would write over them.
func TestEveryCharacter(t *testing.T) {
	t.Parallel()
	var all []rune
	for r := rune(' '); r < 0x11000; r++ {
		all = append(all, r)
	}
	d := sample(1, 0)
	for part := range slices.Chunk(all, 300) {
		d.Sections = append(d.Sections, Section{Supplier: Party{Name: string(part)}, Lines: []Line{{Name: string(part), Quantity: 1}}})
	}
	before := [][]byte{bytes.Clone(dejavusanscondensed.TTF), bytes.Clone(dejavusanscondensedbold.TTF)}
	readBack(t, d)
	if !bytes.Equal(before[0], dejavusanscondensed.TTF) || !bytes.Equal(before[1], dejavusanscondensedbold.TTF) {
		t.Error("the font was changed")
	}
}

func TestHugeAmounts(t *testing.T) {
	t.Parallel()
	d := sample(1, 1)
	l := &d.Sections[0].Lines[0]
	l.Price, l.Quantity = money.MaxPrice, 900_000
	l.Total, _ = l.Price.Times(l.Quantity)
	rows := printedRows(readBack(t, d)[0])
	if len(rows) != 3 || amountOf(t, rows[2][10]) != l.Total {
		t.Errorf("%q", rows)
	}
}
