package reading

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

func TestBadXML(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		problems []string
		rows     []string // ids of those that are yielded all the same
	}{
		"goods.yml": {
			problems: []string{
				"5 blank categories", "7 required price", "8 required id", "9 required name", "10 duplicate_key price",
				"11 currency_mixed currency", "12 required category", "13 (quantity_unknown) quantity", "15 duplicate_id id",
			},
			rows: []string{"7", "лучший"},
		},
		"currency.yml":     {problems: []string{"5 currency currency"}},
		"entity.yml":       {problems: []string{"6 syntax"}},
		"ampersand.yml":    {problems: []string{"2 syntax"}},
		"truncated.yml":    {problems: []string{"3 syntax"}, rows: []string{"1"}},
		"two_roots.yml":    {problems: []string{"4 syntax"}, rows: []string{"1"}},
		"trailing.yml":     {problems: []string{"3 syntax"}, rows: []string{"1"}},
		"crossed.yml":      {problems: []string{"3 syntax"}},
		"version.yml":      {problems: []string{"1 syntax"}},
		"no_shop.yml":      {problems: []string{"1 no_goods goods"}},
		"offers_twice.yml": {problems: []string{"3 duplicate_key goods"}, rows: []string{"1"}},
		"price_types.xml":  {problems: []string{"4 price_types price"}},
		"offers.xml": {
			problems: []string{
				"1 (no_groups) categories", "2 required price", "4 price_for_pack price", "5 price_types price", "5 duplicate_key price",
				"6 currency_mixed currency",
			},
			rows: []string{"1"},
		},
		"catalog_late.xml":       {problems: []string{"1 (no_groups) categories", "4 catalog_after_offers"}, rows: []string{"1"}},
		"undeclared_group.xml":   {problems: []string{"3 category_undeclared category"}},
		"truncated.xml":          {problems: []string{"1 syntax"}},
		"truncated_property.xml": {problems: []string{"2 syntax"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, err := drain(fixture(t, "bad/"+name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.problems, brief(r.Problems())); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			var ids []string
			for _, row := range rows {
				ids = append(ids, row.ExternalID)
			}
			if diff := cmp.Diff(want.rows, ids); diff != "" || !r.Failed() {
				t.Errorf("failed %v, rows (-want +got):\n%s", r.Failed(), diff)
			}
			for _, p := range r.Problems() {
				if p.Text.RU == "" || p.Text.EN == "" || p.Text.RU == p.Text.EN {
					t.Errorf("%s: not in two languages: %+v", p.Code, p.Text)
				}
			}
		})
	}
}

