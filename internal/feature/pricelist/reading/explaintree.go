package reading

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// explainedKey is the key of what is wrong with a good, and in JSON with the list.
const explainedKey = "errors"

// explainText writes a list that is text.
type explainText struct {
	to     *bufio.Writer
	failed error
}

func newExplainText(w io.Writer) explainText { return explainText{to: bufio.NewWriter(w)} }

func (t *explainText) write(texts ...string) {
	for _, s := range texts {
		if t.failed == nil {
			_, t.failed = t.to.WriteString(s)
		}
	}
}

func (t *explainText) finish() error {
	if t.failed == nil {
		t.failed = t.to.Flush()
	}
	return t.failed
}

// close lets go of nothing.
func (t *explainText) close() error { return nil }

// explainedGood is a good as it is to be written.
func explainedGood(v *value, texts []string) *value {
	g := &value{kind: objectKind}
	for _, f := range v.fields {
		if f.key != explainedKey {
			g.fields = append(g.fields, f)
		}
	}
	if v.kind != objectKind && v.kind != nullKind {
		g.add("value", v)
	}
	g.setList(explainedKey, texts, v.line)
	return g
}

// jsonExplainer writes a good on each line.
type jsonExplainer struct {
	explainText
	listed bool // goods were begun
	inList bool
}

func newJSONExplainer(w io.Writer) explainer { return &jsonExplainer{explainText: newExplainText(w)} }

func (j *jsonExplainer) begin(file []string) error {
	j.write("{\n")
	if len(file) > 0 {
		j.write(`"`, explainedKey, `": [`)
		for i, text := range file {
			j.write([]string{"\n", ",\n"}[min(i, 1)], textInQuotes(text))
		}
		j.write("\n],\n")
	}
	j.write(`"partial": true`)
	return j.failed
}

func (j *jsonExplainer) root(key string, v *value) error {
	j.leave()
	j.write(",\n", textInQuotes(key), ": ")
	j.value(key, v)
	return j.failed
}

func (j *jsonExplainer) leave() {
	if j.inList {
		j.inList = false
		j.write("\n]")
	}
}

func (j *jsonExplainer) good(_ document, v *value, texts []string) error {
	if j.inList {
		j.write(",\n")
	} else {
		j.write(",\n\"goods\": [\n")
		j.listed, j.inList = true, true
	}
	j.value("", explainedGood(v, texts))
	return j.failed
}

func (j *jsonExplainer) value(key string, v *value) {
	switch v.kind {
	case objectKind:
		j.write("{")
		for i, f := range v.fields {
			j.write([]string{"", ", "}[min(i, 1)], textInQuotes(f.key), ": ")
			j.value(f.key, f.value)
		}
		j.write("}")
	case listKind:
		j.write("[")
		for i, one := range v.list {
			j.write([]string{"", ", "}[min(i, 1)])
			j.value("", one)
		}
		j.write("]")
	default:
		j.write(scalarOf(key, v))
	}
}

func (j *jsonExplainer) end() error {
	j.leave()
	if !j.listed {
		j.write(",\n\"goods\": []")
	}
	j.write("\n}\n")
	return j.finish()
}

// yamlExplainer writes in block style, with every text in quotes.
type yamlExplainer struct {
	explainText
	inList, listed bool
}

func newYAMLExplainer(w io.Writer) explainer { return &yamlExplainer{explainText: newExplainText(w)} }

func (y *yamlExplainer) begin(file []string) error {
	for _, text := range file {
		y.write("# ", onOneLine(text), "\n")
	}
	y.write("partial: true\n")
	return y.failed
}

func (y *yamlExplainer) root(key string, v *value) error {
	y.inList = false
	y.write(key, ":")
	y.value(key, v, "\n  ")
	y.write("\n")
	return y.failed
}

func (y *yamlExplainer) good(_ document, v *value, texts []string) error {
	if !y.inList {
		y.write("goods:\n")
		y.inList, y.listed = true, true
	}
	y.write("  -")
	y.inItem(explainedGood(v, texts), "\n    ")
	y.write("\n")
	return y.failed
}

// value writes what stands after a key; indent begins a line that is a part of it.
func (y *yamlExplainer) value(key string, v *value, indent string) {
	switch {
	case v.kind == objectKind && len(v.fields) == 0:
		y.write(" {}")
	case v.kind == listKind && len(v.list) == 0:
		y.write(" []")
	case v.kind == objectKind:
		y.write(indent)
		y.fields(v, indent)
	case v.kind == listKind:
		for _, one := range v.list {
			y.write(indent, "-")
			y.inItem(one, indent+"  ")
		}
	default:
		y.write(" ", scalarOf(key, v))
	}
}

// inItem writes what stands after the dash of a list.
func (y *yamlExplainer) inItem(v *value, indent string) {
	if v.kind == objectKind && len(v.fields) > 0 {
		y.write(" ")
		y.fields(v, indent)
		return
	}
	y.value("", v, indent)
}

func (y *yamlExplainer) fields(v *value, indent string) {
	for i, f := range v.fields {
		if i > 0 {
			y.write(indent)
		}
		if known[f.key] || f.key == explainedKey || f.key == "value" {
			y.write(f.key)
		} else {
			y.write(textInQuotes(f.key))
		}
		y.write(":")
		y.value(f.key, f.value, indent+"  ")
	}
}

func (y *yamlExplainer) end() error {
	if !y.listed {
		y.write("goods: []\n")
	}
	return y.finish()
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$`)

// scalarOf writes a value of JSON, which is one of YAML too. Only what people
// count is a number: an id is a text.
func scalarOf(key string, v *value) string {
	switch {
	case v.kind == nullKind:
		return "null"
	case v.kind == boolKind, isNumber[key] && jsonNumber.MatchString(v.text):
		return v.text
	}
	return textInQuotes(v.text)
}

// textInQuotes writes a text by the rules that JSON and YAML share: an escape for
// all that YAML does not print, and no pairs of surrogates.
func textInQuotes(s string) string {
	b := append(make([]byte, 0, len(s)+2), '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case unprinted(c):
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', digits[c>>12&15], digits[c>>8&15], digits[c>>4&15], digits[c&15])
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return string(append(b, '"'))
}

func unprinted(c rune) bool {
	return c < ' ' || c >= 0x7F && c < 0xA0 || c == '\u2028' || c == '\u2029' || c == '\uFEFF' || c == '\uFFFE' || c == '\uFFFF'
}

// onOneLine is a text that ends no comment.
func onOneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unprinted(c) {
			return ' '
		}
		return c
	}, s)
}
