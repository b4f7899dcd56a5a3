package reading

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

func TestGoodCommerceML(t *testing.T) {
	t.Parallel()
	boots := []Parameter{{"Сезон", "Зима"}, {"Подкладка", "да"}}
	full := func(r Row) Row {
		r.Barcodes, r.VendorCode, r.Vendor = []string{"4600000000022"}, "С-40", "Заря"
		r.Unit, r.VAT, r.Multiple = Unit{"715", "пар"}, "20", 2
		return r
	}
	for name, want := range map[string]struct {
		rows     []Row
		problems []string
	}{
		"offers.xml": {
			rows: []Row{
				{
					Line: 13, ExternalID: "g1", Category: "Без категории", Name: "Чайник", Model: "V-1",
					Price: 10000, HasPrice: true, PriceRRC: 15050, HasRRC: true, Quantity: 10, HasQuantity: true,
					Barcodes: []string{"4600000000015"}, VendorCode: "V-1", Unit: Unit{"796", "шт"}, VAT: "none",
				},
				{
					Line: 26, ExternalID: "g2#x", Category: "Без категории", Name: "Сапоги (40)", Price: 171900, HasPrice: true, Quantity: 25, HasQuantity: true,
					Parameters: []Parameter{{"Размер", "40"}}, Unit: Unit{"715", "пар"},
				},
				{Line: 41, ExternalID: "g4", Category: "Без категории", Name: "Ложка", Price: 700, HasPrice: true, Quantity: 5, HasQuantity: true},
			},
			problems: []string{"12 (price_type) price", "12 (no_groups) categories", "37 (deleted)"},
		},
		"both.xml": {
			rows: []Row{
				full(Row{
					Line: 19, ExternalID: "g1#40", Category: "Сапоги", Name: "Сапоги (40)", Model: "С-40", Description: "Тёплые",
					Price: 171900, HasPrice: true, Quantity: 2, HasQuantity: true, Parameters: append(boots[:2:2], Parameter{"Размер", "40"}),
					Pictures: []string{"https://romashka.example/g1.jpg"},
				}),
				full(Row{
					Line: 19, ExternalID: "g1#41", Category: "Сапоги", Name: "Сапоги", Model: "С-40", Description: "Тёплые",
					Price: 172000, HasPrice: true, Quantity: 3, HasQuantity: true, Parameters: boots, Pictures: []string{"https://romashka.example/g1.jpg"},
				}),
				{Line: 31, ExternalID: "g2", Category: "Уход", Name: "Крем", Price: 9900, HasPrice: true},
				{Line: 48, ExternalID: "g9", Category: "Без категории", Name: "Без товара", Price: 500, HasPrice: true, Quantity: 1, HasQuantity: true},
			},
			problems: []string{"31 (quantity_absent) quantity", "32 (no_offer) price", "33 (deleted)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, err := drain(fixture(t, "good/"+name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want.problems, brief(r.Problems())); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if r.Failed() || r.Format() != CommerceML {
				t.Errorf("failed %v, format %s", r.Failed(), r.Format())
			}
		})
	}
}

const (
	cmlPriced = `<Цены><Цена><ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу></Цена></Цены>`
	cmlNamed  = `<Наименование>Имя</Наименование>`
	cmlGroups = `<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>Одна</Наименование></Группа></Группы></Классификатор>`
	cmlStock  = `<Остатки><Остаток><Количество>1</Количество></Остаток></Остатки>`
	changes   = `СодержитТолькоИзменения="true"`
)

func cmlFile(inside string) []byte {
	return []byte(`<КоммерческаяИнформация ВерсияСхемы="3.1">` + inside + `</КоммерческаяИнформация>`)
}

func cmlOffers(attribute string, offers ...string) string {
	return `<ПакетПредложений ` + attribute + `><Предложения><Предложение>` + strings.Join(offers, "</Предложение><Предложение>") +
		`</Предложение></Предложения></ПакетПредложений>`
}

func cmlCatalog(attribute string, goods ...string) string {
	return `<Каталог ` + attribute + `><Товары><Товар>` + strings.Join(goods, "</Товар><Товар>") + `</Товар></Товары></Каталог>`
}

