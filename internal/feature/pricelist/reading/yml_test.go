package reading

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGoodYML(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		head     Head
		rows     []Row
		problems []string
	}{
		"simple.yml": {
			head: Head{Shop: "Ромашка", URL: "https://romashka.example/", Currency: "RUB"},
			rows: []Row{
				{
					Line: 16, ExternalID: "A-1", Category: "Чайники & кофейники", Name: "Чайник «Весна»", Model: "V-1700",
					Description: "<p>Тихий</p>", URL: "https://romashka.example/a1", Price: 199050, HasPrice: true, Quantity: 50, HasQuantity: true, AtLeast: true,
					Parameters: []Parameter{
						{"Вес, кг", "0.9"},
						{"Объём, л", "1.7"},
						{"Цвет", "белый; синий"},
					},
					Pictures: []string{
						"https://romashka.example/1.jpg", "https://romashka.example/2.jpg", "https://romashka.example/3.jpg",
					},
					Barcodes: []string{"4600000000015"}, VendorCode: "V-1700", Vendor: "Заря", Unit: Unit{"796", "шт"},
					VAT: "22", MinQuantity: 4, Multiple: 2,
				},
				{Line: 37, ExternalID: "A-2", Category: "Кухня", Name: "Лампа", Price: 1000, HasPrice: true, HasQuantity: true},
				{Line: 42, ExternalID: "A-3", Category: "Кухня", Name: "Кружка", Price: 2000, HasPrice: true, Quantity: 1, HasQuantity: true, AtLeast: true},
				{Line: 48, ExternalID: "A-4", Category: "Кухня", Name: "Ложка", Price: 3000, HasPrice: true, Quantity: 7, HasQuantity: true},
			},
			problems: []string{
				"34 (parameter_unnamed) parameters", "29 (quantity_at_least) quantity", "38 (price_from) price",
				"42 (quantity_unknown) quantity", "52 (not_available) quantity",
			},
		},
		// Offers before categories, the types of offers, no currencies.
		"vendor_model.yml": {
			head: Head{Shop: "ООО «Сирень»", Currency: "RUB"},
			rows: []Row{
				{
					Line: 4, ExternalID: "1", Category: "Насосы", Name: "Насос Заря Н-5", Model: "Н-5", Price: 10000, HasPrice: true, Quantity: 7, HasQuantity: true,
					VendorCode: "00017", Vendor: "Заря",
				},
				{
					Line: 7, ExternalID: "2", Category: "Насосы", Name: "Насос Заря Н-6", Model: "Заря Н-6", Price: 10001, HasPrice: true,
					HasQuantity: true, Vendor: "Заря",
				},
				{
					Line: 9, ExternalID: "3", Category: "Насосы", Name: "Песни", Price: 500, HasPrice: true, HasQuantity: true,
					Parameters: []Parameter{{"Исполнитель", "Хор"}},
				},
			},
			problems: []string{"10 (quantity_negative) quantity"},
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
			if r.Head() != want.head || r.Failed() || r.Format() != YML {
				t.Errorf("head %+v, failed %v, format %s", r.Head(), r.Failed(), r.Format())
			}
		})
	}
}

// TestPartialYML: offers without names are a list of prices and stock alone.
func TestPartialYML(t *testing.T) {
	t.Parallel()
	rows, r, err := drain(fixture(t, "good/prices_only.yml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Line: 5, ExternalID: "1", Price: 1000, HasPrice: true, Quantity: 5, HasQuantity: true, AtLeast: true},
		{Line: 6, ExternalID: "2", Price: 2000, HasPrice: true},
		{Line: 7, ExternalID: "3", HasQuantity: true},
		{Line: 8, ExternalID: "4", Price: 300, HasPrice: true, Quantity: 1, HasQuantity: true, AtLeast: true},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	problems := []string{"5 (quantity_at_least) quantity", "8 (quantity_unknown) quantity", "9 (nothing_to_change)", "10 price_negative price"}
	if diff := cmp.Diff(problems, brief(r.Problems())); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if !r.Partial() || r.Head().Currency != "KZT" {
		t.Errorf("partial %v, %+v", r.Partial(), r.Head())
	}
}

func TestMemoryDoesNotGrowWithYML(t *testing.T) {
	var text bytes.Buffer
	text.WriteString(`<yml_catalog><shop><categories><category id="1">Одна</category></categories><offers>`)
	const goods = 30_000
	for i := range goods {
		fmt.Fprintf(&text, `<offer id="%d"><categoryId>1</categoryId><name>Чайник номер %d</name><price>10.5</price><count>5</count>`+
			`<param name="Цвет">белый</param><param name="Объём" unit="л">1.7</param></offer>`+"\n", i, i)
	}
	text.WriteString("</offers></shop></yml_catalog>")
	if heap := peakHeap(t, text.Bytes(), goods); heap > 20<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}

// FuzzYML: no text of YML panics or hangs, and rows are as promised.
func FuzzYML(f *testing.F) {
	seed(f, "yml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if rows, r, err := drain(data, Options{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
	})
}
