package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"zakup/internal/platform/money"
)

var (
	ones = [20]string{
		"", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать",
		"тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать",
	}
	onesFeminine = [3]string{"", "одна", "две"}
	tens         = [10]string{"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"}
	hundreds     = [10]string{"", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"}
)

// powers are the names of the groups of three digits, in their three forms.
var powers = [7][3]string{
	{},
	{"тысяча", "тысячи", "тысяч"},
	{"миллион", "миллиона", "миллионов"},
	{"миллиард", "миллиарда", "миллиардов"},
	{"триллион", "триллиона", "триллионов"},
	{"квадриллион", "квадриллиона", "квадриллионов"},
	{"квинтиллион", "квинтиллиона", "квинтиллионов"},
}

// plural chooses the form of a noun behind a number: один рубль, два рубля, пять
// рублей, одиннадцать рублей.
func plural(n int64, forms [3]string) string {
	switch {
	case n%100 >= 11 && n%100 <= 14:
		return forms[2]
	case n%10 == 1:
		return forms[0]
	case n%10 >= 2 && n%10 <= 4:
		return forms[1]
	}
	return forms[2]
}

// number writes a whole number that is not negative in words, masculine.
func number(n int64) string {
	if n == 0 {
		return "ноль"
	}
	var groups []int64 // of three digits, the lowest first
	for ; n > 0; n /= 1000 {
		groups = append(groups, n%1000)
	}
	var words []string
	for power := len(groups) - 1; power >= 0; power-- {
		group := groups[power]
		if group == 0 {
			continue
		}
		words = append(words, hundreds[group/100])
		rest := group % 100
		if rest >= 20 {
			words = append(words, tens[rest/10])
			rest %= 10
		}
		if power == 1 && rest <= 2 { // тысяча is feminine
			words = append(words, onesFeminine[rest])
		} else {
			words = append(words, ones[rest])
		}
		words = append(words, plural(group, powers[power]))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// Words writes an amount that is not negative as documents do: «Пятьсот сорок
// четыре рубля 00 копеек».
func Words(k money.Kopecks) string {
	roubles, kopecks := int64(k)/100, int64(k)%100
	return capital(number(roubles)) + " " + plural(roubles, [3]string{"рубль", "рубля", "рублей"}) +
		" " + string([]byte{byte('0' + kopecks/10), byte('0' + kopecks%10)}) +
		" " + plural(kopecks, [3]string{"копейка", "копейки", "копеек"})
}

// records tells how many numbered rows the document has, in words.
func records(n int) string {
	return number(int64(n)) + " " +
		plural(int64(n), [3]string{"порядковый номер записи", "порядковых номера записей", "порядковых номеров записей"})
}

// capital makes the first letter a capital one.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
