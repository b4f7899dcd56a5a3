package reading

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zakup/internal/platform/fault"
)

// explained is what Explain writes of a list, in English.
func explained(t *testing.T, data []byte, options Options, say Explaining) (Explained, []byte) {
	t.Helper()
	var to bytes.Buffer
	say.Language = "en"
	done, err := Explain(&to, bytes.NewReader(data), options, say)
	if err != nil {
		t.Fatal(err)
	}
	return done, to.Bytes()
}

// mended reads a file of Explain once its faults are mended.
func mended(t *testing.T, data []byte, options Options, want ...string) {
	t.Helper()
	rows, r, err := drain(data, options)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if diff := cmp.Diff(want, short(rows)); diff != "" || r.Failed() || !r.Partial() {
		t.Errorf("(-want +got)\n%s\npartial %v, %v\n%s", diff, r.Partial(), brief(r.Problems()), data)
	}
	if slices.Contains(codes(r, Warning), "unknown_key") {
		t.Errorf("%v", brief(r.Problems()))
	}
}

const explainJSON = `{"shop": "Чайная", "x": [1], "goods": [{"id": 1, "category": 5, "name": "Чай", "price": 10, "quantity": 1},` +
	`{"id": "007", "category": 5, "name": "Кофе \"X\"", "price": "много", "quantity": 2, "own": {"a": [true, null]}, "errors": ["old"]},` +
	`{"category": 5, "name": "Какао", "price": 30, "quantity": 3}, "text", {"id": 9, "category": 5, "name": "Мёд", "price": 1.50, "quantity": 4, "vat": 99}],` +
	`"categories": [{"id": 5, "name": "Напитки"}]}`

// All goods of one line, and goods before categories.
func TestExplainJSON(t *testing.T) {
	t.Parallel()
	done, data := explained(t, []byte(explainJSON), Options{}, Explaining{})
	want := `{
"partial": true,
"shop": "Чайная",
"categories": [{"id": "5", "name": "Напитки"}],
"goods": [
{"id": "007", "category": "5", "name": "Кофе \"X\"", "price": "много", "quantity": 2, "own": {"a": [true, null]}, "errors": ["line 1: price: «»"]},
{"category": "5", "name": "Какао", "price": 30, "quantity": 3, "errors": ["line 1: id: «»"]},
{"value": "text", "errors": ["line 1: «»"]}
]
}
`
	if diff := cmp.Diff(want, withoutReasons(string(data))); diff != "" || done.Problems != 3 || done.Format != JSON {
		t.Errorf("%+v (-want +got)\n%s", done, diff)
	}
	text := strings.NewReplacer("много", "20", `{"category"`, `{"id": 8, "category"`, `{"value": "text"`, `{"id": 10, "category": 5, "name": "Сок", "price": 1, "quantity": 1`).Replace(string(data))
	mended(t, []byte(text), Options{}, "007 | Напитки | Кофе \"X\" | 20 | 2", "8 | Напитки | Какао | 30 | 3", "10 | Напитки | Сок | 1 | 1")
	if done, data := explained(t, []byte(explainJSON), Options{}, Explaining{Warnings: true}); done.Problems != 5 || !strings.Contains(string(data), `"errors": ["warning: line 1: vat: `) {
		t.Errorf("%+v\n%s", done, data)
	}
}

// withoutReasons shortens what is wrong to its place.
func withoutReasons(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		before, after, found := strings.Cut(line, `"errors": ["`)
		b.WriteString(before)
		if found {
			reason, end, _ := strings.Cut(after, `"]`)
			at := strings.LastIndex(reason, ": ")
			b.WriteString(`"errors": ["` + reason[:at] + `: «»"]` + end)
		}
	}
	return b.String()
}

