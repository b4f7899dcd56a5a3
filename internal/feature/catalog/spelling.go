package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"zakup/internal/platform/db"
)

// The words of names are known with the threes of letters in them, so that a
// misspelt one leads to what it was to be.

// The words that are known: shorter ones are too like others.
const (
	leastSpelt = 4
	mostSpelt  = 30
)

// spellable tells whether a word can be misspelt: it is letters.
func spellable(word string) bool {
	n := 0
	for _, r := range word {
		if !unicode.IsLetter(r) {
			return false
		}
		n++
	}
	return n >= leastSpelt && n <= mostSpelt
}

// threes are the letters of a word by threes, with its ends.
func threes(word string) []string {
	r := []rune("^" + word + "$")
	list := make([]string, 0, len(r)-2)
	for i := range len(r) - 2 {
		list = append(list, string(r[i:i+3]))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// learnWords adds the words that are not known.
func learnWords(ctx context.Context, tx db.Tx, m memory, said map[string]bool) error {
	added, err := m.unknown(ctx, tx, `known_words`, said)
	for few := range slices.Chunk(added, lookUp/10) {
		if err == nil {
			err = addWords(ctx, tx, few)
		}
	}
	if err != nil {
		return fmt.Errorf("known words: %w", err)
	}
	return nil
}

func addWords(ctx context.Context, tx db.Tx, list []string) error {
	var letters [][]any
	for _, w := range list {
		for _, three := range threes(w) {
			letters = append(letters, []any{three, w})
		}
	}
	values, args := wordValues(list)
	_, err := tx.Exec(ctx, `insert into known_words (word) `+values+` on conflict (word) do nothing`, args...)
	if err == nil {
		values, args = db.Values(nil, letters)
		_, err = tx.Exec(ctx, `insert into word_letters (letters, word) values `+values+` on conflict (letters, word) do nothing`, args...)
	}
	return err
}

// nearWords is how many words are looked at for a misspelt one.
const nearWords = 50

// respell is the search with each word that is not known in place of the nearest
// that is; "" when nothing is near, or nothing was misspelt.
func respell(ctx context.Context, q db.Queryer, search string) (string, error) {
	words := splitWords(search)
	changed := false
	for i, w := range words {
		if !spellable(w) || small[w] {
			continue
		}
		near, err := nearest(ctx, q, w)
		if err != nil {
			return "", err
		}
		if near != "" && near != w {
			words[i], changed = near, true
		}
	}
	if !changed || len(words) > maxSearchWords {
		return "", nil
	}
	return strings.Join(words, " "), nil
}

// nearest is the known word that the fewest slips of a hand lead to: one slip in
// a short word, two in others.
func nearest(ctx context.Context, q db.Queryer, word string) (string, error) {
	in, args := db.In([]any{nearWords, word}, threes(word))
	rows, err := q.Query(ctx, `
		select l.word, count(*) as n from word_letters l where l.letters in (`+in+`)
		group by l.word order by case when l.word = $2 then 0 else 1 end, n desc, l.word limit $1`, args...)
	type candidate struct {
		word         string
		shared, away int64
	}
	most := 2
	if len([]rune(word)) < 6 {
		most = 1
	}
	list, err := db.Collect(rows, err, func(r db.Row) (c candidate, err error) {
		err = r.Scan(&c.word, &c.shared)
		c.away = int64(slips([]rune(word), []rune(c.word)))
		return c, err
	})
	if err != nil {
		return "", fmt.Errorf("catalog: nearest word: %w", err)
	}
	list = slices.DeleteFunc(list, func(c candidate) bool { return c.away > int64(most) })
	if len(list) == 0 {
		return "", nil
	}
	return slices.MinFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.away, b.away), cmp.Compare(b.shared, a.shared), cmp.Compare(a.word, b.word))
	}).word, nil
}

// slips is how many letters are to be put in, left out, changed, or swapped with
// the next one to make b of a.
func slips(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i, x := range a {
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && x == b[j-1] && a[i-1] == y {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
