package catalog

import (
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/russian"
)

// fold makes letters one that a buyer does not tell apart.
func fold(text string) string { return strings.ReplaceAll(strings.ToLower(text), "ё", "е") }

// splitWords are the runs of letters and digits of a text, folded.
func splitWords(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// parts are the letters and the digits of a word apart, where it has both: 256гб
// is found by гб too.
func parts(word string) []string {
	var list []string
	begin, digits := 0, false
	for i, r := range word {
		if is := unicode.IsDigit(r); i == 0 {
			digits = is
		} else if is != digits {
			list, begin, digits = append(list, word[begin:i]), i, is
		}
	}
	if begin == 0 {
		return nil
	}
	return append(list, word[begin:])
}

// stem is what the forms of a word have in common; the same on every database.
func stem(word string) string {
	for _, r := range word {
		switch {
		case r >= 'а' && r <= 'я':
			return russian.Stem(word, true)
		case r >= 'a' && r <= 'z':
			return english.Stem(word, true)
		}
	}
	return word
}

// code is a code as it is compared: letters and digits alone count.
func code(text string) string { return strings.Join(splitWords(text), "") }

// small are words that a search does without.
var small = map[string]bool{
	"и": true, "в": true, "во": true, "на": true, "с": true, "со": true, "для": true, "по": true, "от": true, "из": true, "к": true,
	"а": true, "или": true, "the": true, "a": true, "an": true, "for": true, "of": true, "and": true, "or": true, "with": true, "in": true,
}

// The keys of the two layouts, one below the other.
const (
	latinKeys    = "`qwertyuiop[]asdfghjkl;'zxcvbnm,." + `~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>`
	cyrillicKeys = "ёйцукенгшщзхъфывапролджэячсмитьбю" + `ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ`
)

var otherKey = func() map[rune]rune {
	keys := map[rune]rune{}
	latin := []rune(latinKeys)
	for i, c := range []rune(cyrillicKeys) {
		keys[latin[i]], keys[c] = c, latin[i]
	}
	return keys
}()

// otherLayout is what would have been written with the keyboard in its other
// layout; "" when that is nothing else, or both alphabets are there already.
func otherLayout(text string) string {
	latin, cyrillic := false, false
	for _, r := range text {
		latin = latin || r < unicode.MaxASCII && unicode.IsLetter(r)
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
	}
	if latin == cyrillic {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if other, is := otherKey[r]; is {
			return other
		}
		return r
	}, text)
}
