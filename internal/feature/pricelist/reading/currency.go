package reading

import (
	"regexp"
	"strings"
)

const rouble = "RUB"

// currencies are names of currencies beside their codes of ISO 4217, folded.
var currencyNames = map[string]string{
	"rur": rouble, "643": rouble, "810": rouble, "руб": rouble, "р": rouble, "₽": rouble, "рубль": rouble, "рубли": rouble, "рублей": rouble,
	"rub": rouble, "российский рубль": rouble, "рос.руб": rouble,
	"840": "USD", "$": "USD", "us$": "USD", "долл": "USD", "доллар": "USD", "доллары": "USD", "дол": "USD", "доллар сша": "USD",
	"978": "EUR", "€": "EUR", "евро": "EUR",
	"398": "KZT", "₸": "KZT", "тг": "KZT", "тенге": "KZT",
	"980": "UAH", "₴": "UAH", "грн": "UAH", "гривна": "UAH",
	"933": "BYN", "byr": "BYN", "бел.руб": "BYN", "бел. руб": "BYN", "белорусский рубль": "BYN",
	"156": "CNY", "¥": "CNY", "юань": "CNY", "юани": "CNY", "rmb": "CNY",
	"949": "TRY", "₺": "TRY", "лира": "TRY", "051": "AMD", "417": "KGS", "сом": "KGS", "860": "UZS", "сум": "UZS", "981": "GEL", "лари": "GEL",
}

var isoCode = regexp.MustCompile(`^[a-z]{3}$`)

// parseCurrency returns the code of a currency; false when the text is none.
func parseCurrency(s string) (string, bool) {
	s = strings.TrimSuffix(strings.ToLower(clean(s)), ".")
	if code, known := currencyNames[s]; known {
		return code, true
	}
	if isoCode.MatchString(s) {
		return strings.ToUpper(s), true
	}
	return "", false
}

// currencyOr is the code of a currency, the rouble when nothing is said.
func currencyOr(s string) string {
	if s == "" {
		return rouble
	}
	if code, ok := parseCurrency(s); ok {
		return code
	}
	return s
}

// currencySign is a sign or a name of a currency beside a number.
var currencySign = regexp.MustCompile(`(?i)^(\$|€|₽|₸|₴|¥)? *([-−+]?[0-9].*?) *(руб\.?|р\.|р|₽|\$|€|₸|₴|¥|грн\.?|тг\.?|rub|rur|usd|eur|kzt|uah|byn|cny)?$`)

// splitCurrency parts a price from the sign of its currency.
func splitCurrency(s string) (number, currency string) {
	m := currencySign.FindStringSubmatch(s)
	if m == nil || m[1] != "" && m[3] != "" {
		return s, ""
	}
	return m[2], m[1] + m[3]
}

// currency of a good: the one it names, else that of its price's sign, else that
// of the list. All goods have to have the same.
func (b *builder) currency(signed string) {
	said := b.text("currency", false, maxName)
	key := "currency"
	if said == "" {
		said, key = signed, "price"
	}
	code := b.r.listCurrency
	if said != "" {
		var known bool
		if code, known = parseCurrency(said); !known {
			b.about(noteCurrencyUnknown, key, said)
			return
		}
		b.r.saidCurrency = true
	}
	if code == "" {
		code = rouble
	}
	switch b.r.oneCurrency {
	case "":
		b.r.oneCurrency = code
	case code:
	default:
		b.about(noteCurrencyMixed, key, code, b.r.oneCurrency)
	}
}
