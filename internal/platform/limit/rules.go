package limit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is so many requests in so long. The zero one limits nothing.
type Rate struct {
	Count int
	Per   time.Duration
}

// Rule is how many tries are free, and after how long one of them is forgotten:
// that many at once, and one in that time for ever after. Beyond the free ones
// each must wait, longer and longer, up to that time. The zero one limits nothing.
type Rule struct {
	Free   int
	Forget time.Duration
}

// Rules are all limits of the service.
type Rules struct {
	Address Rate // requests of one address
	Account Rate // requests of one account

	Login        Rule // failed sign-ins of one account from one address
	LoginAccount Rule // failed sign-ins of one account from anywhere
	LoginAddress Rule // failed sign-ins of any account from one address
	Register     Rule // registrations from one address
	Letter       Rule // letters of one kind that are asked for to one e-mail
	LetterFrom   Rule // letters that are asked for from one address
	Token        Rule // wrong mailed codes and the like from one address
	Key          Rule // answers kept for an address that has not signed in
}

// Standard are the rules of a service that is set up by nobody. No honest client
// meets them: 50 requests a second for a minute on end are a whole catalogue of
// 300,000 offers in pages of 100; an office of hundreds of people has one address.
func Standard() Rules {
	return Rules{
		Address: Rate{6000, time.Minute}, Account: Rate{3000, time.Minute},
		Login:        Rule{5, 15 * time.Minute},
		LoginAccount: Rule{100, time.Minute},
		LoginAddress: Rule{100, 30 * time.Second},
		Register:     Rule{20, 3 * time.Minute},
		Letter:       Rule{5, 2 * time.Hour},
		LetterFrom:   Rule{50, time.Minute},
		Token:        Rule{30, time.Minute},
		Key:          Rule{60, time.Minute},
	}
}

// off is the word for no limit, on for the standard ones.
const on, off = "on", "off"

// named are the rules by the names that an operator uses, in the order in which
// they are written: a *Rate or a *Rule each.
func (r *Rules) named() []struct {
	name string
	of   any
} {
	return []struct {
		name string
		of   any
	}{
		{"address", &r.Address},
		{"account", &r.Account},
		{"login", &r.Login},
		{"login-account", &r.LoginAccount},
		{"login-address", &r.LoginAddress},
		{"register", &r.Register},
		{"letter", &r.Letter},
		{"letter-address", &r.LetterFrom},
		{"token", &r.Token},
		{"key", &r.Key},
	}
}

// Parse reads "on", "off", or a list such as "address=6000/m login=5+1/15m
// register=off": what it does not name is standard.
func Parse(s string) (Rules, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case on:
		return Standard(), nil
	case off:
		return Rules{}, nil
	}
	rules := Standard()
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		name, value, _ := strings.Cut(strings.ToLower(word), "=")
		if seen[name] {
			return Rules{}, fmt.Errorf("%q is there twice", name)
		}
		seen[name] = true
		if err := rules.set(name, value); err != nil {
			return Rules{}, err
		}
	}
	return rules, nil
}

func (r *Rules) set(name, value string) error {
	for _, one := range r.named() {
		if one.name != name {
			continue
		}
		var err error
		switch of := one.of.(type) {
		case *Rate:
			*of, err = parseRate(value)
		case *Rule:
			*of, err = parseRule(value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	return fmt.Errorf("%q is neither on, off nor the name of a limit", name)
}

// The bounds of what can be set, far beyond what makes sense.
const (
	maxCount = 10_000_000
	maxTime  = 30 * 24 * time.Hour
)

var (
	errRate = errors.New("neither off nor a number in a time, such as 3000/m")
	errRule = errors.New("neither off nor free tries and one more in a time, such as 5+1/15m")
)

func parseRate(s string) (Rate, error) {
	if s == off {
		return Rate{}, nil
	}
	count, per, _ := strings.Cut(s, "/")
	n, err := parseCount(count)
	t, err2 := parseTime(per)
	if err != nil || err2 != nil || t < time.Second {
		return Rate{}, errRate
	}
	return Rate{n, t}, nil
}

func parseRule(s string) (Rule, error) {
	if s == off {
		return Rule{}, nil
	}
	free, per, _ := strings.Cut(s, "+1/")
	n, err := parseCount(free)
	t, err2 := parseTime(per)
	if err != nil || err2 != nil || t < time.Second {
		return Rule{}, errRule
	}
	return Rule{n, t}, nil
}

func parseCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxCount {
		return 0, errRate
	}
	return n, nil
}

// units are those of the times, the longest first.
var units = []struct {
	letter string
	length time.Duration
}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}

// parseTime reads m, 15m, 2h and so on.
func parseTime(s string) (time.Duration, error) {
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.letter)
		if !ok {
			continue
		}
		n := 1
		if number != "" {
			var err error
			if n, err = parseCount(number); err != nil {
				return 0, err
			}
		}
		if time.Duration(n) > maxTime/u.length {
			return 0, errRate
		}
		return time.Duration(n) * u.length, nil
	}
	return 0, errRate
}

// String writes the rules as Parse reads them, all of them by name.
func (r Rules) String() string {
	switch r {
	case Standard():
		return on
	case Rules{}:
		return off
	}
	var words []string
	for _, one := range r.named() {
		words = append(words, fmt.Sprintf("%s=%v", one.name, one.of))
	}
	return strings.Join(words, " ")
}

// String writes the rate as it is set.
func (r *Rate) String() string {
	if r.Count == 0 {
		return off
	}
	return fmt.Sprintf("%d/%s", r.Count, timeText(r.Per))
}

// String writes the rule as it is set.
func (r *Rule) String() string {
	if r.Free == 0 {
		return off
	}
	return fmt.Sprintf("%d+1/%s", r.Free, timeText(r.Forget))
}

func timeText(t time.Duration) string {
	for _, u := range units {
		switch {
		case t == u.length:
			return u.letter
		case t%u.length == 0:
			return strconv.FormatInt(int64(t/u.length), 10) + u.letter
		}
	}
	return t.String() // parseTime makes none of these
}
