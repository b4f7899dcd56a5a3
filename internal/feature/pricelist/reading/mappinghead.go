package reading

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// headerRows is how far down of a sheet its header may stand, in rows that are
// not blank.
const headerRows = 100

// findHeader finds the row that names the columns, or two of them one over the
// other, and returns how many of the rows stand before the goods.
func (p *sheetPlan) findHeader(rows []*tableRow, profile Profile) int {
	if profile.HeaderRow == NoHeader {
		return 0
	}
	at, best := -1, 1
	for i, row := range rows[:min(len(rows), headerRows)] {
		switch score := headerScore(rowTexts(row), profile); {
		case profile.HeaderRow > 0:
			if row.number == profile.HeaderRow {
				at = i
			}
		case score > best:
			at, best = i, score
		}
	}
	if at < 0 {
		return 0
	}
	texts, last := rowTexts(rows[at]), at
	best = headerScore(texts, profile)
	if at > 0 && rows[at-1].number == rows[at].number-1 {
		if both := joinHeaders(rowTexts(rows[at-1]), rowTexts(rows[at])); headerScore(both, profile) > best {
			texts, best = both, headerScore(both, profile)
		}
	}
	if profile.HeaderRow == 0 && at+1 < len(rows) && rows[at+1].number == rows[at].number+1 && !hasNumbers(rows[at+1]) {
		if both := joinHeaders(rowTexts(rows[at]), rowTexts(rows[at+1])); headerScore(both, profile) > best {
			texts, last = both, at+1
		}
	}
	p.header, p.firstRow = rows[last].number, rows[last].number+1
	for i, text := range texts {
		if i < len(p.columns) {
			c := &p.columns[i]
			c.header, c.says = clean(text), readHeader(clean(text))
			c.currency = currencyIn(text)
		}
	}
	for _, c := range rows[last].cells {
		p.heads = append(p.heads, foldHeader(c.text))
	}
	return last + 1
}

func rowTexts(row *tableRow) []string {
	texts := make([]string, len(row.cells))
	for i, c := range row.cells {
		texts[i] = clean(c.text)
	}
	return texts
}

// headerScore is how many different things a row says of its columns; 0 when it
// is a row of numbers.
func headerScore(texts []string, profile Profile) int {
	said := map[headed]bool{}
	numbers, all, known := 0, 0, 0
	for _, text := range texts {
		if text == "" {
			continue
		}
		all++
		if looksNumber.MatchString(bare(text)) {
			numbers++
		}
		if says := readHeader(text); says != (headed{}) {
			said[says] = true
		}
		folded := foldHeader(text)
		if slices.ContainsFunc(profile.Columns, func(c Column) bool { return c.Header != "" && foldHeader(c.Header) == folded }) {
			known++
		}
	}
	if numbers*2 > all {
		return 0
	}
	return len(said) + 2*known
}

func hasNumbers(row *tableRow) bool {
	return slices.ContainsFunc(row.cells, func(c cell) bool { return c.number || looksNumber.MatchString(bare(c.text)) })
}

// joinHeaders makes one header of two rows. The lower text stands for itself if
// it says something; else it completes the upper one, which may reach over the
// columns to the right of it.
func joinHeaders(upper, lower []string) []string {
	both := make([]string, max(len(upper), len(lower)))
	over := ""
	for i := range both {
		above, below := "", ""
		if i < len(upper) {
			above = upper[i]
		}
		if i < len(lower) {
			below = lower[i]
		}
		if above != "" {
			over = above
		}
		switch {
		case below == "":
			both[i] = above
		case readHeader(below) != (headed{}):
			both[i] = below
			if above != "" && readHeader(above).price != noPrice && readHeader(below).price != noPrice {
				both[i] = above + " " + below
			}
		default:
			both[i] = strings.TrimSpace(over + " " + below)
		}
	}
	return both
}

// repeatsHeader tells whether a row is the header once more, as on each page.
func (p *sheetPlan) repeatsHeader(row *tableRow) bool {
	all := 0
	for _, head := range p.heads {
		if head != "" {
			all++
		}
	}
	others := all / 5 // cells that may differ
	for i, head := range p.heads {
		if text := row.at(i).text; head == "" || beginAlike(text, head) && foldHeader(text) == head {
			continue
		}
		if others--; others < 0 {
			return false
		}
	}
	return all > 1
}

// beginAlike tells quickly that a text can't be the folded header: most can't.
func beginAlike(text, head string) bool {
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return strings.HasPrefix(head, fold(string(c)))
		}
	}
	return head == ""
}

// numbering tells whether a row only numbers the columns: 1, 2, 3.
func (p *sheetPlan) numbering(row *tableRow) bool {
	n := 0
	for _, c := range row.cells {
		text := clean(c.text)
		if text == "" {
			continue
		}
		if n++; !isCount(text, n) {
			return false
		}
	}
	return n > 2
}

func isCount(text string, n int) bool {
	return len(text) < 4 && strings.TrimLeft(text, "0") == strings.TrimLeft(columnCount[n%len(columnCount)], "0")
}

// columnCount are the numbers of columns as texts.
var columnCount = func() (all [maxColumns + 1]string) {
	for i := range all {
		all[i] = itoa(i)
	}
	return all
}()

var totals = regexp.MustCompile(`^(?i:итого|всего|итог|total|grand total)([^\p{L}]|$)`)
