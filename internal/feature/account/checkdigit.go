package account

import (
	"regexp"
	"strings"
)

// How many digits the numbers have.
const (
	innOrganisation = 10
	innPerson       = 12
	accountDigits   = 20
)

// The weights of the digits before each check digit of an INN.
var (
	innWeights10 = []int{2, 4, 10, 3, 5, 9, 4, 6, 8}
	innWeights11 = []int{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	innWeights12 = []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
)

// goodINN tells whether 10 or 12 digits can be an INN. No region has the number 00.
func goodINN(inn string) bool {
	if strings.HasPrefix(inn, "00") {
		return false
	}
	if len(inn) == innOrganisation {
		return innDigit(inn, innWeights10)
	}
	return innDigit(inn, innWeights11) && innDigit(inn, innWeights12)
}

// innDigit tells whether the digit after those that have weights is right.
func innDigit(inn string, weights []int) bool {
	sum := 0
	for i, w := range weights {
		sum += w * digit(inn[i])
	}
	return sum%11%10 == digit(inn[len(weights)])
}

var kppForm = regexp.MustCompile(`^\d{4}[0-9A-Z]{2}\d{3}$`)

func goodKPP(kpp string) bool { return kppForm.MatchString(kpp) && !strings.HasPrefix(kpp, "00") }

// treasury begins the BIKs of the treasury's bodies.
const treasury = "01"

func goodBIK(bik string) bool {
	return len(bik) == 9 && isDigits(bik) && (strings.HasPrefix(bik, treasury) || strings.HasPrefix(bik, "04"))
}

// accountMatches tells whether an account is of the bank. Accounts in the
// treasury are numbered by another rule.
func accountMatches(bik, account string) bool {
	return strings.HasPrefix(bik, treasury) || keyed(bik[6:]+account)
}

// correspondentMatches tells the same of the bank's own account, which is in an
// office of the Bank of Russia.
func correspondentMatches(bik, account string) bool { return keyed("0" + bik[4:6] + account) }

// keyed tells whether the control key in a number is right.
func keyed(digits string) bool {
	sum := 0
	for i := range len(digits) {
		sum += [...]int{7, 1, 3}[i%3] * digit(digits[i])
	}
	return sum%10 == 0
}

func digit(c byte) int { return int(c - '0') }

func isDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
