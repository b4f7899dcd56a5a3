package reading

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// fill gives v the fields of a row, until that of the next row.
func (p *sheetPlan) fill(v *value, row *tableRow, category string) {
	var parameters, pictures, quantities *value
	if p.cells == nil {
		p.cells = make([]value, len(p.columns))
	}
	for i := range p.columns {
		plan := &p.columns[i]
		if plan.field == "" || plan.field == FieldIgnore {
			continue
		}
		c := row.at(i)
		one := &p.cells[i]
		*one = value{kind: textKind, line: row.number, text: c.text}
		if p.sheet != "" {
			one.cell = place(i, row.number)
		}
		if c.failed && essential[plan.field] {
			v.remark(noteFormula, row.number, plan.field)
		}
		if isNumber[plan.field] && !c.number {
			written, ok := plan.commas.write(c.text)
			if !ok {
				v.remark(noteCommas, row.number, plan.field, c.text)
			}
			one.text = written
		}
		blank := clean(c.text) == ""
		switch plan.field {
		case FieldParameter:
			if plan.joined {
				parameters = p.joined(v, parameters, one)
			} else {
				parameters = p.parameter(v, parameters, one, plan.parameter, blank)
			}
		case FieldPictures:
			pictures = p.pictures(v, pictures, one)
		case FieldQuantity:
			switch {
			case quantities == nil:
				quantities = one
				v.add(plan.field, one)
			case !blank:
				addQuantity(quantities, one)
			}
		default:
			if !blank || essential[plan.field] {
				v.add(plan.field, one)
			}
		}
	}
	p.complete(v, row, category)
}

// essential are the fields without which a row is no good: it is said which cell
// of them is blank.
var essential = map[string]bool{FieldID: true, FieldName: true, FieldPrice: true, FieldQuantity: true}

// isNumber are the fields in which a comma may part thousands.
var isNumber = map[string]bool{
	FieldPrice: true, FieldPriceRRC: true, FieldQuantity: true, FieldMinQuantity: true, FieldMultiple: true,
}

// complete adds what a row does not say by itself: its id, category and currency.
func (p *sheetPlan) complete(v *value, row *tableRow, category string) {
	name, code := v.get(FieldName), v.get(FieldVendorCode)
	switch {
	case p.named == FieldID:
	case p.named == FieldVendorCode && code != nil:
		v.add(FieldID, code)
	case name != nil && clean(name.text) != "":
		id := *name
		id.text = idOfName(name.text)
		v.add(FieldID, &id)
	}
	if v.get(FieldCategory) == nil && name != nil {
		v.add(FieldCategory, &value{kind: textKind, line: row.number, text: category})
	}
	if v.get(FieldCurrency) == nil {
		currency := p.currency
		if price := p.has(FieldPrice); price >= 0 {
			if c := row.at(price); c.currency != "" {
				currency = c.currency
			} else if said := p.columns[price].currency; said != "" {
				currency = said
			}
		}
		if currency != "" {
			v.add(FieldCurrency, &value{kind: textKind, line: row.number, text: currency})
		}
	}
}

// idOfName is the id of a good that has no other: its name, and of a long one the
// beginning and a fingerprint.
func idOfName(name string) string {
	name = clean(name)
	if !longer(name, maxID) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return string([]rune(name)[:maxID-20]) + "#" + hex.EncodeToString(sum[:8])
}

func (p *sheetPlan) parameter(v, parameters, one *value, name string, blank bool) *value {
	if blank {
		return parameters
	}
	if parameters == nil {
		parameters = &value{kind: objectKind, line: one.line, cell: one.cell}
		v.add("parameters", parameters)
	}
	parameters.add(name, one)
	return parameters
}

// pictures takes the addresses of a cell, which stand there one after another.
func (p *sheetPlan) pictures(v, pictures, one *value) *value {
	found := addresses(one.text)
	if p.own { // each on a line, whatever is in it
		found = strings.FieldsFunc(one.text, func(c rune) bool { return c == '\n' })
	}
	for _, address := range found {
		if pictures == nil {
			pictures = &value{kind: listKind, line: one.line, cell: one.cell}
			v.add(FieldPictures, pictures)
		}
		each := *one
		each.text = address
		pictures.list = append(pictures.list, &each)
	}
	return pictures
}

// addresses cuts a text before every "http".
func addresses(s string) []string {
	var all []string
	for s = clean(s); s != ""; {
		end := len(s)
		for _, scheme := range []string{"http://", "https://"} {
			if i := strings.Index(s[1:], scheme); i >= 0 {
				end = min(end, i+1)
			}
		}
		if one := strings.Trim(s[:end], " ,;|"); one != "" {
			all = append(all, one)
		}
		s = s[end:]
	}
	return all
}

// addQuantity makes a list of the stocks of several warehouses.
func addQuantity(to, one *value) {
	if to.kind != listKind {
		first := *to
		to.kind, to.list = listKind, nil
		if clean(first.text) != "" {
			to.list = append(to.list, &first)
		}
	}
	to.list = append(to.list, one)
}

func (v *value) add(key string, inner *value) {
	v.fields = append(v.fields, field{key: key, line: inner.line, value: inner})
}
