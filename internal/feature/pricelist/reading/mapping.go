package reading

import (
	"regexp"
	"strings"
	"unicode"
)

// foldHeader is what two headers have in common that are the same to people:
// small letters and digits, words apart by one blank.
func foldHeader(s string) string {
	return strings.Join(strings.FieldsFunc(fold(s), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), " ")
}

// headed is what a header says of its column.
type headed struct {
	field     string
	parameter string // its name, when it is one
	price     priceClass
}

// priceClass orders the columns of prices: which one a buyer pays.
type priceClass int

const (
	noPrice      priceClass = iota
	purchase                // the wholesale price, whoever calls it how
	plainWithVAT            // just a price, with tax: an order is paid with it
	plainPrice              // just a price
	plainNoVAT
	recommended // of retail
	formerPrice // not valid any more
)

// words makes a pattern of whole words of a folded header between blanks; "*"
// stands for the rest of a word, "~" for any words.
func words(all string) *regexp.Regexp {
	return regexp.MustCompile(` (?:` + strings.NewReplacer("*", `\p{L}*`, "~", ".*").Replace(all) + `) `)
}

// rule gives a field to the headers that have one word and none of others.
type rule struct {
	field string
	has   *regexp.Regexp
	hasNo *regexp.Regexp // may be nil
}

// headerRules stand in their order: what comes first wins. The words are those of
// real lists.
var headerRules = []rule{
	{"", words(`п п|заказ*|order|скидка|скидки|discount|сумма|итого`), words(`мин*|min*|опт*|цен*|price|кратн*|код|номер|id`)},
	{FieldName, words(`номенклатура`), words(`артикул|код|коды|номер|id|штрих*|единиц*|ед|вид|тип|остаток|количество|цена|бренд`)},
	{FieldCurrency, words(`валюта|вал|currency|currencyid|валюта цены`), nil},
	{FieldBarcode, words(`штрих код*|штрихкод*|штрих|шк|ean|ean 13|ean13|barcode|barcodes|gtin|isbn|upc`), nil},
	{FieldMultiple, words(`кратность|кратно|квант|multiple|multiplicity|step|(?:шт|штук|кол|кол во|количество|норма)(?: ~)? (?:в|на) (?:1 )?(?:упак*|уп|короб*|кор|ящик*|пачк*|блок*)|в упаковке|в коробке|в уп|min step`), words(`цен*|price|вес|масса|объем`)},
	{FieldMinQuantity, words(`мин*(?: ~)? (?:заказ*|парти*|кол|количество|отгруз*)|min*(?: ~)? (?:order|quantity|qty)|moq|заказ от`), words(`цен*|price`)},
	{FieldUnit, words(`ед|еи|ед изм*|единица|единицы|од|unit|units|uom`), words(`цен*|цін*|price|стоимость|кол|количество`)},
	{FieldVendorCode, words(`артикул*|арт|part ?number|part no|pn|p n|парт номер|партномер|sku|код производителя|каталожный номер|по каталогу|vendor ?code|article|mpn`), words(`группа|название`)},
	{FieldPictures, words(`фото*|изображени*|картинк*|picture*|image*|photo*|img`), nil},
	{FieldURL, words(`ссылка|url|link|сайт`), nil},
	{
		FieldID, words(`id|ид|guid|uuid|uid|код|внешний код|номенклатурный номер|external ?id|offer ?id|product ?id`),
		words(`категори*|групп*|category*|parent*|вид|тн вэд|тнвэд|вэд|окпд*|океи|цвет*|стран*|ндс|бренд*|shop|магазин*|поставщик*`),
	},
	{FieldVAT, words(`ндс|vat|ставка ндс`), words(`цена|цены|price|стоимость|сумма|с ндс|без ндс`)},
	{FieldCategory, words(`категори*|групп*|раздел*|вид номенклатуры|рубрика|category|categories|group|товарная группа`), words(`ценов*|крови|риска|код|id|ид`)},
	{FieldVendor, words(`бренд*|производител*|изготовител*|торговая марка|марка|тм|brand|vendor|manufacturer|maker|издательство|виробник`), words(`стран*|сайт|цен*`)},
	{FieldQuantity, words(`остат*|залишок|залишки|количество|кол во|кол|к во|наличи*|наявність|доступн*|свободн*|на складе|склад*|stock|qty|quantity|quantity in stock|available|availability|count|balance`), words(`стр|страниц*|мест|место|цвет*|цен*|price|адрес|опт*|дата`)},
	{FieldDescription, words(`описани*|description|аннотация|опис`), nil},
	{FieldModel, words(`модель|model`), nil},
	{FieldName, words(`наименовани*|найменування|название|назва|товар|товары|name|title|продукт|продукция|позиция|номенклатура|product`), words(`магазин*|компани*|поставщик*|файл*|shop|company|short`)},
}

