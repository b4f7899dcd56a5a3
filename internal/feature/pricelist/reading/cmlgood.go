package reading

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// cmlOffer is what is kept of an offer.
type cmlOffer struct {
	line, priceLine, quantityLine int

	id, name, model, category, description string

	prices, retail, quantity []string // of quantity at most one
	currency, vat, vendor    string
	multiple                 string
	unit                     Unit
	barcodes                 []string
	traits                   []trait
	pictures                 []string
	remarks                  []remark

	part    int  // of the documents, the last that tells of it
	priced  bool // it has a price of some type
	deleted bool
	taken   bool // by a good of the catalogue
}

// cmlID is an id without the sign after which nothing follows.
func cmlID(id string) string { return strings.TrimSuffix(id, "#") }

func (d *cmlDocument) offer(e *element) *cmlOffer {
	o := &cmlOffer{
		line: e.line, priceLine: e.line, quantityLine: e.line,
		id: cmlID(e.firstSays("Ид")), name: e.firstSays("Наименование"), model: e.firstSays("Артикул"),
		category: d.category(e), description: e.firstSays("Описание"), pictures: cmlPictures(e), deleted: cmlDeleted(e),
		unit: cmlUnit(e), vat: cmlVAT(e), vendor: cmlVendor(e), barcodes: cmlBarcodes(e), multiple: cmlPack(e),
	}
	var t traits
	d.addTraits(&t, e)
	o.traits = t.list
	d.offerPrices(o, e)
	if q := e.first("Количество"); q != nil {
		o.quantity, o.quantityLine = []string{q.says()}, q.line
		return o
	}
	var stores []string
	for _, store := range e.all("Склад") {
		stores = append(stores, store.attribute("КоличествоНаСкладе"))
	}
	if rests := e.at("Остатки"); rests != nil {
		for _, rest := range rests.all("Остаток") {
			stores = append(stores, rest.firstSays("Количество"))
			for _, store := range rest.all("Склад") {
				stores = append(stores, store.firstSays("Количество"))
			}
		}
	}
	if sum := sumOfPieces(stores); sum != "" {
		o.quantity = []string{sum}
	}
	return o
}

// offerPrices takes the prices of the chosen types; without declared types there
// can be one price only.
func (d *cmlDocument) offerPrices(o *cmlOffer, e *element) {
	list := e.at("Цены")
	if list == nil {
		return
	}
	o.priceLine = list.line
	all := list.all("Цена")
	o.priced = len(all) > 0
	if d.price == nil && len(all) > 1 {
		var ids []string
		for _, p := range all {
			ids = append(ids, cmp.Or(p.firstSays("ИдТипаЦены"), "—"))
		}
		o.remarks = append(o.remarks, remark{notePriceTypes, list.line, "price", []any{strings.Join(ids, ", ")}})
	}
	var retailCurrency string
	for _, p := range all {
		kind := p.firstSays("ИдТипаЦены")
		text := p.firstSays("ЦенаЗаЕдиницу")
		currency := p.firstSays("Валюта")
		switch {
		case d.price == nil, kind == d.price.id, kind == "" && len(all) == 1:
			if d.price != nil {
				currency = cmp.Or(currency, d.price.currency)
			}
			o.prices = append(o.prices, text)
			o.priceLine, o.currency = p.line, currency
			if pack := p.firstSays("Коэффициент"); !isOne(pack) {
				o.remarks = append(o.remarks, remark{notePack, p.line, "price", []any{pack}})
			}
		case d.retail != nil && kind == d.retail.id && isOne(p.firstSays("Коэффициент")):
			o.retail = append(o.retail, text)
			retailCurrency = cmp.Or(currency, d.retail.currency)
		}
	}
	if currencyOr(retailCurrency) != currencyOr(o.currency) {
		o.retail = nil // it can't be compared
	}
}

// isOne tells whether a factor is 1, or not given.
func isOne(factor string) bool {
	n, ok := parseNumber(factor)
	return factor == "" || ok && !n.negative && n.whole == "1" && n.fraction == ""
}

