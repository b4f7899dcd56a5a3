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
		"100000000000": 10000000000000, "00000000000000000000001": 100, "1.50000000000000000000000": 150,
	} {
		if k, bad := parsePrice(s); bad != nil || k != want {
			t.Errorf("%q = %d %v, want %d", s, k, bad, want)
		}
	}
	for s, want := range map[string]*note{
		"": &notePrice, "1e3": &notePrice, "1E5": &notePrice, "1,234": &notePrice, "1.234,5": &notePrice, "1,234.5": &notePrice, "+5": &notePrice,
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
		pieces int64
		note   *note
	}{
		"14": {14, nil}, "0": {0, nil}, "1 000": {1000, nil}, "5.0": {5, nil}, "-0": {0, nil}, "1000000000": {1_000_000_000, nil},
		"10.5": {10, &noteQuantityFraction}, "10,5": {10, &noteQuantityFraction}, "0.9": {0, &noteQuantityFraction},
		"-3": {0, &noteQuantityNegative}, "-0.5": {0, &noteQuantityNegative},
		"1000000001": {0, &noteQuantityTooHigh}, "99999999999999999999": {0, &noteQuantityTooHigh},
		"много": {0, &noteQuantity}, ">50": {50, &noteQuantityAtLeast}, "более 10": {10, &noteQuantityAtLeast}, "10 +": {10, &noteQuantityAtLeast}, ">-5": {0, &noteQuantity}, "10++": {0, &noteQuantity}, "10,500": {0, &noteQuantity}, "1e3": {0, &noteQuantity},
	} {
		if got, bad := parseQuantity(s); got != want.pieces || bad != want.note {
			t.Errorf("%q = %d %v, want %v", s, got, bad, want)
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
