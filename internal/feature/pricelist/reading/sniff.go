package reading

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
)

// sniffed is how much of a file is looked at to recognise it, in bytes of UTF-8.
const sniffed = 4096

// looks is a thing that is not read, in both languages.
type looks struct{ ru, en string }

func unsupported(ru, en string) error {
	return Unsupported.Saying(
		"Это похоже на "+ru+". Читаются YAML, JSON, CSV, XLSX, XLS, YML и CommerceML",
		"This looks like "+en+". YAML, JSON, CSV, XLSX, XLS, YML and CommerceML are read")
}

// notRead tells of a file whose format is read, but not this kind of it.
func notRead(ru, en, thenRU, thenEN string) error {
	return Unsupported.Saying(
		"Это похоже на "+ru+": пока такое не читается. "+thenRU,
		"This looks like "+en+": such are not read so far. "+thenEN)
}

// binaryName tells what a file is by its first bytes; nil when it may be text.
func binaryName(head []byte) *looks {
	for _, m := range []struct {
		magic string
		looks looks
	}{
		{"PK\x03\x04", looks{"книгу XLSX или архив ZIP", "an XLSX workbook or a ZIP archive"}},
		{"PK\x05\x06", looks{"пустой архив ZIP", "an empty ZIP archive"}},
		{"\x1f\x8b", looks{"архив GZIP", "a GZIP archive"}},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", looks{"книгу XLS (старый Excel)", "an XLS workbook (old Excel)"}},
		{"%PDF", looks{"документ PDF", "a PDF document"}},
		{"Rar!\x1a\x07", looks{"архив RAR", "a RAR archive"}},
		{"7z\xBC\xAF\x27\x1C", looks{"архив 7-Zip", "a 7-Zip archive"}},
		{"\x89PNG", looks{"картинку", "a picture"}},
		{"\xFF\xD8\xFF", looks{"картинку", "a picture"}},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return &m.looks
		}
	}
	return nil
}

// recognise tells the format of a text by its beginning.
func recognise(head []byte) (string, error) {
	s := strings.TrimLeft(string(head), " \t\r\n\uFEFF")
	switch {
	case bytes.IndexByte(head, 0) >= 0:
		return "", unsupported("двоичный файл или текст UTF-16 без метки", "a binary file or UTF-16 without a mark")
	case strings.HasPrefix(s, "<"):
		switch rootName(s) {
		case "yml_catalog":
			return YML, nil
		case cmlRoot:
			return CommerceML, nil
		}
		if err := knownXML(s, rootName(s)); err != nil {
			return "", err
		}
		kind := markup(s)
		return "", unsupported(kind.ru, kind.en)
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		if jsonStart.MatchString(s) {
			return JSON, nil
		}
		return YAML, nil
	}
	if table(s) {
		return CSV, nil
	}
	return YAML, nil
}

// jsonStart tells JSON from the flow style of YAML: its keys are in quotes.
var jsonStart = regexp.MustCompile(`^(\[\s*)*(\{\s*("|\}|$)|\]|"|-?[0-9]|$)`)

var (
	rootElement = regexp.MustCompile(`<([\p{L}_][\p{L}\p{N}_.:-]*)`)
	xmlComment  = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// rootName is the name of the first element of a markup; "" when there is none.
func rootName(s string) string {
	m := rootElement.FindStringSubmatch(xmlComment.ReplaceAllString(s, ""))
	if m == nil {
		return ""
	}
	return m[1]
}

// markup tells what a text that begins with "<" is.
func markup(s string) looks {
	lower := strings.ToLower(s)
	name := rootName(s)
	switch {
	case name == "Workbook":
		return looks{"таблицу XML Excel 2003 (сохраните её как XLSX)", "an XML Spreadsheet 2003 (save it as XLSX)"}
	case strings.Contains(lower, "urn:schemas-microsoft-com:office:excel"), strings.Contains(lower, "<table"):
		return looks{"таблицу, сохранённую как HTML (сохраните её как XLSX)", "a table saved as HTML (save it as XLSX)"}
	case strings.Contains(lower, "<!doctype html") || strings.EqualFold(name, "html"):
		return looks{"страницу HTML", "an HTML page"}
	case (name == "rss" || name == "feed") && strings.Contains(lower, "base.google.com"):
		return looks{"фид Google Merchant", "a Google Merchant feed"}
	case name == "rss" || name == "feed":
		return looks{"ленту RSS", "an RSS feed"}
	}
	return looks{"XML", "XML"}
}

// yamlStart is a line that begins a document of YAML rather than a table.
var yamlStart = regexp.MustCompile(`^(---|- |-$|%YAML|%TAG|["'\p{L}_][^;,\t|]*:(\s|$))`)

// table tells whether a text is records of values with the same sign between them.
// Lines of an address or a date may stand before them.
func table(s string) bool {
	if strings.HasPrefix(s, "sep=") || strings.HasPrefix(s, ownStart) {
		return true
	}
	if line, _, _ := strings.Cut(s, "\n"); yamlStart.MatchString(strings.TrimRight(line, "\r")) {
		return false
	}
	for _, sign := range csvSeparators {
		const enough = 30
		records := csv.NewReader(strings.NewReader(s))
		records.Comma, records.FieldsPerRecord, records.LazyQuotes, records.Comment = sign, -1, true, '#'
		all, parted := 0, 0
		for all < enough {
			record, err := records.Read()
			if err != nil {
				break
			}
			if all++; len(record) > 1 {
				parted++
			}
		}
		if parted*10 >= all*6 && parted > 0 {
			return true
		}
	}
	return false
}
