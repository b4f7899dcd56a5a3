package reading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readTable reads lines of values with "|" between them.
func readTable(t *testing.T, options Options, lines ...string) ([]Row, *Reader) {
	t.Helper()
	rows, r, err := drain([]byte("sep=|\n"+strings.Join(lines, "\n")+"\n"), options)
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, rows)
	return rows, r
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for field, headers := range map[string][]string{
		FieldID:          {"Код", "ID", "код товара", "Внешний код", "Номенклатура.Код", "Номенклатурный номер", "external_id"},
		FieldVendorCode:  {"Артикул", "PartNumber", "Part number", "SKU", "Артикул производителя", "Номенклатура.Артикул ", "№ по каталогу", "Каталожный номер"},
		FieldName:        {"Наименование", "Наименование товара(ов)", "Номенклатура", "Название", "Товар", "Ценовая группа/ Номенклатура/ Характеристика номенклатуры", "product name"},
		FieldPrice:       {"Цена", "Цена руб.", "ОПТ", "Опт. цена", "Оптовая", "Цена за ед.", "Отпускная цена", "Цена без НДС", "цена с НДС,руб", "Price", "Стоимость, руб", "Основна ціна продажу"},
		FieldPriceRRC:    {"РРЦ", "Рекомендованная цена", "Розн.", "Розничная", "SRP", "Интернет цена", "Ближайшая цена", "Рекомендованная розничная цена"},
		FieldQuantity:    {"Остаток", "Остатки", "Количество", "Кол-во", "Наличие", "Доступность", "Наличие на складе 2, шт", "stock", "Количество Остаток"},
		FieldUnit:        {"Ед", "ед.", "Ед. изм.", "Единица измерения", "ЕИ"},
		FieldMultiple:    {"Шт. в коробке", "В упаковке", "Кратность", "Кол-во в упаковке"},
		FieldMinQuantity: {"Мин. заказ", "Мин. партия", "Минимальный заказ", "min order"},
		FieldBarcode:     {"Штрихкод", "штрих-код", "EAN", "ISBN", "Штрих-код товара"},
		FieldVAT:         {"НДС", "Ставка НДС", "НДС %"},
		FieldCategory:    {"Категория", "Группа", "Вид номенклатуры", "Название категории", "Товарная группа"},
		FieldVendor:      {"Бренд", "Производитель", "Изготовитель", "Марка"},
		FieldPictures:    {"Фото", "Изображение", "URL изображения 3", "Картинки"},
		FieldCurrency:    {"Вал.", "Валюта"},
		FieldURL:         {"Ссылка на товар", "URL"},
		FieldDescription: {"Описание", "Описание товара"},
		FieldModel:       {"Модель"},
		FieldParameter:   {"Свойство: Цвет", "Параметр: Вес, кг"},
		"": {
			"№", "№ п/п", "Сумма", "Заказ", "Ваш заказ, шт", "Количество заказ", "Старая цена", "Цена до скидки", "Скидка, %", "Кол. стр.",
			"Страна производства", "Год изд.", "parentId", "ID категории", "Код ТН ВЭД", "Под заказ", "Тип цен", "Вес товара", "Дата прайса", "",
		},
	} {
		for _, header := range headers {
			if got := readHeader(header); got.field != field {
				t.Errorf("%q is %q, want %q", header, got.field, field)
			}
		}
	}
}

func TestWhichPrice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prices     [2]string // headers
		values     [2]string
		price, rrc string // the columns taken, of 0 and 1
	}{
		"wholesale and retail":    {[2]string{"Розничная цена", "Оптовая цена"}, [2]string{"150", "100"}, "100", "150"},
		"plain and recommended":   {[2]string{"Цена", "РРЦ"}, [2]string{"100", "150"}, "100", "150"},
		"wholesale and plain":     {[2]string{"Стоимость, руб", "Стоимость опт, руб"}, [2]string{"150", "100"}, "100", "150"},
		"wholesale above plain":   {[2]string{"Цена", "Опт"}, [2]string{"90", "100"}, "100", ""},
		"tax":                     {[2]string{"Цена без НДС", "Цена с НДС"}, [2]string{"100", "122"}, "122", ""},
		"former":                  {[2]string{"Старая цена", "Актуальная цена"}, [2]string{"200", "100"}, "100", ""},
		"retail alone":            {[2]string{"Розничная цена", "Заметка"}, [2]string{"150", "да"}, "150", ""},
		"a column without prices": {[2]string{"Цена опт", "Цена"}, [2]string{"по запросу", "100"}, "100", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := c.values[0] + "|" + c.values[1]
			rows, r := readTable(t, Options{}, "Код|Название|"+c.prices[0]+"|"+c.prices[1], "1|Чай|"+row, "2|Кофе|"+row, "3|Сахар|"+row)
			if len(rows) != 3 {
				t.Fatalf("%v %v", rows, brief(r.Problems()))
			}
			rrc := ""
			if rows[0].HasRRC {
				rrc = rows[0].PriceRRC.String()
			}
			if got := rows[0].Price.String(); got != c.price || rrc != c.rrc {
				t.Errorf("price %s, recommended %q; want %s and %q", got, rrc, c.price, c.rrc)
			}
		})
	}
}

