package reading

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"zakup/internal/platform/fault"
)

const (
	plainYAML = "categories:\n- id: 1\n  name: Чайники\ngoods:\n- id: 1\n  category: 1\n  name: Чайник «Весна» — белый\n  price: 10\n  quantity: 1\n"
	plainJSON = `{"categories": [{"id": 1, "name": "Чайники"}], "goods": [
{"id": 1, "category": 1, "name": "Чайник «Весна» — белый", "price": 10, "quantity": 1}]}`
)

func encode(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	data, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{plainYAML, plainJSON} {
		for name, c := range map[string]struct {
			data    []byte
			warning bool
		}{
			"UTF-8":               {[]byte(text), false},
			"UTF-8 with BOM":      {[]byte("\uFEFF" + text), false},
			"UTF-16LE":            {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text), false},
			"UTF-16BE":            {encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text), false},
			"windows-1251":        {encode(t, charmap.Windows1251, text), true},
			"CRLF":                {[]byte(strings.ReplaceAll(text, "\n", "\r\n")), false},
			"a blank page before": {[]byte(strings.Repeat("\n", 200) + text), false},
		} {
			rows, r, err := drain(c.data, Options{})
			if err != nil || len(rows) != 1 || rows[0].Name != "Чайник «Весна» — белый" {
				t.Errorf("%s: %v %v", name, rows, err)
				continue
			}
			warned := len(r.Problems()) == 1 && r.Problems()[0].Code == "encoding_windows_1251" && !r.Failed()
			if warned != c.warning {
				t.Errorf("%s: problems %v", name, r.Problems())
			}
		}
	}
}

func TestOtherEncodingsAreRefused(t *testing.T) {
	t.Parallel()
	broken := []byte(plainYAML)
	broken[bytes.Index(broken, []byte("Весна"))+1] = 0xFF
	for name, c := range map[string]struct {
		data []byte
		line int
	}{
		"CP866":             {encode(t, charmap.CodePage866, strings.NewReplacer("«", "", "»", "", "—", "").Replace(plainYAML)), 3},
		"KOI8-R":            {encode(t, charmap.KOI8R, strings.NewReplacer("«", "", "»", "", "—", "").Replace(plainYAML)), 3},
		"one wrong byte":    {broken, 7},
		"cut in a letter":   {[]byte(plainYAML + "  model: \xD0"), 10},
		"wrong after a BOM": {append([]byte("\uFEFF"), encode(t, charmap.Windows1251, plainYAML)...), 3},
	} {
		_, err := Open(bytes.NewReader(c.data), Options{})
		if !errors.Is(err, BadEncoding) || fault.As(err).Facts["line"] != c.line {
			t.Errorf("%s: %v %v", name, err, fault.As(err))
		}
	}
}

// TestSurveyInParts has letters that lie across the parts a file is read in.
func TestSurveyInParts(t *testing.T) {
	t.Parallel()
	for shift := range 4 {
		name := strings.Repeat("a", shift) + strings.Repeat("ы", 40_000) + strings.Repeat("€😀", 20_000)
		data := []byte(strings.Replace(plainYAML, "goods:", "note: "+name+"\ngoods:", 1))
		if rows, _, err := drain(data, Options{}); err != nil || len(rows) != 1 {
			t.Errorf("shift %d: %d rows, %v", shift, len(rows), err)
		}
	}
}

func TestWhatItLooksLike(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"<rss xmlns:g=\"http://base.google.com/ns/1.0\">":           "a Google Merchant feed",
		"<rss version=\"2.0\">":                                     "an RSS feed",
		"\n <!doctype html><title>Вход</title>":                     "an HTML page",
		"<HTML><body>404":                                           "an HTML page",
		"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:s\">":         "an XML Spreadsheet 2003 (save it as XLSX)",
		"<root><a></a></root>":                                      "XML",
		"%PDF-1.7\n":                                                "a PDF document",
		"a\x00b\x00":                                                "a binary file or UTF-16 without a mark",
		"openapi: 3.1.0\ninfo:\n  title: API\n":                     "an API description (OpenAPI)",
		`{"swagger": "2.0", "info": {"title": "API"}, "paths": {}}`: "an API description (OpenAPI)",
	} {
		_, err := Open(strings.NewReader(data), Options{})
		if !errors.Is(err, Unsupported) || !strings.HasPrefix(fault.As(err).Text.EN, "This looks like "+want+". ") {
			t.Errorf("%.30q: %v, want %s", data, err, want)
		}
	}
}

// TestKnownXML: what is met in place of a price list is refused by its name.
func TestKnownXML(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"<root><goods><list-item/></goods></root>":                 "a list of goods in XML",
		"<?xml version='1.0'?><shop><items><item/></items></shop>": "an export of Prom.ua",
		`<Файл ИдФайл="ON_NSCHFDOPPR_1_2"><Документ/></Файл>`:      "an electronic UPD",
		`<Файл ИдФайл="x"><Документ КНД="1175010"/></Файл>`:        "an electronic TORG-12",
		`<Файл ИдФайл="x"/>`:                                       "an electronic document",
		"<urlset/>":                                                "a site map",
		"<s:Envelope/>":                                            "a SOAP message",
		"<Error><Code>403</Code></Error>":                          "a message of an error",
	} {
		_, err := Open(strings.NewReader(data), Options{})
		if !errors.Is(err, Unsupported) || !strings.HasPrefix(fault.As(err).Text.EN, "This looks like "+want) {
			t.Errorf("%s: %v, want %s", data, err, want)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		`{"goods": []}`: JSON, `{}`: JSON, ` [ {"shop": 1}]`: JSON, `[]`: JSON, "{\n  \"a\": 1": JSON, `[1]`: JSON,
		"{shop: x}": YAML, "[{shop: x}]": YAML, "- shop: x": YAML, "shop: a;b\nx: 1;2": YAML, "---\nshop: x": YAML,
		"# Прайс; от\nshop: x": YAML, "\"shop\": a,b": YAML, "просто текст": YAML,
	} {
		if got, err := recognise([]byte(head)); got != want || err != nil {
			t.Errorf("%q: %s %v, want %s", head, got, err, want)
		}
	}
}

func TestEmptyFiles(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", "\n \t\r\n", "\uFEFF", "\uFEFF\n"} {
		if _, err := Open(strings.NewReader(data), Options{}); !errors.Is(err, Empty) {
			t.Errorf("%q: %v", data, err)
		}
	}
}
