package reading

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// facts are what the sampled values of one column have in common.
type facts struct {
	filled   int
	numbers  int
	whole    int // numbers without a fraction
	links    int
	letters  int // values with letters, that are no links
	length   int // of those, together
	distinct map[string]bool
	sizes    []float64 // of the numbers
	samples  []string
	commas   commaFacts
	money    map[string]int // currencies that number formats name
}

// commaFacts are the signs in numbers that are texts.
type commaFacts struct {
	decimal   int // "12,5": the comma is a decimal sign
	thousands int // "1,443.40", "1,000,000"
	either    int // "1,443"
	points    int // "1.443,40": a point parts thousands
}

// commas tells what a comma is in the numbers of a column.
type commas int

const (
	commasUnknown commas = iota // each number is understood by itself
	commasDecimal
	commasThousands
)

var (
	looksNumber     = regexp.MustCompile(`^[<>≥~+−-]?[0-9]+(?:[.,][0-9]+)*$`)
	commaDecimal    = regexp.MustCompile(`^[^,.]*,(?:[0-9]{1,2}|[0-9]{4,})$|^0,[0-9]+$`)
	commaEither     = regexp.MustCompile(`^[^,.0-9]*[1-9][0-9]{0,2},[0-9]{3}$`)
	commaThousands  = regexp.MustCompile(`^[^,.0-9]*[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})$`)
	pointThousands  = regexp.MustCompile(`^[^,.0-9]*[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$`)
	anyThousands    = regexp.MustCompile(`^[^,.0-9]*[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?[^0-9]*$`)
	moneyWords      = strings.NewReplacer(" ", "", "'", "", "₽", "", "руб.", "", "руб", "", "р.", "", "$", "", "€", "", "шт.", "", "шт", "", "%", "")
	enoughThousands = 3
)

// bare is a text without blanks and signs of money: a number, if it is one.
func bare(s string) string { return moneyWords.Replace(strings.ToLower(clean(s))) }

const samplesShown = 5

func (f *facts) take(c cell) {
	s := clean(c.text)
	if s == "" {
		return
	}
	f.filled++
	if f.distinct == nil {
		f.distinct = map[string]bool{}
	}
	f.distinct[s] = true
	if shown := excerpt(s); len(f.samples) < samplesShown && !slices.Contains(f.samples, shown) {
		f.samples = append(f.samples, shown)
	}
	if c.currency != "" {
		if f.money == nil {
			f.money = map[string]int{}
		}
		f.money[c.currency]++
	}
	n := bare(s)
	switch {
	case looksNumber.MatchString(n):
		f.number(n, c.number)
	case strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://"):
		f.links++
	case strings.IndexFunc(s, unicode.IsLetter) >= 0:
		f.letters++
		f.length += length(s)
	}
}

func (f *facts) number(n string, exact bool) {
	f.numbers++
	digits := strings.TrimLeft(n, "<>≥~+−-")
	if !exact {
		switch {
		case commaThousands.MatchString(n):
			f.commas.thousands++
		case pointThousands.MatchString(n):
			f.commas.points++
		case commaDecimal.MatchString(n):
			f.commas.decimal++
		case commaEither.MatchString(n):
			f.commas.either++
		}
	}
	digits = strings.ReplaceAll(digits, ",", ".")
	if i := strings.LastIndexByte(digits, '.'); i >= 0 {
		digits = strings.ReplaceAll(digits[:i], ".", "") + digits[i:]
	}
	size, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return
	}
	if size == float64(int64(size)) {
		f.whole++
	}
	f.sizes = append(f.sizes, size)
}

// numeric tells whether nearly all values are numbers.
func (f *facts) numeric() bool { return f.filled > 0 && f.numbers*10 >= f.filled*8 }

// unique tells whether hardly a value comes twice, in nearly every row.
func (f *facts) unique(rows int) bool {
	return f.filled*10 >= rows*9 && len(f.distinct)*100 >= f.filled*95
}

// texts tells whether most rows hold a text long and different enough for a name.
func (f *facts) texts(rows int) bool {
	return f.letters*10 >= f.filled*7 && f.filled*10 >= rows*6 && f.length >= f.letters*4 && len(f.distinct)*2 >= f.filled
}

// currency is what most numbers are in, "" when their formats do not say.
func (f *facts) currency() string {
	for code, n := range f.money {
		if n*2 > f.numbers {
			return code
		}
	}
	return ""
}

func (f *facts) median() float64 {
	if len(f.sizes) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(f.sizes))
	return sorted[len(sorted)/2]
}

// meaning tells what commas are. It takes proof: a comma before other than three
// digits, or a point beside it; else several numbers in which all commas stand
// before three digits.
func (c commaFacts) meaning() commas {
	switch {
	case c.decimal+c.points > 0 && c.thousands == 0:
		return commasDecimal
	case c.thousands > 0 && c.decimal+c.points == 0:
		return commasThousands
	case c.either >= enoughThousands && c.decimal+c.points+c.thousands == 0:
		return commasThousands
	}
	return commasUnknown
}

// write returns a number of a column so that the comma or the point in it is a
// decimal sign; false when it contradicts the column.
func (c commas) write(s string) (string, bool) {
	n := bare(s)
	if !strings.Contains(n, ",") {
		return s, true
	}
	switch c {
	case commasThousands:
		if !anyThousands.MatchString(n) {
			return s, false
		}
		return strings.ReplaceAll(s, ",", ""), true
	case commasDecimal:
		switch {
		case pointThousands.MatchString(n):
			s = strings.ReplaceAll(s, ".", "")
		case strings.Contains(n, "."), strings.Count(n, ",") > 1:
			return s, false
		}
		return strings.ReplaceAll(s, ",", "."), true
	}
	return s, true
}
