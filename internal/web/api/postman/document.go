package postman

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// document is what is read of an OpenAPI document.
type document struct {
	Info struct {
		Title string
	}
	Paths      map[string]map[string]*operation
	Components struct {
		Schemas   map[string]*schema
		Responses map[string]content
	}
	operations map[string]*operation // by their id
}

type operation struct {
	ID          string `yaml:"operationId"`
	Summary     string
	Tags        []string
	Security    []map[string][]string
	Parameters  []parameter
	RequestBody *content `yaml:"requestBody"`
	Responses   map[string]content

	method, path string
}

type parameter struct {
	Name, In    string
	Description string
	Required    bool
}

// content is the body of a request or of an answer.
type content struct {
	Ref     string `yaml:"$ref"`
	Content map[string]struct {
		Schema *schema
	}
}

type schema struct {
	Ref         string `yaml:"$ref"`
	Type        any    // a name, or a list of names
	Format      string
	Description string
	Properties  map[string]*schema
	Required    []string
	Items       *schema
	Examples    []any
}

// is tells whether the schema allows a type.
func (s *schema) is(name string) bool {
	several, _ := s.Type.([]any)
	return s.Type == name || slices.Contains(several, any(name))
}

func parseDocument(text []byte) (*document, error) {
	d := &document{operations: map[string]*operation{}}
	if err := yaml.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("postman: the document: %w", err)
	}
	for path, methods := range d.Paths {
		for method, o := range methods {
			if o.ID == "" || len(o.Tags) == 0 || d.operations[o.ID] != nil {
				return nil, fmt.Errorf("postman: %s %s has no id of its own, or no tag", method, path)
			}
			o.method, o.path = strings.ToUpper(method), path
			d.operations[o.ID] = o
		}
	}
	if len(d.operations) == 0 {
		return nil, errors.New("postman: the document has no operations")
	}
	return d, nil
}

func (d *document) ids() []string { return slices.Sorted(maps.Keys(d.operations)) }

// resolve follows a reference to the components.
func (d *document) resolve(s *schema) *schema {
	if s == nil || s.Ref == "" {
		return s
	}
	return d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
}

// form is the schema of the multipart body; nil when the operation has none.
func (d *document) form(o *operation) *schema {
	if o.RequestBody == nil {
		return nil
	}
	return d.resolve(o.RequestBody.Content["multipart/form-data"].Schema)
}

// answer is the schema of the body that comes with a status; nil when the
// document does not have one.
func (d *document) answer(o *operation, status int) *schema {
	r, ok := o.Responses[fmt.Sprint(status)]
	if !ok && status >= 400 {
		r = o.Responses["default"]
	}
	if r.Ref != "" {
		r = d.Components.Responses[r.Ref[strings.LastIndex(r.Ref, "/")+1:]]
	}
	return d.resolve(r.Content["application/json"].Schema)
}

// text tells whether lines of text come with a status.
func (o *operation) text(status int) bool {
	_, is := o.Responses[fmt.Sprint(status)].Content["text/plain"]
	return is
}

// file tells whether a file comes with a status.
func (o *operation) file(status int) bool {
	for _, media := range o.Responses[fmt.Sprint(status)].Content {
		if media.Schema != nil && media.Schema.Format == "binary" {
			return true
		}
	}
	return false
}
