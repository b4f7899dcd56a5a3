// Package postman owns the Postman collection of the interface, which is made
// from the OpenAPI document.
//
// It promises a request for every operation of the document, built as Postman
// builds it and with tests of its answer, and the same bytes for the same
// document. An operation that the scenario does not call is an error, and so is
// a step that says something the document does not know.
package postman

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// about is the description of the collection.
const about = "Made from the OpenAPI document: a folder for each tag, bodies as multipart forms, and disabled fields for what else an operation takes.\n\n" +
	"Every request tests its answer and keeps the tokens and ids that others need in variables of the collection: begin with `Sign in as ...`. " +
	"Together they are one scenario, from registration to a closed shop; internal/web/api/postman has its order, and `make test` runs it. " +
	"It wants a fresh database with an administrator (`admin_email`) and a supplier (`other_shop_email`), made by `zakup user add` with `password`.\n\n" +
	"`confirm_token`, `shop_confirm_token`, `reset_token`, `invitation_token` and `second_invitation_token` come by letter. `price_list_url` is where examples/elektromir.yaml is served, " +
	"and examples/optsnab.json is found when the working directory is the repository's."

// Collection makes the collection, as JSON, from an OpenAPI document in YAML.
func Collection(openapi []byte) ([]byte, error) {
	return collectionOf(openapi, scenario)
}

func collectionOf(openapi []byte, steps []step) ([]byte, error) {
	d, err := parseDocument(openapi)
	if err != nil {
		return nil, err
	}
	c := collection{
		Info:  info{Name: d.Info.Title, Description: about, Schema: schemaURL},
		Items: []*folder{},
	}
	for _, v := range variables {
		c.Variables = append(c.Variables, variable{v.name, v.value})
	}
	called, names := map[string]bool{}, map[string]bool{}
	for _, s := range steps {
		o := d.operations[s.op]
		if o == nil {
			return nil, fmt.Errorf("postman: %q: the document has no operation %q", s.name, s.op)
		}
		if names[s.name] {
			return nil, fmt.Errorf("postman: two steps are named %q", s.name)
		}
		names[s.name], called[s.op] = true, true
		made, err := d.item(o, s)
		if err != nil {
			return nil, fmt.Errorf("postman: %q: %w", s.name, err)
		}
		f := c.folder(o.Tags[0])
		f.Items = append(f.Items, made)
	}
	for _, id := range d.ids() {
		if !called[id] {
			return nil, fmt.Errorf("postman: no step of the scenario calls the operation %q: add one to scenario*.go", id)
		}
	}
	return encode(c)
}

// folder is the folder of a tag, made where there is none.
func (c *collection) folder(tag string) *folder {
	i := slices.IndexFunc(c.Items, func(f *folder) bool { return f.Name == tag })
	if i < 0 {
		i = len(c.Items)
		c.Items = append(c.Items, &folder{Name: tag})
	}
	return c.Items[i]
}

func encode(c collection) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("postman: %w", err)
	}
	return b.Bytes(), nil
}