// What can't be chosen is not chosen: the columns are named, and the layout is
// there to choose from.
func TestPricesThatPeopleChoose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		code  string
		names []string
	}{
		"two wholesale prices": {[]string{"Код|Название|Опт 1|Опт 2", "1|Чай|10|9", "2|Кофе|20|18"}, "several_price_columns", []string{"C «Опт 1»", "D «Опт 2»"}},
		"no header": {
			[]string{"Чай чёрный|61538,18|49846|63|43", "Чай зелёный|81812,94|66269|86|57", "Кофе в зёрнах|95234,26|77140|18|82"},
			"several_price_columns",
			[]string{"B (61538,18)", "C (49846)"},
		},
		"no price": {[]string{"Наименование|Артикул", "Чай чёрный|А-1", "Кофе|А-2"}, "no_price_column", []string{"A «Наименование»", "B «Артикул»"}},
		"no name":  {[]string{"Цена|Остаток", "10|5", "20|6"}, "no_name_column", []string{"A «Цена»"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r := readTable(t, Options{}, c.lines...)
			last := r.Problems()[len(r.Problems())-1]
			if len(rows) > 0 || !r.Failed() || last.Code != c.code || !strings.Contains(last.Text.RU, "PUT partner/profile") {
				t.Fatalf("%d rows, %+v", len(rows), r.Problems())
			}
			for _, want := range c.names {
				if !strings.Contains(last.Text.RU, want) || !strings.Contains(last.Text.EN, want) {
					t.Errorf("%s does not name %s", last.Text.RU, want)
				}
			}
			if l := r.Layout(); len(l.Sheets) != 1 || l.Sheets[0].Read || len(l.Sheets[0].Columns) < 2 || len(l.Sheets[0].Columns[0].Samples) < 2 {
				t.Errorf("layout %+v", l)
			}
		})
	}
}

// A profile settles what could not be chosen.
func TestProfileChooses(t *testing.T) {
	t.Parallel()
	lines := []string{"Чай чёрный|61538,18|49846|63|43", "Чай зелёный|81812,94|66269|86|57", "Кофе в зёрнах|95234,26|77140|18|82"}
	rows, r := readTable(t, Options{Profile: Profile{HeaderRow: NoHeader, Columns: []Column{
		{Index: 1, Field: FieldName}, {Index: 3, Field: FieldPrice}, {Index: 2, Field: FieldPriceRRC}, {Index: 4, Field: FieldQuantity}, {Index: 5, Field: FieldQuantity},
	}}}, lines...)
	want := []string{
		"Чай чёрный | Без категории | Чай чёрный | 49846 | 106", "Чай зелёный | Без категории | Чай зелёный | 66269 | 143",
		"Кофе в зёрнах | Без категории | Кофе в зёрнах | 77140 | 100",
	}
	if diff := cmp.Diff(want, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s%v", diff, brief(r.Problems()))
	}
	if c := r.Layout().Sheets[0].Columns[1]; c.Why != WhyProfile || c.Field != FieldPriceRRC || rows[0].PriceRRC.String() != "61538.18" {
		t.Errorf("%+v %+v", c, rows[0])
	}
}

