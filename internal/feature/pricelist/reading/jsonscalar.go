package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// wrong tells of the character that comes next.
func (l *jsonLexer) wrong(where string) error { return l.wrongAt(l.begin, where) }

func (l *jsonLexer) wrongAt(at int, where string) error {
	r, _ := utf8.DecodeRune(l.buffer[at:min(at+utf8.UTFMax, l.end)])
	s := strconv.Quote(string(r))
	s = "'" + s[1:len(s)-1] + "'"
	switch r {
	case '\'':
		s = `'\''`
	case '"':
		s = `'"'`
	}
	return jsonError("invalid character " + s + " " + where)
}

func (l *jsonLexer) word(word string) error {
	for l.end-l.begin < len(word) {
		if !bytes.HasPrefix([]byte(word), l.buffer[l.begin:l.end]) {
			break
		}
		if err := l.fill(); err != nil {
			return ended(err)
		}
	}
	for i := range len(word) {
		if l.buffer[l.begin+i] != word[i] {
			return l.wrongAt(l.begin+i, fmt.Sprintf("in literal %s (expecting %q)", word, word[i]))
		}
	}
	l.begin += len(word)
	return nil
}

func (l *jsonLexer) number() (string, error) {
	n := 0
	for {
		for l.begin+n < l.end && numberByte(l.buffer[l.begin+n]) {
			n++
		}
		if l.begin+n < l.end {
			break
		}
		if err := l.fill(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", err
		}
	}
	text := l.buffer[l.begin : l.begin+n]
	if at := badNumber(text); at >= 0 {
		if at == n && l.begin+n == l.end {
			return "", errJSONEnd
		}
		if at > 0 && text[0] == '0' && at == 1 || at > 1 && text[0] == '-' && text[1] == '0' && at == 2 {
			return "", l.wrongAt(l.begin+at, "after array element")
		}
		return "", l.wrongAt(l.begin+at, "in numeric literal")
	}
	l.begin += n
	return string(text), nil
}

func numberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// badNumber returns where a number stops to be one; negative when it is right.
func badNumber(b []byte) int {
	at := 0
	digits := func() bool {
		begin := at
		for at < len(b) && b[at] >= '0' && b[at] <= '9' {
			at++
		}
		return at > begin
	}
	if b[0] == '-' {
		at++
	}
	if at < len(b) && b[at] == '0' {
		at++
	} else if !digits() {
		return at
	}
	if at < len(b) && b[at] == '.' {
		if at++; !digits() {
			return at
		}
	}
	if at < len(b) && (b[at] == 'e' || b[at] == 'E') {
		if at++; at < len(b) && (b[at] == '+' || b[at] == '-') {
			at++
		}
		if !digits() {
			return at
		}
	}
	if at < len(b) {
		return at
	}
	return -1
}

// quoted reads a text in quotes.
func (l *jsonLexer) quoted(key bool) (string, error) {
	n, escaped := 1, false
	for {
		for l.begin+n < l.end && l.buffer[l.begin+n] != '"' {
			switch c := l.buffer[l.begin+n]; {
			case c < ' ':
				return "", l.wrongAt(l.begin+n, "in string literal")
			case c == '\\':
				escaped = true
				if l.begin+n+1 == l.end {
					goto more
				}
				n++
			}
			n++
		}
		if l.begin+n < l.end {
			break
		}
	more:
		if err := l.fill(); err != nil {
			return "", ended(err)
		}
	}
	if n > maxToken {
		return "", errTokenTooLong
	}
	text := l.buffer[l.begin+1 : l.begin+n]
	if escaped {
		made, err := l.unescape(text)
		l.begin += n + 1
		return made, err
	}
	l.begin += n + 1
	if !key || len(text) > maxValue {
		return string(text), nil
	}
	known, has := l.keys[string(text)]
	if !has {
		known = string(text)
		if len(l.keys) < maxNames {
			l.keys[known] = known
		}
	}
	return known, nil
}

// unescape undoes what stands after backslashes. What is no half of a character
// becomes U+FFFD, as with encoding/json.
func (l *jsonLexer) unescape(text []byte) (string, error) {
	made := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			made = append(made, c)
			continue
		}
		i++
		switch c := text[i]; c {
		case '"', '\\', '/':
			made = append(made, c)
		case 'b':
			made = append(made, '\b')
		case 'f':
			made = append(made, '\f')
		case 'n':
			made = append(made, '\n')
		case 'r':
			made = append(made, '\r')
		case 't':
			made = append(made, '\t')
		case 'u':
			r, bad := hexRune(text, i+1)
			if bad >= 0 {
				return "", l.wrongAt(l.begin+1+bad, `in \u hexadecimal character escape`)
			}
			i += 4
			if utf16.IsSurrogate(r) {
				if i+2 < len(text) && text[i+1] == '\\' && text[i+2] == 'u' {
					low, bad := hexRune(text, i+3)
					if bad >= 0 {
						return "", l.wrongAt(l.begin+1+bad, `in \u hexadecimal character escape`)
					}
					if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
						made = utf8.AppendRune(made, whole)
						i += 6
						continue
					}
				}
				r = utf8.RuneError
			}
			made = utf8.AppendRune(made, r)
		default:
			return "", l.wrongAt(l.begin+1+i, "in string escape code")
		}
	}
	return string(made), nil
}

// hexRune reads four digits; bad is where there is none, else negative.
func hexRune(text []byte, at int) (r rune, bad int) {
	for i := at; i < at+4; i++ {
		if i == len(text) {
			return 0, i
		}
		c := text[i] | 0x20
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		default:
			return 0, i
		}
	}
	return r, -1
}
