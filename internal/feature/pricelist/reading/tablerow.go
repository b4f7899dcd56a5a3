package reading

import (
	"strconv"
	"strings"
	"unicode"
)

func itoa(n int) string { return strconv.Itoa(n) }

type rowKind int

const (
	rowOfGood rowKind = iota
	rowOfGroup
	rowOfNothing
)

// learnLooks learns how the names of goods look, to tell groups from them.
func (p *sheetPlan) learnLooks(rows []*tableRow) {
	price, name := p.has(FieldPrice), p.has(FieldName)
	if price < 0 || name < 0 {
		return
	}
	for _, row := range rows {
		switch {
		case clean(row.at(name).text) == "":
		case clean(row.at(price).text) != "":
			p.looks[lookOf(row, name)]++
		default:
			p.looks[lookOf(row, name)]--
		}
	}
}

// look is what a name looks like: its style, how deep its row is folded in, and
// whether blanks push it aside.
type look struct {
	style, level int
	pushed       bool
}

func lookOf(row *tableRow, name int) look {
	c := row.at(name)
	return look{c.style, row.level, strings.HasPrefix(c.text, "  ")}
}

// kind tells what a row is. A row that has a price, or anything that only goods
// have, is a good, whatever else it lacks: what is not a good is passed over,
// and that must not happen to one.
func (p *sheetPlan) kind(row *tableRow) rowKind {
	texts, all, begin := 0, 0, ""
	for _, c := range row.cells {
		text := clean(c.text)
		if text == "" {
			continue
		}
		all++
		if strings.IndexFunc(text, unicode.IsLetter) >= 0 {
			if texts++; begin == "" {
				begin = text
			}
		}
	}
	switch {
	case p.own && p.cellText(row, FieldID) != "" && !p.repeatsHeader(row):
		return rowOfGood
	case all == 0, p.numbering(row), p.repeatsHeader(row), totals.MatchString(begin) && p.unidentified(row):
		return rowOfNothing
	case p.headsGroup(row):
		return rowOfGroup
	case p.cellText(row, FieldPrice) != "" || row.failedAt(p.has(FieldPrice)):
		return rowOfGood
	case all == 1 && texts == 1:
		return rowOfGroup
	case all == 1:
		return rowOfNothing // the number of a page
	case p.has(FieldPrice) < 0 || texts == 0:
		return rowOfGood
	}
	for _, field := range []string{FieldUnit, FieldVendor, FieldBarcode, FieldCategory, FieldMultiple, FieldMinQuantity, FieldPictures, FieldURL, FieldPriceRRC} {
		if p.cellText(row, field) != "" {
			return rowOfGood
		}
	}
	if name := p.has(FieldName); name >= 0 && p.cellText(row, FieldName) != "" && p.looks[lookOf(row, name)] < 0 {
		return rowOfGroup
	}
	return rowOfGood
}

// headsGroup tells whether a row names a group and, in a column of prices, the
// column once more.
func (p *sheetPlan) headsGroup(row *tableRow) bool {
	for i := range p.columns {
		if p.columns[i].says.price == noPrice {
			continue
		}
		text := clean(row.at(i).text)
		if text != "" && strings.IndexFunc(text, unicode.IsDigit) < 0 && readHeader(text).price != noPrice {
			return true
		}
	}
	return false
}

// unidentified tells whether a row that says "in total" is no good by that name.
func (p *sheetPlan) unidentified(row *tableRow) bool {
	for _, field := range []string{FieldID, FieldVendorCode, FieldBarcode} {
		if text := p.cellText(row, field); text != "" && !totals.MatchString(text) {
			return false
		}
	}
	return true
}

func (p *sheetPlan) cellText(row *tableRow, field string) string {
	column := p.has(field)
	if column < 0 {
		return ""
	}
	return clean(row.at(column).text)
}

func (r *tableRow) failedAt(column int) bool { return column >= 0 && r.at(column).failed }

// groupName is the name that a row gives to the goods below it.
func (p *sheetPlan) groupName(row *tableRow) string {
	name := p.cellText(row, FieldName)
	for _, c := range row.cells {
		if text := clean(c.text); name == "" && strings.IndexFunc(text, unicode.IsLetter) >= 0 {
			name = text
		}
	}
	return first(name, maxCategory)
}

// first returns the first characters of a text.
func first(s string, most int) string {
	if !longer(s, most) {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:most]))
}
