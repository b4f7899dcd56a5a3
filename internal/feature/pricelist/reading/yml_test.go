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

func TestGoodYML(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		head     Head
		rows     []Row
		problems []string
	}{
		"simple.yml": {
			head: Head{Shop: "Ромашка", URL: "https://romashka.example/"},
			rows: []Row{
				{
					Line: 16, ExternalID: "A-1", Category: "Чайники & кофейники", Name: "Чайник «Весна»", Model: "V-1700",
					Description: "<p>Тихий</p>", URL: "https://romashka.example/a1", Price: 199050, Quantity: 50,
					Parameters: []Parameter{
						{"Производитель", "Заря"},
						{"Штрихкод", "4600000000017"},
						{"Вес, кг", "0.9"},
						{"Объём, л", "1.7"},
						{"Цвет", "белый; синий"},
					},
					Pictures: []string{
						"https://romashka.example/1.jpg", "https://romashka.example/2.jpg", "https://romashka.example/3.jpg",
					},
				},
				{Line: 37, ExternalID: "A-2", Category: "Кухня", Name: "Лампа", Price: 1000},
				{Line: 42, ExternalID: "A-3", Category: "Кухня", Name: "Кружка", Price: 2000, Quantity: 1},
				{Line: 48, ExternalID: "A-4", Category: "Кухня", Name: "Ложка", Price: 3000, Quantity: 7},
			},
			problems: []string{
				"34 (parameter_unnamed) parameters", "29 (quantity_at_least) quantity", "38 (price_from) price",
				"42 (quantity_unknown) quantity", "52 (not_available) quantity",
			},
		},
		// Offers before categories, the types of offers, no currencies.
		"vendor_model.yml": {
			head: Head{Shop: "ООО «Сирень»"},
			rows: []Row{
				{
					Line: 4, ExternalID: "1", Category: "Насосы", Name: "Насос Заря Н-5", Model: "Н-5", Price: 10000, Quantity: 7,
					Parameters: []Parameter{{"Производитель", "Заря"}, {"Артикул", "00017"}},
				},
				{
					Line: 7, ExternalID: "2", Category: "Насосы", Name: "Насос Заря Н-6", Model: "Заря Н-6", Price: 10001,
					Parameters: []Parameter{{"Производитель", "Заря"}},
				},
				{
					Line: 9, ExternalID: "3", Category: "Насосы", Name: "Песни", Price: 500,
					Parameters: []Parameter{{"Исполнитель", "Хор"}},
				},
			},
			problems: []string{"10 (quantity_negative) quantity"},
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
			if r.Head() != want.head || r.Failed() || r.Format() != YML {
				t.Errorf("head %+v, failed %v, format %s", r.Head(), r.Failed(), r.Format())
			}
		})
	}
}

func TestPartialYMLIsRefusedByName(t *testing.T) {
	t.Parallel()
	_, _, err := drain(fixture(t, "bad/prices_only.yml"), Limits{})
	if !errors.Is(err, Unsupported) || !strings.Contains(fault.As(err).Text.EN, "prices and stock alone") {
		t.Errorf("err = %v", err)
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
		if rows, r, err := drain(data, Limits{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
	})
}
