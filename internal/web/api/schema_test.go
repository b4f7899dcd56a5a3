package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// document is the OpenAPI document as any reader of JSON sees it.
type document struct{ root map[string]any }

// openAPI reads the document that the program serves.
func openAPI(t *testing.T, a *apptest.App) document {
	t.Helper()
	return document{a.Get(t, apptest.Person{}, "/openapi.json").Want(t, 200).Object(t)}
}

// operations calls f for each operation, by path and method.
func (d document) operations(f func(method, path string, op map[string]any)) {
	paths := object(d.root["paths"])
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := object(paths[path])
		for _, method := range slices.Sorted(maps.Keys(item)) {
			f(strings.ToUpper(method), path, object(item[method]))
		}
	}
}

// find returns the operation that serves a path without its query.
func (d document) find(method, path string) (op map[string]any) {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	d.operations(func(m, template string, o map[string]any) {
		want := strings.Split(template, "/")
		if m == method && slices.EqualFunc(want, parts, func(w, p string) bool { return w == p || strings.HasPrefix(w, "{") }) {
			if op == nil || template == path { // a name wins over an id
				op = o
			}
		}
	})
	return op
}

// answerSchema is what the document says of an answer; nil when it says nothing.
func (d document) answerSchema(method, path string, status int) map[string]any {
	op := d.find(method, path)
	if _, said := object(op["responses"])[fmt.Sprint(status)]; said {
		return d.answerSchemaOf(op, fmt.Sprint(status))
	}
	return d.answerSchemaOf(op, "default")
}

func (d document) answerSchemaOf(op map[string]any, status string) map[string]any {
	answer := object(object(op["responses"])[status])
	if ref, is := answer["$ref"].(string); is {
		answer = d.resolve(ref)
	}
	return object(object(object(answer["content"])["application/json"])["schema"])
}

// check tells whether the answer to a request is what the document says.
func (d document) check(t *testing.T, method, path string, r apptest.Answer) {
	t.Helper()
	schema := d.answerSchema(method, path, r.Status)
	if schema == nil {
		t.Errorf("%s %s: the document says nothing of the answer %d", method, path, r.Status)
		return
	}
	var v any
	if err := json.Unmarshal([]byte(r.Text), &v); err != nil {
		t.Errorf("%s %s: %v in %s", method, path, err, r.Text)
		return
	}
	for _, wrong := range d.wrong(schema, v, "answer") {
		t.Errorf("%s %s: against its schema: %s", method, path, wrong)
	}
}

// wrong tells in what a value is not of a schema. It knows the words of JSON
// Schema that the document uses, and fails on others.
func (d document) wrong(schema map[string]any, v any, at string) (list []string) {
	if ref, is := schema["$ref"].(string); is {
		target := d.resolve(ref)
		if target == nil {
			return []string{at + ": " + ref + " is nowhere"}
		}
		return d.wrong(target, v, at)
	}
	if choice, is := schema["anyOf"].([]any); is {
		for _, one := range choice {
			if len(d.wrong(object(one), v, at)) == 0 {
				return nil
			}
		}
		return []string{at + ": is none of anyOf"}
	}
	if unknown := unknownWords(schema); len(unknown) > 0 {
		list = append(list, fmt.Sprintf("%s: the test does not know the words %v", at, unknown))
	}
	if types := typesOf(schema); len(types) > 0 && !slices.ContainsFunc(types, func(name string) bool { return isOf(name, v) }) {
		return append(list, fmt.Sprintf("%s: %v is not of %v", at, v, types))
	}
	if enum, is := schema["enum"].([]any); is && v != nil && !slices.Contains(enum, v) {
		list = append(list, fmt.Sprintf("%s: %v is not one of %v", at, v, enum))
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			list = append(list, d.wrong(object(schema["items"]), item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		properties := object(schema["properties"])
		for _, name := range array(schema["required"]) {
			if _, there := v[fmt.Sprint(name)]; !there {
				list = append(list, fmt.Sprintf("%s: no %s", at, name))
			}
		}
		for name, value := range v {
			property, known := properties[name]
			if !known && schema["additionalProperties"] == false {
				list = append(list, fmt.Sprintf("%s: %s is not in the schema", at, name))
			}
			list = append(list, d.wrong(object(property), value, at+"."+name)...)
		}
	}
	return list
}

// jsonSchemaWords are those that wrong reads, or that say nothing of an answer's form.
var jsonSchemaWords = []string{
	"$ref", "type", "enum", "items", "properties", "required", "additionalProperties",
	"description", "examples", "format", "default", "title",
}

func unknownWords(schema map[string]any) (list []string) {
	for word := range schema {
		if !slices.Contains(jsonSchemaWords, word) {
			list = append(list, word)
		}
	}
	return list
}

func typesOf(schema map[string]any) (list []string) {
	switch v := schema["type"].(type) {
	case string:
		return []string{v}
	case []any:
		for _, name := range v {
			list = append(list, fmt.Sprint(name))
		}
	}
	return list
}

func isOf(name string, v any) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

// resolve returns what a reference within the document points to, or nil.
func (d document) resolve(ref string) map[string]any {
	var v any = d.root
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		v = object(v)[part]
	}
	return object(v)
}

// object and array are a value of JSON as one of the two, else empty.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func array(v any) []any {
	list, _ := v.([]any)
	return list
}
