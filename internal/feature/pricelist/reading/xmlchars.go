package reading

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxNames is how many names and values are remembered.
	maxNames = 10_000
	maxValue = 64

	tooManyAttributes = "too many attributes"
)

// nameByte tells the bytes that a name may consist of, before it is looked at as
// letters.
var nameByte = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= 0x80 || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' ||
			c == '_' || c == ':' || c == '.' || c == '-'
	}
	return set
}()

func nameEnd(b []byte, at int) int {
	for at < len(b) && nameByte[b[at]] {
		at++
	}
	return at
}

func blanksEnd(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\n' || b[at] == '\t' || b[at] == '\r') {
		at++
	}
	return at
}

// nameOf splits a name from its namespace; false when it is none. What letters
// a name may have encoding/xml decides, once for each name.
func (l *lexer) nameOf(b []byte) (xmlName, bool) {
	if len(b) > 0 && string(b) == l.name.full { // most stand side by side
		return l.name, true
	}
	if name, known := l.names[string(b)]; known {
		l.name = name
		return name, true
	}
	full := string(b)
	t, err := xml.NewDecoder(strings.NewReader("<" + full + "/>")).RawToken()
	start, is := t.(xml.StartElement)
	if err != nil || !is || len(start.Attr) > 0 {
		return xmlName{}, false
	}
	name := xmlName{full, start.Name.Local}
	if len(l.names) < maxNames {
		l.names[full] = name
	}
	return name, true
}

type charPlace int

const (
	inText charPlace = iota
	inValue
	inCDATA
)

// plainChar tells the bytes that stand for themselves everywhere; 0xEF may begin
// one of the two characters that XML does not allow.
var plainChar = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= ' ' && c != '&' && c != '<' && c != ']' && c != 0xEF || c == '\t' || c == '\n'
	}
	return set
}()

// chars makes a text of b[from:to]; it is left in l.text.
func (l *lexer) chars(b []byte, from, to int, where charPlace) *lexError {
	part := b[from:to]
	l.text = ""
	i := 0
	for i < len(part) && plainChar[part[i]] {
		i++
	}
	if i < len(part) {
		return l.oddChars(b, from, to, where)
	}
	if !utf8.Valid(part) {
		return &lexError{from, "invalid UTF-8"}
	}
	switch {
	case l.drop || len(part) == 0:
	case len(part) <= maxValue && (where == inValue || blanksEnd(part, 0) == len(part)):
		known, has := l.values[string(part)]
		if !has {
			known = string(part)
			if len(l.values) < maxNames {
				l.values[known] = known
			}
		}
		l.text = known
	default:
		l.text = string(part)
	}
	return nil
}

// oddChars is chars for a text that has entities, returns, or mistakes.
func (l *lexer) oddChars(b []byte, from, to int, where charPlace) *lexError {
	if where == inText {
		if n := bytes.Index(b[from:to], []byte("]]>")); n >= 0 {
			to = from + n + 3 // a mistake before it comes first
		}
	}
	if !utf8.Valid(b[from:to]) {
		return &lexError{from, "invalid UTF-8"}
	}
	made := make([]byte, 0, to-from)
	for i := from; i < to; {
		switch c := b[i]; {
		case c == '&' && where != inCDATA:
			text, n, message := entity(b[i:to])
			if message != "" {
				return &lexError{i, message}
			}
			made = append(made, text...)
			i += n
			continue
		case c == '<' && where == inValue:
			return &lexError{i, "unescaped < inside quoted string"}
		case c == '\r':
			made = append(made, '\n')
			if i++; i < to && b[i] == '\n' {
				i++
			}
			continue
		case c < ' ' && c != '\t' && c != '\n', c == 0xEF && i+2 < to && b[i+1] == 0xBF && b[i+2] >= 0xBE:
			r, _ := utf8.DecodeRune(b[i:to])
			return &lexError{i, fmt.Sprintf("illegal character code %U", r)}
		case c == '>' && where == inText && i == to-1 && bytes.HasSuffix(b[from:to], []byte("]]>")):
			return &lexError{i, "unescaped ]]> not in CDATA section"}
		}
		made = append(made, b[i])
		i++
	}
	if !l.drop {
		l.text = string(made)
	}
	return nil
}

// entity returns what stands for the reference that b begins with, and its
// length; else a message.
func entity(b []byte) (text string, length int, message string) {
	at := 1
	if at < len(b) && b[at] == '#' {
		base := 10
		if at++; at < len(b) && b[at] == 'x' {
			base = 16
			at++
		}
		digits := at
		for at < len(b) && (b[at] >= '0' && b[at] <= '9' || base == 16 && (b[at]|0x20 >= 'a' && b[at]|0x20 <= 'f')) {
			at++
		}
		n, err := strconv.ParseUint(string(b[digits:at]), base, 64)
		if at < len(b) && b[at] == ';' && err == nil && n <= utf8.MaxRune {
			if r := rune(n); r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
				return "", 0, fmt.Sprintf("illegal character code %U", r)
			}
			return string(rune(n)), at + 1, ""
		}
	} else {
		at = nameEnd(b, at)
		if at < len(b) && b[at] == ';' {
			if text, known := entities[string(b[1:at])]; known {
				return text, at + 1, ""
			}
		}
	}
	message = "invalid character entity " + string(b[:at])
	if at == len(b) || b[at] != ';' {
		return "", 0, message + " (no semicolon)"
	}
	return "", 0, message + ";"
}

var entities = func() map[string]string {
	all := map[string]string{"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": `"`}
	for name, text := range xml.HTMLEntity {
		all[name] = text
	}
	return all
}()
