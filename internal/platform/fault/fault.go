// Package fault owns the one shape of a failure that people are told about.
//
// A feature declares its faults as package variables with New and returns them
// as they are, or a copy that says more (With, Because). They are matched with
// errors.Is, which compares codes. Every other error is an internal one: it is
// logged and its text never leaves the process.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Kind is the class of a fault; the edge maps it to an answer.
type Kind int

// The kinds, in the order of their HTTP statuses.
const (
	Invalid         Kind = iota + 1 // an argument is bad or missing
	Unauthenticated                 // nobody is signed in, or the sign-in failed
	Forbidden                       // signed in, but not allowed
	NotFound                        // not there, or not yours
	NotAllowed                      // the path has no such method
	NotAcceptable                   // no representation that the client accepts
	Conflict                        // the state of things forbids it
	TooLarge                        // over a limit of size
	Unsupported                     // a media type that is not read
	Unprocessable                   // well-formed, but at odds with an earlier request
	TooMany                         // over a limit of rate or number
	Unavailable                     // try again later
)

// Text is a sentence in the two languages of the service.
type Text struct {
	RU, EN string
}

// In returns the sentence in English for "en", in Russian otherwise.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.RU
}

// Field is what is wrong with one argument.
type Field struct {
	Name string
	Text Text
	Spec bool // Text.EN is the sentence of the ready specification
}

// Error is a fault. Its fields are safe to show to the person who made the
// request.
type Error struct {
	Kind   Kind
	Code   string // stable, snake_case, for machines
	Text   Text
	Fields []Field        // what is wrong with which argument, if known
	Facts  map[string]any // further keys of the answer: what a machine can act on
	cause  error
}

var (
	mu       sync.Mutex
	declared []*Error
)

// New declares a fault. Its code must be unique in the program: a second one
// panics at start.
func New(kind Kind, code, ru, en string) *Error {
	mu.Lock()
	defer mu.Unlock()
	for _, e := range declared {
		if e.Code == code {
			panic("fault: code declared twice: " + code)
		}
	}
	e := &Error{Kind: kind, Code: code, Text: Text{RU: ru, EN: en}}
	declared = append(declared, e)
	return e
}

// Declared returns every fault made with New, for the test that walks them.
func Declared() []*Error {
	mu.Lock()
	defer mu.Unlock()
	return slices.Clone(declared)
}

// Error is the text for logs; it may carry the cause.
func (e *Error) Error() string {
	s := e.Code + ": " + e.Text.EN
	for _, f := range e.Fields {
		s += fmt.Sprintf(" (%s: %s)", f.Name, f.Text.EN)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Is tells whether target is a fault of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Unwrap returns the cause, which is for logs only.
func (e *Error) Unwrap() error { return e.cause }

// With returns a copy that names a faulty argument.
func (e *Error) With(field, ru, en string) *Error {
	c := *e
	c.Fields = append(slices.Clone(e.Fields), Field{Name: field, Text: Text{RU: ru, EN: en}})
	return &c
}

// Saying returns a copy with a more exact sentence.
func (e *Error) Saying(ru, en string) *Error {
	c := *e
	c.Text = Text{RU: ru, EN: en}
	return &c
}

// Fact returns a copy whose answer carries one more key.
func (e *Error) Fact(key string, value any) *Error {
	c := *e
	c.Facts = make(map[string]any, len(e.Facts)+1)
	for k, v := range e.Facts {
		c.Facts[k] = v
	}
	c.Facts[key] = value
	return &c
}

// Because returns a copy that carries the cause to the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// As returns the fault in err, or nil when err is an internal error.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
