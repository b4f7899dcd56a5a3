package reading

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// sharedTexts are the texts that cells name by number, close together in memory.
type sharedTexts struct {
	pages  [][]byte
	places []textPlace
	bytes  int
}

type textPlace struct{ page, from, to uint32 }

// sharedPage is the size of a page, in bytes; longer texts have a page of theirs.
const sharedPage = 1 << 20

func (t *sharedTexts) add(text string) error {
	t.bytes += len(text)
	if t.bytes > maxSharedBytes || len(t.places) >= maxShared {
		return TooLarge.Saying("В книге слишком много разных текстов: разделите её или отправьте CSV",
			"The workbook has too many different texts: split it, or send CSV")
	}
	last := len(t.pages) - 1
	if last < 0 || len(t.pages[last])+len(text) > cap(t.pages[last]) {
		size := sharedPage
		if last < 0 {
			size = 64 << 10 // most books are small
		}
		t.pages = append(t.pages, make([]byte, 0, max(size, len(text))))
		last++
	}
	from := len(t.pages[last])
	t.pages[last] = append(t.pages[last], text...)
	t.places = append(t.places, textPlace{uint32(last), uint32(from), uint32(from + len(text))}) //nolint:gosec // bounded above
	return nil
}

// get returns a text by its number; false when there is none.
func (t *sharedTexts) get(number string) (string, bool) {
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(t.places) {
		return "", false
	}
	p := t.places[i]
	return string(t.pages[p.page][p.from:p.to]), true
}

func (b *xlsxBook) readShared() (*sharedTexts, error) {
	t := &sharedTexts{}
	err := b.each("xl/sharedStrings.xml", func(p *part, start tag) error {
		if start.name != "si" {
			return p.skip()
		}
		text, err := p.text()
		if err != nil {
			return err
		}
		return t.add(text)
	})
	return t, err
}

// text returns all text of the element that is open, to its end, but for hints
// of pronunciation.
func (p *part) text() (string, error) {
	text := ""
	for outside := p.depth - 1; p.depth > outside; {
		kind, err := p.token()
		if err != nil {
			return "", unended(err, p.line)
		}
		switch {
		case kind == tagStart && p.lexer.tag.name == "rPh":
			if err := p.skip(); err != nil {
				return "", unended(err, p.line)
			}
		case kind == tagText:
			if text += p.lexer.text; len(text) > maxToken {
				return "", broken(noteTooBig.at(p.line, ""))
			}
		}
	}
	if !utf8.ValidString(text) {
		return "", damaged("кодировка", "the encoding")
	}
	return unescapeOOXML(text), nil
}

var ooxmlEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// unescapeOOXML undoes "_x000D_", which stands for a character that XML can't have.
func unescapeOOXML(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return ooxmlEscape.ReplaceAllStringFunc(s, func(escape string) string {
		code, err := strconv.ParseUint(escape[2:6], 16, 16)
		if err != nil || code >= 0xD800 && code < 0xE000 {
			return escape
		}
		return string(rune(code))
	})
}
