package reading

import (
	"regexp"
	"strconv"
	"strings"
)

// inStock is the quantity of a good that is in stock, nobody says how much of
// it: no more is promised to a buyer than what the list says, that there is one.
const inStock = 1

// ymlGood makes a good of an offer. oldprice is the price before a discount: it
// is not the recommended one, for which YML has no element.
func ymlGood(e *element, currency string) *value {
	v := &value{kind: objectKind, line: e.line}
	if id := e.attribute("id"); id != "" {
		v.set("id", id, e.line)
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
	copyText("model", "model", "vendorCode")
	copyText("description", "description")
	copyText("url", "url")
	ymlPrice(v, e, currency)
	ymlQuantity(v, e)
	ymlParameters(v, e)
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
	if currency != "" && !isRouble(currency) {
		v.remark(noteCurrency, line, "price", currency)
	}
}

func ymlQuantity(v *value, e *element) {
	text, line := "", e.line
	if found := e.first("quantity_in_stock", "quantity", "stock_quantity", "count"); found != nil {
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
	case text == "": // YML: what does not say so is available
		text = strconv.Itoa(inStock)
		v.remark(noteInStock, line, "quantity", text)
	case gone && text != "0":
		v.remark(noteNotAvailable, line, "quantity", text)
	}
	v.set("quantity", text, line)
}

// ymlTraits are elements that are parameters here.
var ymlTraits = []struct{ element, name string }{
	{"vendor", "Производитель"},
	{"barcode", "Штрихкод"},
	{"country_of_origin", "Страна происхождения"},
	{"weight", "Вес, кг"},
	{"dimensions", "Габариты, см"},
	{"artist", "Исполнитель"},
	{"author", "Автор"},
	{"sales_notes", "Условия продажи"},
	{"min-quantity", "Минимальный заказ"},
	{"step-quantity", "Кратность заказа"},
}

func ymlParameters(v *value, e *element) {
	var t traits
	for _, trait := range ymlTraits {
		for _, found := range e.all(trait.element) {
			t.addElement(trait.name, found)
		}
	}
	if e.first("model") != nil { // else it is the model
		t.addElement("Артикул", e.first("vendorCode"))
	}
	for _, p := range e.all("param") {
		name := p.attribute("name")
		if clean(name) == "" {
			v.remark(noteUnnamed, p.line, "parameters")
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

// nextAddress is what stands before a further address in one element.
var nextAddress = regexp.MustCompile(`[\s|;,]+(https?://)`)

func ymlPictures(v *value, e *element) {
	list := &value{kind: listKind, line: e.line}
	for _, picture := range e.all("picture") {
		for _, address := range strings.Split(nextAddress.ReplaceAllString(picture.says(), "\n$1"), "\n") {
			if address = strings.TrimSpace(address); address != "" {
				list.list = append(list.list, textValue(address, picture.line))
			}
		}
	}
	if len(list.list) > 0 {
		v.fields = append(v.fields, field{"pictures", list.list[0].line, list})
	}
}
