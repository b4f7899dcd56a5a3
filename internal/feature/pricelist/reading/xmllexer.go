package reading

import (
	"bytes"
	"errors"
	"io"
)

// lexer cuts a text of XML 1.0 in UTF-8 into tags and texts. It accepts what
// encoding/xml accepts in its strict mode with the entities of HTML, no more and
// no less (FuzzLexer), in a third of its time. A DOCTYPE is passed over, so that
// no entity is ever declared.
type lexer struct {
	window
	offset int64 // of begin in the text
	line   int   // at begin, from 1

	names  map[string]xmlName // those that were found right
	name   xmlName            // the last of them
	values map[string]string  // short values of attributes, which repeat
	spare  []attr
	open   []string
	closed bool // the tag closes itself: its end comes next
	drop   bool // nobody reads the values

	tag  tag    // of tagStart
	text string // of tagText
}

// tag is the beginning of an element; names are without their prefixes.
type tag struct {
	name       string
	attributes []attr
}

type attr struct{ name, value string }

// xmlName is a name as it is written, and without its prefix.
type xmlName struct{ full, local string }

type lexeme int

const (
	tagNone  lexeme = iota // not whole in the buffer
	tagStart               // of an element
	tagEnd
	tagText
	tagOther // a comment, an instruction, a DOCTYPE
)

// lexError is a mistake at a place from begin on; its message is one of encoding/xml.
type lexError struct {
	at      int
	message string
}

func newLexer(source io.Reader) *lexer {
	return &lexer{
		window: newWindow(source), line: 1,
		names: map[string]xmlName{}, values: map[string]string{},
	}
}

// next cuts one piece; io.EOF after the last when all elements are closed. The
// line is the one where it begins.
func (l *lexer) next() (kind lexeme, line int, err error) {
	if l.closed {
		l.closed = false
		l.open = l.open[:len(l.open)-1]
		return tagEnd, l.line, nil
	}
	for {
		kind, n, wrong := l.cut(l.buffer[l.begin:l.end])
		line = l.line
		switch {
		case wrong != nil && wrong.message == tooManyAttributes, n > maxToken:
			return tagNone, line, broken(noteTooBig.at(line, ""))
		case wrong != nil:
			line += bytes.Count(l.buffer[l.begin:l.begin+wrong.at], []byte{'\n'})
			return tagNone, line, l.refuse(line, wrong.message)
		case kind != tagNone:
			l.line += bytes.Count(l.buffer[l.begin:l.begin+n], []byte{'\n'})
			l.begin += n
			l.offset += int64(n)
			return kind, line, nil
		case !l.eof:
			if err := l.fill(); errors.Is(err, errTokenTooLong) {
				return tagNone, line, broken(noteTooBig.at(line, ""))
			} else if err != nil && !errors.Is(err, io.EOF) {
				return tagNone, line, err
			}
		case l.begin == l.end && len(l.open) == 0:
			return tagNone, line, io.EOF
		default:
			line += bytes.Count(l.buffer[l.begin:l.end], []byte{'\n'})
			return tagNone, line, l.refuse(line, "unexpected EOF")
		}
	}
}

func (l *lexer) refuse(line int, message string) error {
	ru, en := xmlReason(message)
	return broken(noteSyntax.both(line, ru, en))
}

// cut recognises the piece that b begins with, and how long it is.
func (l *lexer) cut(b []byte) (lexeme, int, *lexError) {
	switch {
	case len(b) == 0:
		return tagNone, 0, nil
	case b[0] != '<':
		n := bytes.IndexByte(b, '<')
		if n < 0 {
			if !l.eof {
				return tagNone, 0, nil
			}
			n = len(b)
		}
		return l.took(tagText, n, l.chars(b, 0, n, inText))
	case len(b) == 1:
		return tagNone, 0, nil
	}
	switch b[1] {
	case '/':
		return l.endTag(b)
	case '?':
		return l.instruction(b)
	case '!':
		return l.declaration(b)
	}
	return l.startTag(b)
}

