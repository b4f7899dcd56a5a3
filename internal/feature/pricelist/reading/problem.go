package reading

import (
	"fmt"

	"zakup/internal/platform/fault"
)

// Severity tells an Error, which keeps a good or a file out, from a Warning.
type Severity int

// The severities.
const (
	Error Severity = iota + 1
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing that is wrong in a list.
type Problem struct {
	Line       int    // in the file, from 1: of the field, else of the good, else of the file
	Cell       string // of a workbook: "Лист1!B5", else ""
	Severity   Severity
	Code       string // stable, snake_case, for machines
	Field      string // key of the good or of the root; empty when of neither
	ExternalID string // of the good, when it is known
	Text       fault.Text
}

// maxProblems is how many problems of one severity are kept.
const maxProblems = 1_000

// problems are collected without end, but kept up to a limit.
type problems struct {
	list     []Problem
	errors   int
	warnings int
	summed   bool
}

func (p *problems) add(found Problem) {
	if found.Severity == Error {
		p.errors++
	} else if p.warnings++; p.warnings > maxProblems {
		return
	}
	p.list = append(p.list, found)
}

// full tells whether there are too many errors to read on.
func (p *problems) full() bool { return p.errors >= maxProblems }

// stop says that reading was given up.
func (p *problems) stop() {
	line := p.list[len(p.list)-1].Line
	p.add(noteTooManyProblems.at(line, "", maxProblems))
}

// sum says, once, how many warnings are not in the list.
func (p *problems) sum() {
	if p.summed || p.warnings <= maxProblems {
		return
	}
	p.summed = true
	p.list = append(p.list, noteMoreWarnings.at(1, "", p.warnings-maxProblems))
}

// note is the pattern of a problem.
type note struct {
	severity Severity
	code     string
	ru, en   string // with the same verbs in the same order
}

func wrong(code, ru, en string) note   { return note{Error, code, ru, en} }
func warning(code, ru, en string) note { return note{Warning, code, ru, en} }

// at fills the pattern in. Texts among args come from the file: they are
// shortened, and fit for a terminal and a database.
func (n note) at(line int, field string, args ...any) Problem {
	text := fault.Text{RU: n.ru, EN: n.en}
	if len(args) > 0 {
		for i, a := range args {
			if s, is := a.(string); is {
				args[i] = excerpt(s)
			}
		}
		text = fault.Text{RU: fmt.Sprintf(n.ru, args...), EN: fmt.Sprintf(n.en, args...)}
	}
	return Problem{Line: line, Severity: n.severity, Code: n.code, Field: excerpt(field), Text: text}
}

// both fills in one text for each language.
func (n note) both(line int, ru, en string) Problem {
	p := n.at(line, "")
	p.Text = fault.Text{RU: fmt.Sprintf(n.ru, excerpt(ru)), EN: fmt.Sprintf(n.en, excerpt(en))}
	return p
}

// brokenError ends the reading: nothing after it can be understood.
type brokenError struct{ Problem }

func (b *brokenError) Error() string {
	return fmt.Sprintf("line %d: %s", b.Line, b.Text.EN)
}

func broken(p Problem) error { return &brokenError{p} }
