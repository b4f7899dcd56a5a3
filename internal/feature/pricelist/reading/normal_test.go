package reading

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func TestPrices(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]money.Kopecks{
		"150": 15000, "99.99": 9999, "99,99": 9999, "99,9": 9990, "0": 0, "-0": 0, "0123": 12300, "2110.356": 211036, "0.005": 1,
		"0.00499999": 0, " 1 200,50 ": 120050, "1\u00a0200": 120000, "1\u202f234\u2009567": 123456700, "99999999999.994": 9999999999999,
		"1,234.50": 123450, "1.234,5": 123450, "1'234.5": 123450, "1,234,567.891": 123456789, "2.5": 250, "1.234": 123,
		"100000000000": 10000000000000, "00000000000000000000001": 100, "1.50000000000000000000000": 150,
	} {
		if k, bad := parsePrice(s); bad != nil || k != want {
			t.Errorf("%q = %d %v, want %d", s, k, bad, want)
		}
	}
	for s, want := range map[string]*note{
		"": &notePrice, "1e3": &notePrice, "1E5": &notePrice, "1,234": &notePrice, "1.234.567": &notePrice, "1,23.45": &notePrice, "1.2,3": &notePrice, "+5": &notePrice,
		".5": &notePrice, "5.": &notePrice, "12 34": &notePrice, "1_000": &notePrice, "0x10": &notePrice, "NaN": &notePrice, ".inf": &notePrice,
		"10 руб.": &notePrice, "١٢": &notePrice, "-1": &notePriceNegative, "−0.01": &notePriceNegative,
		"100000000000.005": &notePriceTooHigh, strings.Repeat("9", 400): &notePriceTooHigh,
	} {
		if k, bad := parsePrice(s); bad != want || k != 0 {
			t.Errorf("%q = %d %v, want %v", s, k, bad, want)
		}
	}
}

func TestQuantities(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]struct {
		stock
		note *note
	}{
		"14": {stock{14, false}, nil}, "0": {stock{0, false}, nil}, "1 000": {stock{1000, false}, nil}, "5.0": {stock{5, false}, nil},
		"-0": {stock{0, false}, nil}, "1000000000": {stock{1_000_000_000, false}, nil}, "12 шт.": {stock{12, false}, nil}, "3уп": {stock{3, false}, nil},
		"10.5": {stock{10, false}, &noteQuantityFraction}, "10,5": {stock{10, false}, &noteQuantityFraction}, "0.9": {stock{0, false}, &noteQuantityFraction},
		"10.5 кг": {stock{10, false}, &noteQuantityFraction},
		"-3":      {stock{}, &noteQuantityNegative}, "-0.5": {stock{}, &noteQuantityNegative},
		"1000000001": {stock{}, &noteQuantityTooHigh}, "99999999999999999999": {stock{}, &noteQuantityTooHigh},
		">50": {stock{50, true}, &noteQuantityAtLeast}, "> 50 шт": {stock{50, true}, &noteQuantityAtLeast}, "более 10": {stock{10, true}, &noteQuantityAtLeast},
		"Более 10 штук": {stock{10, true}, &noteQuantityAtLeast}, "10 +": {stock{10, true}, &noteQuantityAtLeast}, "10+ шт": {stock{10, true}, &noteQuantityAtLeast},
		"1-5": {stock{1, true}, &noteQuantityAtLeast}, "10 – 50": {stock{10, true}, &noteQuantityAtLeast}, "от 3 до 5": {stock{3, true}, &noteQuantityAtLeast},
		"от 5": {stock{5, true}, &noteQuantityAtLeast}, "<10": {stock{1, true}, &noteQuantityAtLeast}, "менее 5 шт": {stock{1, true}, &noteQuantityAtLeast},
		"есть": {stock{1, true}, &noteQuantityWord}, "В наличии": {stock{1, true}, &noteQuantityWord}, "+": {stock{1, true}, &noteQuantityWord},
		"+++": {stock{1, true}, &noteQuantityWord}, "много": {stock{1, true}, &noteQuantityWord}, "Да.": {stock{1, true}, &noteQuantityWord},
		"нет": {stock{}, nil}, "-": {stock{}, nil}, "Отсутсвует": {stock{}, nil}, "Нет в наличии": {stock{}, nil},
		"Под заказ": {stock{}, &noteQuantityOrder}, "ожидается": {stock{}, &noteQuantityOrder}, "в пути": {stock{}, &noteQuantityOrder},
		">-5": {stock{}, &noteQuantity}, "10++": {stock{}, &noteQuantity}, "10,500": {stock{}, &noteQuantity}, "1e3": {stock{}, &noteQuantity},
		"12 попугаев": {stock{}, &noteQuantity}, "<0": {stock{}, &noteQuantity}, "шт": {stock{}, &noteQuantity}, "NaN": {stock{}, &noteQuantity},
	} {
		if got, bad := parseQuantity(s); got != want.stock || bad != want.note {
			t.Errorf("%q = %+v %v, want %+v", s, got, bad, want)
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Unit{
		"шт": {"796", "шт"}, "Шт.": {"796", "шт"}, "штука": {"796", "шт"}, "PCE": {"796", "шт"}, "796": {"796", "шт"}, "0796": {"796", "шт"},
		"796 шт": {"796", "шт"}, "кг": {"166", "кг"}, "0166": {"166", "кг"}, "006": {"006", "м"}, "м": {"006", "м"}, "пог.м": {"018", "пог. м"},
		"пог. м.": {"018", "пог. м"}, "м²": {"055", "м2"}, "кв. м": {"055", "м2"}, "упак.": {"778", "упак"}, "уп": {"778", "упак"}, "тыс. шт": {"798", "тыс. шт"},
		"пара": {"715", "пар"}, "компл.": {"839", "компл"}, "2009": {"2009", ""}, "999": {"999", ""}, "поддон": {"", "поддон"}, "2009 штука": {"2009", "шт"},
		"1": {}, "12": {}, "12345": {}, "RU": {"", "RU"}, strings.Repeat("ы", 51): {},
	} {
		if got, ok := parseUnit(s); got != want || ok != (want != Unit{}) {
			t.Errorf("%q = %+v %v, want %+v", s, got, ok, want)
		}
	}
	for _, u := range units { // what is printed reads as itself
		if got := unitOf(u.code, u.name); got != (Unit{u.code, u.name}) {
			t.Errorf("%s %s = %+v", u.code, u.name, got)
		}
		if got, _ := parseUnit(u.code + " " + u.name); got != (Unit{u.code, u.name}) {
			t.Errorf("%s %s = %+v", u.code, u.name, got)
		}
	}
	if got := unitOf("1", "шт"); got != (Unit{"796", "шт"}) {
		t.Errorf("a wrong code: %+v", got)
	}
	if got := unitOf("166", "шт"); got != (Unit{"796", "шт"}) {
		t.Errorf("a code against the name: %+v", got)
	}
}

func TestVAT(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"20": "20", "20%": "20", "20 %": "20", "НДС 22 %": "22", "VAT_20": "20", "VAT_05": "5", "VAT_0": "0", "NO_VAT": "none", "без НДС": "none",
		"Без НДС.": "none", "none": "none", "0": "0", "0%": "0", "10.0": "10", "0.2": "20", "0,22": "22", "0.05": "5", "0.1": "10", "22/122": "22",
		"18": "18", "20% НДС": "20", "ндс20": "20", "7": "7",
		"19": "", "1": "", "НДС": "", "": "", "2": "", "200": "", "-20": "", "20.5": "", "6": "",
	} {
		if got, ok := parseVAT(s); ok != (want != "") || ok && got != want {
			t.Errorf("%q = %q %v, want %q", s, got, ok, want)
		}
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"RUB": "RUB", "RUR": "RUB", "руб": "RUB", "руб.": "RUB", "643": "RUB", "810": "RUB", "₽": "RUB", "usd": "USD", "$": "USD", "грн": "UAH",
		"KZT": "KZT", "евро": "EUR", "CHF": "CHF", "у.е.": "", "": "", "5": "", "RUBL": "",
	} {
		if got, ok := parseCurrency(s); got != want || ok != (want != "") {
			t.Errorf("%q = %q %v, want %q", s, got, ok, want)
		}
	}
	for s, want := range map[string][2]string{
		"10 руб.": {"10", "руб."}, "1 234,50 ₽": {"1 234,50", "₽"}, "$0.1059": {"0.1059", "$"}, "12р": {"12", "р"}, "5 USD": {"5", "USD"}, "€ 7": {"7", "€"},
		"10": {"10", ""}, "$10€": {"$10€", ""}, "10 попугаев": {"10 попугаев", ""},
	} {
		if number, currency := splitCurrency(s); number != want[0] || currency != want[1] {
			t.Errorf("%q = %q %q, want %q", s, number, currency, want)
		}
	}
}

