package pricelist

import (
	"fmt"
	"math"

	"zakup/internal/feature/catalog"
	"zakup/internal/platform/fault"
)

// Limits are what a shop lets a list do without a person's decision.
type Limits struct {
	WithdrawnPercent int64 // of the offers for sale may be absent; 100: any number
	PricePercent     int64 // of the old price may the median be, or the other way round
}

// usual are the limits of a shop that has set none.
var usual = Limits{WithdrawnPercent: 50, PricePercent: 200}

// Of a few goods everything may change in a day.
const (
	fewWithdrawn = 5 // so many must vanish before their share counts
	fewPrices    = 3 // and so many have two prices before the median counts
)

// Reason tells why a list is held.
type Reason struct {
	Code string // stable, for machines
	Text fault.Text
}

// WhyHeld tells why the import waits for a person, or waited.
func (i Import) WhyHeld() fault.Text { return together(i.Held) }

// together makes one text of the reasons.
func together(reasons []Reason) (t fault.Text) {
	for n, r := range reasons {
		if n > 0 {
			t.RU, t.EN = t.RU+"; ", t.EN+"; "
		}
		t.RU, t.EN = t.RU+r.Text.RU, t.EN+r.Text.EN
	}
	return t
}

// hold tells what about a list looks wrong: nothing, mostly.
func (m Limits) hold(i Import, before string, d catalog.Difference) []Reason {
	var list []Reason
	add := func(code, ru, en string) { list = append(list, Reason{code, fault.Text{RU: ru, EN: en}}) }
	switch gone := d.Withdrawn; {
	case i.Rows == 0 && !i.Partial:
		add("empty_list",
			fmt.Sprintf("В прайс-листе нет товаров: с продажи снимутся все %d", d.Before),
			fmt.Sprintf("The list has no goods: all %d offers would be withdrawn", d.Before))
	case gone >= fewWithdrawn && gone*100 > d.Before*m.WithdrawnPercent:
		add("many_withdrawn",
			fmt.Sprintf("С продажи снимется %d из %d товаров, больше %d %%", gone, d.Before, m.WithdrawnPercent),
			fmt.Sprintf("%d of %d offers would be withdrawn, more than %d %%", gone, d.Before, m.WithdrawnPercent))
	}
	if d.Compared >= fewPrices && math.Max(d.Median, 1/d.Median)*100 >= float64(m.PricePercent) {
		add("price_moved",
			fmt.Sprintf("Цены изменятся: новая к старой как %.4g к 1 (медиана; сравнено товаров: %d)", d.Median, d.Compared),
			fmt.Sprintf("Prices would change by a factor of %.4g (the median of %d offers)", d.Median, d.Compared))
	}
	if foreign(i.Currency) && i.Currency != before {
		add("currency_changed",
			"Цены указаны в валюте "+i.Currency+"; если применить, те же числа будут рублями",
			"The prices are in "+i.Currency+"; when applied, the same numbers are roubles")
	}
	return list
}

// foreign tells a currency other than the one of the catalogue.
func foreign(currency string) bool { return currency != "" && currency != "RUB" }