func TestProfileOverHeaders(t *testing.T) {
	t.Parallel()
	lines := []string{"Прайс", "Номер|Что это|Цена|Цена для нас|Цвет|Пусто", "7|Чай|150|100|белый|", "8|Кофе|250|200|чёрный|"}
	rows, r := readTable(t, Options{Profile: Profile{
		Columns: []Column{
			{Header: "номер", Field: FieldID},
			{Header: "Что это", Field: FieldName},
			{Header: "ЦЕНА ДЛЯ НАС", Field: FieldPrice},
			{Header: "Цена", Field: FieldIgnore},
			{Header: "Вес", Field: FieldParameter},
		},
		RestParameters: true, Currency: "RUB",
	}}, lines...)
	if diff := cmp.Diff([]string{"7 | Без категории | Чай | 100", "8 | Без категории | Кофе | 200"}, short(rows)); diff != "" {
		t.Fatalf("rows (-want +got):\n%s%v", diff, brief(r.Problems()))
	}
	if diff := cmp.Diff([]Parameter{{"Цвет", "белый"}}, rows[0].Parameters); diff != "" || rows[0].HasRRC {
		t.Errorf("%s %+v", diff, rows[0])
	}
	if got := strings.Join(codes(r, Warning), ","); !strings.Contains(got, "profile_column") {
		t.Errorf("the missing column is not named: %s", got)
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	rows, _ := readTable(t, Options{}, "Код|Название|Цена|Параметр: Цвет|Свойство: Вес, кг|Параметр: Цвет|Заметка", "1|Чай|5|белый|0,5|чёрный|x", "2|Кофе|6||||")
	want := []Parameter{{"Цвет", "белый"}, {"Вес, кг", "0,5"}, {"Цвет *", "чёрный"}}
	if diff := cmp.Diff(want, rows[0].Parameters); diff != "" || len(rows[1].Parameters) != 0 {
		t.Errorf("(-want +got):\n%s%v", diff, rows[1].Parameters)
	}
}

// What commas mean is one decision for a column.
func TestCommasOfAColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ prices, want []string }{
		"fractions":            {[]string{"61538,18", "1,443", "7"}, []string{"61538.18", "1.44", "7"}},
		"thousands by a point": {[]string{"1,443.40", "2,500", "7"}, []string{"1443.40", "2500", "7"}},
		"thousands by number":  {[]string{"1,443", "2,500", "12,000"}, []string{"1443", "2500", "12000"}},
		"millions":             {[]string{"1,443,000", "2,500", "7"}, []string{"1443000", "2500", "7"}},
		"points are thousands": {[]string{"1.443,40", "2.500,00", "7,5"}, []string{"1443.40", "2500", "7.50"}},
		"with a sign":          {[]string{"61 538,18 ₽", "1 443,5 руб.", "7"}, []string{"61538.18", "1443.50", "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r := readTable(t, Options{}, "Код|Название|Цена", "1|Чай|"+c.prices[0], "2|Кофе|"+c.prices[1], "3|Сахар|"+c.prices[2])
			var got []string
			for _, row := range rows {
				got = append(got, row.Price.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, brief(r.Problems()))
			}
		})
	}
}

