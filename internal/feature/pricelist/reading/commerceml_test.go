package reading

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

func TestGoodCommerceML(t *testing.T) {
	t.Parallel()
	boots := []Parameter{{"Производитель", "Заря"}, {"Штрихкод", "4600000000024"}, {"Сезон", "Зима"}, {"Подкладка", "да"}}
	for name, want := range map[string]struct {
		rows     []Row
		problems []string
	}{
		"offers.xml": {
			rows: []Row{
				{
					Line: 13, ExternalID: "g1", Category: "Без категории", Name: "Чайник", Model: "V-1",
					Price: 10000, PriceRRC: 15050, HasRRC: true, Quantity: 10, Parameters: []Parameter{{"Штрихкод", "4600000000017"}},
				},
				{
					Line: 26, ExternalID: "g2#x", Category: "Без категории", Name: "Сапоги (40)", Price: 171900, Quantity: 25,
					Parameters: []Parameter{{"Единица измерения", "Пара (2 шт.)"}, {"Размер", "40"}},
				},
				{Line: 41, ExternalID: "g4", Category: "Без категории", Name: "Ложка", Price: 700, Quantity: 5},
			},
			problems: []string{"12 (price_type) price", "12 (no_groups) categories", "37 (deleted)"},
		},
		"both.xml": {
			rows: []Row{
				{
					Line: 19, ExternalID: "g1#40", Category: "Сапоги", Name: "Сапоги (40)", Model: "С-40", Description: "Тёплые",
					Price: 171900, Quantity: 2, Parameters: append(boots[:4:4], Parameter{"Размер", "40"}),
					Pictures: []string{"https://romashka.example/g1.jpg"},
				},
				{
					Line: 19, ExternalID: "g1#41", Category: "Сапоги", Name: "Сапоги", Model: "С-40", Description: "Тёплые",
					Price: 172000, Quantity: 3, Parameters: boots, Pictures: []string{"https://romashka.example/g1.jpg"},
				},
				{Line: 31, ExternalID: "g2", Category: "Уход", Name: "Крем", Price: 9900},
				{Line: 48, ExternalID: "g9", Category: "Без категории", Name: "Без товара", Price: 500, Quantity: 1},
			},
			problems: []string{"31 (quantity_absent) quantity", "32 (no_offer) price", "33 (deleted)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, err := drain(fixture(t, "good/"+name), Limits{})
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

func TestCommerceMLThatIsNoFullList(t *testing.T) {
	t.Parallel()
	const (
		priced = `<Цены><Цена><ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу></Цена></Цены>`
		named  = `<Наименование>Имя</Наименование>`
		groups = `<Классификатор><Группы><Группа><Ид>1</Ид><Наименование>Одна</Наименование></Группа></Группы></Классификатор>`
	)
	offers := func(attribute, offer string) string {
		return `<ПакетПредложений ` + attribute + `><Предложения><Предложение><Ид>1</Ид>` + offer + `</Предложение></Предложения></ПакетПредложений>`
	}
	catalog := func(attribute string) string {
		return `<Каталог ` + attribute + `><Товары><Товар><Ид>1</Ид>` + named + `</Товар></Товары></Каталог>`
	}
	const changes = `СодержитТолькоИзменения="true"`
	for name, c := range map[string]struct{ inside, want string }{
		"a catalogue":              {groups + catalog(""), "a catalogue of CommerceML without prices"},
		"changes of a catalogue":   {groups + catalog(changes), "changes alone"},
		"a classifier":             {groups, "a classifier of CommerceML without goods"},
		"prices":                   {offers(changes, priced), "prices alone"},
		"stock":                    {offers(changes, `<Остатки><Остаток><Количество>1</Количество></Остаток></Остатки>`), "stock alone"},
		"names without prices":     {offers(changes, named), "offers of CommerceML 3 without prices"},
		"changes of offers":        {offers(changes, named+priced), "changes alone"},
		"changes with a catalogue": {catalog("") + offers(changes, priced), "changes alone"},
		"older changes":            {strings.ReplaceAll(offers("", named+priced), "ПакетПредложений", "ИзмененияПакетаПредложений"), "changes alone"},
		"an order":                 {`<Документ><Ид>1</Ид></Документ>`, "documents of CommerceML"},
	} {
		_, _, err := drain([]byte(`<КоммерческаяИнформация ВерсияСхемы="3.1">`+c.inside+`</КоммерческаяИнформация>`), Limits{})
		if !errors.Is(err, Unsupported) || !strings.Contains(fault.As(err).Text.EN, c.want) {
			t.Errorf("%s: %v", name, err)
		}
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
		if rows, r, err := drain(data, Limits{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
	})
}