const explainYAML = `shop: Чайная
currency: USD
categories:
- {id: 5, name: Напитки}
goods:
- {id: 1, category: 5, name: Чай, price: 10, quantity: 1}
- id: 2
  category: 5
  name: "Кофе: \x85 чёрный"
  price: дорого
  quantity: 2
  parameters: {Вес: [1, 2], Пусто: {}}
`

func TestExplainYAML(t *testing.T) {
	t.Parallel()
	done, data := explained(t, []byte(explainYAML), Options{}, Explaining{Also: []Problem{
		{Line: 0, Severity: Error, Text: fault.Text{EN: "all\nof it"}},
		{Line: 6, Severity: Warning, ExternalID: "1", Text: fault.Text{EN: "not told"}},
		{Line: 6, Severity: Error, ExternalID: "1", Text: fault.Text{EN: "unknown"}},
	}})
	text := string(data)
	if done.Format != YAML || !strings.HasPrefix(text, "# all of it\npartial: true\nshop: \"Чайная\"\n") ||
		!strings.Contains(text, "    errors:\n      - \"line 6: unknown\"\n  - id: \"2\"\n") || strings.Contains(text, "not told") {
		t.Errorf("%+v\n%s", done, text)
	}
	text = strings.NewReplacer("дорого", "20", "\"Пусто\": {}", "\"Пусто\": 1").Replace(text)
	mended(t, []byte(text), Options{}, "1 | Напитки | Чай | 10 | 1", "2 | Напитки | Кофе: чёрный | 20 | 2")
	if _, r, err := drain([]byte(text), Options{}); err != nil || r.Head().Currency != "USD" {
		t.Errorf("%v", err)
	}
}

func TestExplainYML(t *testing.T) {
	t.Parallel()
	list := `<yml_catalog><shop><name>Чай &amp; Ко</name><currencies><currency id="RUR" rate="1"/></currencies>
<categories><category id="5">Напитки</category></categories><offers>
<offer id="1"><name>Чай</name><categoryId>5</categoryId><price>10</price><count>1</count></offer>
<offer id="2" available="true"><price>нет</price><name>Кофе &lt;b&gt;</name><categoryId>5</categoryId><count>2</count><own a="&quot;"><x>y</x></own><error>old</error></offer>
</offers></shop></yml_catalog>`
	done, data := explained(t, []byte(list), Options{}, Explaining{Also: []Problem{{Severity: Error, Text: fault.Text{EN: "all --->"}}}})
	text := string(data)
	if done.Format != YML || done.Problems != 2 || !strings.Contains(text, "<!-- all - - -> -->") || strings.Contains(text, "old") || strings.Count(text, "<offer ") != 1 ||
		!strings.Contains(text, `<own a="&#34;"><x>y</x>`) || strings.Count(text, "<error>line 4: price: ") != 1 {
		t.Errorf("%+v\n%s", done, text)
	}
	mended(t, bytes.Replace(data, []byte(">нет<"), []byte(">20<"), 1), Options{}, "2 | Напитки | Кофе <b> | 20 | 2")
	// An offer that lacks all but a price is no sign of a list of prices.
	bare := strings.Replace(list, `<name>Чай</name><categoryId>5</categoryId>`, "", 1)
	bare = strings.Replace(bare, `<offer id="1">`, `<offer id="0"><name>Сок</name><categoryId>5</categoryId><price>1</price></offer><offer id="1">`, 1)
	_, data = explained(t, []byte(bare), Options{}, Explaining{})
	mended(t, bytes.Replace(data, []byte(">нет<"), []byte(">20<"), 1), Options{}, "1 |  |  | 10 | 1", "2 | Напитки | Кофе <b> | 20 | 2")
}

