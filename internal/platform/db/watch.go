package db

import (
	"regexp"
	"slices"
	"strings"
)

// Change is what a transaction may have changed in tables that are watched.
type Change struct {
	Any      bool    // a statement did not say what it was about
	Subjects []int64 // what the others were about, as About was told
}

type watcher struct {
	tables []string
	writes *regexp.Regexp
	f      func(Change)
}

// Watch has f called after each transaction with a statement that writes one of
// the tables, however the transaction has ended, and before InTx returns. Nobody
// who adds such a statement need think of it: one that does not say what it is
// about is about anything. It is called before there are transactions.
func (d *DB) Watch(f func(Change), tables ...string) {
	d.watchers = append(d.watchers, watcher{
		tables, regexp.MustCompile(`(?i)\b(?:into|update|delete\s+from)\s+(?:` + strings.Join(tables, "|") + `)\b`), f,
	})
}

// About is tx for statements that change what is about one subject only, in the
// tables that are watched; 0 is for those that change nothing of what a watcher
// knows, such as what is new.
func About(tx Tx, subject int64) Tx {
	switch t := tx.(type) {
	case pgTx:
		t.changes = t.changes.about(subject)
		return t
	case liteTx:
		t.changes = t.changes.about(subject)
		return t
	}
	panic("db: a foreign transaction")
}

// changes are what the statements of one transaction wrote, by watcher.
type changes struct {
	d       *DB
	all     map[int]*Change
	subject *int64 // of the statements to come; nil: not said
}

func (d *DB) newChanges() changes { return changes{d: d, all: map[int]*Change{}} }

func (c changes) about(subject int64) changes {
	c.subject = &subject
	return c
}

// note looks at a statement before it runs.
func (c changes) note(statement string) {
	for i, w := range c.d.watchers {
		named := func(table string) bool { return strings.Contains(statement, table) } // which is quick, and mostly enough
		if !slices.ContainsFunc(w.tables, named) || !w.writes.MatchString(statement) {
			continue
		}
		change := c.all[i]
		if change == nil {
			change = &Change{}
			c.all[i] = change
		}
		switch {
		case c.subject == nil:
			change.Any = true
		case *c.subject != 0:
			change.Subjects = append(change.Subjects, *c.subject)
		}
	}
}

// tell calls the watchers.
func (c changes) tell() {
	for i, change := range c.all {
		if change.Any || len(change.Subjects) > 0 {
			c.d.watchers[i].f(*change)
		}
	}
}
