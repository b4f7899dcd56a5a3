package reading

// What the readers of YML and CommerceML find in a good.
var (
	noteCurrencyUnknown = wrong("currency",
		"Валюта «%s» неизвестна: укажите код, например RUB", "The currency \"%s\" is not known: give a code, such as RUB")
	noteCurrencyMixed = wrong("currency_mixed",
		"Цена в валюте %s, а у других товаров %s: в одном прайс-листе нужна одна валюта",
		"The price is in %s, but other goods have %s: one list needs one currency")
	noteUnnamed = warning("parameter_unnamed",
		"Параметр без имени пропущен", "A parameter without a name is skipped")
	notePriceFrom = warning("price_from",
		"Цена указана как «от»: считается точной", "The price is given as \"from\": it is taken as exact")
	noteNotAvailable = warning("not_available",
		"Товар помечен как недоступный, но количество указано: считается %s",
		"Marked as not available, but a quantity is given: taken as %s")
)

// What the reader of CommerceML finds beside that.
var (
	noteCatalogLate = wrong("catalog_after_offers",
		"Каталог стоит после предложений: он должен стоять перед ними", "The catalogue stands after the offers: it has to stand before them")
	notePriceTypes = wrong("price_types",
		"Не ясно, какая из цен закупочная для покупателя: %s. Выберите тип цен в профиле поставщика или выгрузите один тип цен, или один оптовый и розничный",
		"It is not clear which of the prices a buyer pays: %s. Choose the type of price in the supplier's profile, or export one type, or one wholesale type and a retail one")
	notePriceTypeGone = wrong("price_type_unknown",
		"Типа цен «%s» из профиля поставщика в файле нет; есть: %s",
		"The file has no type of price \"%s\", which the supplier's profile names; it has: %s")
	notePriceType = warning("price_type",
		"Взята цена «%s»; в файле есть типы цен: %s", "The price \"%s\" is taken; the file has these types of price: %s")
	notePack = wrong("price_for_pack",
		"Цена указана не за единицу: коэффициент %s", "The price is not for one unit: the factor is %s")
	noteNoGroups = warning("no_groups",
		"В файле нет групп: все товары в категории «%s»", "The file has no groups: all goods are in the category \"%s\"")
	noteNoOffer = warning("no_offer",
		"У товара нет предложения с ценой: пропущен", "The good has no offer with a price: it is skipped")
	noteNothingNew = warning("nothing_to_change",
		"Нет ни цены, ни остатка: пропущен", "Neither a price nor a stock: skipped")
	noteGroupUnknown = warning("group_unknown",
		"Группа товара в файле не описана: взяты только цена и остаток",
		"The group of the good is not in the file: only its price and stock are taken")
	noteDeleted = warning("deleted",
		"Помечен как удалённый: пропущен", "Marked as deleted: skipped")
)

// remark is what the maker of a value says about it before anyone reads it.
type remark struct {
	note note
	line int
	key  string
	args []any
}

func (v *value) remark(n note, line int, key string, args ...any) {
	v.remarks = append(v.remarks, remark{n, line, key, args})
}

// passed tells whether v is a good that its maker passes over, and says why:
// it counts for nothing.
func (v *value) passed() bool { return v.kind == nullKind && len(v.remarks) > 0 }