func TestExplainCommerceML(t *testing.T) {
	t.Parallel()
	list := cmlFile(cmlOffers("",
		`<Ид>1</Ид><Наименование>Чай</Наименование><Цены><Цена><ЦенаЗаЕдиницу>10</ЦенаЗаЕдиницу></Цена></Цены><Количество>1</Количество>`,
		`<Ид>2</Ид><Наименование>Кофе &amp; Ко</Наименование><Цены><Цена><ЦенаЗаЕдиницу>нет</ЦенаЗаЕдиницу></Цена></Цены><Количество>2</Количество>`))
	done, data := explained(t, list, Options{}, Explaining{})
	if done.Format != CommerceML || done.Problems != 1 || strings.Count(string(data), "<Ошибка>line ") != 1 || strings.Contains(string(data), "Чай") {
		t.Errorf("%+v\n%s", done, data)
	}
	mended(t, bytes.Replace(data, []byte(">нет<"), []byte(">20<"), 1), Options{}, "2 |  |  | 20 | 2")
}

// A list that breaks off is explained up to there, as a whole document.
func TestExplainBrokenLists(t *testing.T) {
	t.Parallel()
	at := strings.Index(explainJSON, `, "text"`)
	done, data := explained(t, []byte(explainJSON[:at]), Options{}, Explaining{})
	if done.Problems != 1 || !strings.Contains(string(data), "\"errors\": [\n\"line 1: ") {
		t.Errorf("%+v\n%s", done, data)
	}
	whole := strings.Replace(explainJSON[:at], `"goods"`, `"categories": [{"id": 5, "name": "Напитки"}], "goods"`, 1)
	done, data = explained(t, []byte(whole), Options{}, Explaining{})
	if _, r, err := drain(data, Options{}); err != nil || r.Broken() || done.Problems != 3 || !strings.Contains(string(data), "007") {
		t.Errorf("%+v %v\n%s", done, err, data)
	}
	if _, err := Explain(failingWriter{}, strings.NewReader(explainJSON), Options{}, Explaining{}); !errors.Is(err, errDisk) {
		t.Errorf("%v", err)
	}
	if _, err := Explain(io.Discard, strings.NewReader("<html>"), Options{}, Explaining{}); !errors.Is(err, Unsupported) {
		t.Errorf("%v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errDisk }

// TestExplainHostile: whatever the list, Explain ends, and what it writes can be
// read.
func TestExplainHostile(t *testing.T) {
	t.Parallel()
	sources := [][]byte{
		[]byte(explainJSON), []byte(explainYAML), []byte(explainCSV), xlsx(t, explainSheet, nil),
		compoundFile("Workbook", workbookStream(nil, teaXLS)),
		[]byte(`<yml_catalog><shop><categories><category id="5">Чай</category></categories><offers><offer id="1"><name>Чай</name><price>x</price></offer></offers></shop></yml_catalog>`),
		cmlFile(cmlOffers("", `<Ид>2</Ид><Наименование>Кофе</Наименование><Цены><Цена><ЦенаЗаЕдиницу>x</ЦенаЗаЕдиницу></Цена></Цены>`)),
	}
	for _, source := range sources {
		for at := 0; at < len(source); at += 1 + len(source)/50 {
			for _, flip := range []byte{1, 0x20, 0xFF} {
				data := bytes.Clone(source)
				data[at] ^= flip
				var to bytes.Buffer
				done, err := Explain(&to, bytes.NewReader(data), Options{}, Explaining{Warnings: true})
				if err != nil {
					if fault.As(err) == nil {
						t.Fatalf("byte %d: %v", at, err)
					}
					continue
				}
				if done.Format == XLSX {
					if _, err := excelize.OpenReader(&to); err != nil && done.Problems > 0 {
						t.Fatalf("byte %d: %v", at, err)
					}
					continue
				}
				if !utf8.Valid(to.Bytes()) {
					t.Fatalf("byte %d: %q", at, to.String())
				}
				if _, r, err := drain(to.Bytes(), Options{}); done.Format != CSV && (err != nil && fault.As(err) == nil || err == nil && r.Broken() && r.Format() != done.Format) {
					t.Fatalf("byte %d: %v\n%s", at, err, to.String())
				}
			}
		}
	}
}
