package reading

import (
	"regexp"
	"strings"
)

// inStock is the quantity of a good that is in stock, nobody says how much of
// it: no more is promised to a buyer than what the list says, that there is one.
const inStock = 1

// good makes one of an offer, until the next. oldprice is the price before a discount: it
// is not the recommended one, for which YML has no element.
func (d *ymlDocument) good(e *element) *value {
	v := &value{kind: objectKind, line: e.line}
	if id := e.attribute("id"); id != "" {
		v.set("id", id, e.line)
	}
	ymlPrice(v, e, d.currency)
	ymlQuantity(v, e, d.partial)
	if d.partial {
		return v
	}
	copyText := func(key string, names ...string) {
		if found := e.first(names...); found != nil {
			v.set(key, found.says(), found.line)
		}
	}
	copyText("category", "categoryId")
	if name, line := ymlName(e); name != "" {
		v.set("name", name, line)
	}
	if e.at("model") != nil { // our own lists say so that there is none
		copyText("model", "model")
	} else {
		copyText("model", "vendorCode")
	}
	copyText("description", "description")
	copyText("url", "url")
	copyText("vendor", "vendor")
	copyText("vendor_code", "vendorCode")
	copyText("vat", "vat")
	copyText("min_quantity", "min-quantity", "minQuantity")
	copyText("multiple", "step-quantity", "stepQuantity")
	copyText("price_rrc", "price_rrc") // this and unit are of our own lists
	if unit := e.at("unit"); unit != nil {
		v.set("unit", unit.says(), unit.line)
	}
	if quantum := e.at("quantum"); quantum != nil {
		for _, q := range [][2]string{{"min_quantity", "minQuantity"}, {"multiple", "stepQuantity"}} {
			if found := quantum.first(q[1]); found != nil && v.get(q[0]) == nil {
				v.set(q[0], found.says(), found.line)
			}
		}
	}
	var barcodes []string
	for _, one := range e.all("barcode") {
		barcodes = append(barcodes, one.says())
	}
	v.setList("barcode", barcodes, v.line)
	d.traits.clear()
	ymlParameters(v, e, &d.traits)
	ymlPictures(v, e)
	return v
}

// ymlName is name, or the parts of the type vendor.model, or title.
func ymlName(e *element) (string, int) {
	if name := e.first("name"); name != nil {
		return name.says(), name.line
	}
	model := e.first("model")
	if model == nil {
		title := e.first("title")
		if title == nil {
			return "", 0
		}
		return title.says(), title.line
	}
	var parts []string
	vendor := e.first("vendor").says()
	if strings.HasPrefix(fold(model.says())+" ", fold(vendor)+" ") {
		vendor = "" // the model begins with it
	}
	for _, part := range []string{e.first("typePrefix").says(), vendor, model.says()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " "), model.line
}

func ymlPrice(v *value, e *element, currency string) {
	for _, price := range e.all("price") { // a second one is reported
		v.set("price", price.says(), price.line)
		if price.attribute("from") == "true" {
			v.remark(notePriceFrom, price.line, "price")
		}
	}
	line := v.lineOf("price")
	if own := e.first("currencyId"); own != nil {
		currency, line = own.says(), own.line
	}
	if currency != "" {
		v.set("currency", currency, line)
	}
}

// ymlStock are elements with the quantity, the first that has a text counts.
var ymlStock = []string{"quantity_in_stock", "quantity", "stock_quantity", "count"}

func ymlHasStock(e *element) bool {
	return e.first(ymlStock...) != nil || e.at("outlets") != nil || e.attribute("available") != "" || e.first("available") != nil
}

// ymlQuantity is the quantity, else what available says. YML: what does not say
// so is available; in a list of prices alone it says nothing.
func ymlQuantity(v *value, e *element, partial bool) {
	text, line := "", e.line
	if found := e.first(ymlStock...); found != nil {
		text, line = found.says(), found.line
	} else if outlets := e.at("outlets"); outlets != nil {
		var stores []string
		for _, outlet := range outlets.all("outlet") {
			stores = append(stores, outlet.attribute("instock"))
		}
		text, line = sumOfPieces(stores), outlets.line
	}
	available := e.attribute("available")
	if available == "" {
		available = e.first("available").says()
	}
	gone := false
	switch strings.ToLower(available) {
	case "false", "0", "no", "нет":
		gone = true
	}
	switch {
	case text == "" && gone:
		text = "0"
	case text == "" && partial && available == "":
		return
	case text == "":
		text = "есть"
	case gone && text != "0":
		v.remark(noteNotAvailable, line, "quantity", text)
	}
	v.set("quantity", text, line)
}

// ymlTraits are elements that are parameters here.
var ymlTraits = []struct{ element, name string }{
	{"country_of_origin", "Страна происхождения"},
	{"weight", "Вес, кг"},
	{"dimensions", "Габариты, см"},
	{"artist", "Исполнитель"},
	{"author", "Автор"},
	{"sales_notes", "Условия продажи"},
}

func ymlParameters(v *value, e *element, t *traits) {
	for _, trait := range ymlTraits {
		for _, found := range e.all(trait.element) {
			t.addElement(trait.name, found)
		}
	}
	for _, p := range e.all("param") {
		name := p.attribute("name")
		if clean(name) == "" {
			v.remark(noteUnnamed, p.line, "parameters")
			continue
		}
		if unit, known := unitIn(name, p.says()); known && v.get("unit") == nil {
			v.fields = append(v.fields, field{"unit", p.line, unitValue(unit, p.line)})
			continue
		}
		if unit := p.attribute("unit"); unit != "" {
			name += ", " + unit
		}
		t.add(name, p.says(), p.line)
	}
	if len(t.list) > 0 {
		v.fields = append(v.fields, field{"parameters", t.list[0].line, t.value(t.list[0].line)})
	}
}

// unitIn is the unit that a parameter holds. Some of its name hold anything at
// all: those stay parameters.
func unitIn(name, text string) (Unit, bool) {
	if !strings.HasPrefix(name, "Ед") && !strings.HasPrefix(name, "ед") {
		return Unit{}, false
	}
	switch strings.TrimSuffix(fold(clean(name)), ".") {
	case "единица измерения", "ед. изм", "ед.изм", "единица":
		unit, known := unitByName[unitKey(text)]
		return unit, known
	}
	return Unit{}, false
}

// nextAddress is what stands before a further address in one element.
var nextAddress = regexp.MustCompile(`[\s|;,]+(https?://)`)

func ymlPictures(v *value, e *element) {
	list := &value{kind: listKind, line: e.line}
	for _, picture := range e.all("picture") {
		addresses := picture.says()
		if strings.Count(addresses, "://") > 1 {
			addresses = nextAddress.ReplaceAllString(addresses, "\n$1")
		}
		for address := range strings.SplitSeq(addresses, "\n") {
			if address = strings.TrimSpace(address); address != "" {
				list.list = append(list.list, textValue(address, picture.line))
			}
		}
	}
	if len(list.list) > 0 {
		v.fields = append(v.fields, field{"pictures", list.list[0].line, list})
	}
}