// good makes a good of an offer, and of its element in the catalogue unless that
// is nil. In a partial list it has no more than price and stock when the rest is
// not known whole: what the list does not tell must not become empty.
func (d *cmlDocument) good(e *element, o *cmlOffer) *value {
	v := &value{kind: objectKind, line: o.line, remarks: o.remarks}
	deleted := o.deleted
	category := o.category
	if e != nil {
		v.line = e.line
		category = cmp.Or(d.category(e), category)
		deleted = deleted || cmlDeleted(e)
	}
	if deleted {
		return d.withdrawn(o.id, v.line)
	}
	if o.id != "" {
		v.set("id", o.id, v.line)
	}
	for _, text := range o.prices { // a second one is reported
		v.set("price", text, o.priceLine)
	}
	for _, text := range o.retail {
		v.set("price_rrc", text, o.priceLine)
	}
	for _, text := range o.quantity {
		v.set("quantity", text, o.quantityLine)
	}
	if o.currency != "" {
		v.set("currency", o.currency, o.priceLine)
	}
	if d.partial && len(o.prices)+len(o.quantity) == 0 {
		v.kind, v.remarks = nullKind, nil
		v.remark(noteNothingNew, v.line, "")
		return v
	}
	if !d.partial {
		category = cmp.Or(category, noCategory)
	} else if e == nil || len(o.prices) == 0 || !d.declared[category] {
		if e != nil && len(o.prices) > 0 {
			v.remark(noteGroupUnknown, v.line, "category")
		}
		return v
	}
	d.describe(v, e, o)
	v.set("category", category, v.line)
	return v
}

// withdrawn is a good that is no more: of a full list it is just not a part.
func (d *cmlDocument) withdrawn(id string, line int) *value {
	v := &value{line: line}
	v.set("id", id, line)
	if d.partial {
		v.kind, v.gone = objectKind, true
		return v
	}
	v.remark(noteDeleted, line, "")
	return v
}

// describe adds all that a good has beside its price and stock.
func (d *cmlDocument) describe(v *value, e *element, o *cmlOffer) {
	name, model, description, vat, vendor, multiple := o.name, o.model, o.description, o.vat, o.vendor, o.multiple
	unit, barcodes, pictures := o.unit, o.barcodes, o.pictures
	var t traits
	if e != nil {
		name = cmp.Or(name, e.firstSays("Наименование"))
		model = cmp.Or(model, e.firstSays("Артикул"))
		description = cmp.Or(description, e.firstSays("Описание"))
		vat, vendor, multiple = cmp.Or(vat, cmlVAT(e)), cmp.Or(vendor, cmlVendor(e)), cmp.Or(multiple, cmlPack(e))
		if unit == (Unit{}) {
			unit = cmlUnit(e)
		}
		if len(barcodes) == 0 {
			barcodes = cmlBarcodes(e)
		}
		pictures = append(cmlPictures(e), pictures...)
		d.addTraits(&t, e)
	}
	for _, f := range [][2]string{
		{"name", name},
		{"model", model},
		{"vendor_code", model},
		{"vendor", vendor},
		{"description", description},
		{"vat", vat},
		{"multiple", multiple},
	} {
		if f[1] != "" {
			v.set(f[0], f[1], v.line)
		}
	}
	if unit != (Unit{}) {
		v.fields = append(v.fields, field{"unit", v.line, unitValue(unit, v.line)})
	}
	for _, one := range o.traits {
		t.add(one.name, one.first, one.line)
		for _, text := range one.others.list {
			t.add(one.name, text, one.line)
		}
	}
	if len(t.list) > 0 {
		v.fields = append(v.fields, field{"parameters", v.line, t.value(v.line)})
	}
	v.setList("barcode", barcodes, v.line)
	v.setList("pictures", pictures, v.line)
}

// category is the id of the first group, "" when there is none; without declared
// groups ids tell nothing.
func (d *cmlDocument) category(e *element) string {
	if len(d.groups) == 0 && !d.changes {
		return ""
	}
	if groups := e.at("Группы"); groups != nil && groups.first("Ид") != nil {
		return groups.firstSays("Ид")
	}
	return e.firstSays("Категория")
}

func cmlDeleted(e *element) bool {
	return fold(e.attribute("Статус")) == "удален" || e.firstSays("ПометкаУдаления") == "true"
}

var webAddress = regexp.MustCompile(`^https?://`)

// cmlPictures are the addresses; paths of files that an exchange sends beside
// the list are no addresses.
func cmlPictures(e *element) []string {
	var found []string
	for _, p := range e.all("Картинка") {
		if s := p.says(); webAddress.MatchString(s) && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}
