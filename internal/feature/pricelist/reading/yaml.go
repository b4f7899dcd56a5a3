package reading

import (
	"errors"
	"io"

	"go.yaml.in/yaml/v4"
)

// yamlDocument reads a file piece by piece while it can be cut; from the first
// unusual place on it parses the whole, and goes on from the same place.
type yamlDocument struct {
	again func() (io.Reader, error)
	cut   *cutter   // nil when the whole is parsed
	whole *pairs    // nil until then
	part  *yamlPart // of the present key, while cutting
	keys  int       // keys given by next
	items int       // elements of the present list given by item
}

// yamlPart is what is parsed of the present key.
type yamlPart struct {
	goods bool       // the elements are still in the cutter
	value *yaml.Node // the value, or the list of the elements that are parsed
	shift int        // to add to its lines
	at    int        // the element of the list that comes next
}

func newYAMLDocument(again func() (io.Reader, error)) (*yamlDocument, error) {
	r, err := again()
	if err != nil {
		return nil, err
	}
	return &yamlDocument{again: again, cut: newCutter(r)}, nil
}

func (d *yamlDocument) next() (string, int, error) {
	if d.cut != nil {
		key, line, err := d.nextSection()
		if !errors.Is(err, errUnusual) {
			return key, line, err
		}
		if err := d.parseWhole(err); err != nil {
			return "", 0, err
		}
	}
	if d.keys >= len(d.whole.keys) {
		return "", 0, io.EOF
	}
	key := d.whole.keys[d.keys]
	name, err := keyOf(key, 0)
	if err != nil {
		return "", 0, err
	}
	d.part = &yamlPart{value: d.whole.values[d.keys]}
	d.keys++
	d.items = 0
	return name, key.Line, nil
}

// nextSection is next while the file can be cut.
func (d *yamlDocument) nextSection() (string, int, error) {
	section, err := d.cut.section()
	if err != nil {
		return "", 0, err
	}
	if section.goods {
		d.keys++
		d.items = 0
		d.part = &yamlPart{goods: true}
		return "goods", section.line, nil
	}
	key, value, err := onlyKey(section.text, maxWholeNodes)
	if err != nil {
		return "", 0, shifted(err, section.line-1)
	}
	name, err := keyOf(key, section.line-1)
	if err != nil {
		return "", 0, err
	}
	d.keys++
	d.items = 0
	d.part = &yamlPart{value: value, shift: section.line - 1}
	return name, section.line - 1 + key.Line, nil
}

func (d *yamlDocument) value() (*value, error) {
	return fromNode(d.part.value, d.part.shift, 2)
}

func (d *yamlDocument) skip() error {
	for d.part.goods {
		if _, err := d.element(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (d *yamlDocument) item() (*value, error) {
	n, err := d.element()
	if err != nil {
		return nil, err
	}
	return fromNode(n, d.part.shift, 3)
}

// element returns the node of the next element of the present list.
func (d *yamlDocument) element() (*yaml.Node, error) {
	p := d.part
	if p.goods && (p.value == nil || p.at == len(p.value.Content)) {
		err := d.nextBatch()
		if errors.Is(err, errUnusual) {
			if err := d.parseWhole(err); err != nil {
				return nil, err
			}
			if d.keys > len(d.whole.keys) {
				return nil, errors.New("yaml: the whole has fewer keys than its parts")
			}
			// The keys and elements so far were right, so they are the same.
			d.part = &yamlPart{value: d.whole.values[d.keys-1], at: d.items}
			p = d.part
		} else if err != nil {
			return nil, err
		}
	}
	if err := checkTag(p.value, p.shift); err != nil {
		return nil, err
	}
	switch {
	case p.value.Kind == yaml.ScalarNode && p.value.Tag == "!!null":
		return nil, errNull
	case p.value.Kind != yaml.SequenceNode:
		return nil, errNotList
	case p.at >= len(p.value.Content):
		return nil, io.EOF
	}
	p.at++
	d.items++
	return p.value.Content[p.at-1], nil
}

// nextBatch parses some further elements of goods.
func (d *yamlDocument) nextBatch() error {
	batch, err := d.cut.batch()
	if err != nil {
		return err
	}
	shift := batch.line - 2 // the first line is the key, which the cutter adds
	_, list, err := onlyKey(batch.text, maxBatchNodes)
	if err != nil {
		return shifted(err, shift)
	}
	if list.Kind != yaml.SequenceNode {
		return errUnusual
	}
	d.part.value, d.part.shift, d.part.at = list, shift, 0
	return nil
}

// unusualError is a piece that can't be read alone. When the whole can't be
// parsed either because of its size, this is why.
type unusualError struct{ reason error }

var errUnusual = errors.New("this file can't be cut into pieces")

func (u unusualError) Error() string        { return u.reason.Error() }
func (u unusualError) Is(target error) bool { return target == errUnusual }

// onlyKey parses a piece that is an object of one key.
func onlyKey(piece []byte, maxNodes int) (key, value *yaml.Node, err error) {
	root, early, err := parse(piece, maxNodes)
	if early {
		return nil, nil, unusualError{err}
	}
	if err != nil {
		return nil, nil, err
	}
	if root == nil || root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Tag != "!!map" {
		return nil, nil, errUnusual
	}
	return root.Content[0], root.Content[1], nil
}

// shifted moves the line of a problem.
func shifted(err error, by int) error {
	var b *brokenError
	if !errors.As(err, &b) {
		var u unusualError
		if errors.As(err, &u) {
			return unusualError{shifted(u.reason, by)}
		}
		return err
	}
	moved := *b
	moved.Line += by
	return &moved
}
