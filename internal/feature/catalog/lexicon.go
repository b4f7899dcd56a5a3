package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zakup/internal/platform/db"
)

// The words of the index stand in a table of their own too, index_words, so that a
// word that has just begun is asked for as the few that begin so: an index of words
// would go through all offers of each of them first. A word that was there once
// stays.

// lexicon is what a process that indexes has seen: most words come again and again.
type lexicon struct {
	stems          map[string]string
	indexed, known memory // index_words, known_words
}

func newLexicon() *lexicon {
	return &lexicon{map[string]string{}, memory{}, memory{}}
}

// remembered is how many words of each kind are.
const remembered = 50_000

func (l *lexicon) stem(word string) string {
	short, is := l.stems[word]
	if !is {
		short = stem(word)
		if len(l.stems) < remembered {
			l.stems[word] = short
		}
	}
	return short
}

// memory are words that were found in a table, from which none is removed.
type memory map[string]bool

// unknown are the words that the table does not have, in their order, so that two
// who add them do not wait for each other in a circle.
func (m memory) unknown(ctx context.Context, tx db.Tx, table string, said map[string]bool) (added []string, err error) {
	doubtful := slices.Sorted(maps.Keys(said))
	doubtful = slices.DeleteFunc(doubtful, func(w string) bool { return m[w] })
	for chunk := range slices.Chunk(doubtful, lookUp) {
		in, args := db.In(nil, chunk)
		found, err := tx.Query(ctx, `select word from `+table+` where word in (`+in+`)`, args...)
		there, err := db.Collect(found, err, func(r db.Row) (w string, err error) { return w, r.Scan(&w) })
		if err != nil {
			return nil, err
		}
		old := make(map[string]bool, len(there))
		for _, w := range there {
			old[w] = true
			if len(m) < remembered {
				m[w] = true
			}
		}
		added = append(added, slices.DeleteFunc(chunk, func(w string) bool { return old[w] })...)
	}
	return added, nil
}

// listWords adds the words of the index that are not listed.
func listWords(ctx context.Context, tx db.Tx, m memory, said map[string]bool) error {
	added, err := m.unknown(ctx, tx, `index_words`, said)
	for few := range slices.Chunk(added, lookUp) {
		if err == nil {
			values, args := wordValues(few)
			_, err = tx.Exec(ctx, `insert into index_words (word) `+values+` on conflict (word) do nothing`, args...)
		}
	}
	if err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	return nil
}

// wordValues writes the words as rows to insert.
func wordValues(list []string) (string, []any) {
	rows := make([][]any, len(list))
	for i, w := range list {
		rows[i] = []any{w}
	}
	values, args := db.Values(nil, rows)
	return `values ` + values, args
}

// mostBegun is how many words are asked for that begin as the last one of a search.
// When there are more the index is asked how words begin.
const mostBegun = 50

// asked reads a search; see expression.go. What its last word has begun is looked up.
func (c *Catalog) asked(ctx context.Context, search string) (expression, error) {
	e := asked(search)
	if len(e) == 0 {
		return nil, nil
	}
	last := &e[len(e)-1]
	i := slices.IndexFunc(*last, func(ch choice) bool { return ch[len(ch)-1].prefix })
	if i < 0 {
		return e, nil
	}
	begun := (*last)[i]
	before, begin := begun[:len(begun)-1], begun[len(begun)-1].word
	rows, err := c.reads.Query(ctx, `select word from index_words where word >= $1 and word < $2 order by word limit $3`,
		begin, begin+"\U0010FFFF", mostBegun+1)
	list, err := db.Collect(rows, err, func(r db.Row) (w string, err error) { return w, r.Scan(&w) })
	if err != nil {
		return nil, fmt.Errorf("catalog: words that begin so: %w", err)
	}
	if len(list) > mostBegun {
		return e, nil
	}
	*last = slices.Delete(*last, i, i+1)
	for _, w := range list {
		if w != (*last)[0][len(before)].word {
			*last = append(*last, append(slices.Clone(before), term{word: w}))
		}
	}
	return e, nil
}

// ownWords adds the words of the index that an offer has of its own, of those that
// words has written.
func ownWords(words string, to map[string]bool) {
	for w := range strings.FieldsSeq(words) {
		if w[0] != '=' {
			to[w] = true
		}
	}
}
