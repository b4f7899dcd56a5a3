package reading

import "strings"

// warehouses gives the field of a quantity to the further columns whose headers
// differ from the chosen one only after their first word, and speak of a place.
func (p *sheetPlan) warehouses(chosen int) {
	first, _, _ := strings.Cut(foldHeader(p.columns[chosen].header), " ")
	place := func(i int) bool { return strings.Contains(foldHeader(p.columns[i].header), "склад") }
	if !place(chosen) {
		return
	}
	for i := range p.columns {
		c := &p.columns[i]
		if word, _, _ := strings.Cut(foldHeader(c.header), " "); c.field == "" && c.says.field == FieldQuantity && word == first && place(i) {
			p.give(i, FieldQuantity, WhyHeader)
		}
	}
}

// choosePrice finds the columns of the price and of the recommended price by
// their headers. With a wholesale price beside it, a plain one that is never
// lower is the recommended one. Columns that are alike leave a choice to people.
func (p *sheetPlan) choosePrice() {
	if p.has(FieldPrice) < 0 {
		var found []int
		for i := range p.columns {
			c := &p.columns[i]
			if class := c.says.price; c.field != "" || class == noPrice || class == formerPrice || !c.facts.numeric() && c.facts.numbers == 0 {
				continue
			}
			switch {
			case len(found) == 0 || p.columns[i].says.price == p.columns[found[0]].says.price:
				found = append(found, i)
			case p.columns[i].says.price < p.columns[found[0]].says.price:
				found = []int{i}
			}
		}
		if len(found) > 1 {
			p.choice = found
		}
		if len(found) == 1 {
			p.give(found[0], FieldPrice, WhyHeader)
		}
	}
	price := p.has(FieldPrice)
	if price < 0 || p.has(FieldPriceRRC) >= 0 {
		return
	}
	for _, class := range []priceClass{recommended, plainPrice, plainWithVAT} {
		for i := range p.columns {
			c := &p.columns[i]
			if c.field == "" && c.says.price == class && c.facts.numbers > 0 &&
				(class == recommended || p.columns[price].says.price == purchase && c.facts.median() >= p.columns[price].facts.median()) {
				p.give(i, FieldPriceRRC, map[bool]string{true: WhyHeader, false: WhyValues}[class == recommended])
				return
			}
		}
	}
}
