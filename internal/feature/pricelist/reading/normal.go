package reading

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zakup/internal/platform/money"
)

// clean trims a text and turns every run of blanks, line breaks and control
// characters into one blank. Invisible marks of width zero vanish.
func clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, c := range s {
		switch {
		case c == '\uFEFF' || c == '\u200B':
		case unicode.IsSpace(c) || unicode.IsControl(c):
			blank = b.Len() > 0
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			b.WriteRune(c)
		}
	}
	return b.String()
}

// plain tells quickly that clean has nothing to do, for the most usual texts.
func plain(s string) bool {
	before := byte(plainBlank)
	for i := range len(s) {
		c := plainBytes[s[i]]
		if c == 0 || c == plainBlank && before == plainBlank || c == plainRest && before < plainRest {
			return false
		}
		before = c
	}
	return before != plainBlank || s == ""
}

// What the bytes of a plain text are, 0 none: Russian letters have two.
const (
	plainBlank = 1 + iota
	plainASCII
	plainRest
	plainFirst
)

var plainBytes = func() (list [256]byte) {
	for c := range list {
		switch {
		case c == ' ':
			list[c] = plainBlank
		case c > ' ' && c <= '~':
			list[c] = plainASCII
		case c >= 0x80 && c <= 0xBF:
			list[c] = plainRest
		case c == 0xD0 || c == 0xD1:
			list[c] = plainFirst
		}
	}
	return list
}()

// cleanLines trims a text of several lines: line breaks become "\n", other
// control characters blanks.
func cleanLines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return c
		case c == '\uFEFF' || c == '\u200B':
			return -1
		case unicode.IsControl(c):
			return ' '
		}
		return c
	}, s))
}

func hasNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }

// longer compares characters; a text has no more of them than bytes.
func longer(s string, most int) bool { return len(s) > most && length(s) > most }

// length is in characters.
func length(s string) int { return utf8.RuneCountInString(s) }

// excerpt is a text for a sentence: clean and short.
func excerpt(s string) string {
	const enough = 80
	s = clean(s)
	if longer(s, enough) {
		s = string([]rune(s)[:enough]) + "…"
	}
	return s
}

// fold is what two names of a category have in common that are the same to people.
func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ё", "е") }

// spoiltID is what a spreadsheet makes of a long number: digits are lost.
var spoiltID = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+[0-9]+$`)

// number is a decimal number as it is written.
type number struct {
	negative        bool
	whole, fraction string // digits; fraction without zeros at its end
}

// decimal is a number with a point, or with a comma before one or two digits: a
// comma alone before three may mean thousands, so it is refused. Groups of
// thousands may be separated by blanks of any kind and apostrophes, and by the
// one of point and comma that is not before the decimals. No exponent, no plus.
var decimal = regexp.MustCompile(`^([-−]?)(?:([0-9]+|[0-9]{1,3}(?:[ '’][0-9]{3})+)(?:\.([0-9]+)|,([0-9]{1,2}))?` +
	`|([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)|([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+))$`)

// separators are what stands between groups of thousands.
var separators = strings.NewReplacer(" ", "", "'", "", "’", "", ",", "", ".", "")

func parseNumber(s string) (number, bool) {
	if n, ok := plainNumber(s); ok {
		return n, true
	}
	m := decimal.FindStringSubmatch(clean(s))
	if m == nil {
		return number{}, false
	}
	n := numberOf(separators.Replace(m[2]+m[5]+m[7]), m[3]+m[4]+m[6]+m[8])
	n.negative = m[1] != "" && (n.whole != "0" || n.fraction != "")
	return n, true
}

func numberOf(whole, fraction string) number {
	n := number{whole: strings.TrimLeft(whole, "0"), fraction: strings.TrimRight(fraction, "0")}
	if n.whole == "" {
		n.whole = "0"
	}
	return n
}

// plainNumber reads digits, maybe with a point: most numbers are so.
func plainNumber(s string) (number, bool) {
	point := len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c == '.' && point == len(s) && i > 0 && i+1 < len(s):
			point = i
		default:
			return number{}, false
		}
	}
	if s == "" {
		return number{}, false
	}
	return numberOf(s[:point], s[min(point+1, len(s)):]), true
}

// parsePrice rounds half up to kopecks. On failure the note says why, for the
// text as it is written.
func parsePrice(s string) (money.Kopecks, *note) {
	n, ok := parseNumber(s)
	if !ok {
		return 0, &notePrice
	}
	if n.negative {
		return 0, &notePriceNegative
	}
	written := n.whole
	if n.fraction != "" {
		written += "." + n.fraction
	}
	k, err := money.Parse(written)
	if err != nil || k > money.MaxPrice {
		return 0, &notePriceTooHigh
	}
	return k, nil
}

// readText returns a clean text of up to most characters, "" when v is absent,
// null or blank and may be so. The note says why there is none.
func readText(v *value, required bool, most int) (string, *note) {
	if v == nil || v.kind == nullKind {
		switch {
		case !required:
			return "", nil
		case v == nil:
			return "", &noteRequired
		}
		return "", &noteNull
	}
	if !v.scalar() {
		return "", &noteNotText
	}
	if hasNUL(v.text) {
		return "", &noteNUL
	}
	s := clean(v.text)
	if s == "" && required {
		return "", &noteBlank
	}
	if longer(s, most) {
		long := noteTooLong(most)
		return "", &long
	}
	return s, nil
}

// parseURL returns a web address, or "" when it is none.
func parseURL(s string) string {
	s = clean(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || longer(s, maxURL) {
		return ""
	}
	return s
}

// shown is how the value of a parameter prints; false when it is none. A null
// prints as "".
func shown(v *value) (string, bool) {
	switch v.kind {
	case nullKind:
		return "", true
	case boolKind:
		if v.text == "true" {
			return "да", true
		}
		return "нет", true
	case textKind:
		return clean(v.text), true
	case listKind:
		var parts []string
		for _, inner := range v.list {
			s, ok := shown(inner)
			if !ok || inner.kind == listKind {
				return "", false
			}
			if s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ", "), true
	}
	return "", false
}
