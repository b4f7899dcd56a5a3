package postman

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// step is one request of the scenario.
type step struct {
	op     string // the id of its operation
	name   string // in the collection, of its own
	as     string // the variable with the token; "" for nobody
	args   pairs  // of the path, the query and the body: names and values in turn
	status int    // of the answer; 0 is 200
	expect pairs  // JavaScript in turn: an expression of body, and what it must equal
	save   pairs  // variables in turn with expressions of body
}

// pairs are names and values in turn.
type pairs []string

func (p pairs) all(yield func(name, value string) bool) {
	for i := 0; i+1 < len(p); i += 2 {
		if !yield(p[i], p[i+1]) {
			return
		}
	}
}

// item makes the request of a step. What the step leaves out and the operation
// takes is there, disabled.
func (d *document) item(o *operation, s step) (item, error) {
	if (s.as != "") != (len(o.Security) > 0) {
		return item{}, fmt.Errorf("who sends it and the security of %q do not agree", o.ID)
	}
	r := request{Method: o.method, Headers: []field{}, Description: o.Summary, URL: address{Host: []string{"{{base_url}}"}}}
	if s.as != "" {
		r.Headers = append(r.Headers, field{Key: "Authorization", Value: "Token {{" + s.as + "}}"})
	}
	args := map[string]string{}
	for name, value := range s.args.all {
		args[name] = value
	}
	if err := r.parameters(o, args); err != nil {
		return item{}, err
	}
	if form := d.form(o); form != nil {
		f, err := d.fields(form, args, s)
		if err != nil {
			return item{}, err
		}
		r.Body = &body{Mode: "formdata", Form: f}
	}
	if len(args) > 0 {
		return item{}, fmt.Errorf("%q does not take %q", o.ID, slices.Sorted(maps.Keys(args)))
	}
	tests, err := d.tests(o, s)
	if err != nil {
		return item{}, err
	}
	made := item{Name: s.name, Request: r, Events: []event{{Listen: "test", Script: script{Type: "text/javascript", Exec: tests}}}}
	return made, known(s)
}

// parameters takes out of args what goes into the address and the headers.
func (r *request) parameters(o *operation, args map[string]string) error {
	path := o.path
	for _, p := range o.Parameters {
		value, given := args[p.Name]
		delete(args, p.Name)
		f := field{Key: p.Name, Value: value, Description: p.Description, Disabled: !given}
		switch p.In {
		case "path":
			if !given {
				return fmt.Errorf("%q is missing", p.Name)
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", ":"+p.Name)
			r.URL.Variables = append(r.URL.Variables, variable{p.Name, value})
		case "query":
			r.URL.Query = append(r.URL.Query, f)
		case "header":
			r.Headers = append(r.Headers, f)
		default:
			return fmt.Errorf("parameters in %q are not known here", p.In)
		}
	}
	r.URL.Path = strings.Split(strings.TrimPrefix(path, "/"), "/")
	r.URL.Raw = "{{base_url}}" + path
	sign := "?"
	for _, q := range r.URL.Query {
		if !q.Disabled {
			r.URL.Raw += sign + q.Key + "=" + q.Value
			sign = "&"
		}
	}
	return nil
}

// fields takes the body out of args: what is sent, as the step has it, and then
// what could be sent, by name.
func (d *document) fields(form *schema, args map[string]string, s step) ([]field, error) {
	list := []field{}
	for name, value := range s.args.all {
		p := d.resolve(form.Properties[name])
		if p == nil {
			continue // of the address
		}
		delete(args, name)
		f := field{Key: name, Type: "text", Value: value, Description: p.Description}
		if p.Format == "binary" {
			f.Type, f.Source, f.Value = "file", value, ""
		}
		list = append(list, f)
	}
	sent := func(name string) bool {
		return slices.ContainsFunc(list, func(f field) bool { return f.Key == name })
	}
	for _, name := range slices.Sorted(maps.Keys(form.Properties)) {
		if sent(name) {
			continue
		}
		if slices.Contains(form.Required, name) && s.status == 0 {
			return nil, fmt.Errorf("%q is missing", name)
		}
		p := d.resolve(form.Properties[name])
		f := field{Key: name, Type: "text", Description: p.Description, Disabled: true}
		if p.Format == "binary" {
			f.Type = "file"
		}
		if len(p.Examples) > 0 {
			f.Value = fmt.Sprint(p.Examples[0])
		}
		list = append(list, f)
	}
	return list, nil
}
