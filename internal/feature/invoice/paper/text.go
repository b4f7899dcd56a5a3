package paper

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zakup/internal/platform/money"
)

// maxText is how many characters of one text are looked at: far more than any
// place of a form holds.
const maxText = 2000

// clean makes a text fit to be printed in one line: what is blank becomes one
// space, and controls, marks of direction and other invisible characters go.
// They could hide or turn round what is read beside them.
func clean(s string) string {
	var b strings.Builder
	length, blank := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = true
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf):
			continue
		}
		if length++; length > maxText {
			return b.String() + "…"
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

// short cuts a text that is longer than most characters.
func short(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// joined joins the texts that are not empty with commas.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), ", ")
}

// space is the blank inside of a number: no line ends at it.
const space = "\u00a0"

// count writes a whole number with its thousands apart.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, c := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(space)
		}
		b.WriteByte(c)
	}
	return b.String()
}

// decimal writes an amount that is not negative as the columns of forms do, its
// kopecks always shown: "131 764,71", "110 000,00".
func decimal(k money.Kopecks) string {
	cents := int64(k) % 100
	return count(int64(k)/100) + "," + strconv.FormatInt(cents/10, 10) + strconv.FormatInt(cents%10, 10)
}