func TestReasonsOfXMLAreTranslated(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"truncated.yml": "Ошибка разметки: файл обрывается",
		"ampersand.yml": "Ошибка разметки: знак & нужно записать как &amp;",
		"entity.yml":    "Ошибка разметки: неизвестное имя после &",
		"crossed.yml":   "Ошибка разметки: элементы закрыты не в том порядке",
		"two_roots.yml": "Ошибка разметки: лишнее после конца списка",
	} {
		_, r, err := drain(fixture(t, "bad/"+name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Problems()[0].Text.RU; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestEncodingsOfXML(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("«", "", "»", "", `encoding="UTF-8"`, `encoding="@"`).Replace(string(fixture(t, "good/simple.yml")))
	as := func(name string) string { return strings.Replace(text, "@", name, 1) }
	for name, c := range map[string]struct {
		data    []byte
		warning bool
	}{
		"declared windows-1251":     {encode(t, charmap.Windows1251, as("windows-1251")), false},
		"declared CP1251":           {encode(t, charmap.Windows1251, as("CP1251")), false},
		"declared KOI8-R":           {encode(t, charmap.KOI8R, as("koi8-r")), false},
		"declared CP866":            {encode(t, charmap.CodePage866, as("cp866")), false},
		"declared ISO-8859-5":       {encode(t, charmap.ISO8859_5, as("iso-8859-5")), false},
		"UTF-8 that is not":         {encode(t, charmap.Windows1251, as("UTF-8")), true},
		"windows-1251 that is not":  {[]byte(as("windows-1251")), false},
		"a BOM and windows-1251":    {[]byte("\uFEFF" + as("windows-1251")), false},
		"unknown name":              {[]byte(as("utf-9")), false},
		"a blank line at the start": {[]byte("\n" + as("UTF-8")), false},
		"all on one line":           {[]byte(strings.ReplaceAll(as("UTF-8"), "\n", " ")), false},
	} {
		rows, r, err := drain(c.data, Options{})
		if err != nil || len(rows) != 4 || rows[0].Name != "Чайник Весна" || r.Failed() {
			t.Errorf("%s: %v %v", name, rows, err)
			continue
		}
		if warned := r.Problems()[0].Code == "encoding_windows_1251"; warned != c.warning {
			t.Errorf("%s: problems %v", name, brief(r.Problems()))
		}
	}
}

func ymlOf(offer string) []byte {
	return []byte(`<yml_catalog><shop><categories><category id="1">Одна</category></categories><offers>` + offer + `</offers></shop></yml_catalog>`)
}

func TestLimitsOfXML(t *testing.T) {
	t.Parallel()
	const fields = `<name>Имя</name><price>1</price><categoryId>1</categoryId><count>1</count>`
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return `<offer id="1"` + b.String() + ">" + fields + "</offer>"
	}
	for name, c := range map[string]struct{ fits, breaks, code string }{
		"depth": {
			`<offer id="1">` + fields + strings.Repeat("<a>", 60) + strings.Repeat("</a>", 60) + `</offer>`,
			`<offer id="1">` + fields + strings.Repeat("<a>", 61) + strings.Repeat("</a>", 61) + `</offer>`, "too_deep",
		},
		"attributes": {attributes(99), attributes(100), "value_too_large"},
		"text": {
			`<offer id="1">` + fields + `<a>` + strings.Repeat("a", maxToken-1000) + `</a></offer>`,
			`<offer id="1">` + fields + `<a>` + strings.Repeat("a", maxToken+70_000) + `</a></offer>`, "value_too_large",
		},
		"text that is passed over": {
			`<x>` + strings.Repeat("a", maxToken-1000) + `</x><offer id="1">` + fields + `</offer>`,
			`<x>` + strings.Repeat("a", maxToken+70_000) + `</x><offer id="1">` + fields + `</offer>`, "value_too_large",
		},
		"comment": {
			`<!--` + strings.Repeat("a", maxToken-1000) + `--><offer id="1">` + fields + `</offer>`,
			`<!--` + strings.Repeat("a", maxToken+70_000) + `--><offer id="1">` + fields + `</offer>`, "value_too_large",
		},
		"elements": {
			`<offer id="1">` + fields + strings.Repeat("<a/>", 24_000) + `</offer>`,
			`<offer id="1">` + fields + strings.Repeat("<a/>", 25_000) + `</offer>`, "value_too_large",
		},
		"offer": {
			`<offer id="1">` + fields + strings.Repeat("<a>"+strings.Repeat("a", 993)+"</a>", 1_000) + `</offer>`,
			`<offer id="1">` + fields + strings.Repeat("<a>"+strings.Repeat("a", 993)+"</a>", 1_100) + `</offer>`, "value_too_large",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if rows, r, err := drain(ymlOf(c.fits), Options{}); err != nil || len(rows) != 1 || r.Failed() {
				t.Errorf("at the limit: %v %d rows %v", err, len(rows), brief(r.Problems()))
			}
			rows, r, err := drain(ymlOf(c.breaks), Options{})
			if err != nil || len(rows) != 0 || !r.Failed() || r.Problems()[0].Code != c.code {
				t.Errorf("above the limit: %d rows, %v %v", len(rows), err, brief(r.Problems()))
			}
		})
	}
}

// TestManyValuesOfOneName takes no longer than others: joining is not quadratic.
func TestManyValuesOfOneName(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&b, `<param name="Цвет">%d</param>`, i)
	}
	_, r, err := drain(ymlOf(`<offer id="1"><name>Имя</name><price>1</price><categoryId>1</categoryId><count>1</count>`+b.String()+`</offer>`), Options{})
	if err != nil || len(r.Problems()) != 1 || r.Problems()[0].Code != "parameter_value_too_long" {
		t.Errorf("%v %v", err, brief(r.Problems()))
	}
}

// TestTruncatedXML: a file that is cut anywhere is never taken for a whole one.
func TestTruncatedXML(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"simple.yml", "vendor_model.yml", "offers.xml", "both.xml"} {
		data := bytes.TrimSpace(fixture(t, "good/"+name))
		data = data[:bytes.LastIndexByte(data, '/')+1] // the last tag, or comment, goes on after it
		if name == "simple.yml" {
			data = data[:bytes.LastIndex(data, []byte("</yml_catalog>"))+5]
		}
		const cuts = 64 // some inside of every kind of element
		for i := range cuts + 1 {
			part := data[:len(data)*i/cuts]
			if _, r, err := drain(part, Options{}); err == nil && !r.Failed() {
				t.Errorf("%s: %d bytes are taken for a whole list", name, len(part))
			}
			for !utf8.Valid(part) { // the same, cut between letters
				part = part[:len(part)-1]
			}
			if _, r, err := drain(part, Options{}); err == nil && !r.Failed() {
				t.Errorf("%s: %d bytes are taken for a whole list", name, len(part))
			}
		}
	}
}
