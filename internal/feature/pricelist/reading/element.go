package reading

import (
	"slices"
	"strconv"
	"strings"
)

// element is a piece of XML that stands in memory. Names are without their
// namespaces: the same formats come with several and with none.
type element struct {
	name       string
	line       int
	attributes []attr
	text       string // all that stands in it outside of inner elements, trimmed at its end
	parts      []byte // the same when it has several, until its end
	inner      []*element
}

func (e *element) write(text string) {
	switch {
	case e.text == "" && e.parts == nil && blanksEnd([]byte(text), 0) == len(text):
	case e.text == "" && e.parts == nil:
		e.text = text
	case e.parts == nil:
		e.parts = append([]byte(e.text), text...)
	default:
		e.parts = append(e.parts, text...)
	}
}

func (e *element) end() {
	if e.parts != nil {
		e.text, e.parts = string(e.parts), nil
	}
	e.text = strings.TrimSpace(e.text)
}

// all returns the inner elements of a name.
func (e *element) all(name string) []*element {
	var found []*element
	for _, inner := range e.inner {
		if inner.name == name {
			found = append(found, inner)
		}
	}
	return found
}

// first returns an inner element with one of the names that has a text: of the
// first name that has one, else nil.
func (e *element) first(names ...string) *element {
	for _, name := range names {
		for _, inner := range e.inner {
			if inner.name == name && inner.says() != "" {
				return inner
			}
		}
	}
	return nil
}

// firstSays is the text of first, "" when there is none.
func (e *element) firstSays(names ...string) string { return e.first(names...).says() }

// at goes down by the first element of each name; nil when there is none.
func (e *element) at(path ...string) *element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		i := slices.IndexFunc(e.inner, func(inner *element) bool { return inner.name == name })
		if i < 0 {
			return nil
		}
		e = e.inner[i]
	}
	return e
}

// says is the text, trimmed; "" of nil.
func (e *element) says() string {
	if e == nil {
		return ""
	}
	return e.text
}

// attribute returns the text of an attribute, trimmed, and "" when there is none.
func (e *element) attribute(name string) string { return tag{"", e.attributes}.attribute(name) }

func (t tag) attribute(name string) string {
	for i := range t.attributes {
		if t.attributes[i].name == name {
			return strings.TrimSpace(t.attributes[i].value)
		}
	}
	return ""
}

// value is the text of the element as a value.
func (e *element) value() *value { return textValue(e.says(), e.line) }

func textValue(text string, line int) *value { return &value{kind: textKind, line: line, text: text} }

// set adds a field whose value is a text.
func (v *value) set(key, text string, line int) {
	v.fields = append(v.fields, field{key, line, textValue(text, line)})
}

// texts are different texts in their order.
type texts struct {
	list  []string
	index map[string]int // when they are many
}

// add returns the place of a text, and whether it was there already.
func (t *texts) add(s string) (at int, had bool) {
	const few = 16 // comparing them all is faster than a map
	if t.index != nil {
		at, had = t.index[s]
	} else {
		at = slices.Index(t.list, s)
		had = at >= 0
	}
	if had {
		return at, true
	}
	t.list = append(t.list, s)
	if at = len(t.list) - 1; t.index != nil {
		t.index[s] = at
	} else if len(t.list) > few {
		t.index = make(map[string]int, 2*few)
		for i, one := range t.list {
			t.index[one] = i
		}
	}
	return at, false
}

// traits collects the parameters of a good in their order; values of one name
// are joined, equal ones are not repeated.
type traits struct {
	names texts
	list  []trait

	fields []field // of value
	inner  []value
}

// clear makes t ready for the next good; the value of the one before is void.
func (t *traits) clear() {
	t.names.list, t.names.index, t.list = t.names.list[:0], nil, t.list[:0]
}

type trait struct {
	name   string
	line   int
	first  string
	others texts // further values
}

func (t *traits) add(name, text string, line int) {
	name, text = clean(name), clean(text)
	i, has := t.names.add(name)
	if !has {
		t.list = append(t.list, trait{name: name, line: line, first: text})
		return
	}
	switch one := &t.list[i]; {
	case one.first == "":
		one.first = text
	case text != "" && text != one.first:
		one.others.add(text)
	}
}

// value joins what a trait has.
func (t *trait) value() string {
	if len(t.others.list) == 0 {
		return t.first
	}
	return t.first + "; " + strings.Join(t.others.list, "; ")
}

// addElement adds the text of an element unless it is nil or blank.
func (t *traits) addElement(name string, e *element) {
	if e.says() != "" {
		t.add(name, e.says(), e.line)
	}
}

func (t *traits) value(line int) *value {
	t.inner = slices.Grow(t.inner[:0], len(t.list))
	t.fields = t.fields[:0]
	for i := range t.list {
		one := &t.list[i]
		t.inner = append(t.inner, value{kind: textKind, line: one.line, text: one.value()})
		t.fields = append(t.fields, field{key: one.name, line: one.line, value: &t.inner[i]})
	}
	return &value{kind: objectKind, line: line, fields: t.fields}
}

// setList adds a field whose value is a list of texts, unless there are none.
func (v *value) setList(key string, texts []string, line int) {
	if len(texts) == 0 {
		return
	}
	list := &value{kind: listKind, line: line}
	for _, text := range texts {
		list.list = append(list.list, textValue(text, line))
	}
	v.fields = append(v.fields, field{key, line, list})
}

// sumOfPieces adds quantities of several stores, each as whole pieces that are
// not negative: "" when there are none, ">5" when there may be more. A text that
// is no quantity is returned as it is, to be reported.
func sumOfPieces(texts []string) string {
	var sum int64
	some, more := false, false
	for _, text := range texts {
		if text == "" {
			continue
		}
		one, bad := parseQuantity(text)
		if bad != nil && bad.severity == Error {
			return text
		}
		sum, some, more = sum+one.pieces, true, more || one.atLeast
	}
	switch {
	case !some:
		return ""
	case more:
		return ">" + strconv.FormatInt(sum, 10)
	}
	return strconv.FormatInt(sum, 10)
}
