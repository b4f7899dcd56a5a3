package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is the OpenAPI document, ready to be compared with answers.
type contract struct {
	document
	list     []*documented
	failures *jsonschema.Schema
}

// documented is one operation of the document.
type documented struct {
	method, path string
	parts        []string
	parameters   []map[string]any
	body         map[string]any                        // by media type
	answers      map[int]map[string]*jsonschema.Schema // by status and media type; nil: bytes or text
	weight       int                                   // how often it is called, of full
}

// full is the weight of an operation that costs nothing special.
const full = 20

// endsSignIns are the operations after which somebody is signed out.
var endsSignIns = regexp.MustCompile(`/(logout|block|unblock|role)$|^DELETE .*/user(/tokens.*|/sessions.*)?$`)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// newContract compiles the schemas of all answers.
func newContract(t *testing.T, doc document) *contract {
	t.Helper()
	c := &contract{document: doc}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("api.json", doc.root); err != nil {
		t.Fatal(err)
	}
	c.failures = compiler.MustCompile("api.json#/components/schemas/Failure")
	doc.operations(func(method, path string, op map[string]any) {
		d := &documented{
			method: method, path: path, parts: strings.Split(path, "/"), weight: full,
			body: object(object(op["requestBody"])["content"]), answers: map[int]map[string]*jsonschema.Schema{},
		}
		for _, p := range array(op["parameters"]) {
			d.parameters = append(d.parameters, object(p))
		}
		for status, answer := range object(op["responses"]) {
			var code int
			if _, err := fmt.Sscan(status, &code); err != nil {
				continue // default is what must not happen
			}
			at := "api.json#/paths/" + pointer(path) + "/" + strings.ToLower(method) + "/responses/" + status
			if ref, is := object(answer)["$ref"].(string); is {
				at, answer = "api.json"+ref, doc.resolve(ref)
			}
			d.answers[code] = map[string]*jsonschema.Schema{}
			for media, content := range object(object(answer)["content"]) {
				kind, _, _ := mime.ParseMediaType(media)
				var schema *jsonschema.Schema
				if kind == "application/json" {
					if object(object(content)["schema"])["format"] != "binary" {
						schema = compiler.MustCompile(at + "/content/" + pointer(media) + "/schema")
					}
				}
				if kind == "application/pdf" {
					d.weight = full / 10
				}
				d.answers[code][kind] = schema
			}
		}
		if c.asksPassword(d) || endsSignIns.MatchString(method+" "+path) {
			d.weight = full / 20 // argon2 takes its time, and a world of people who are signed out is a poor one
		}
		c.list = append(c.list, d)
	})
	if len(c.list) == 0 {
		t.Fatal("the document has no operations")
	}
	return c
}

func pointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", " ", "%20", ";", "%3B").Replace(name)
}

func (c *contract) asksPassword(d *documented) bool {
	s := object(object(d.body["application/json"])["schema"])
	if ref, is := s["$ref"].(string); is {
		s = c.resolve(ref)
	}
	return object(s["properties"])["password"] != nil
}

// one is an operation by chance.
func (c *contract) one(d dice) *documented {
	for {
		if op := pick(d, c.list...); d.IntN(full) < op.weight {
			return op
		}
	}
}

// of returns the operation that a request is of, nil when it is of none.
func (c *contract) of(method, path string) *documented {
	parts := strings.Split(path, "/")
	for _, op := range c.list {
		if op.method == method && slices.EqualFunc(op.parts, parts, func(want, part string) bool {
			// A path with an element . or .. is sent on to what it means, and is no operation's.
			return want == part || strings.HasPrefix(want, "{") && part != "" && part != "." && part != ".."
		}) {
			return op
		}
	}
	return nil
}

// disagrees tells in what an answer is not as the document says.
func (c *contract) disagrees(op *documented, r reply) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	kinds, named := op.answers[r.status]
	if !named {
		say("the document does not name the status %d", r.status)
		return wrong
	}
	if r.head {
		return nil
	}
	if r.status == http.StatusNotModified {
		if r.text != "" || r.header.Get("Content-Type") != "" {
			say("a body of what has not changed")
		}
		return wrong
	}
	kind, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	schema, known := kinds[kind]
	if err != nil || !known {
		say("the document does not name the content type %q of %d", r.header.Get("Content-Type"), r.status)
		return wrong
	}
	if schema == nil {
		return nil
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(r.text))
	if err != nil {
		say("%v", err)
		return wrong
	}
	if err := schema.Validate(v); err != nil {
		say("%v", err)
	}
	return wrong
}

// elsewhere tells in what the answer to a request of no operation is wrong.
func (c *contract) elsewhere(r reply) (wrong []string) {
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	switch {
	case r.status < 400 || r.head:
		return nil
	case kind != "application/json":
		return []string{fmt.Sprintf("Content-Type %q of %d", kind, r.status)}
	case r.status == http.StatusMethodNotAllowed && r.header.Get("Allow") == "":
		return []string{"405 without Allow"}
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(r.text))
	if err == nil {
		err = c.failures.Validate(v)
	}
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// decoded is the answer as JSON, nil when it is something else.
func (r reply) decoded() (v any) {
	d := json.NewDecoder(strings.NewReader(r.text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}
