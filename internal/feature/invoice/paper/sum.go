package paper

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"zakup/internal/platform/money"
)

// Sum is the sum of some lines.
type Sum struct {
	Lines    int
	Quantity int64 // meaningless when Unit is empty
	Unit     string
	Net, VAT money.Kopecks
	Total    money.Kopecks // Net + VAT
}

// RateSum is the sum of the lines of one rate.
type RateSum struct {
	Rate Rate
	Sum
}

// Totals is what the document sums up, lines of quantity 0 left out.
type Totals struct {
	Sum
	Sections []Sum     // in the order of the sections
	Rates    []RateSum // the highest rate first, then Exempt and NotSaid; those that occur
}

// amounts are what is calculated of one line.
type amounts struct {
	rate     Rate
	quantity int64
	unit     string
	price    money.Kopecks // net, of one piece, for information
	net, vat money.Kopecks
	total    money.Kopecks
}

// amounts calculates a line by the rates of a moment.
func (l Line) amounts(at time.Time) amounts {
	rate := RateOn(l.VAT, at)
	name, code := l.unit()
	a := amounts{rate: rate, quantity: l.Quantity, unit: cmp.Or(code, name), vat: rate.In(l.Total), total: l.Total}
	a.net = a.total - a.vat
	if l.Quantity > 0 {
		a.price = money.Kopecks(portion(int64(a.net), 1, uint64(l.Quantity)))
	}
	return a
}

// add adds a line. Pieces and kilograms have no sum, so the quantity is summed
// while all lines have one unit.
func (s *Sum) add(a amounts) {
	if s.Lines == 0 {
		s.Unit = a.unit
	} else if s.Unit != a.unit {
		s.Unit = ""
	}
	s.Lines++
	s.Quantity += a.quantity
	s.Net += a.net
	s.VAT += a.vat
	s.Total += a.total
}

// Totals sums the document up. Its amounts fit when the sum of the totals fits
// into an int64, as that of an order does; WritePDF and WriteXLSX refuse others.
func (d Document) Totals() Totals {
	t := Totals{Sections: make([]Sum, len(d.Sections))}
	rates := map[Rate]*Sum{}
	for i, s := range d.Sections {
		delivered, _ := s.split()
		for _, l := range delivered {
			a := l.amounts(d.Date)
			if rates[a.rate] == nil {
				rates[a.rate] = &Sum{}
			}
			t.add(a)
			t.Sections[i].add(a)
			rates[a.rate].add(a)
		}
	}
	for rate, sum := range rates {
		t.Rates = append(t.Rates, RateSum{rate, *sum})
	}
	slices.SortFunc(t.Rates, func(a, b RateSum) int { return cmp.Compare(b.Rate, a.Rate) })
	return t
}

// errUnfit is a document that no order can be.
var errUnfit = errors.New("its total is not its price × its quantity, it is negative, or the sum does not fit")

// check refuses what the sums are not made for.
func (d Document) check() error {
	var sum money.Kopecks
	var quantity int64
	for _, s := range d.Sections {
		delivered, _ := s.split()
		for _, l := range delivered {
			total, ok := l.Price.Times(l.Quantity)
			sum += l.Total
			quantity += l.Quantity
			// A sum that does not fit has turned negative.
			if !ok || total != l.Total || l.Total < 0 || l.Quantity < 0 || sum < 0 || quantity < 0 {
				return fmt.Errorf("paper: document %q, line %q: %w", d.Number, l.Name, errUnfit)
			}
		}
	}
	return nil
}
