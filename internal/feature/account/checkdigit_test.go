package account

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGoodINN(t *testing.T) {
	for _, inn := range []string{"7707083893", "7736050003", "7830002293", "500100732259", "7411005872"} {
		if !goodINN(inn) {
			t.Errorf("%s is refused", inn)
		}
		for i, one := range others(inn) {
			if goodINN(one) {
				t.Errorf("%s is taken, which is %s with the digit %d changed", one, inn, i/9)
			}
		}
	}
	for _, inn := range []string{"0000000000", "000000000000", "0007083893"} {
		if goodINN(inn) {
			t.Errorf("%s is taken", inn)
		}
	}
}

// others are the numbers that differ from it in one digit, nine for each.
func others(number string) (list []string) {
	for i := range number {
		for c := byte('0'); c <= '9'; c++ {
			if c != number[i] {
				list = append(list, number[:i]+string(c)+number[i+1:])
			}
		}
	}
	return list
}

// digits is a number of n digits.
func digits(n int) *rapid.Generator[string] { return rapid.StringMatching(fmt.Sprintf(`[0-9]{%d}`, n)) }

// remainder is the weighted sum modulo 11 of the digits before a check digit.
func remainder(number, weights string) (sum int) {
	for i, w := range strings.Fields(weights) {
		var n int
		_, _ = fmt.Sscan(w, &n)
		sum += n * int(number[i]-'0')
	}
	return sum % 11
}

// Of every number one check digit is right. One changed digit is noticed, but
// where the remainders 0 and 10 share the check digit 0.
func TestINNNoticesOneDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		organisation := rapid.Bool().Draw(t, "organisation")
		checks := []string{"7 2 4 10 3 5 9 4 6 8", "3 7 2 4 10 3 5 9 4 6 8"}
		inn := fmt.Sprintf("%02d", rapid.IntRange(1, 99).Draw(t, "region")) + digits(8).Draw(t, "rest")
		if organisation {
			checks = []string{"2 4 10 3 5 9 4 6 8"}
			inn = inn[:9]
		}
		for _, weights := range checks {
			inn += fmt.Sprint(remainder(inn, weights) % 10)
		}
		if !goodINN(inn) {
			t.Fatalf("%s is refused", inn)
		}
		for _, one := range others(inn) {
			blind := true
			for _, weights := range checks {
				was, is := remainder(inn, weights), remainder(one, weights)
				blind = blind && was+is == 10 && was*is == 0
			}
			if goodINN(one) && !blind {
				t.Fatalf("%s and %s are both taken", inn, one)
			}
		}
	})
}

func TestKnownAccounts(t *testing.T) {
	for _, x := range []struct{ bik, account, correspondent string }{
		{"044525225", "40702810938000000001", "30101810400000000225"},
		// Of the treasury, whose accounts are numbered by another rule.
		{"017003983", "03100643000000018500", "40102810445370000059"},
	} {
		if !goodBIK(x.bik) || !accountMatches(x.bik, x.account) || !correspondentMatches(x.bik, x.correspondent) {
			t.Errorf("%+v: %v %v", x, accountMatches(x.bik, x.account), correspondentMatches(x.bik, x.correspondent))
		}
	}
}

// In an account one of ten keys is right, and one changed digit is always noticed.
func TestAccountsNoticeOneDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bik := "04" + digits(7).Draw(t, "bik")
		account := digits(20).Draw(t, "account")
		for name, matches := range map[string]func(bik, account string) bool{"account": accountMatches, "correspondent": correspondentMatches} {
			var right []string
			for key := range 10 {
				if one := fmt.Sprint(account[:8], key, account[9:]); matches(bik, one) {
					right = append(right, one)
				}
			}
			if len(right) != 1 {
				t.Fatalf("%s: %v", name, right)
			}
			for _, one := range others(right[0]) {
				if matches(bik, one) {
					t.Fatalf("%s: %s and %s are both taken", name, right[0], one)
				}
			}
		}
	})
}