func TestCheckDigits(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"4600000000015": true, "4600000000016": false, "96385074": true, "96385075": false, "036000291452": true, "10012345678902": true,
		"10012345678903": false, "123456789": true,
	} {
		if got := checkDigit(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Чайник": "Чайник", "  a \t b\r\n c ": "a b c", "a\u00a0\u2009b": "a b", "a\u200bb\ufeff": "ab", "a\x07b": "a b", "": "", " ": "",
		"a  b": "a b", "Ё ё": "Ё ё", "\u0085x": "x",
	} {
		if got := clean(s); got != want {
			t.Errorf("clean(%q) = %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune(" \t\n\u00a0йЯ\u200b\x7f\u2028~")))).Draw(t, "s")
		got := clean(s)
		if clean(got) != got || strings.Contains(got, "  ") || strings.TrimSpace(got) != got || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("clean(%q) = %q", s, got)
		}
		bare := func(s string) string {
			return strings.Map(func(c rune) rune {
				if unicode.IsSpace(c) || unicode.IsControl(c) || c == '\u200b' || c == '\ufeff' {
					return -1
				}
				return c
			}, s)
		}
		if bare(got) != bare(s) {
			t.Fatalf("clean(%q) = %q loses letters", s, got)
		}
	})
}

func TestSpoiltIDs(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"1.23E+15": true, "1,23E+15": true, "1E+15": true, "1E5": false, "КА-00137465": false, "413376464C229995501": false, "-1": false,
	} {
		if got := spoiltID.MatchString(s); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		" https://a.example/1.jpg ": "https://a.example/1.jpg", "http://карсаман.рф/фото 1.jpg": "http://карсаман.рф/фото 1.jpg",
		"ftp://a/b": "", "javascript:alert(1)": "", "//a/b": "", "a.jpg": "", "https://": "", "": "", "http://a/" + strings.Repeat("x", 2000): "",
	} {
		if got := parseURL(s); got != want {
			t.Errorf("%q = %q, want %q", s, got, want)
		}
	}
}
