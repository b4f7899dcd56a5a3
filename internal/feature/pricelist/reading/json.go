package reading

import (
	"bufio"
	"encoding/json"
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

// jsonDocument reads a root that is an object, or a list of objects whose keys
// count as one root's.
type jsonDocument struct {
	decoder *json.Decoder
	lines   *lineCounter
	depth   int
	state   jsonState
	listed  bool // the root is a list
}

type jsonState int

const (
	jsonStartOfFile jsonState = iota
	jsonBetween               // in a root that is a list, before an object of it
	jsonInObject              // before a key or the end of the object
	jsonBeforeValue           // after a key
	jsonInGoods               // in a list that item goes through
	jsonEnd
)

func newJSONDocument(text func() (io.Reader, error)) (*jsonDocument, error) {
	r, err := text()
	if err != nil {
		return nil, err
	}
	lines := &lineCounter{source: bufio.NewReaderSize(r, 64<<10), line: 1}
	d := &jsonDocument{decoder: json.NewDecoder(lines), lines: lines}
	d.decoder.UseNumber()
	return d, nil
}

func (d *jsonDocument) next() (string, int, error) {
	for {
		if d.state == jsonEnd {
			return "", 0, io.EOF
		}
		t, line, err := d.token()
		if err != nil {
			return "", 0, err
		}
		switch {
		case d.state == jsonInObject:
			if key, is := t.(string); is {
				d.state = jsonBeforeValue
				return key, line, nil
			}
			d.state = jsonBetween
			if !d.listed {
				d.state = jsonEnd
			}
		case t == json.Delim('{'):
			d.state = jsonInObject
		case t == json.Delim('[') && d.state == jsonStartOfFile:
			d.listed, d.state = true, jsonBetween
		case t == json.Delim(']'):
			d.state = jsonEnd
		default:
			return "", 0, broken(noteRoot.at(line, ""))
		}
		if d.state == jsonEnd {
			if err := d.trailing(); err != nil {
				return "", 0, err
			}
		}
	}
}

// trailing makes sure that nothing follows the root.
func (d *jsonDocument) trailing() error {
	_, err := d.decoder.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return d.explain(err)
	}
	return broken(noteSyntax.both(d.line(), "лишнее после конца списка", "something follows the end of the list"))
}

func (d *jsonDocument) value() (*value, error) {
	d.state = jsonInObject
	t, line, err := d.token()
	if err != nil {
		return nil, err
	}
	left := maxRootNodes
	return d.build(t, line, &left)
}

func (d *jsonDocument) skip() error {
	d.state = jsonInObject
	outside := d.depth
	for {
		if _, _, err := d.token(); err != nil {
			return err
		}
		if d.depth == outside {
			return nil
		}
	}
}

func (d *jsonDocument) item() (*value, error) {
	t, line, err := d.token()
	if err != nil {
		return nil, err
	}
	if d.state == jsonBeforeValue {
		switch t {
		case nil:
			return nil, errNull
		case json.Delim('['):
			d.state = jsonInGoods
			return d.item()
		}
		return nil, errNotList
	}
	if t == json.Delim(']') {
		d.state = jsonInObject
		return nil, io.EOF
	}
	left := maxItemNodes
	return d.build(t, line, &left)
}

// build makes a value that begins with the token t; left counts down.
func (d *jsonDocument) build(t json.Token, line int, left *int) (*value, error) {
	if *left--; *left < 0 {
		return nil, broken(noteTooBig.at(line, ""))
	}
	v := &value{line: line}
	switch t := t.(type) {
	case nil:
	case bool:
		v.kind, v.text = boolKind, "false"
		if t {
			v.text = "true"
		}
	case json.Number:
		v.kind, v.text = textKind, t.String()
	case string:
		v.kind, v.text = textKind, t
	case json.Delim:
		v.kind = listKind
		if t == '{' {
			v.kind = objectKind
		}
		return v, d.fill(v, left)
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
		if t == json.Delim(']') || t == json.Delim('}') {
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
		f := field{line: line}
		f.key, _ = t.(string) // the decoder gives nothing else here
		t, line, err = d.token()
		if err != nil {
			return err
		}
		if f.value, err = d.build(t, line, left); err != nil {
			return err
		}
		v.fields = append(v.fields, f)
	}
}

// token returns the next token of an unfinished document, and its line.
func (d *jsonDocument) token() (json.Token, int, error) {
	t, err := d.decoder.Token()
	if err != nil {
		return nil, 0, d.explain(err)
	}
	switch t {
	case json.Delim('{'), json.Delim('['):
		if d.depth++; d.depth > maxDepth {
			return nil, 0, broken(noteDepth.at(d.line(), "", maxDepth))
		}
	case json.Delim('}'), json.Delim(']'):
		d.depth--
	}
	return t, d.line(), nil
}

// line is that of the last token's end, which is that of its beginning for all
// tokens of JSON.
func (d *jsonDocument) line() int { return d.lines.at(d.decoder.InputOffset()) }

// explain turns a failure of the decoder into a problem with its line.
func (d *jsonDocument) explain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTokenTooLong):
		return broken(noteTooBig.at(d.line(), ""))
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return broken(noteSyntax.both(d.lines.last(), "файл обрывается", "the file ends too early"))
	case errors.As(err, &syntax):
		ru, en := jsonReason(syntax.Error())
		return broken(noteSyntax.both(d.line(), ru, en))
	}
	return err
}
