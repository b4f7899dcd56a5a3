package reading

import (
	"errors"
	"io"
)

const (
	maxDepth = 32
	// maxItemNodes and maxRootNodes bound the values that stand in memory: one
	// good, and one key of the root such as categories.
	maxItemNodes = 50_000
	maxRootNodes = 1_000_000
	// maxToken is the longest text of JSON, in bytes, and the longest good of YAML.
	maxToken = 1 << 20
)

var errTokenTooLong = errors.New("a token is too long")

// jsonDocument reads a root that is an object, or a list of objects whose keys
// count as one root's.
type jsonDocument struct {
	lexer  *jsonLexer
	place  jsonPlace
	listed bool // the root is a list
	spare  []value
}

type jsonPlace int

const (
	jsonStartOfFile jsonPlace = iota
	jsonBetween               // in a root that is a list, before an object of it
	jsonInObject              // before a key or the end of the object
	jsonBeforeValue           // after a key
	jsonInGoods               // in a list that item goes through
	jsonEnd
)

func newJSONDocument(text textFunc) (*jsonDocument, error) {
	r, err := text()
	if err != nil {
		return nil, err
	}
	return &jsonDocument{lexer: newJSONLexer(r)}, nil
}

func (d *jsonDocument) next() (string, int, error) {
	for {
		if d.place == jsonEnd {
			return "", 0, io.EOF
		}
		t, line, err := d.token()
		if err != nil {
			return "", 0, err
		}
		switch {
		case t.kind == 'k':
			d.place = jsonBeforeValue
			return t.text, line, nil
		case d.place == jsonInObject:
			d.place = jsonBetween
			if !d.listed {
				d.place = jsonEnd
			}
		case t.kind == '{':
			d.place = jsonInObject
		case t.kind == '[' && d.place == jsonStartOfFile:
			d.listed, d.place = true, jsonBetween
		case t.kind == ']':
			d.place = jsonEnd
		default:
			return "", 0, broken(noteRoot.at(line, ""))
		}
		if d.place == jsonEnd {
			if err := d.trailing(); err != nil {
				return "", 0, err
			}
		}
	}
}

// trailing makes sure that nothing follows the root.
func (d *jsonDocument) trailing() error {
	if _, err := d.lexer.next(); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil && !errors.As(err, new(jsonError)) {
		return d.explain(err)
	}
	return broken(noteSyntax.both(d.lexer.line, "лишнее после конца списка", "something follows the end of the list"))
}

func (d *jsonDocument) value() (*value, error) {
	d.place = jsonInObject
	t, line, err := d.token()
	if err != nil {
		return nil, err
	}
	left := maxRootNodes
	return d.build(t, line, &left)
}

func (d *jsonDocument) skip() error {
	d.place = jsonInObject
	outside := len(d.lexer.open)
	for {
		if _, _, err := d.token(); err != nil {
			return err
		}
		if len(d.lexer.open) == outside && d.lexer.state == jsonAfter {
			return nil
		}
	}
}

func (d *jsonDocument) item() (*value, error) {
	t, line, err := d.token()
	if err != nil {
		return nil, err
	}
	if d.place == jsonBeforeValue {
		switch t.kind {
		case 'n':
			return nil, errNull
		case '[':
			d.place = jsonInGoods
			return d.item()
		}
		return nil, errNotList
	}
	if t.kind == ']' {
		d.place = jsonInObject
		return nil, io.EOF
	}
	left := maxItemNodes
	return d.build(t, line, &left)
}

// build makes a value that begins with the token t; left counts down.
func (d *jsonDocument) build(t jsonToken, line int, left *int) (*value, error) {
	if *left--; *left < 0 {
		return nil, broken(noteTooBig.at(line, ""))
	}
	if len(d.spare) == 0 { // values are small and many
		d.spare = make([]value, 64)
	}
	v := &d.spare[0]
	d.spare = d.spare[1:]
	v.line = line
	switch t.kind {
	case 'n':
	case 't':
		v.kind, v.text = boolKind, "true"
	case 'f':
		v.kind, v.text = boolKind, "false"
	case '{':
		v.kind = objectKind
		return v, d.fill(v, left)
	case '[':
		v.kind = listKind
		return v, d.fill(v, left)
	default:
		v.kind, v.text = textKind, t.text
	}
	return v, nil
}

// fill reads the contents of a list or an object to its end.
func (d *jsonDocument) fill(v *value, left *int) error {
	for {
		t, line, err := d.token()
		if err != nil {
			return err
		}
		if t.kind == ']' || t.kind == '}' {
			return nil
		}
		if v.kind == listKind {
			inner, err := d.build(t, line, left)
			if err != nil {
				return err
			}
			v.list = append(v.list, inner)
			continue
		}
		f := field{key: t.text, line: line}
		if t, line, err = d.token(); err != nil {
			return err
		}
		if f.value, err = d.build(t, line, left); err != nil {
			return err
		}
		if v.fields == nil {
			v.fields = make([]field, 0, 8)
		}
		v.fields = append(v.fields, f)
	}
}

// token returns the next token of an unfinished document, and its line, which
// is the same for all of a token.
func (d *jsonDocument) token() (jsonToken, int, error) {
	t, err := d.lexer.next()
	if err != nil {
		return jsonToken{}, 0, d.explain(err)
	}
	if len(d.lexer.open) > maxDepth {
		return jsonToken{}, 0, broken(noteDepth.at(d.lexer.line, "", maxDepth))
	}
	return t, d.lexer.line, nil
}

// explain turns a failure of the lexer into a problem with its line.
func (d *jsonDocument) explain(err error) error {
	var wrong jsonError
	switch {
	case errors.Is(err, errTokenTooLong):
		return broken(noteTooBig.at(d.lexer.line, ""))
	case errors.Is(err, io.EOF), errors.Is(err, errJSONEnd):
		return broken(noteSyntax.both(d.lexer.line, "файл обрывается", "the file ends too early"))
	case errors.As(err, &wrong):
		ru, en := jsonReason(wrong.Error())
		return broken(noteSyntax.both(d.lexer.line, ru, en))
	}
	return err
}
