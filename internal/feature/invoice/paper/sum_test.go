package paper

import (
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func TestTotals(t *testing.T) {
	t.Parallel()
	line := func(vat string, total money.Kopecks, quantity int64) Line {
		return Line{VAT: vat, Price: total / money.Kopecks(max(1, quantity)), Quantity: quantity, Total: total, Ordered: quantity}
	}
	kilos := line("none", 30, 3)
	kilos.UnitCode = "166"
	d := Document{
		Date: time.Date(2026, time.February, 1, 0, 0, 0, 0, time.UTC),
		Sections: []Section{
			// VAT is rounded on each line: 18.03 twice, not 36.07 of both.
			{Lines: []Line{line("20", 100_00, 1), line("22", 100_00, 2), line("22", 0, 0)}},
			{Lines: []Line{line("10", 110_00, 4), kilos, line("", 7, 1), line("0", 5, 1)}},
			{},
		},
	}
	want := Totals{
		Sum: Sum{Lines: 6, Quantity: 12, Net: 264_36, VAT: 46_06, Total: 310_42},
		Sections: []Sum{
			{Lines: 2, Quantity: 3, Unit: "796", Net: 163_94, VAT: 36_06, Total: 200_00},
			{Lines: 4, Quantity: 9, Net: 100_42, VAT: 10_00, Total: 110_42},
			{},
		},
		Rates: []RateSum{
			{22, Sum{Lines: 2, Quantity: 3, Unit: "796", Net: 163_94, VAT: 36_06, Total: 200_00}},
			{10, Sum{Lines: 1, Quantity: 4, Unit: "796", Net: 100_00, VAT: 10_00, Total: 110_00}},
			{0, Sum{Lines: 1, Quantity: 1, Unit: "796", Net: 5, Total: 5}},
			{Exempt, Sum{Lines: 1, Quantity: 3, Unit: "166", Net: 30, Total: 30}},
			{NotSaid, Sum{Lines: 1, Quantity: 1, Unit: "796", Net: 7, Total: 7}},
		},
	}
	if diff := cmp.Diff(want, d.Totals()); diff != "" {
		t.Error(diff)
	}
}

// The sums of the sections, of the rates and of the lines are the total.
func TestSumsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t)
		totals := d.Totals()
		var lines, sections, rates Sum
		for i, s := range d.Sections {
			for _, l := range s.Lines {
				if l.Quantity > 0 {
					lines.Lines++
					lines.Total += l.Total
					lines.VAT += RateOn(l.VAT, d.Date).In(l.Total)
				}
			}
			plus(&sections, totals.Sections[i])
		}
		for _, r := range totals.Rates {
			plus(&rates, r.Sum)
		}
		lines.Net = lines.Total - lines.VAT
		want := totals.Sum
		want.Unit, want.Quantity = "", 0
		for name, got := range map[string]Sum{"lines": lines, "sections": sections, "rates": rates} {
			if got != want {
				t.Errorf("the sum of the %s is %+v, the total %+v", name, got, want)
			}
		}
	})
}

func plus(s *Sum, more Sum) {
	s.Lines += more.Lines
	s.Net += more.Net
	s.VAT += more.VAT
	s.Total += more.Total
}

func TestSumsAtTheExtremes(t *testing.T) {
	t.Parallel()
	at := func(lines ...Line) Document {
		d := sample(1, 0)
		for _, l := range lines {
			l.VAT = "22"
			l.Total += l.Price * money.Kopecks(l.Quantity)
			d.Sections[0].Lines = append(d.Sections[0].Lines, l)
		}
		return d
	}
	fits := at(Line{Price: math.MaxInt64 - 1, Quantity: 1}, Line{Price: 1, Quantity: 1})
	sum := fits.Totals().Sum
	if sum.Total != math.MaxInt64 || sum.Net+sum.VAT != sum.Total || sum.VAT != 1_663_231_023_039_385_801 {
		t.Errorf("%+v", sum)
	}
	for name, c := range map[string]struct {
		d    Document
		want error
	}{
		"fits":               {fits, nil},
		"nothing":            {at(Line{Price: 5}), nil},
		"one kopeck more":    {at(Line{Price: math.MaxInt64, Quantity: 1}, Line{Price: 1, Quantity: 1}), errUnfit},
		"a negative price":   {at(Line{Price: 5, Quantity: 1}, Line{Price: -1, Quantity: 1}), errUnfit},
		"negative both":      {at(Line{Price: 5, Quantity: 5}, Line{Price: -1, Quantity: -1}), errUnfit},
		"a product too long": {at(Line{Price: 1 << 62, Quantity: 4}), errUnfit},
		"another total":      {at(Line{Price: 5, Quantity: 1, Total: 1}), errUnfit},
		"too many":           {at(Line{Quantity: math.MaxInt64}, Line{Quantity: 1}), errUnfit},
	} {
		if err := WritePDF(io.Discard, c.d); !errors.Is(err, c.want) {
			t.Errorf("%s: PDF: %v", name, err)
		}
		if err := WriteXLSX(io.Discard, c.d); !errors.Is(err, c.want) {
			t.Errorf("%s: XLSX: %v", name, err)
		}
	}
}
