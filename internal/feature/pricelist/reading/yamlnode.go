package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// strict refuses anchors, aliases and deep nesting while a text is parsed. It
// is a plugin of the YAML library, and its own context.
type strict struct{}

var (
	errAlias = errors.New("anchors and aliases are not read")
	errDepth = errors.New("nested too deep")
)

func (strict) NewAliasDataContext(yaml.AliasDataServices) (yaml.AliasDataContext, error) {
	return strict{}, nil
}
func (strict) BeginDocument() error                          { return nil }
func (strict) EndDocument() error                            { return nil }
func (strict) DefineAnchor(string, *yaml.Node) error         { return errAlias }
func (strict) ResolveAlias(string) (*yaml.Node, bool, error) { return nil, false, errAlias }
func (strict) CheckAlias(int, int) error                     { return nil }
func (strict) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxDepth {
		return errDepth
	}
	return nil
}

// parse returns the root of the only document of a text, nil when it has none.
// Lines of errors are those of the text; early is true when the text might be
// right but for its being cut off at its end.
func parse(text []byte, maxNodes int) (root *yaml.Node, early bool, err error) {
	if mightHave(text) > maxNodes {
		return nil, false, broken(noteTooBig.at(1, ""))
	}
	// The library panics on its own bugs; a list must not end the process.
	defer func() {
		if p := recover(); p != nil {
			reason := fmt.Sprint(p)
			root, early, err = nil, false, broken(noteSyntax.both(1, "это не YAML ("+reason+")", reason))
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(strict{}))
	if err != nil {
		return nil, false, fmt.Errorf("setting up the YAML library: %w", err)
	}
	var doc, more yaml.Node
	if err = loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, false, nil
	}
	if err == nil {
		if err = loader.Load(&more); err == nil {
			return nil, false, broken(noteDocuments.at(more.Line, ""))
		}
	}
	if !errors.Is(err, io.EOF) {
		early, err = explain(text, err)
		return nil, early, err
	}
	return doc.Content[0], false, nil
}

// mightHave returns no less than the number of nodes that a text parses to, and
// of the tokens, comments and anchors that the library may hold beside them:
// each stands in memory with 200 to 500 bytes.
func mightHave(text []byte) int {
	n := 2
	for i, c := range text {
		switch c {
		case ':', ',', '?', '{', '!', '&', '*', '#':
			n += 2
		case '[', '"', '\'':
			n++
		case '-':
			if i+1 == len(text) || text[i+1] <= ' ' || text[i+1] > '~' {
				n += 2
			}
		case '.': // the mark of a document's end
			if i == 0 || text[i-1] < ' ' || text[i-1] > '~' {
				n += 2
			}
		}
	}
	return n
}

// explain turns an error of the library into a problem.
func explain(text []byte, err error) (early bool, _ error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return false, broken(noteSyntax.both(1, "это не YAML ("+err.Error()+")", err.Error()))
	}
	line := max(load.Mark.Line, 1)
	switch {
	case errors.Is(err, errAlias):
		return false, broken(noteAlias.at(line, ""))
	case load.Message == errDepth.Error():
		return false, broken(noteDepth.at(line, "", maxDepth))
	}
	last := bytes.Count(text, []byte{'\n'})
	ru, en := yamlReason(load.Message)
	early = load.Mark.Line >= last
	if early && unclosed[load.ContextMsg] {
		line = load.ContextMark.Line // where it began says more than the end of the file
	}
	return early, broken(noteSyntax.both(line, ru, en))
}

// unclosed are what the library was at when the text ended inside of it.
var unclosed = map[string]bool{
	"while scanning a quoted scalar": true, "while parsing a flow sequence": true, "while parsing a flow mapping": true,
}

// coreTags are those of the core schema of YAML.
var coreTags = map[string]bool{
	"!!str": true, "!!int": true, "!!float": true, "!!bool": true, "!!null": true, "!!map": true, "!!seq": true,
}

// checkTag refuses a tag that is written out and not of the core schema.
func checkTag(n *yaml.Node, shift int) error {
	if n.Style&yaml.TaggedStyle != 0 && !coreTags[n.Tag] {
		return broken(noteTag.at(n.Line+shift, "", n.Tag))
	}
	return nil
}

// fromNode makes a value; shift is added to its lines, depth is how deep it lies.
func fromNode(n *yaml.Node, shift, depth int) (*value, error) {
	v := &value{line: n.Line + shift}
	if err := checkTag(n, shift); err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, broken(noteDepth.at(v.line, "", maxDepth))
	}
	switch n.Kind {
	case yaml.ScalarNode:
		v.kind, v.text = textKind, n.Value
		switch n.Tag {
		case "!!null":
			v.kind, v.text = nullKind, ""
		case "!!bool":
			v.booleanText()
		}
	case yaml.SequenceNode:
		v.kind, v.list = listKind, make([]*value, 0, len(n.Content))
		for _, inner := range n.Content {
			one, err := fromNode(inner, shift, depth+1)
			if err != nil {
				return nil, err
			}
			v.list = append(v.list, one)
		}
	case yaml.MappingNode:
		v.kind, v.fields = objectKind, make([]field, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, err := keyOf(n.Content[i], shift)
			if err != nil {
				return nil, err
			}
			inner, err := fromNode(n.Content[i+1], shift, depth+1)
			if err != nil {
				return nil, err
			}
			v.fields = append(v.fields, field{key, n.Content[i].Line + shift, inner})
		}
	default:
		return nil, broken(noteAlias.at(v.line, ""))
	}
	return v, nil
}

func keyOf(n *yaml.Node, shift int) (string, error) {
	if err := checkTag(n, shift); err != nil {
		return "", err
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		return "", broken(noteComplexKey.at(n.Line+shift, ""))
	case n.Tag == "!!merge":
		return "", broken(noteMerge.at(n.Line+shift, ""))
	}
	return n.Value, nil
}

// booleanText makes v the boolean that its text is; yes and no stay texts.
func (v *value) booleanText() {
	switch v.text {
	case "true", "True", "TRUE":
		v.kind, v.text = boolKind, "true"
	case "false", "False", "FALSE":
		v.kind, v.text = boolKind, "false"
	}
}
