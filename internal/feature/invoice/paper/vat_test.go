package paper

import (
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func TestRateOn(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	const (
		last18  = "2018-12-31T23:59:59+03:00"
		first20 = "2019-01-01T00:00:00+03:00"
		last20  = "2025-12-31T20:59:59Z" // a second before midnight in Moscow
		first22 = "2025-12-31T21:00:00Z"
		before5 = "2024-12-31T23:59:59+03:00"
		first5  = "2024-12-31T21:00:00Z"
		now     = "2026-11-23T12:00:00Z"
	)
	for _, c := range []struct {
		vat, at string
		want    Rate
	}{
		{"18", last18, 18},
		{"20", last18, 18},
		{"22", last18, 18},
		{"18", first20, 20},
		{"20", first20, 20},
		{"22", first20, 20},
		{"20", last20, 20},
		{"22", last20, 20},
		{"18", first22, 22},
		{"20", first22, 22},
		{"22", now, 22},
		{"10", last18, 10},
		{"10", now, 10},
		{"0", now, 0},
		{"5", before5, NotSaid},
		{"7", before5, NotSaid},
		{"5", first5, 5},
		{"7", first5, 7},
		{"7", now, 7},
		{"none", last18, Exempt},
		{"none", now, Exempt},
		{"", now, NotSaid},
		{"21", now, NotSaid},
		{"-1", now, NotSaid},
		{"20 %", now, NotSaid},
	} {
		if got := RateOn(c.vat, day(c.at)); got != c.want {
			t.Errorf("RateOn(%q, %s) = %d, want %d", c.vat, c.at, got, c.want)
		}
	}
}

func TestVATInside(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate        Rate
		total, want money.Kopecks
	}{
		{22, 122_00, 22_00},
		{22, 100_00, 18_03}, // 18.0327
		{20, 3, 1},          // exactly half a kopeck goes up
		{20, 2, 0},
		{10, 11, 1},
		{10, 10, 1},
		{10, 5, 0},
		{5, 105, 5},
		{7, 107, 7},
		{0, 107, 0},
		{Exempt, 107, 0},
		{NotSaid, 107, 0},
		{22, 0, 0},
	} {
		if got := c.rate.In(c.total); got != c.want {
			t.Errorf("%d %% in %d = %d, want %d", c.rate, c.total, got, c.want)
		}
	}
}

// halfUp is the rule in numbers without limits.
func halfUp(n int64, part, whole uint64) *big.Int {
	up := new(big.Int).Mul(big.NewInt(n), new(big.Int).SetUint64(2*part))
	up.Add(up, new(big.Int).SetUint64(whole))
	return up.Div(up, new(big.Int).SetUint64(2*whole))
}

func TestRoundingAtAnySize(t *testing.T) {
	t.Parallel()
	check := func(t rapid.TB, n int64, part, whole uint64) {
		if got, want := portion(n, part, whole), halfUp(n, part, whole); want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d × %d / %d = %d, want %s", n, part, whole, got, want)
		}
	}
	for _, n := range []int64{0, 1, math.MaxInt64 - 1, math.MaxInt64} {
		for _, rate := range []uint64{5, 7, 10, 18, 20, 22} {
			check(t, n, rate, 100+rate)
		}
		check(t, n, 1, 1)
		check(t, n, 1, 1<<62)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "n")
		rate := rapid.Uint64Range(1, 100).Draw(t, "rate")
		check(t, n, rate, 100+rate)
		check(t, n, 1, rapid.Uint64Range(1, 1<<62).Draw(t, "quantity"))
	})
}
