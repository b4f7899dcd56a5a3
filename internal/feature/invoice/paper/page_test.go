package paper

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPages(t *testing.T) {
	t.Parallel()
	d := sample(1, 300)
	pages := readBack(t, d)
	if len(pages) < 10 {
		t.Errorf("%d pages", len(pages))
	}
	for i, page := range pages {
		text := textOf(page)
		for _, want := range []string{"Наименование, артикул", "Итого по странице", "версия 2, сделана 03.03.2026 16:30 МСК", notice} {
			if !strings.Contains(text, want) {
				t.Errorf("page %d does not say %q", i+1, want)
			}
		}
		lines := len(printedRows(page)) - 1
		if i == len(pages)-1 {
			lines-- // the total
		}
		if lines < 1 {
			t.Errorf("page %d has no line", i+1)
		}
	}
	all := textOf(pages[0])
	for _, want := range []string{
		"Накладная к заказу № 2026-000123 от 02.03.2026", "Состояние: подтверждён", "ООО «Торговая сеть», ИНН\u00a07701000000, КПП\u00a0770101001",
		"Поставщик ООО «Поставщик 1»", "Грузоотправитель он же", "Грузополучатель Иванов Пётр Сергеевич, +7 999 000-00-00, г. Тверь",
		"Основание заказ № 2026-000123 от 02.03.2026", "Чайник электрический «Весна» 1,7 л (белый), арт.\u00a0M-0", "AS000000 шт 796",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the first page does not say %q", want)
		}
	}
	last := textOf(pages[len(pages)-1])
	for _, want := range []string{"Накладная содержит триста порядковых номеров записей.", "Отпуск разрешил", "Груз получил грузополучатель"} {
		if !strings.Contains(last, want) {
			t.Errorf("the last page does not say %q", want)
		}
	}
}

// A shortage is seen, and what does not come at all stands apart, unnumbered.
func TestShortages(t *testing.T) {
	t.Parallel()
	pages := readBack(t, sample(2, 4))
	text := textOf(slices.Concat(pages...))
	for _, want := range []string{
		"Раздел 1. Заказ № 2026-000123/1. Поставщик: ООО «Поставщик 1», ИНН", "Раздел 2. Заказ № 2026-000123/2.", "2 заказано 5 ",
		absentHeading + " — Наушники", "0 заказано 3 — — — — —", "Накладная содержит шесть порядковых номеров записей.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

// Wherever the number of lines puts the end of the table, the sums and the
// signatures have a line above them on their page.
func TestTheEndIsNeverAlone(t *testing.T) {
	t.Parallel()
	for lines := range 45 {
		pages := readBack(t, sample(1, lines+1))
		last := printedRows(pages[len(pages)-1])
		if len(last) < 3 || last[len(last)-1][10] != decimal(sample(1, lines+1).Totals().Total) {
			t.Errorf("with %d lines the last of %d pages has the rows %q", lines+1, len(pages), last)
		}
	}
}

// A heading is on the page of what it heads, and the sum of a section on that of
// its last line.
func TestHeadingsAndSumsHoldOn(t *testing.T) {
	t.Parallel()
	for lines := range 24 {
		for i, page := range readBack(t, sample(2, lines+1)) {
			rows := printedRows(page)
			if label := strings.Join(rows[0][:firstSum], ""); strings.HasPrefix(label, "Итого по разделу") && !strings.Contains(textOf(page), "заказано") {
				t.Errorf("with %d lines page %d begins with %q", lines+1, i+1, label)
			}
			begins, goesOn := strings.Contains(textOf(page), " ₽ 11 Раздел "), strings.Contains(textOf(page), "(продолжение)")
			if goesOn != (i > 0 && !begins) {
				t.Errorf("with %d lines page %d says of a section that it goes on: %v", lines+1, i+1, goesOn)
			}
			end := slices.IndexFunc(page, func(p piece) bool { return p.text == "Итого по странице" })
			if last := page[end-1].text; last == absentHeading || strings.Contains(last, "к/с") {
				t.Errorf("with %d lines the last row of page %d is %q", lines+1, i+1, last)
			}
		}
	}
}

// The longest texts and all rates there are leave the end on the page with its
// row: readBack looks where everything stands.
func TestTheHighestRow(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Щ", 3000)
	for lines := range 12 {
		d := sample(2, lines+1)
		d.Buyer = Party{long, long, long, long, long, long, long, long}
		d.Receiver, d.Number, d.State = long, long, long
		for i := range d.Sections {
			d.Sections[i].Supplier, d.Sections[i].Number = d.Buyer, long
		}
		d.Sections[1].Lines = d.Sections[1].Lines[:1]
		l := &d.Sections[1].Lines[0]
		l.Name, l.Model, l.ExternalID, l.UnitName, l.UnitCode, l.Ordered = long, long, long, long, long, math.MaxInt64
		pages := readBack(t, d)
		if last := printedRows(pages[len(pages)-1]); len(last) < 4 {
			t.Errorf("the last page has the rows %q", last)
		}
	}
}

func TestPaginate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]row, rapid.IntRange(0, 30).Draw(t, "rows"))
		for i := range rows {
			rows[i] = row{of: i, height: rapid.Float64Range(1, 10).Draw(t, "height"), keep: rapid.IntRange(0, 9).Draw(t, "keep") > 6}
		}
		const first, rest, end = 80, 350, 40
		var all []row
		pages := paginate(rows, first, rest, end)
		for i, page := range pages {
			height := 0.0
			for _, r := range page {
				height += r.height
			}
			room := rest
			if i == 0 {
				room = first
			}
			if i == len(pages)-1 {
				height += end
			}
			switch {
			case height > float64(room):
				t.Errorf("page %d is %.1f high", i, height)
			case i > 0 && len(page) == 0:
				t.Errorf("page %d has no row", i)
			case i < len(pages)-1 && len(page) > 0 && page[len(page)-1].keep:
				t.Errorf("page %d ends with a row that keeps", i)
			}
			all = append(all, page...)
		}
		for i, r := range all {
			if r.of != i {
				t.Fatalf("row %d is where %d should be", r.of, i)
			}
		}
		if len(all) != len(rows) {
			t.Errorf("%d rows of %d", len(all), len(rows))
		}
	})
}
