package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// cellStyle is what the look of a cell says of its number.
type cellStyle struct {
	look     int    // cells with the same look alike, from 1
	currency string // "" for none and the rouble
	pad      int    // digits that are shown at least, with zeros before
	percent  bool
	date     bool
}

var (
	formatLocale  = regexp.MustCompile(`\[\$([^\]-]*)(?:-[^\]]*)?\]`)
	formatQuoted  = regexp.MustCompile(`"([^"]*)"|\\(.)`)
	formatBracket = regexp.MustCompile(`\[[^\]]*\]`)
	formatZeros   = regexp.MustCompile(`^0{2,30}$`)
)

// styleOf reads a number format.
func styleOf(id int, code string) cellStyle {
	var s cellStyle
	switch {
	case id == 9 || id == 10:
		s.percent = true
		return s
	case id >= 14 && id <= 17 || id == 22:
		s.date = true
		return s
	case code == "":
		return s
	}
	first, _, _ := strings.Cut(code, ";") // that of positive numbers
	named := formatLocale.ReplaceAllString(first, "$1")
	s.currency = currencyIn(formatQuoted.ReplaceAllString(named, "$1$2"))
	plain := strings.ToLower(formatBracket.ReplaceAllString(formatQuoted.ReplaceAllString(named, ""), ""))
	switch {
	case s.currency != "" || plain == "general":
	case formatZeros.MatchString(plain):
		s.pad = len(plain)
	case strings.Contains(plain, "%"):
		s.percent = true
	case strings.ContainsAny(plain, "yd") && !strings.ContainsAny(plain, "0#"):
		s.date = true
	}
	return s
}

// write returns a number as people see it in a table, but with all its digits:
// 15, as many as spreadsheets keep. A number with an exponent that has more
// stays as it is, for digits of it are lost.
func (s cellStyle) write(raw string, since int) string {
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	const exact = 1e15
	plain := !strings.ContainsAny(raw, ".eE")
	switch {
	case s.date && n >= 1 && n < 100_000:
		return dateOf(n, since)
	case s.percent:
		return digits15(n*100) + "%"
	case plain && s.pad > len(raw) && !strings.HasPrefix(raw, "-"):
		return strings.Repeat("0", s.pad-len(raw)) + raw
	case plain || n >= exact || n <= -exact:
		return raw
	}
	return digits15(n)
}

// digits15 drops what counting in binary has added: 2110.3560000000002.
func digits15(n float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		rounded = n
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// dateOf writes a number of days as a date.
func dateOf(days float64, since int) string {
	zero := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	if since == 1 {
		zero = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return zero.AddDate(0, 0, int(days)).Format("02.01.2006")
}