var (
	parameterHeader = regexp.MustCompile(`(?i)^\s*(?:свойство|параметр|характеристика|атрибут|parameter|property|attribute|param)\s*:\s*(.+?)\s*$`)

	priceWords       = words(`цен[аыеу]|ціна|ціни|price|prices|cost|стоимость|опт*|розн*|ррц|мрц|рц|рекомендован*|rrp|msrp|srp|retail|wholesale|прайс|тариф|закуп*`)
	notPrice         = words(`тип цен*|вид цен*|вид цены|дата|валюта|price type|price date|мин* опт* парти*|дней|заказ*`)
	formerWords      = words(`стар*|old|до скидки|без скидки|прошл*|предыдущ*|зачеркн*|compare|oldprice`)
	recommendedWords = words(`ррц|мрц|рц|рекомендован*|rrp|msrp|srp|розн*|retail|интернет цена|ближайшая цена`)
	purchaseWords    = words(`опт*|закуп*|дилер*|отпускн*|партнер*|purchase|wholesale|dealer|актуальная|ваша цена|b2b|входн*`)
)

// readHeader tells what a header says; the zero value when nothing.
func readHeader(header string) headed {
	if longer(header, maxHeader) {
		return headed{}
	}
	if m := parameterHeader.FindStringSubmatch(header); m != nil {
		return headed{field: FieldParameter, parameter: clean(m[1])}
	}
	folded := " " + foldHeader(header) + " "
	if class := priceOf(folded); class != noPrice {
		switch class {
		case formerPrice:
			return headed{price: class}
		case recommended:
			return headed{field: FieldPriceRRC, price: class}
		}
		return headed{field: FieldPrice, price: class}
	}
	for _, r := range headerRules {
		if r.has.MatchString(folded) && (r.hasNo == nil || !r.hasNo.MatchString(folded)) {
			return headed{field: r.field}
		}
	}
	return headed{}
}

// maxHeader is the longest header that is looked at: longer texts are none.
const maxHeader = 120

// priceOf tells what kind of price a folded header between blanks names.
func priceOf(folded string) priceClass {
	switch {
	case !priceWords.MatchString(folded) || notPrice.MatchString(folded):
		return noPrice
	case formerWords.MatchString(folded):
		return formerPrice
	case purchaseWords.MatchString(folded):
		return purchase
	case recommendedWords.MatchString(folded):
		return recommended
	case strings.Contains(folded, " без ндс ") || strings.Contains(folded, " без vat "):
		return plainNoVAT
	case strings.Contains(folded, " с ндс ") || strings.Contains(folded, " вкл ндс "):
		return plainWithVAT
	}
	return plainPrice
}

// currencyIn returns the currency, other than the rouble, that a header or a
// number format names; "" when none.
func currencyIn(s string) string {
	lower := strings.ToLower(s)
	for _, c := range currencySigns {
		if c.sign.MatchString(lower) {
			return c.code
		}
	}
	return ""
}

var currencySigns = []struct {
	code string
	sign *regexp.Regexp
}{
	{"USD", regexp.MustCompile(`\$|(^|\P{L})(usd|у\.?\s?е\.?|долл[\p{L}.]*)($|\P{L})`)},
	{"EUR", regexp.MustCompile(`€|(^|\P{L})(eur|евро|euro)($|\P{L})`)},
	{"UAH", regexp.MustCompile(`₴|(^|\P{L})(uah|грн|гривн\p{L}*)($|\P{L})`)},
	{"KZT", regexp.MustCompile(`₸|(^|\P{L})(kzt|тенге|тг)($|\P{L})`)},
	{"BYN", regexp.MustCompile(`(^|\P{L})(byn|бел\.?\s?руб\p{L}*)($|\P{L})`)},
	{"CNY", regexp.MustCompile(`¥|(^|\P{L})(cny|юан\p{L}*)($|\P{L})`)},
}
