package reading

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// element is a piece of XML that stands in memory. Names are without their
// namespaces: the same formats come with several and with none.
type element struct {
	name       string
	line       int
	attributes []xml.Attr
	text       []byte // all that stands in it outside of inner elements
	inner      []*element
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
	return strings.TrimSpace(string(e.text))
}

// attribute returns the text of an attribute, trimmed, and "" when there is none.
func (e *element) attribute(name string) string { return attribute(e.attributes, name) }

func attribute(all []xml.Attr, name string) string {
	for _, a := range all {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
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

// traits collects the parameters of a good in their order; values of one name
// are joined, equal ones are not repeated.
type traits struct {
	list  []trait
	known map[string]int
	seen  map[[2]string]bool
}

type trait struct {
	name   string
	line   int
	values []string
}

func (t *traits) add(name, text string, line int) {
	name, text = clean(name), clean(text)
	if t.known == nil {
		t.known, t.seen = map[string]int{}, map[[2]string]bool{}
	}
	i, has := t.known[name]
	if !has {
		i = len(t.list)
		t.known[name] = i
		t.list = append(t.list, trait{name: name, line: line})
	}
	if pair := [2]string{name, text}; text != "" && !t.seen[pair] {
		t.seen[pair] = true
		t.list[i].values = append(t.list[i].values, text)
	}
}

// addElement adds the text of an element unless it is nil or blank.
func (t *traits) addElement(name string, e *element) {
	if e.says() != "" {
		t.add(name, e.says(), e.line)
	}
}

func (t *traits) value(line int) *value {
	v := &value{kind: objectKind, line: line}
	for _, one := range t.list {
		v.set(one.name, strings.Join(one.values, "; "), one.line)
	}
	return v
}

// sumOfPieces adds quantities of several stores, each as whole pieces that are
// not negative: "" when there are none. A text that is no quantity is returned
// as it is, to be reported.
func sumOfPieces(texts []string) string {
	var sum int64
	some := false
	for _, text := range texts {
		if text == "" {
			continue
		}
		pieces, bad := parseQuantity(text)
		if bad != nil && bad.severity == Error {
			return text
		}
		sum, some = sum+pieces, true
	}
	if !some {
		return ""
	}
	return strconv.FormatInt(sum, 10)
}

// isRouble tells whether a currency is the rouble; prices are in no other.
func isRouble(currency string) bool {
	switch strings.ToUpper(strings.TrimSuffix(clean(currency), ".")) {
	case "RUB", "RUR", "643", "810", "РУБ", "Р", "₽":
		return true
	}
	return false
}
