package reading

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// sniffed is how much of a file is looked at to recognise it, in bytes of UTF-8.
const sniffed = 4096

// looks is a thing that is not read, in both languages.
type looks struct{ ru, en string }

func unsupported(ru, en string) error {
	return Unsupported.Saying(
		"Это похоже на "+ru+". Пока читаются YAML, JSON, YML и CommerceML",
		"This looks like "+en+". YAML, JSON, YML and CommerceML are read so far")
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
		kind := markup(s)
		return "", unsupported(kind.ru, kind.en)
	case strings.HasPrefix(s, "{"), strings.HasPrefix(s, "["):
		if jsonStart.MatchString(s) {
			return JSON, nil
		}
		return YAML, nil
	}
	if kind := table(s); kind != nil {
		return "", unsupported(kind.ru, kind.en)
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
	case strings.Contains(lower, "<!doctype html") || strings.EqualFold(name, "html"):
		return looks{"страницу HTML", "an HTML page"}
	case (name == "rss" || name == "feed") && strings.Contains(lower, "base.google.com"):
		return looks{"фид Google Merchant", "a Google Merchant feed"}
	case name == "rss" || name == "feed":
		return looks{"ленту RSS", "an RSS feed"}
	case name == "Workbook":
		return looks{"таблицу Excel XML", "an Excel XML spreadsheet"}
	}
	return looks{"XML", "XML"}
}

// yamlStart is a line that begins a document of YAML rather than a table.
var yamlStart = regexp.MustCompile(`^(---|- |-$|%YAML|["'\p{L}_][^;,\t|]*:(\s|$))`)

// table tells whether a text is lines of cells with the same separator.
func table(s string) *looks {
	if strings.HasPrefix(s, "sep=") {
		return &looks{"таблицу CSV", "a CSV table"}
	}
	var lines []string
	for line := range strings.Lines(s) {
		if !strings.HasSuffix(line, "\n") && len(lines) > 1 {
			break // maybe cut
		}
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
		if len(lines) == 5 {
			break
		}
	}
	if len(lines) == 0 || yamlStart.MatchString(lines[0]) {
		return nil
	}
	everywhere := func(separator string) bool {
		return !slices.ContainsFunc(lines, func(line string) bool { return !strings.Contains(line, separator) })
	}
	switch {
	case everywhere("\t"):
		return &looks{"таблицу TSV", "a TSV table"}
	case everywhere(";"), everywhere(","), everywhere("|"):
		return &looks{"таблицу CSV", "a CSV table"}
	}
	return nil
}
