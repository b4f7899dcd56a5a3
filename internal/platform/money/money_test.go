package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]money.Kopecks{
		"0":                      0,
		"0.0":                    0,
		"00.50":                  50,
		"110000":                 110_000_00,
		"110000.00":              110_000_00,
		"131764.71":              131_764_71,
		"0.5":                    50,
		"0.05":                   5,
		"0.004":                  0,
		"0.005":                  1,
		"0.00499999999999":       0,
		"99.994":                 99_99,
		"99.9949":                99_99,
		"99.995":                 100_00,
		"99.999":                 100_00,
		"2110.356":               2110_36,
		"100000000000":           money.MaxPrice,
		"999999999999999.99":     99_999_999_999_999_999,
		"999999999999999.994":    99_999_999_999_999_999,
		"1.0" + zeros(500) + "1": 100,
	} {
		got, err := money.Parse(in)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", ".", ".5", "5.", "1.2.3", "1,5", "1 000", "1\u00a0000", " 1", "1 ", "1\n", "1\x00",
		"-1", "-0", "+1", "1e3", "1E3", "1.5e1", "0x10", "1_000", "NaN", "nan", "Inf", "-Inf",
		"1.-5", "1.5-", "1.5a", "1.555x", "١٢", "１２", "½", "12₽",
		"1000000000000000", "0000000000000001", "999999999999999.995", "99999999999999999999999999",
	} {
		got, err := money.Parse(in)
		if !errors.Is(err, money.Bad) || got != 0 {
			t.Errorf("Parse(%q) = %d, %v; want 0 and bad_money", in, got, err)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := money.Kopecks(rapid.Int64Range(0, 99_999_999_999).Draw(t, "k"))
		text, err := json.Marshal(k)
		var back money.Kopecks
		if err != nil || json.Unmarshal(text, &back) != nil || back != k {
			t.Fatalf("%d is %s and %d again: %v", k, text, back, err)
		}
	})
	for _, in := range []string{"-1", "1e3", `"1"`, "null", "[]"} {
		k := money.Kopecks(7)
		if err := json.Unmarshal([]byte(in), &k); err == nil {
			t.Errorf("%s is %d", in, k)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in             money.Kopecks
		text, forHuman string
	}{
		{0, "0", "0 ₽"},
		{5, "0.05", "0,05 ₽"},
		{50, "0.50", "0,50 ₽"},
		{100, "1", "1 ₽"},
		{999_99, "999.99", "999,99 ₽"},
		{1000_00, "1000", "1 000 ₽"},
		{110_000_00, "110000", "110 000 ₽"},
		{131_764_71, "131764.71", "131 764,71 ₽"},
		{1_234_567_10, "1234567.10", "1 234 567,10 ₽"},
		{-50, "-0.50", "-0,50 ₽"},
		{-110_000_00, "-110000", "-110 000 ₽"},
		{math.MaxInt64, "92233720368547758.07", "92 233 720 368 547 758,07 ₽"},
		{math.MinInt64, "-92233720368547758.08", "-92 233 720 368 547 758,08 ₽"},
	} {
		if got := c.in.String(); got != c.text {
			t.Errorf("String of %d = %q, want %q", int64(c.in), got, c.text)
		}
		if got := string(c.in.AppendJSON([]byte("["))); got != "["+c.text {
			t.Errorf("AppendJSON of %d = %q, want %q", int64(c.in), got, "["+c.text)
		}
		want := strings.ReplaceAll(c.forHuman, " ", "\u00a0")
		if got := c.in.Format(); got != want {
			t.Errorf("Format of %d = %q, want %q", int64(c.in), got, want)
		}
	}
}

func TestMarshalInAnObject(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(map[string]money.Kopecks{"price": 131_764_71, "price_rrc": 116_990_00})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"price":131764.71,"price_rrc":116990}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestParseGivesBackString(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := money.Kopecks(rapid.Int64Range(0, 99_999_999_999_999_999).Draw(t, "x"))
		got, err := money.Parse(x.String())
		if err != nil || got != x {
			t.Fatalf("Parse(%q) = %d, %v; want %d", x.String(), got, err, x)
		}
	})
}

func TestParseRoundsHalfUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-9]{1,14}\.[0-9]{1,8}`).Draw(t, "s")
		exact, _ := new(big.Rat).SetString(s)
		exact.Mul(exact, big.NewRat(100, 1)).Add(exact, big.NewRat(1, 2))
		want := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		got, err := money.Parse(s)
		if err != nil || int64(got) != want {
			t.Fatalf("Parse(%q) = %d, %v; want %d", s, got, err, want)
		}
	})
}

func TestParseOfAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("0159.,-+eE NaIx٣"))).Draw(t, "s")
		got, err := money.Parse(s)
		if err != nil {
			return
		}
		again, err := money.Parse(got.String())
		if err != nil || again != got {
			t.Fatalf("Parse(%q) = %d, but Parse(%q) = %d, %v", s, got, got.String(), again, err)
		}
	})
}

func TestCalculation(t *testing.T) {
	t.Parallel()
	edges := []int64{
		0, 1, -1, 2, -2, 100, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, math.MinInt64 + 1,
		math.MaxInt64 / 2, math.MinInt64 / 2, 1 << 32, -(1 << 32), 1 << 31, -(1 << 31),
	}
	number := rapid.OneOf(rapid.SampledFrom(edges), rapid.Int64())
	check := func(t *rapid.T, name string, got money.Kopecks, ok bool, exact *big.Int) {
		switch {
		case ok != exact.IsInt64():
			t.Fatalf("%s: ok = %v, the exact result is %v", name, ok, exact)
		case ok && int64(got) != exact.Int64():
			t.Fatalf("%s = %d, want %v", name, got, exact)
		case !ok && got != 0:
			t.Fatalf("%s = %d with overflow, want 0", name, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		sum, ok := money.Kopecks(a).Add(money.Kopecks(b))
		check(t, "Add", sum, ok, new(big.Int).Add(big.NewInt(a), big.NewInt(b)))
		product, ok := money.Kopecks(a).Times(b)
		check(t, "Times", product, ok, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
	})
}

func zeros(n int) string { return strings.Repeat("0", n) }
