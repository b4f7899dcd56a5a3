package reading

import (
	"regexp"
	"strconv"
	"strings"
)

// stock is how much there is: pieces, or more than them.
type stock struct {
	pieces  int64
	atLeast bool
}

// Words for a stock, folded, without a point at the end. inStock is all that is
// promised of a good that is there, nobody says how many.
var (
	wordsOfStock = setOf("есть", "в наличии", "да", "+", "имеется", "на складе", "доступно", "доступен", "true", "yes", "in stock", "available",
		"много", "++", "+++", "++++", "+++++", "достаточно", "мало", "немного", "осталось мало", "заканчивается", "ограничено", "большое количество")
	wordsOfNone = setOf("нет", "нет в наличии", "отсутствует", "отсутсвует", "отсутствует на складе", "-", "—", "–", "--", "false", "no",
		"закончился", "закончилось", "не доступен", "недоступен", "недоступно", "распродано", "продано", "снят с производства", "out of stock", "нет на складе")
	wordsOfOrder = setOf("под заказ", "на заказ", "заказ", "ожидается", "в пути", "скоро", "ожидаем", "ожидание", "предзаказ", "в производстве", "в резерве", "резерв", "on order", "по запросу", "уточняйте", "звоните")
)

func setOf(all ...string) map[string]bool {
	set := map[string]bool{}
	for _, word := range all {
		set[word] = true
	}
	return set
}

var (
	// atLeast is a quantity that may be higher, such as ">50" or "10+".
	atLeast = regexp.MustCompile(`^(?i:[>≥]=?|&gt;=?|более|больше|свыше|от|не менее) ?([0-9].*)$|^([0-9].*?) ?\+$`)
	// below is a quantity of which only the most is known: one is there.
	below = regexp.MustCompile(`^(?i:[<≤]=?|&lt;=?|менее|меньше|до) ?([0-9].*)$`)
	// between is two quantities, of which the first counts.
	between = regexp.MustCompile(`^(?i:от )?([0-9][0-9 ]*?) ?(?:[-–—]|\.\.\.?|…|до) ?([0-9][0-9 ]*)$`)
	// counted is a quantity with its unit.
	counted = regexp.MustCompile(`^(.*[0-9+]) ?([\p{L}][\p{L}.²³/ ]*)$`)
)

// parseQuantity returns whole pieces; the note may be a warning beside them.
func parseQuantity(s string) (stock, *note) {
	s = clean(s)
	if n, ok := parseNumber(s); ok {
		return wholePieces(n, false)
	}
	switch word := strings.TrimRight(fold(s), ".!"); {
	case wordsOfStock[word] || wordsOfStock[s]:
		return stock{inStock, true}, &noteQuantityWord
	case wordsOfNone[word]:
		return stock{}, nil
	case wordsOfOrder[word]:
		return stock{}, &noteQuantityOrder
	}
	if m := counted.FindStringSubmatch(s); m != nil {
		if _, unit := unitByName[unitKey(m[2])]; unit {
			s = m[1]
			if n, ok := parseNumber(s); ok {
				return wholePieces(n, false)
			}
		}
	}
	for _, form := range []*regexp.Regexp{atLeast, between} {
		if m := form.FindStringSubmatch(s); m != nil {
			least := m[1]
			if least == "" {
				least = m[2]
			}
			if n, ok := parseNumber(least); ok {
				return wholePieces(n, true)
			}
		}
	}
	if m := below.FindStringSubmatch(s); m != nil {
		if n, ok := parseNumber(m[1]); ok && n.whole != "0" {
			return stock{inStock, true}, &noteQuantityAtLeast
		}
	}
	return stock{}, &noteQuantity
}

func wholePieces(n number, bound bool) (stock, *note) {
	if n.negative {
		return stock{}, &noteQuantityNegative
	}
	whole, err := strconv.ParseInt(n.whole, 10, 64)
	switch {
	case err != nil || whole > maxQuantity:
		return stock{}, &noteQuantityTooHigh
	case bound:
		return stock{whole, true}, &noteQuantityAtLeast
	case n.fraction != "":
		return stock{pieces: whole}, &noteQuantityFraction
	}
	return stock{pieces: whole}, nil
}