// A row that contradicts its column is refused: it is never read ten times too high.
func TestCommaAgainstItsColumn(t *testing.T) {
	t.Parallel()
	lines := []string{"Код|Название|Цена"}
	for i := range sampleRows {
		lines = append(lines, itoa(i)+"|Чай номер "+itoa(i)+"|1,500")
	}
	rows, r := readTable(t, Options{}, append(lines, "x|Кофе|12,5")...)
	if len(rows) != sampleRows || rows[0].Price.String() != "1500" {
		t.Errorf("%d rows, %v", len(rows), rows[0].Price)
	}
	if got := codes(r, Error); len(got) == 0 || got[0] != "303 unclear_comma" {
		t.Errorf("%v", got)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	rows, r := readTable(t, Options{}, "Артикул|Наименование|Цена|Остаток|Ед.",
		"Напитки||||", "|Чай|||", "А1|Чай чёрный|10|1|шт", "А2|Чай зелёный|11|1|шт",
		"Кофе||||", "К1|Кофе|20|1|шт", "К2|Кофе без цены||1|шт", "5||||", "Итого|||3|", "Всего товаров: 3||||")
	want := []string{"А1 | Чай | Чай чёрный | 10 | 1", "А2 | Чай | Чай зелёный | 11 | 1", "К1 | Кофе | Кофе | 20 | 1"}
	if diff := cmp.Diff(want, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	// A good without a price is a good, and is missed.
	if diff := cmp.Diff([]string{"9 blank"}, codes(r, Error)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// Blanks before names push groups aside of goods: 1C writes them so.
func TestGroupsByIndent(t *testing.T) {
	t.Parallel()
	rows, r := readTable(t, Options{}, "Наименование|Артикул|Цена|Ед.", "    Товары|||", "        01 Бумага|1||", "Бумага А4|10102|96|пач.", "        02 Ручки|2||", "Ручка|20101|5|шт")
	if diff := cmp.Diff([]string{"10102 | 01 Бумага | Бумага А4 | 96", "20101 | 02 Ручки | Ручка | 5"}, short(rows)); diff != "" || r.Failed() {
		t.Errorf("(-want +got):\n%s%v", diff, brief(r.Problems()))
	}
	if got := codes(r, Warning); !strings.Contains(strings.Join(got, ","), "4 row_taken_for_group,6 row_taken_for_group") {
		t.Errorf("what was taken for groups is not told: %v", got)
	}
}

func TestTwoRowsOfHeader(t *testing.T) {
	t.Parallel()
	rows, r := readTable(t, Options{}, "|Номенклатура||Номенклатура.Артикул|Цены||", "||Бренд||Опт|Розница|Ед.", "|Чай|Весна|А1|10|15|шт", "|Кофе|Весна|А2|20|25|шт")
	if len(rows) != 2 || r.Failed() || rows[0].Vendor != "Весна" || rows[0].Price.String() != "10" || rows[0].PriceRRC.String() != "15" || rows[0].VendorCode != "А1" {
		t.Errorf("%+v %v", rows, brief(r.Problems()))
	}
	if l := r.Layout().Sheets[0]; l.HeaderRow != 3 {
		t.Errorf("the header is in row %d", l.HeaderRow)
	}
}

func TestPartialTables(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{
		"price and stock": {"Код|Цена|Остаток", "А1|10|5", "А2|20|0"},
		"stock":           {"Артикул|Остаток", "А1|5", "А2|0"},
		"price":           {"sku|price", "А1|10", "А2|20"},
	} {
		rows, r := readTable(t, Options{}, lines...)
		if len(rows) != 2 || !r.Partial() || r.Failed() || !rows[0].Slim() || rows[0].ExternalID != "А1" {
			t.Errorf("%s: %+v, partial %v, %v", name, rows, r.Partial(), brief(r.Problems()))
		}
		if strings.Contains(name, "stock") != rows[0].HasQuantity || strings.Contains(name, "price") != rows[0].HasPrice {
			t.Errorf("%s: %+v", name, rows[0])
		}
	}
	if _, r := readTable(t, Options{}, "Код|Название|Цена", "1|Чай|5"); r.Partial() {
		t.Error("a list with names is partial")
	}
}

func TestIDOfAGood(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ы", 120)
	lines := []string{"Артикул|Название|Цена", "|" + long + "|1"}
	for i := range 10 {
		lines = append(lines, "А"+itoa(i)+"|Чай|1")
	}
	rows, r := readTable(t, Options{}, lines...)
	if len(rows) != 11 || rows[1].ExternalID != "А0" || rows[1].VendorCode != "А0" || length(rows[0].ExternalID) > maxID || r.Failed() {
		t.Errorf("%+v %v", short(rows), brief(r.Problems()))
	}
	// An article that repeats is no id: names are.
	rows, r = readTable(t, Options{}, "Артикул|Название|Цена", "А|Чай|1", "А|Кофе|2", "А|Сахар|3")
	if len(rows) != 3 || rows[2].ExternalID != "Сахар" || rows[2].VendorCode != "А" || r.Failed() {
		t.Errorf("%+v %v", short(rows), brief(r.Problems()))
	}
	// The same name twice is refused, with both rows named.
	if _, r = readTable(t, Options{}, "Название|Цена", "Чай|1", "Чай|2"); !cmp.Equal(codes(r, Error), []string{"4 duplicate_id"}) {
		t.Errorf("%v", brief(r.Problems()))
	}
}

func TestCurrencyOfAHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"Цена, $": "USD", "Цена USD": "USD", "Цена, у.е.": "USD", "Цена €": "EUR", "Цена, руб": "", "Цена": ""} {
		if got := currencyIn(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	_, r := readTable(t, Options{}, "Код|Название|Цена, $", "1|Чай|5")
	if got := r.Head().Currency; got != "USD" {
		t.Errorf("the currency of the list is %q", got)
	}
}

func TestPicturesOfACell(t *testing.T) {
	t.Parallel()
	rows, _ := readTable(t, Options{}, "Код|Название|Цена|Фото 1|Фото 2", "1|Чай|5|http://a/1.jpg; http://a/2.jpg,https://a/3.jpg|http://a/4.jpg")
	want := []string{"http://a/1.jpg", "http://a/2.jpg", "https://a/3.jpg", "http://a/4.jpg"}
	if diff := cmp.Diff(want, rows[0].Pictures); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
