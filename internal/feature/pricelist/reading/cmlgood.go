package reading

import (
	"cmp"
	"regexp"
	"strings"
)

// cmlOffer is what is kept of an offer.
type cmlOffer struct {
	line, priceLine, quantityLine int

	id, name, model, category, description string

	prices, retail, quantity []string // of quantity at most one
	traits                   []trait
	pictures                 []string
	remarks                  []remark
	deleted                  bool
	taken                    bool // by a good of the catalogue
}

// cmlID is an id without the sign after which nothing follows.
func cmlID(id string) string { return strings.TrimSuffix(id, "#") }

func (d *cmlDocument) offer(e *element) *cmlOffer {
	o := &cmlOffer{
		line: e.line, priceLine: e.line, quantityLine: e.line,
		id: cmlID(e.firstSays("Ид")), name: e.firstSays("Наименование"), model: e.firstSays("Артикул"),
		category: d.category(e), description: e.firstSays("Описание"), pictures: cmlPictures(e), deleted: cmlDeleted(e),
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
	if d.price == nil && len(all) > 1 {
		o.remarks = append(o.remarks, remark{notePriceTypes, list.line, "price", []any{"—"}})
	}
	for _, p := range all {
		kind := p.firstSays("ИдТипаЦены")
		text := p.firstSays("ЦенаЗаЕдиницу")
		currency := p.firstSays("Валюта")
		switch {
		case d.price == nil, kind == d.price.id, kind == "" && len(all) == 1:
			if currency == "" && d.price != nil {
				currency = d.price.currency
			}
			o.prices = append(o.prices, text)
			o.priceLine = p.line
			if currency != "" && !isRouble(currency) {
				o.remarks = append(o.remarks, remark{noteCurrency, p.line, "price", []any{currency}})
			}
			if pack := p.firstSays("Коэффициент"); !isOne(pack) {
				o.remarks = append(o.remarks, remark{notePack, p.line, "price", []any{pack}})
			}
		case d.retail != nil && kind == d.retail.id:
			if currency == "" {
				currency = d.retail.currency
			}
			if (currency == "" || isRouble(currency)) && isOne(p.firstSays("Коэффициент")) {
				o.retail = append(o.retail, text)
			}
		}
	}
}

// isOne tells whether a factor is 1, or not given.
func isOne(factor string) bool {
	n, ok := parseNumber(factor)
	return factor == "" || ok && !n.negative && n.whole == "1" && n.fraction == ""
}

// good makes a good of an offer, and of its element in the catalogue unless that is nil.
func (d *cmlDocument) good(e *element, o *cmlOffer) *value {
	v := &value{kind: objectKind, line: o.line, remarks: o.remarks}
	name, model, category, description := o.name, o.model, o.category, o.description
	pictures, deleted := o.pictures, o.deleted
	var t traits
	if e != nil {
		v.line = e.line
		name = cmp.Or(name, e.firstSays("Наименование"))
		model = cmp.Or(model, e.firstSays("Артикул"))
		category = cmp.Or(d.category(e), category)
		description = cmp.Or(description, e.firstSays("Описание"))
		pictures = append(cmlPictures(e), pictures...)
		deleted = deleted || cmlDeleted(e)
		d.addTraits(&t, e)
	}
	if o.id != "" {
		v.set("id", o.id, v.line)
	}
	if deleted {
		v.kind, v.remarks = nullKind, nil
		v.remark(noteDeleted, v.line, "")
		return v
	}
	v.set("category", cmp.Or(category, noCategory), v.line)
	for _, f := range [][2]string{{"name", name}, {"model", model}, {"description", description}} {
		if f[1] != "" {
			v.set(f[0], f[1], v.line)
		}
	}
	for _, one := range o.traits {
		for _, text := range one.values {
			t.add(one.name, text, one.line)
		}
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
	if len(t.list) > 0 {
		v.fields = append(v.fields, field{"parameters", v.line, t.value(v.line)})
	}
	if len(pictures) > 0 {
		list := &value{kind: listKind, line: v.line}
		for _, address := range pictures {
			list.list = append(list.list, textValue(address, v.line))
		}
		v.fields = append(v.fields, field{"pictures", v.line, list})
	}
	return v
}

// category is the id of the first group, "" when there is none; without declared
// groups ids tell nothing.
func (d *cmlDocument) category(e *element) string {
	if len(d.groups) == 0 {
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
		if webAddress.MatchString(p.says()) {
			found = append(found, p.says())
		}
	}
	return found
}

// addTraits adds what e has for parameters. Empty values, which 1C writes for
// all properties of a kind of goods, are left out.
func (d *cmlDocument) addTraits(t *traits, e *element) {
	t.addElement("Производитель", e.at("Изготовитель", "Наименование"))
	t.addElement("Страна", e.first("Страна"))
	t.addElement("Штрихкод", e.first("Штрихкод", "ШтрихКод"))
	if unit := e.at("БазоваяЕдиница"); unit != nil {
		name := unit.says()
		if _, code := parseNumber(name); code || name == "" {
			name = unit.attribute("НаименованиеПолное")
		}
		switch strings.TrimSuffix(fold(name), ".") {
		case "", "шт", "штука":
		default:
			t.add("Единица измерения", name, unit.line)
		}
	}
	if list := e.at("ЗначенияСвойств"); list != nil {
		for _, p := range list.all("ЗначенияСвойства") {
			id := p.firstSays("Ид")
			for _, one := range p.all("Значение") {
				d.addTrait(t, d.properties[id], cmp.Or(d.variants[[2]string{id, one.says()}], one.says()), one.line)
			}
		}
	}
	if list := e.at("ХарактеристикиТовара"); list != nil {
		for _, p := range list.all("ХарактеристикаТовара") {
			d.addTrait(t, p.firstSays("Наименование"), p.firstSays("Значение"), p.line)
		}
	}
}

func (d *cmlDocument) addTrait(t *traits, name, text string, line int) {
	switch text {
	case "true":
		text = "да"
	case "false":
		text = "нет"
	}
	if clean(name) != "" && clean(text) != "" {
		t.add(name, text, line)
	}
}
