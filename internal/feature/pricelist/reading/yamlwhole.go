package reading

import (
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

const (
	// maxWhole is the longest file of YAML that is parsed at once, in bytes. It
	// is read so only when it can't be cut, see cutter.
	maxWhole = 8 << 20
	// maxWholeNodes bounds the memory that this takes, as mightHave counts: 250 MB
	// when a file is made for it, 120 MB for an ordinary list of 7 MB.
	maxWholeNodes = 600_000
)

// parseWhole parses the file at once; why is what made it necessary.
func (d *yamlDocument) parseWhole(why error) error {
	d.cut = nil
	r, err := d.again()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxWhole+1))
	if err != nil {
		return fmt.Errorf("reading the price list: %w", err)
	}
	if len(text) > maxWhole || mightHave(text) > maxWholeNodes {
		var u unusualError
		if errors.As(why, &u) {
			return u.reason
		}
		return broken(noteUnusualYAML.at(1, ""))
	}
	if version := yamlVersion.FindSubmatchIndex(text); version != nil {
		text[version[2]] = '1'
	}
	root, _, err := parse(text, maxWholeNodes)
	if err != nil {
		return err
	}
	d.whole = &pairs{}
	return d.whole.add(root, true)
}

// pairs are the keys of a root and their values.
type pairs struct{ keys, values []*yaml.Node }

// add takes the keys of an object, or of each object in a list.
func (p *pairs) add(root *yaml.Node, listed bool) error {
	if root == nil {
		return broken(noteRoot.at(1, ""))
	}
	if err := checkTag(root, 0); err != nil {
		return err
	}
	switch {
	case root.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(root.Content); i += 2 {
			p.keys = append(p.keys, root.Content[i])
			p.values = append(p.values, root.Content[i+1])
		}
		return nil
	case root.Kind == yaml.SequenceNode && listed:
		for _, inner := range root.Content {
			if err := p.add(inner, false); err != nil {
				return err
			}
		}
		return nil
	}
	return broken(noteRoot.at(root.Line, ""))
}
