package catalog

import (
	"slices"
	"strconv"
	"strings"

	"zakup/internal/platform/db"
)

// The words of an offer in the index, beside those that are written in it. None
// can be written by hand: a word is of letters and digits.
const (
	codeWord     = "=k" // the supplier's own id, a barcode, the vendor's code
	categoryWord = "=c"
	shopWord     = "=s"
	valueWord    = "=v" // an id of parameter_values
	sampleWord   = "=z" // an even 2^n-th part of the offers, n up to maxSample
)

// spans are words for runs of ids, 2^n long, that let PostgreSQL look for offers in
// the order of their ids, some runs at a time: its index of words knows no order.
// SQLite's is by id.
var spans = []struct {
	word string
	bits int
}{{"=o", 12}, {"=p", 15}, {"=q", 18}}

// maxSample is the smallest part: 1/16384.
const maxSample = 14

// term is a word of the index, or how words begin.
type term struct {
	word   string
	prefix bool
}

// choice is what is to be there together.
type choice []term

// clause is choices, one of which is to be there.
type clause []choice

// expression is clauses that are to be there all: a question to the index.
type expression []clause

func words(kind string, ids ...int64) clause {
	c := make(clause, len(ids))
	for i, id := range ids {
		// Below zero, what no offer has: a sign would end the word.
		c[i] = choice{{word: kind + strconv.FormatUint(uint64(id), 10)}} //nolint:gosec // see above
	}
	return c
}

// and returns the expression with a further clause.
func (e expression) and(c clause) expression {
	return append(slices.Clone(e), c)
}

// among returns the expression for the part of the offers that the clause chooses.
// That comes first: PostgreSQL's index goes through it, and looks in between for what
// the other words say.
func (e expression) among(c clause) expression {
	return append(expression{c}, e...)
}

// write writes it as the index of the database reads it.
func (e expression) write(d db.Dialect) string {
	and, or := " & ", " | "
	if d == db.SQLite {
		and, or = " AND ", " OR "
	}
	var b strings.Builder
	for i, c := range e {
		if i > 0 {
			b.WriteString(and)
		}
		b.WriteByte('(')
		for j, ch := range c {
			if j > 0 {
				b.WriteString(or)
			}
			if len(ch) > 1 {
				b.WriteByte('(')
			}
			for k, t := range ch {
				if k > 0 {
					b.WriteString(and)
				}
				t.write(&b, d)
			}
			if len(ch) > 1 {
				b.WriteByte(')')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

// write needs no escapes: a word has neither quotes nor backslashes.
func (t term) write(b *strings.Builder, d db.Dialect) {
	quote := byte('\'')
	if d == db.SQLite {
		quote = '"'
	}
	b.WriteByte(quote)
	b.WriteString(t.word)
	b.WriteByte(quote)
	switch {
	case t.prefix && d == db.SQLite:
		b.WriteByte('*')
	case t.prefix:
		b.WriteString(":*")
	}
}

// The bounds of a search.
const (
	MaxSearch      = 200 // characters: the interface takes no longer one
	maxSearchWords = 20
	leastPrefix    = 3 // characters
)

// asked reads a search: every word must be there, in any of its forms, or as a
// code; the last one may have just begun. Empty when there is no word in it.
func asked(search string) expression {
	var e expression
	fields := strings.Fields(search)
	for i, field := range fields {
		all := splitWords(field)
		if len(all) == 0 || len(all) == 1 && small[all[0]] && len(fields) > 1 {
			continue
		}
		if len(e) == maxSearchWords {
			break
		}
		var spelt choice
		for _, w := range all {
			spelt = append(spelt, term{word: stem(w)})
		}
		c := clause{spelt}
		if w := all[len(all)-1]; i == len(fields)-1 && len([]rune(w)) >= leastPrefix {
			begun := append(append(choice{}, spelt[:len(spelt)-1]...), term{word: w, prefix: true})
			c = append(c, begun)
		}
		e = append(e, append(c, choice{{word: codeWord + strings.Join(all, "")}}))
	}
	return e
}
