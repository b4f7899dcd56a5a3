package reading

import (
	"slices"
	"strings"
)

// decide tells from what was seen what the list is: its keys, or a refusal. Of
// offers that stream only the first was seen.
func (d *cmlDocument) decide() error {
	goods := slices.ContainsFunc(d.listed, func(l cmlLists) bool { return l.goods })
	offers := slices.ContainsFunc(d.listed, func(l cmlLists) bool { return l.offers })
	unnamed := !goods && d.seen > 0 && !d.named && (d.priced || d.stocked || d.changes)
	d.partial = d.changes || unnamed
	switch {
	case !goods && !offers && d.orders:
		return notRead("документы CommerceML (заказы)", "documents of CommerceML (orders)",
			"Пришлите предложения с ценами (offers.xml)", "Send the offers with prices (offers.xml)")
	case !goods && !offers && len(d.groups)+len(d.types)+len(d.properties) == 0:
		return nil // no goods at all
	case !goods && !offers:
		return NoPrices.Saying(
			"В файле CommerceML только классификатор: пришлите и товары с ценами (import.xml и offers.xml в одном ZIP)",
			"The file of CommerceML is a classifier alone: send the goods with prices too (import.xml and offers.xml in one ZIP)")
	case !offers:
		return NoPrices.Saying(
			"Это каталог CommerceML без цен (import.xml): не хватает файла с ценами. Пришлите его вместе с offers.xml в одном ZIP",
			"This is a catalogue of CommerceML without prices (import.xml): the file with the prices is missing. Send it with offers.xml in one ZIP")
	case d.seen > 0 && !d.priced && d.fullOrUseless():
		return NoPrices.Saying(
			"В предложениях CommerceML нет цен (offers.xml без prices.xml): пришлите все файлы выгрузки в одном ZIP",
			"The offers of CommerceML have no prices (offers.xml without prices.xml): send all files of the export in one ZIP")
	}
	d.keys = []string{"categories", "goods"}
	if d.partial {
		d.keys = []string{"partial", "categories", "goods"}
	}
	return nil
}

// fullOrUseless tells offers without a price that can't be applied: those of a
// full list, unless only the first of many was seen, and those that have no
// stock either.
func (d *cmlDocument) fullOrUseless() bool {
	if d.partial {
		return !d.stocked && !d.removed
	}
	return !d.stream || strings.HasPrefix(d.version, "3")
}
