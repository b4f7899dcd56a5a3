// Package paper owns how the document of an order looks: its sums, its VAT, its
// words, and its two forms, PDF and XLSX. It knows neither the database nor how
// orders live; who calls it hands over a Document.
//
// It promises that both forms hold the same rows and the same amounts, those of
// Totals to the kopeck; that the same Document is the same bytes; and that no
// text in a Document can break a form or become a formula. Amounts are in kopecks
// and include VAT unless a name says net.
//
// There is one rounding rule. VAT is calculated on the total of a line, rounded
// half up to a kopeck; what is left is the net amount; every other amount is a
// sum of these. The net price of a piece is for information, nothing follows
// from it.
package paper

import (
	"time"

	"zakup/internal/platform/money"
)

// Document is what the paper says. Its texts may hold anything: what can't be
// printed is left out, and what is too long for its place ends in "…".
type Document struct {
	Number   string    // of the order, such as 2026-000123, or 2026-000123/1 of a part
	Version  int64     // of the order: a change of the order makes another document
	Date     time.Time // when the order was placed; the VAT rates are those of this day in Moscow
	Made     time.Time
	State    string // in Russian, as people read it
	Buyer    Party  // who pays
	Receiver string // who takes the goods, and a phone
	Address  string // where they are delivered
	Sections []Section
}

// Party is a firm with its requisites; an empty field is not printed.
type Party struct{ Name, INN, KPP, Address, Bank, BIK, Account, Correspondent string }

// Section is what one supplier delivers.
type Section struct {
	Number   string // of the part of the order
	Supplier Party
	Lines    []Line
}

// Line is a row of the document. One of quantity 0 is not delivered: it is shown
// apart, behind the others of its section, has no number and is in no sum.
type Line struct {
	Name, Model, ExternalID string
	UnitCode, UnitName      string // by ОКЕИ; both empty: pieces (796, шт)
	Price                   money.Kopecks
	Quantity                int64
	Total                   money.Kopecks // Price × Quantity; a document that says otherwise is refused
	VAT                     string        // a rate in percent, "none", or "" when not said: see RateOn
	Ordered                 int64         // when it differs from Quantity, the row says so; 0: it does not
}

// moscow is the zone of the dates: no daylight saving since 2014, and before that
// no rate has changed that is known here.
var moscow = time.FixedZone("МСК", 3*60*60)

const (
	dayFormat  = "02.01.2006"
	timeFormat = "02.01.2006 15:04"
)

// title is the heading of the document.
func (d Document) title() string {
	return "Накладная к заказу № " + clean(d.Number) + " от " + d.Date.In(moscow).Format(dayFormat)
}

// notice says what the document is not. The law wants its own forms, and only who
// ships can issue them.
const notice = "Документ к заказу на площадке. Товарную накладную или УПД выписывает поставщик."

// versionText tells two documents of one order apart.
func (d Document) versionText() string {
	return "версия " + count(d.Version) + ", сделана " + d.Made.In(moscow).Format(timeFormat) + " МСК"
}

// frontLabels are the labels above the table.
var frontLabels = [5]string{"Поставщик", "Грузоотправитель", "Грузополучатель", "Плательщик", "Основание"}

// front returns the texts behind them. A document of several suppliers says who
// delivers what in the headings of its sections.
func (d Document) front() [len(frontLabels)]string {
	supplier, shipper := "указаны в разделах накладной ("+count(int64(len(d.Sections)))+")", "поставщик раздела"
	if len(d.Sections) == 1 {
		supplier, shipper = d.Sections[0].Supplier.text(), "он же"
	}
	return [...]string{
		supplier, shipper, joined(clean(d.Receiver), clean(d.Address)), d.Buyer.text(),
		"заказ № " + clean(d.Number) + " от " + d.Date.In(moscow).Format(dayFormat) + "; " + d.versionText(),
	}
}

// text is the party in one line, in the order of the forms.
func (p Party) text() string {
	named := func(name, value string) string {
		if value = clean(value); value != "" {
			value = name + space + value
		}
		return value
	}
	return joined(clean(p.Name), named("ИНН", p.INN), named("КПП", p.KPP), clean(p.Address),
		named("р/с", p.Account), named("банк", p.Bank), named("БИК", p.BIK), named("к/с", p.Correspondent))
}

// heading is the first row of a section.
func (s Section) heading(n int) string {
	text := "Раздел " + count(int64(n)) + ". Заказ № " + clean(s.Number) + "."
	if supplier := s.Supplier.text(); supplier != "" {
		text += " Поставщик: " + supplier
	}
	return text
}

// unit returns the name of the measure and its code.
func (l Line) unit() (name, code string) {
	name, code = clean(l.UnitName), clean(l.UnitCode)
	if name == "" && code == "" {
		return "шт", "796"
	}
	return name, code
}

// title is the name of the good, with its article.
func (l Line) title() string {
	name, model := clean(l.Name), clean(l.Model)
	if model != "" {
		model = "арт." + space + model
	}
	return joined(name, model)
}

// note says how much was ordered, when that is not what is delivered.
func (l Line) note() string {
	if l.Ordered == 0 || l.Ordered == l.Quantity {
		return ""
	}
	return "заказано " + count(l.Ordered)
}

// absentHeading stands above the lines that are not delivered.
const absentHeading = "Не поставляется (в суммы не входит)"

// split parts the lines of a section into what is delivered and what is not.
func (s Section) split() (delivered, absent []Line) {
	for _, l := range s.Lines {
		if l.Quantity == 0 {
			absent = append(absent, l)
		} else {
			delivered = append(delivered, l)
		}
	}
	return delivered, absent
}