func TestCommerceMLWithoutPrices(t *testing.T) {
	t.Parallel()
	const id = `<Ид>1</Ид>`
	for name, c := range map[string]struct {
		inside, want string
		fault        *fault.Error
	}{
		"a catalogue":            {cmlGroups + cmlCatalog("", id+cmlNamed), "a catalogue of CommerceML without prices", NoPrices},
		"changes of a catalogue": {cmlGroups + cmlCatalog(changes, id+cmlNamed), "a catalogue of CommerceML without prices", NoPrices},
		"a classifier":           {cmlGroups, "a classifier alone", NoPrices},
		"names":                  {cmlOffers("", id+cmlNamed), "The offers of CommerceML have no prices", NoPrices},
		"changed names":          {cmlOffers(changes, id+cmlNamed), "The offers of CommerceML have no prices", NoPrices},
		"a catalogue and stock":  {cmlCatalog("", id+cmlNamed) + cmlOffers("", id+cmlStock), "The offers of CommerceML have no prices", NoPrices},
		"an order":               {`<Документ>` + id + `</Документ>`, "documents of CommerceML", Unsupported},
	} {
		_, _, err := drain(cmlFile(c.inside), Options{})
		if !errors.Is(err, c.fault) || !strings.Contains(fault.As(err).Text.EN, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPartialCommerceML(t *testing.T) {
	t.Parallel()
	const (
		id      = `<Ид>1</Ид>`
		grouped = `<Группы><Ид>1</Ид></Группы>`
		deleted = `<ПометкаУдаления>true</ПометкаУдаления>`
	)
	price := Row{ExternalID: "1", Price: 100, HasPrice: true}
	stock := Row{ExternalID: "1", Quantity: 1, HasQuantity: true}
	full := Row{ExternalID: "1", Category: "Одна", Name: "Имя", Price: 100, HasPrice: true}
	gone := Row{ExternalID: "1", Gone: true}
	for name, c := range map[string]struct {
		inside   string
		rows     []Row
		problems []string
	}{
		"prices":            {cmlOffers("", id+cmlPriced), []Row{price}, nil},
		"stock":             {cmlOffers("", id+cmlStock), []Row{stock}, nil},
		"changes of offers": {cmlOffers(changes, id+cmlNamed+cmlPriced), []Row{price}, nil},
		"older changes":     {strings.ReplaceAll(cmlOffers("", id+cmlNamed+cmlPriced), "ПакетПредложений", "ИзмененияПакетаПредложений"), []Row{price}, nil},
		"with its catalogue": {
			cmlGroups + cmlCatalog(changes, id+cmlNamed+grouped) + cmlOffers(changes, id+cmlPriced), []Row{full}, nil,
		},
		"with an unknown group": {
			cmlCatalog("", id+cmlNamed+grouped) + cmlOffers(changes, id+cmlPriced), []Row{price}, []string{"1 (group_unknown) category"},
		},
		"a catalogue and stock": {cmlGroups + cmlCatalog(changes, id+cmlNamed+grouped) + cmlOffers(changes, id+cmlStock), []Row{stock}, nil},
		"a deleted offer":       {cmlOffers(changes, id+deleted, `<Ид>2</Ид>`+cmlStock), []Row{gone, {ExternalID: "2", Quantity: 1, HasQuantity: true}}, nil},
		"a deleted good":        {cmlCatalog(changes, id+deleted) + cmlOffers(changes, `<Ид>2</Ид>`+cmlStock), []Row{gone, {ExternalID: "2", Quantity: 1, HasQuantity: true}}, nil},
		"a deleted good with its offer": {
			cmlCatalog(changes, id+deleted) + cmlOffers(changes, id+cmlStock), []Row{gone}, nil,
		},
		"an offer with its own group": {cmlGroups + cmlOffers(changes, id+cmlNamed+grouped+cmlPriced), []Row{price}, nil},
		"nothing new": {
			cmlOffers(changes, id+cmlStock, `<Ид>2</Ид>`+cmlNamed), []Row{stock}, []string{"1 (nothing_to_change)"},
		},
	} {
		rows, r, err := drain(cmlFile(c.inside), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range rows {
			rows[i].Line = 0
		}
		if diff := cmp.Diff(c.rows, rows); diff != "" || !r.Partial() {
			t.Errorf("%s: partial %v, rows (-want +got):\n%s", name, r.Partial(), diff)
		}
		if diff := cmp.Diff(c.problems, brief(slices.DeleteFunc(r.Problems(), func(p Problem) bool { return p.Code == "quantity_absent" }))); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", name, diff)
		}
	}
}

// TestOffersTwice: an id stands once in a document, however the documents are joined.
func TestOffersTwice(t *testing.T) {
	t.Parallel()
	one := `<Ид>1</Ид>` + cmlNamed + cmlPriced
	data := cmlFile(cmlCatalog("", `<Ид>1</Ид>`+cmlNamed) + cmlOffers("", one, `<Ид>1</Ид>`+cmlStock+cmlPriced))
	_, r, err := drain(data, Options{})
	if err != nil || !slices.ContainsFunc(r.Problems(), func(p Problem) bool { return p.Code == "duplicate_id" }) {
		t.Errorf("%v %v", err, brief(r.Problems()))
	}
}

// TestPriceTypesOfTheSupplier are chosen by name or id.
func TestPriceTypesOfTheSupplier(t *testing.T) {
	t.Parallel()
	data := fixture(t, "bad/price_types.xml")
	for _, profile := range []Profile{{PriceType: "закупочная", RRCType: "t2"}, {PriceType: "t1", RRCType: "Плановая"}} {
		rows, r, err := drain(data, Options{Profile: profile})
		if err != nil || r.Failed() || len(rows) != 1 || rows[0].Price != 100 || rows[0].PriceRRC != 200 || !rows[0].HasRRC {
			t.Errorf("%+v: %+v %v %v", profile, rows, err, r)
		}
	}
	_, r, err := drain(data, Options{Profile: Profile{PriceType: "нет такой"}})
	if err != nil || len(r.Problems()) != 1 || r.Problems()[0].Code != "price_type_unknown" {
		t.Errorf("%v %v", err, r.Problems())
	}
	// In prices alone the types are ids.
	prices := cmlFile(cmlOffers("", `<Ид>1</Ид><Цены><Цена><ИдТипаЦены>a</ИдТипаЦены><ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу></Цена>`+
		`<Цена><ИдТипаЦены>b</ИдТипаЦены><ЦенаЗаЕдиницу>2</ЦенаЗаЕдиницу></Цена></Цены>`))
	if _, r, err := drain(prices, Options{}); err != nil || !r.Failed() || r.Problems()[0].Code != "price_types" {
		t.Errorf("%v %v", err, r.Problems())
	}
	if rows, r, err := drain(prices, Options{Profile: Profile{PriceType: "b"}}); err != nil || r.Failed() || len(rows) != 1 || rows[0].Price != 200 {
		t.Errorf("%v %v %v", rows, err, r.Problems())
	}
}

func TestPriceTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		types         []string
		price, retail string // by name; no price: refused
	}{
		{[]string{"Розничная"}, "Розничная", ""},
		{[]string{"BASE"}, "BASE", ""},
		{[]string{"Отпускные", "РРЦ"}, "Отпускные", "РРЦ"},
		{[]string{"Закупочная", "Оптовая", "Плановая", "Розничная"}, "Оптовая", "Розничная"},
		{[]string{"Оптовая", "Розничная", "РРЦ"}, "Оптовая", ""},
		{[]string{"Закупочная", "Плановая"}, "", ""},
		{[]string{"Опт", "Мелкий опт", "Розница"}, "", ""},
		{[]string{"Розничная", "РРЦ"}, "", ""},
	} {
		var classes cmlClasses
		for _, name := range c.types {
			classes.types = append(classes.types, priceType{id: name, name: name})
		}
		price, retail := "", ""
		if err := classes.choosePrices(1); err == nil {
			price = classes.price.name
			if classes.retail != nil {
				retail = classes.retail.name
			}
		}
		if price != c.price || retail != c.retail {
			t.Errorf("%v: %q and %q, want %q and %q", c.types, price, retail, c.price, c.retail)
		}
	}
}

// manyOffers is a package of offers, after a catalogue with their goods if so wanted.
func manyOffers(n int, catalog bool) []byte {
	var text bytes.Buffer
	text.WriteString("<КоммерческаяИнформация>")
	if catalog {
		text.WriteString("<Каталог><Товары>")
		for i := range n {
			fmt.Fprintf(&text, "<Товар><Ид>%d</Ид><Наименование>Чайник номер %d</Наименование><Описание>%s</Описание></Товар>\n",
				i, i, strings.Repeat("Описание. ", 20))
		}
		text.WriteString("</Товары></Каталог>")
	}
	text.WriteString("<ПакетПредложений><Предложения>")
	for i := range n {
		fmt.Fprintf(&text, "<Предложение><Ид>%d</Ид><Наименование>Чайник номер %d</Наименование><Цены><Цена><ЦенаЗаЕдиницу>10.5"+
			"</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены><Количество>5</Количество></Предложение>\n", i, i)
	}
	text.WriteString("</Предложения></ПакетПредложений></КоммерческаяИнформация>")
	return text.Bytes()
}

func TestMemoryDoesNotGrowWithCommerceML(t *testing.T) {
	const goods = 30_000
	if heap := peakHeap(t, manyOffers(goods, false), goods); heap > 20<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}

// TestMemoryOfCommerceMLWithCatalog: the offers stand in memory, the goods don't.
func TestMemoryOfCommerceMLWithCatalog(t *testing.T) {
	const goods = 10_000
	if heap := peakHeap(t, manyOffers(goods, true), goods); heap/goods > 1_000 {
		t.Errorf("the heap grew by %d bytes a good", heap/goods)
	}
}

// FuzzCommerceML: no text of CommerceML panics or hangs, and rows are as promised.
func FuzzCommerceML(f *testing.F) {
	seed(f, "xml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if rows, r, err := drain(data, Options{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
	})
}
