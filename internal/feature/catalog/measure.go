package catalog

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what the values of a characteristic are.
type Kind string

// The kinds.
const (
	KindText    Kind = "text"
	KindNumber  Kind = "number"
	KindBoolean Kind = "boolean"
	KindChoice  Kind = "choice" // one of few texts
)

// typed is a value as it is read beside its text.
type typed struct {
	number *float64
	unit   string // of the number, folded
	truth  *bool
}

var truths = map[string]bool{
	"да": true, "есть": true, "true": true, "yes": true, "имеется": true,
	"нет": false, "отсутствует": false, "false": false, "no": false,
}

// readTyped reads a value as people write it: "1 024", "6,5", "256 ГБ", "есть".
// What begins with a zero like a code is a text.
func readTyped(text string) (t typed) {
	text = strings.TrimSpace(text)
	if yes, known := truths[Key(text)]; known {
		t.truth = &yes
		return t
	}
	digits, rest := number(text)
	unit := Key(rest)
	if digits == "" || !isUnit(unit) {
		return t
	}
	if n, err := strconv.ParseFloat(digits, 64); err == nil {
		t.number, t.unit = &n, unit
	}
	return t
}

// number splits a text into the number that it begins with, as strconv reads it,
// and the rest.
func number(text string) (digits, rest string) {
	var b strings.Builder
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\u00a0", " "), "\u202f", " ")
	if after, minus := strings.CutPrefix(strings.Replace(text, "−", "-", 1), "-"); minus {
		b.WriteByte('-')
		text = after
	}
	run := func(s string) int {
		return len(s) - len(strings.TrimLeft(s, "0123456789"))
	}
	n := run(text)
	if n == 0 || n > 1 && text[0] == '0' {
		return "", text
	}
	b.WriteString(text[:n])
	text = text[n:]
	for n <= 3 && strings.HasPrefix(text, " ") && run(text[1:]) == 3 { // thousands
		b.WriteString(text[1:4])
		text = text[4:]
	}
	if len(text) > 1 && (text[0] == ',' || text[0] == '.') {
		if n := run(text[1:]); n > 0 {
			b.WriteString("." + text[1:n+1])
			text = text[n+1:]
		}
	}
	if b.Len() > 16 {
		return "", text
	}
	return b.String(), strings.TrimSpace(text)
}

// isUnit tells whether that can follow a number: "", "гб", "м2", "об/мин", "%".
func isUnit(s string) bool {
	if s == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) && !strings.ContainsRune(`%°"'″′`, first) || utf8.RuneCountInString(s) > 10 {
		return false
	}
	for i, r := range s {
		if r == ' ' || unicode.IsDigit(r) && i < len(s)-1 {
			return false
		}
	}
	return true
}

// maxChoices is how many values a choice has at most.
const maxChoices = 50

// guess tells what a characteristic is by its name, and by the values, at most
// maxChoices+1, that a list has.
func guess(name string, values []typed) (kind Kind, unit string) {
	var numbers, booleans int
	units := map[string]int{}
	for _, v := range values {
		if v.number != nil {
			numbers++
			units[v.unit]++
		}
		if v.truth != nil {
			booleans++
		}
	}
	switch {
	case len(values) == 0:
		return KindText, ""
	case booleans == len(values):
		return KindBoolean, ""
	case numbers*10 >= len(values)*9:
		if unit = unitOf(name); unit == "" {
			most := 0
			for u, n := range units {
				if u != "" && (n > most || n == most && u < unit) {
					unit, most = u, n
				}
			}
		}
		return KindNumber, unit
	case len(values) <= maxChoices:
		return KindChoice, ""
	}
	return KindText, ""
}

// unitOf is the unit that a name ends with: "Диагональ (дюйм)", "Вес, кг".
func unitOf(name string) string {
	if open := strings.LastIndexByte(name, '('); open > 0 && strings.HasSuffix(name, ")") {
		if u := name[open+1 : len(name)-1]; u != "" && isUnit(Key(u)) {
			return u
		}
	}
	if comma := strings.LastIndex(name, ", "); comma > 0 {
		if u := name[comma+2:]; u != "" && isUnit(Key(u)) {
			return u
		}
	}
	return ""
}
