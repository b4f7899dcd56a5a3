package account

import (
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"zakup/internal/platform/fault"
)

// Profile is what a person says of themselves. A nil field is not said.
type Profile struct {
	FirstName, LastName, Email, Company, Position, Password *string
	Language                                                *string
	AcceptShortages                                         *bool
}

// The longest values, in characters.
const (
	maxName    = 150
	maxEmail   = 254
	maxCompany = 40
)

// defaultLanguage is that of who does not say one.
const defaultLanguage = "ru"

var languages = []any{defaultLanguage, "en"}

// checked trims the fields that are said and names every wrong one.
func (p Profile) checked() (Profile, *fault.Error) {
	bad := fault.BadArguments
	text := func(name string, v *string, limit int) *string {
		if v == nil {
			return nil
		}
		s := strings.TrimSpace(*v)
		if n := utf8.RuneCountInString(s); n > limit {
			bad = bad.WithText(name, fault.TooLong(limit))
		}
		return &s
	}
	p.FirstName = text("first_name", p.FirstName, maxName)
	p.LastName = text("last_name", p.LastName, maxName)
	p.Company = text("company", p.Company, maxCompany)
	p.Position = text("position", p.Position, maxCompany)
	p.Email = text("email", p.Email, maxEmail)
	if p.Email != nil && !goodEmail(*p.Email) {
		bad = bad.WithText("email", fault.NotEmail())
	}
	if p.Language != nil && !slices.Contains(languages, any(*p.Language)) {
		bad = bad.WithText("language", fault.NotOneOf(languages))
	}
	if len(bad.Fields) > 0 {
		return p, bad
	}
	return p, nil
}

// goodEmail tells whether s is one bare address with a domain that a letter
// can reach.
func goodEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsAny(s, " <>\"\r\n\t") {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return domain == "localhost" ||
		strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// checkEmail refuses what can't be an address.
func checkEmail(s string) error {
	switch s = strings.TrimSpace(s); {
	case s == "":
		return fault.BadArguments.WithText("email", fault.Blank())
	case !goodEmail(s):
		return fault.BadArguments.WithText("email", fault.NotEmail())
	}
	return nil
}

// emailKey is what makes an address one.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