func (l *lexer) took(kind lexeme, n int, wrong *lexError) (lexeme, int, *lexError) {
	if wrong != nil {
		return tagNone, 0, wrong
	}
	return kind, n, nil
}

func (l *lexer) endTag(b []byte) (lexeme, int, *lexError) {
	n := nameEnd(b, 2)
	if n == len(b) {
		return tagNone, 0, nil
	}
	name, ok := l.nameOf(b[2:n])
	if !ok {
		return tagNone, 0, &lexError{n, "expected element name after </"}
	}
	at := blanksEnd(b, n)
	switch {
	case at == len(b):
		return tagNone, 0, nil
	case b[at] != '>':
		return tagNone, 0, &lexError{at, "invalid characters between </" + name.local + " and >"}
	case len(l.open) == 0:
		return tagNone, 0, &lexError{at, "unexpected end element </" + name.local + ">"}
	}
	if last := l.open[len(l.open)-1]; last != name.full {
		return tagNone, 0, &lexError{at, "element <" + last + "> closed by </" + name.full + ">"}
	}
	l.open = l.open[:len(l.open)-1]
	return tagEnd, at + 1, nil
}

func (l *lexer) startTag(b []byte) (lexeme, int, *lexError) {
	at := nameEnd(b, 1)
	if at == len(b) {
		return tagNone, 0, nil
	}
	name, ok := l.nameOf(b[1:at])
	if !ok {
		return tagNone, 0, &lexError{at, "expected element name after <"}
	}
	attributes := l.spare[:0]
	for {
		at = blanksEnd(b, at)
		switch {
		case at == len(b):
			return tagNone, 0, nil
		case b[at] == '/' && at+1 == len(b):
			return tagNone, 0, nil
		case b[at] == '/' && b[at+1] != '>':
			return tagNone, 0, &lexError{at, "expected /> in element"}
		case b[at] == '/', b[at] == '>':
			l.closed = b[at] == '/'
			l.tag = tag{name.local, attributes[:len(attributes):len(attributes)]}
			if l.spare = attributes[len(attributes):]; cap(l.spare) < 8 {
				l.spare = make([]attr, 0, 128)
			}
			l.open = append(l.open, name.full)
			if l.closed {
				at++
			}
			return tagStart, at + 1, nil
		}
		one, n, wrong := l.attribute(b, at)
		if wrong != nil || n == 0 {
			return tagNone, 0, wrong
		}
		at = n
		if attributes = append(attributes, one); len(attributes) > maxAttributes {
			return tagNone, 0, &lexError{at, tooManyAttributes}
		}
	}
}

// attribute returns one and where it ends; 0 when it is not whole.
func (l *lexer) attribute(b []byte, at int) (attr, int, *lexError) {
	end := nameEnd(b, at)
	if end == len(b) {
		return attr{}, 0, nil
	}
	name, ok := l.nameOf(b[at:end])
	if !ok {
		return attr{}, 0, &lexError{end, "expected attribute name in element"}
	}
	if at = blanksEnd(b, end); at == len(b) {
		return attr{}, 0, nil
	}
	if b[at] != '=' {
		return attr{}, 0, &lexError{at, "attribute name without = in element"}
	}
	if at = blanksEnd(b, at+1); at == len(b) {
		return attr{}, 0, nil
	}
	if b[at] != '"' && b[at] != '\'' {
		return attr{}, 0, &lexError{at, "unquoted or missing attribute value in element"}
	}
	n := bytes.IndexByte(b[at+1:], b[at])
	if n < 0 {
		if less := bytes.IndexByte(b[at+1:], '<'); less >= 0 {
			return attr{}, 0, &lexError{at + 1 + less, "unescaped < inside quoted string"}
		}
		return attr{}, 0, nil
	}
	if wrong := l.chars(b, at+1, at+1+n, inValue); wrong != nil {
		return attr{}, 0, wrong
	}
	return attr{name.local, l.text}, at + n + 2, nil
}
