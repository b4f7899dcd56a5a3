package reading

import (
	"net/url"
	"regexp"
	"strconv"
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
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' && c != 0xD0 && c != 0xD1 && !(c <= 0xBF && before > '~') || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

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

// length is in characters.
func length(s string) int { return utf8.RuneCountInString(s) }

// excerpt is a text for a sentence: clean and short.
func excerpt(s string) string {
	const enough = 80
	s = clean(s)
	if length(s) > enough {
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
// comma before three may mean thousands, so it is refused. Groups of thousands
// may be separated by blanks of any kind. No exponent, no plus.
var decimal = regexp.MustCompile(`^([-−]?)([0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.([0-9]+)|,([0-9]{1,2}))?$`)

func parseNumber(s string) (number, bool) {
	m := decimal.FindStringSubmatch(clean(s))
	if m == nil {
		return number{}, false
	}
	n := number{
		whole:    strings.TrimLeft(strings.ReplaceAll(m[2], " ", ""), "0"),
		fraction: strings.TrimRight(m[3]+m[4], "0"),
	}
	if n.whole == "" {
		n.whole = "0"
	}
	n.negative = m[1] != "" && (n.whole != "0" || n.fraction != "")
	return n, true
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

// atLeast is a quantity that may be higher, such as ">50" or "10+".
var atLeast = regexp.MustCompile(`^(?i:[>≥]=?|&gt;|более|больше|от) ?([0-9].*)$|^([0-9].*?) ?\+$`)

// parseQuantity returns whole pieces; the note may be a warning beside them.
func parseQuantity(s string) (int64, *note) {
	n, ok := parseNumber(s)
	bound := false
	if m := atLeast.FindStringSubmatch(clean(s)); !ok && m != nil {
		n, ok = parseNumber(m[1] + m[2])
		bound = true
	}
	switch {
	case !ok:
		return 0, &noteQuantity
	case n.negative:
		return 0, &noteQuantityNegative
	}
	whole, err := strconv.ParseInt(n.whole, 10, 64)
	switch {
	case err != nil || whole > maxQuantity:
		return 0, &noteQuantityTooHigh
	case bound:
		return whole, &noteQuantityAtLeast
	case n.fraction != "":
		return whole, &noteQuantityFraction
	}
	return whole, nil
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
	if length(s) > most {
		long := noteTooLong(most)
		return "", &long
	}
	return s, nil
}

// parseURL returns a web address, or "" when it is none.
func parseURL(s string) string {
	s = clean(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || length(s) > maxURL {
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
