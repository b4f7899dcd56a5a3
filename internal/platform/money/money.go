// Package money owns amounts of money: whole kopecks in an int64, how they are
// read from text, calculated, and written for machines and for people.
//
// It promises that no amount passes through floating point, that a calculation
// which does not fit says so, and that what Parse accepts String gives back.
package money

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"zakup/internal/platform/fault"
)

// Kopecks is an amount in minor units: 100 of them are a rouble.
type Kopecks int64

// MaxPrice is the highest price of one piece: a hundred thousand million
// roubles. Parse accepts more; who takes prices from others compares.
const MaxPrice Kopecks = 10_000_000_000_000

// maxDigits is how many digits Parse takes before the point: any such amount
// fits into an int64 of kopecks.
const maxDigits = 15

// Bad is what Parse answers to a text that is no amount.
var Bad = fault.New(fault.Invalid, "bad_money",
	"Сумма указана неверно: нужно число вида 110000 или 131764.71",
	"Not an amount of money: a number such as 110000 or 131764.71 is needed")

// Parse reads a decimal number of roubles such as "110000" or "131764.71".
// Digits after the second decimal are rounded half up: "99.995" is 100 roubles,
// "99.9949" is 99.99.
//
// Anything else is Bad: no digit before or after the point, a sign, an exponent,
// NaN, a comma, blanks, and more than 15 digits before the point, be it as
// written or after rounding.
func Parse(s string) (Kopecks, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return 0, Bad
	}
	if len(whole) > maxDigits {
		return 0, tooLong()
	}
	var k int64
	for _, c := range []byte(whole) {
		k = k*10 + int64(c-'0')
	}
	k *= 100
	if len(fraction) > 0 {
		k += 10 * int64(fraction[0]-'0')
	}
	if len(fraction) > 1 {
		k += int64(fraction[1] - '0')
	}
	if len(fraction) > 2 && fraction[2] >= '5' {
		k++
	}
	if k >= 1e17 {
		return 0, tooLong()
	}
	return Kopecks(k), nil
}

func tooLong() error {
	return Bad.Saying("Сумма слишком велика: не больше 15 цифр до точки",
		"The amount is too big: no more than 15 digits before the point")
}

// isDigits tells whether s consists of at least one ASCII digit.
func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// Add returns the sum, and false when it does not fit.
func (k Kopecks) Add(other Kopecks) (Kopecks, bool) {
	sum := k + other
	if (sum > k) != (other > 0) {
		return 0, false
	}
	return sum, true
}

// Times returns the price of qty pieces, and false when it does not fit.
func (k Kopecks) Times(qty int64) (Kopecks, bool) {
	high, low := bits.Mul64(magnitude(int64(k)), magnitude(qty))
	negative := (k < 0) != (qty < 0)
	switch {
	case high != 0:
		return 0, false
	case low <= math.MaxInt64 && negative:
		return -Kopecks(low), true
	case low <= math.MaxInt64:
		return Kopecks(low), true
	case negative && low == 1<<63:
		return math.MinInt64, true
	}
	return 0, false
}

// magnitude is the absolute value, also of the lowest integer.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement: right for every n
	}
	return uint64(n)
}

// String returns roubles: "110000" when whole, "131764.71" or "0.50" when not.
func (k Kopecks) String() string { return string(k.AppendJSON(nil)) }

// AppendJSON appends the amount as a JSON number, the text of String.
func (k Kopecks) AppendJSON(b []byte) []byte {
	if k < 0 {
		b = append(b, '-')
	}
	n := magnitude(int64(k))
	b = strconv.AppendUint(b, n/100, 10)
	return appendCents(b, '.', n%100)
}

// MarshalJSON returns the text of AppendJSON.
func (k Kopecks) MarshalJSON() ([]byte, error) { return k.AppendJSON(nil), nil }

// UnmarshalJSON reads what MarshalJSON writes of an amount that is not negative.
func (k *Kopecks) UnmarshalJSON(text []byte) (err error) {
	*k, err = Parse(string(text))
	return err
}

// Format returns the amount as people write it, "131 764,71 ₽" or "110 000 ₽".
// Its blanks are no-break spaces (U+00A0), which every font has, so that no line
// ends inside it.
func (k Kopecks) Format() string {
	const space = "\u00a0"
	var b []byte
	if k < 0 {
		b = append(b, '-')
	}
	n := magnitude(int64(k))
	digits := strconv.FormatUint(n/100, 10)
	for i, c := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, space...)
		}
		b = append(b, c)
	}
	b = appendCents(b, ',', n%100)
	return string(b) + space + "₽"
}

// appendCents appends the two digits after the point, none when they are zero.
func appendCents(b []byte, point byte, cents uint64) []byte {
	if cents == 0 {
		return b
	}
	const digits = "0123456789"
	return append(b, point, digits[cents/10], digits[cents%10])
}
