package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zakup/internal/platform/fault"
)

const (
	minPassword = 8
	maxPassword = 1024 // hashing costs by length
)

//go:embed common_passwords.txt
var commonText string

// common holds the passwords that everybody tries first, in lower case.
var common = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			set[line] = true
		}
	}
	return set
})

// checkPassword applies the four rules of the ready specification: at least
// eight characters, not common, not all digits, not like the person's own data.
func checkPassword(password string, p Profile) *fault.Error {
	bad := WeakPassword
	n := utf8.RuneCountInString(password)
	if n < minPassword {
		bad = bad.WithText("password", fault.Text{RU: "Пароль слишком короткий: нужно не меньше 8 символов.", EN: "This password is too short. It must contain at least 8 characters."})
	}
	if n > maxPassword {
		bad = bad.WithText("password", fault.Text{RU: "Пароль слишком длинный: не больше 1024 символов.", EN: "This password is too long. It must contain at most 1024 characters."})
	}
	lower := strings.ToLower(password)
	if common()[lower] {
		bad = bad.WithText("password", fault.Text{RU: "Пароль слишком распространённый.", EN: "This password is too common."})
	}
	if n > 0 && strings.IndexFunc(password, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		bad = bad.WithText("password", fault.Text{RU: "Пароль состоит только из цифр.", EN: "This password is entirely numeric."})
	}
	for _, own := range []struct{ ru, en, value string }{
		{"имя", "first name", value(p.FirstName)},
		{"фамилию", "last name", value(p.LastName)},
		{"адрес электронной почты", "email address", value(p.Email)},
		{"название компании", "company", value(p.Company)},
	} {
		if alike(lower, strings.ToLower(own.value)) {
			bad = bad.WithText("password", fault.Text{
				RU: "Пароль слишком похож на " + own.ru + ".", EN: "The password is too similar to the " + own.en + ".",
			})
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// alike tells whether the password is made of the text or of a word in it: one
// holds the other, and what is left is short.
func alike(password, text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range append(words, text) {
		p, n := utf8.RuneCountInString(password), utf8.RuneCountInString(w)
		if n >= 4 && (strings.Contains(password, w) && p-n <= 4 || strings.Contains(w, password) && p >= 4) {
			return true
		}
	}
	return false
}
