package reading

import (
	"errors"
	"io"
)

// jsonLexer cuts a text of JSON in UTF-8 into tokens. It accepts what
// encoding/json takes for valid, no more and no less (FuzzJSONLexer), in a
// third of its time.
type jsonLexer struct {
	window
	line int // at begin, from 1

	open  []byte // '{' and '['
	state jsonState
	keys  map[string]string // those that were met: they repeat
}

type jsonState int

const (
	jsonValue      jsonState = iota // a value comes
	jsonFirstValue                  // a value, or the end of the list
	jsonKey                         // a key comes
	jsonFirstKey                    // a key, or the end of the object
	jsonAfter                       // a comma comes, or an end
	jsonDone                        // nothing may come
)

// jsonToken is a bracket, or a scalar: 'k' is a key, '"' a text, '0' a number as
// it is written, 't', 'f' and 'n' are the words.
type jsonToken struct {
	kind byte
	text string
}

func newJSONLexer(source io.Reader) *jsonLexer {
	return &jsonLexer{window: newWindow(source), line: 1, keys: map[string]string{}}
}

var errJSONEnd = errors.New("the text of JSON ends inside of it")

// jsonError is a mistake; its message is one of encoding/json.
type jsonError string

func (e jsonError) Error() string { return string(e) }

// next returns the next token; io.EOF after the root.
func (l *jsonLexer) next() (jsonToken, error) {
	c, err := l.peek()
	switch {
	case errors.Is(err, io.EOF) && l.state == jsonDone:
		return jsonToken{}, io.EOF
	case errors.Is(err, io.EOF):
		return jsonToken{}, errJSONEnd
	case err != nil:
		return jsonToken{}, err
	}
	if l.state == jsonAfter {
		if c == ']' && l.in('[') || c == '}' && l.in('{') {
			return l.close(c)
		}
		if c != ',' {
			if l.in('{') {
				return jsonToken{}, l.wrong("after object key:value pair")
			}
			return jsonToken{}, l.wrong("after array element")
		}
		l.begin++
		if c, err = l.peek(); err != nil {
			return jsonToken{}, ended(err)
		}
		l.state = jsonValue
		if l.in('{') {
			l.state = jsonKey
		}
	}
	switch l.state {
	case jsonDone:
		return jsonToken{}, l.wrong("after top-level value")
	case jsonFirstKey, jsonKey:
		if c == '}' && l.state == jsonFirstKey {
			return l.close(c)
		}
		return l.key(c)
	case jsonFirstValue:
		if c == ']' {
			return l.close(c)
		}
	}
	return l.value(c)
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return errJSONEnd
	}
	return err
}

// in tells whether the innermost bracket is of a kind.
func (l *jsonLexer) in(bracket byte) bool { return len(l.open) > 0 && l.open[len(l.open)-1] == bracket }

func (l *jsonLexer) close(c byte) (jsonToken, error) {
	l.begin++
	l.open = l.open[:len(l.open)-1]
	l.after()
	return jsonToken{kind: c}, nil
}

// after is the state that a whole value leads to.
func (l *jsonLexer) after() {
	l.state = jsonAfter
	if len(l.open) == 0 {
		l.state = jsonDone
	}
}

func (l *jsonLexer) key(c byte) (jsonToken, error) {
	if c != '"' {
		return jsonToken{}, l.wrong("looking for beginning of object key string")
	}
	text, err := l.quoted(true)
	if err != nil {
		return jsonToken{}, err
	}
	c, err = l.peek()
	switch {
	case err != nil:
		return jsonToken{}, ended(err)
	case c != ':':
		return jsonToken{}, l.wrong("after object key")
	}
	l.begin++
	l.state = jsonValue
	return jsonToken{'k', text}, nil
}

func (l *jsonLexer) value(c byte) (jsonToken, error) {
	switch {
	case c == '{', c == '[':
		l.begin++
		l.open = append(l.open, c)
		l.state = jsonFirstValue
		if c == '{' {
			l.state = jsonFirstKey
		}
		return jsonToken{kind: c}, nil
	case c == '"':
		text, err := l.quoted(false)
		l.after()
		return jsonToken{'"', text}, err
	case c == '-', c >= '0' && c <= '9':
		text, err := l.number()
		l.after()
		return jsonToken{'0', text}, err
	}
	for _, word := range []string{"true", "false", "null"} {
		if c == word[0] {
			l.after()
			return jsonToken{kind: c}, l.word(word)
		}
	}
	return jsonToken{}, l.wrong("looking for beginning of value")
}

// peek passes over blanks and returns the byte after them.
func (l *jsonLexer) peek() (byte, error) {
	for {
		for l.begin < l.end {
			switch c := l.buffer[l.begin]; c {
			case '\n':
				l.line++
			case ' ', '\t', '\r':
			default:
				return c, nil
			}
			l.begin++
		}
		if err := l.fill(); err != nil {
			return 0, err
		}
	}
}
