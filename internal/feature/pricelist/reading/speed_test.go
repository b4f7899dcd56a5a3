package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// ordinary are names of characteristics as lists have them.
var ordinary = []string{
	"Цвет", "Материал", "Вес, кг", "Ширина, мм", "Высота, мм", "Глубина, мм", "Страна", "Гарантия, мес", "Мощность, Вт", "Артикул производителя",
}

func benchmark(b *testing.B, data []byte, goods int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(bytes.NewReader(data), Options{})
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		for {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if rows != goods || r.Failed() {
			b.Fatal(rows, r.Problems())
		}
	}
	b.ReportMetric(float64(goods)*float64(b.N)/b.Elapsed().Seconds(), "goods/s")
}

const benchGoods = 10_000

func BenchmarkJSON(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`{"shop": "Ромашка", "categories": [{"id": 1, "name": "Чайники"}], "goods": [`)
	for i := range benchGoods {
		if i > 0 {
			text.WriteString(",\n")
		}
		fmt.Fprintf(&text, `{"id": "A-%d", "category": 1, "name": "Чайник «Весна» номер %d", "model": "V-%d", "price": %d.50, "price_rrc": %d, "quantity": %d, "parameters": {`, i, i, i, i%9000+100, i%9000+200, i%100)
		for j, name := range ordinary {
			if j > 0 {
				text.WriteString(", ")
			}
			fmt.Fprintf(&text, "%q: \"значение %d\"", name, (i+j)%50)
		}
		text.WriteString("}}")
	}
	text.WriteString("]}")
	benchmark(b, text.Bytes(), benchGoods)
}

func BenchmarkYAML(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("shop: Ромашка\ncategories:\n- id: 1\n  name: Чайники\ngoods:\n")
	for i := range benchGoods {
		fmt.Fprintf(&text, "- id: A-%d\n  category: 1\n  name: Чайник «Весна» номер %d\n  model: V-%d\n  price: %d.50\n  price_rrc: %d\n  quantity: %d\n  parameters:\n", i, i, i, i%9000+100, i%9000+200, i%100)
		for j, name := range ordinary {
			fmt.Fprintf(&text, "    %q: значение %d\n", name, (i+j)%50)
		}
	}
	benchmark(b, text.Bytes(), benchGoods)
}

func BenchmarkYML(b *testing.B) {
	var text bytes.Buffer
	text.WriteString(`<yml_catalog><shop><name>Ромашка</name><currencies><currency id="RUB" rate="1"/></currencies><categories><category id="1">Чайники</category></categories><offers>`)
	for i := range benchGoods {
		fmt.Fprintf(&text, "\n<offer id=\"A-%d\" available=\"true\">\n<url>https://romashka.example/%d</url>\n<price>%d.50</price>\n<currencyId>RUB</currencyId>\n<categoryId>1</categoryId>\n<name>Чайник «Весна» номер %d</name>\n<vendorCode>V-%d</vendorCode>\n<quantity>%d</quantity>\n", i, i, i%9000+100, i, i, i%100)
		for j, name := range ordinary {
			fmt.Fprintf(&text, "<param name=%q>значение %d</param>\n", name, (i+j)%50)
		}
		text.WriteString("</offer>")
	}
	text.WriteString("</offers></shop></yml_catalog>")
	benchmark(b, text.Bytes(), benchGoods)
}
