package reading

import (
	"errors"
	"io"
	"strings"
)

const (
	// maxXMLDepth is more than maxDepth: trees of groups nest two elements a level.
	maxXMLDepth   = 64
	maxAttributes = 100
)

// scanner reads a document of XML: one root, nothing after it. Elements are taken
// one after another: root, then child, and each child is read by element or
// passed over by skip, or its own children are taken.
type scanner struct {
	lexer    *lexer
	depth    int
	line     int // where the last token begins
	store    []*element
	taken    int  // of the store
	recycles bool // the store is kept, for again is called
}

func newScanner(text func() (io.Reader, error)) (*scanner, error) {
	r, err := text()
	if err != nil {
		return nil, err
	}
	return &scanner{lexer: newLexer(r)}, nil
}

// token moves to the next tag or text; io.EOF after the root.
func (s *scanner) token() (lexeme, error) {
	kind, line, err := s.lexer.next()
	s.line = line
	if err != nil {
		return tagNone, err
	}
	switch kind {
	case tagStart:
		if s.depth++; s.depth > maxXMLDepth {
			return tagNone, broken(noteDepth.at(line, "", maxXMLDepth))
		}
	case tagEnd:
		s.depth--
	}
	return kind, nil
}

// root returns the name and the attributes of the root.
func (s *scanner) root() (tag, error) {
	for {
		kind, err := s.token()
		switch {
		case errors.Is(err, io.EOF):
			return tag{}, broken(noteSyntax.both(s.line, "файл обрывается", "the file ends too early"))
		case err != nil:
			return tag{}, err
		case kind == tagStart:
			return s.lexer.tag, nil
		case kind == tagText && !blankXML(s.lexer.text):
			return tag{}, broken(noteSyntax.both(s.line, "текст до начала XML", "a text before the root of XML"))
		}
	}
}

// finish makes sure that nothing follows the root.
func (s *scanner) finish() error {
	for {
		kind, err := s.token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case kind == tagStart, kind == tagText && !blankXML(s.lexer.text):
			return broken(noteSyntax.both(s.line, "лишнее после конца списка", "something follows the end of the list"))
		}
	}
}

func blankXML(text string) bool { return len(strings.Trim(text, " \t\r\n\uFEFF")) == 0 }

// child returns the next element inside of the one that is open; io.EOF at its
// end, which closes it. Text between elements is passed over.
func (s *scanner) child() (tag, error) {
	s.lexer.drop = false
	for {
		kind, err := s.token()
		switch {
		case err != nil:
			return tag{}, unended(err, s.line)
		case kind == tagStart:
			return s.lexer.tag, nil
		case kind == tagEnd:
			return tag{}, io.EOF
		}
	}
}

// unended is an end of the text inside of an element.
func unended(err error, line int) error {
	if errors.Is(err, io.EOF) {
		return broken(noteSyntax.both(line, "файл обрывается", "the file ends too early"))
	}
	return err
}

// children calls do for every element inside of the open one; do has to take it
// to its end.
func (s *scanner) children(do func(tag) error) error {
	for {
		start, err := s.child()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(start); err != nil {
			return err
		}
	}
}

// skip passes over the rest of the element that is open.
func (s *scanner) skip() error {
	s.lexer.drop = true
	defer func() { s.lexer.drop = false }()
	for outside := s.depth - 1; s.depth > outside; {
		if _, err := s.token(); err != nil {
			return err
		}
	}
	return nil
}

// element reads the whole of the element that is open.
func (s *scanner) element(start tag) (*element, error) {
	root := s.newElement(start)
	open := make([]*element, 1, 8)
	open[0] = root
	begin, left := s.lexer.offset, maxItemNodes
	for {
		kind, err := s.token()
		if err != nil {
			return nil, err
		}
		if left--; left < 0 || s.lexer.offset-begin > maxToken {
			return nil, broken(noteTooBig.at(root.line, ""))
		}
		last := open[len(open)-1]
		switch kind {
		case tagStart:
			inner := s.newElement(s.lexer.tag)
			last.inner = append(last.inner, inner)
			open = append(open, inner)
		case tagText:
			last.write(s.lexer.text)
		case tagEnd:
			last.end()
			if open = open[:len(open)-1]; len(open) == 0 {
				return root, nil
			}
		}
	}
}

// newElement takes from a common store: elements are small and many.
func (s *scanner) newElement(start tag) *element {
	if s.taken == len(s.store) {
		if !s.recycles {
			s.store, s.taken = nil, 0
		}
		more := make([]element, 64)
		for i := range more {
			s.store = append(s.store, &more[i])
		}
	}
	e := s.store[s.taken]
	s.taken++
	*e = element{name: start.name, attributes: start.attributes, line: s.line, inner: e.inner[:0]}
	return e
}

// again gives the elements that were read so far back: nobody looks at them any more.
func (s *scanner) again() { s.recycles, s.taken = true, 0 }
