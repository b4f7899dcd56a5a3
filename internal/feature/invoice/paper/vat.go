package paper

import (
	"math/bits"
	"strconv"
	"time"

	"zakup/internal/platform/money"
)

// Rate is the VAT that a price bears, in percent, or one of the two kinds of
// prices that bear none.
type Rate int8

// A price without VAT (без НДС) is another thing than one with a rate of 0 %, and
// both are other things than one of which nobody has said anything.
const (
	Exempt  Rate = -1
	NotSaid Rate = -2
)

// The days, in Moscow, from which the rates are in force.
var (
	since20 = time.Date(2019, time.January, 1, 0, 0, 0, 0, moscow)
	since5  = time.Date(2025, time.January, 1, 0, 0, 0, 0, moscow) // and 7
	since22 = time.Date(2026, time.January, 1, 0, 0, 0, 0, moscow)
)

// standard returns the ordinary rate of a moment.
func standard(at time.Time) Rate {
	switch {
	case at.Before(since20):
		return 18
	case at.Before(since22):
		return 20
	}
	return 22
}

// RateOn understands what a price list says of VAT ("22", "20", "18", "10", "7",
// "5", "0", "none" or "") as it is at a moment: lists live longer than rates, so
// 18, 20 and 22 mean the standard rate, 18 % until the end of 2018, 20 % until the
// end of 2025 and 22 % since. 5 and 7 exist since 2025. What is no rate of that
// time is NotSaid: no VAT is made up.
func RateOn(vat string, at time.Time) Rate {
	switch vat {
	case "22", "20", "18":
		return standard(at)
	case "10":
		return 10
	case "7", "5":
		switch {
		case at.Before(since5):
			return NotSaid
		case vat == "7":
			return 7
		}
		return 5
	case "0":
		return 0
	case "none":
		return Exempt
	}
	return NotSaid
}

// In returns the VAT inside of a total, which is not negative: total × rate /
// (100 + rate), rounded half up to a kopeck. It is never above the total.
func (r Rate) In(total money.Kopecks) money.Kopecks {
	if r <= 0 {
		return 0
	}
	return money.Kopecks(portion(int64(total), uint64(r), 100+uint64(r)))
}

// portion returns n × part / whole rounded half up, for part <= whole and n not
// negative; the product may be longer than 64 bits.
func portion(n int64, part, whole uint64) int64 {
	high, low := bits.Mul64(uint64(n), 2*part) //nolint:gosec // not negative
	low, carry := bits.Add64(low, whole, 0)
	quotient, _ := bits.Div64(high+carry, low, 2*whole)
	return int64(quotient) //nolint:gosec // not above n
}

// String is the rate as the forms write it: "22 %", "без НДС" or "—".
func (r Rate) String() string {
	switch r {
	case Exempt:
		return "без НДС"
	case NotSaid:
		return "—"
	}
	return strconv.Itoa(int(r)) + "\u00a0%"
}

// name is the rate where it stands alone.
func (r Rate) name() string {
	if r == NotSaid {
		return "не указана"
	}
	return r.String()
}

// taxed tells whether an amount of VAT is shown: 0 % is an amount, no VAT is not.
func (r Rate) taxed() bool { return r >= 0 }
