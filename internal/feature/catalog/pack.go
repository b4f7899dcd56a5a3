package catalog

import (
	"regexp"
	"strconv"
	"strings"

	"zakup/internal/platform/money"
)

// UnitPrice is what a kilogram, a litre or a piece costs.
type UnitPrice struct {
	Unit  string // кг, л or шт
	Price money.Kopecks
}

// measure is a number of grams, millilitres or thousandths of a piece.
var measure = regexp.MustCompile(`(?i)(?:(\d{1,3})\s*[xх×*]\s*)?(\d{1,5}(?:[.,]\d{1,3})?)\s*(килограмм\pL*|кг|kg|грамм\pL*|гр|г|(?-i:g)|литр\pL*|л|(?-i:l)|миллилитр\pL*|мл|ml|штук\pL*|шт|pcs)(?:[^\pL\pN/]|$)`)

// baseUnit is the unit that a word is counted in, and how many thousandths of it
// the word is.
func baseUnit(word string) (unit string, thousandths int64) {
	word = strings.ToLower(word)
	switch {
	case word == "кг", word == "kg", strings.HasPrefix(word, "килограмм"):
		return "кг", 1000
	case word == "г", word == "гр", word == "g", strings.HasPrefix(word, "грамм"):
		return "кг", 1
	case word == "л", word == "l", strings.HasPrefix(word, "литр"):
		return "л", 1000
	case word == "мл", word == "ml", strings.HasPrefix(word, "миллилитр"):
		return "л", 1
	}
	return "шт", 1000
}

// sold are the units of ОКЕИ that are sold by measure.
var sold = map[string]UnitPrice{"166": {Unit: "кг"}, "112": {Unit: "л"}}

// unitPrice is what a unit of an offer costs, by its unit of sale or by the one
// measure in its name: "Чай 100 г", "Вода 6×0,5 л". nil when that is not known, or
// when the name has several. One volume alone tells nothing: a kettle of 1,7 л is
// not sold by the litre.
func unitPrice(name, unitCode string, price money.Kopecks) *UnitPrice {
	if u, by := sold[unitCode]; by {
		u.Price = price
		return &u
	}
	found := measure.FindAllStringSubmatch(name, 2)
	if len(found) != 1 {
		return nil
	}
	unit, each := baseUnit(found[0][3])
	if unit == "л" && found[0][1] == "" {
		return nil
	}
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(found[0][2], ",", "."), ".")
	n, err := strconv.ParseInt(whole+(fraction + "000")[:3], 10, 64) // thousandths of the word
	if err != nil {
		return nil
	}
	if packs, err := strconv.ParseInt(found[0][1], 10, 64); err == nil {
		n *= packs
	}
	if n *= each; n <= 0 {
		return nil
	}
	// n is in millionths of the unit; prices and packs are far from the ends of int64.
	const millionth = 1_000_000
	if int64(price) > (1<<62)/millionth {
		return nil
	}
	return &UnitPrice{unit, money.Kopecks((int64(price)*millionth + n/2) / n)}
}
