package reading

import (
	"cmp"
	"strings"
)

// cmlUnit is БазоваяЕдиница: its code in an attribute or for the text, its name
// for the text or in an attribute. Codes that are none of ОКЕИ are met.
func cmlUnit(e *element) Unit {
	unit := e.at("БазоваяЕдиница")
	if unit == nil {
		return Unit{}
	}
	text, code := unit.says(), unit.attribute("Код")
	if allDigits.MatchString(text) {
		text, code = "", cmp.Or(code, text)
	}
	found := unitOf(code, text)
	if found.Name == "" {
		found.Name = unitOf("", unit.attribute("НаименованиеПолное")).Name
	}
	return found
}

func cmlVAT(e *element) string {
	if taxes := e.at("СтавкиНалогов"); taxes != nil {
		for _, tax := range taxes.all("СтавкаНалога") {
			if name := fold(tax.firstSays("Наименование")); name == "" || strings.Contains(name, "ндс") {
				return tax.firstSays("Ставка")
			}
		}
	}
	return ""
}

func cmlVendor(e *element) string {
	return e.at("Изготовитель", "Наименование").says()
}

func cmlBarcodes(e *element) []string {
	var found []string
	for _, name := range []string{"Штрихкод", "ШтрихКод"} {
		for _, one := range e.all(name) {
			if s := one.says(); s != "" {
				found = append(found, s)
			}
		}
	}
	return found
}

// cmlPack is how many pieces are in a pack, which are sold together.
func cmlPack(e *element) string {
	if list := e.at("ЗначенияРеквизитов"); list != nil {
		for _, p := range list.all("ЗначениеРеквизита") {
			if fold(p.firstSays("Наименование")) == "коэффициентупаковки" {
				return p.firstSays("Значение")
			}
		}
	}
	return ""
}

// addTraits adds what e has for parameters. Empty values, which 1C writes for
// all properties of a kind of goods, are left out.
func (d *cmlDocument) addTraits(t *traits, e *element) {
	t.addElement("Страна", e.first("Страна"))
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
