package api_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/web/api"
)

// The committed document is the one of this program.
func TestOpenAPIIsCurrent(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "openapi.yaml"))
	if err != nil {
		t.Fatalf("%v: run make gen", err)
	}
	a := apptest.SQLite(t, apptest.NoJobs())
	now, err := a.API.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(committed), string(now)); diff != "" {
		t.Errorf("docs/openapi.yaml is not current: run make gen (-committed +now):\n%s", diff)
	}
}

// The document says of every operation what readers and generators need.
func TestOpenAPIDescribes(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	doc := openAPI(t, a)
	registered := map[string]api.Operation{}
	for _, op := range a.API.Operations() {
		registered[op.Method+" "+op.Path] = op
	}
	ids := map[string]string{}
	doc.operations(func(method, path string, op map[string]any) {
		name := method + " " + path
		known, there := registered[name]
		if !there {
			t.Errorf("%s is in the document but is no operation", name)
		}
		delete(registered, name)
		summary, _ := op["summary"].(string)
		tags := array(op["tags"])
		id, _ := op["operationId"].(string)
		if summary == "" || len(tags) != 1 || id == "" {
			t.Errorf("%s: summary %q, tags %v, operationId %q", name, summary, tags, id)
		}
		if ids[id] != "" {
			t.Errorf("%s and %s are both %s", name, ids[id], id)
		}
		ids[id] = name
		checkSecurity(t, name, known, op)
		if strings.HasSuffix(path, "/partner/exchange/1c") {
			return // no JSON comes or goes
		}
		checkBodies(t, name, op)
		if strings.HasPrefix(path, "/pictures/") {
			if files := object(object(object(op["responses"])["200"])["content"]); len(files) != 1 || files["image/jpeg"] == nil {
				t.Errorf("%s: the picture is of %v", name, files)
			}
			return
		}
		if strings.HasSuffix(path, "/invoice") {
			files := object(object(object(op["responses"])["200"])["content"])
			if len(files) != 2 || files["application/pdf"] == nil {
				t.Errorf("%s: the document is of %v", name, files)
			}
			return
		}
		if object(op["responses"])["302"] != nil {
			return // a browser goes on from here
		}
		for _, status := range []string{"200", "default"} {
			if len(doc.answerSchemaOf(op, status)) == 0 {
				t.Errorf("%s: no schema of the answer %s", name, status)
			}
		}
	})
	for name := range registered {
		t.Errorf("%s is not in the document", name)
	}
	checkReferences(t, doc, doc.root)
	for _, way := range []string{"token", "key"} {
		if doc.resolve("#/components/securitySchemes/"+way) == nil {
			t.Errorf("the way to sign in by a %s is not described", way)
		}
	}
}

// checkSecurity tells whether it is said who may call the operation.
func checkSecurity(t *testing.T, name string, known api.Operation, op map[string]any) {
	t.Helper()
	needs := known.Access != api.Public && known.Access != api.PublicMute
	if _, says := op["security"]; says != needs {
		t.Errorf("%s is %s, its security is %v", name, known.Access, op["security"])
	}
	want, about := []any{map[string]any{"token": []any{}}}, "Keys of machines may not call it."
	if known.Scope != "" {
		want = append(want, map[string]any{"key": []any{string(known.Scope)}})
		about = "The key of a machine needs the scope `" + string(known.Scope) + "`."
	}
	if needs && cmp.Diff(op["security"], want) != "" {
		t.Errorf("%s: security %v", name, op["security"])
	}
	if text, _ := op["description"].(string); known.Access != api.PublicMute && !strings.HasSuffix(text, about) {
		t.Errorf("%s: description %v", name, op["description"])
	}
}

// checkBodies tells whether a body may come in the three encodings.
func checkBodies(t *testing.T, name string, op map[string]any) {
	t.Helper()
	body, has := op["requestBody"]
	if !has {
		return
	}
	content := object(object(body)["content"])
	if content["image/jpeg"] != nil {
		if content["multipart/form-data"] == nil {
			t.Errorf("%s: no form for the picture", name)
		}
		return
	}
	for _, media := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"} {
		if content[media] == nil {
			t.Errorf("%s: no body of %s", name, media)
		}
	}
}

// checkReferences tells whether every reference leads somewhere.
func checkReferences(t *testing.T, doc document, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if ref, is := v["$ref"].(string); is && (!strings.HasPrefix(ref, "#/") || doc.resolve(ref) == nil) {
			t.Errorf("%s is nowhere", ref)
		}
		for _, inner := range v {
			checkReferences(t, doc, inner)
		}
	case []any:
		for _, inner := range v {
			checkReferences(t, doc, inner)
		}
	}
}

// The YAML of the program and the JSON that it serves are one document.
func TestOpenAPIServed(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	r := a.Get(t, apptest.Person{}, "/openapi.json").Want(t, 200)
	if got := r.Header.Get("Content-Type"); got != "application/json" || !json.Valid([]byte(r.Text)) {
		t.Errorf("Content-Type %q of %.200s", got, r.Text)
	}
	yaml, err := a.API.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for line := range strings.Lines(string(yaml)) {
		if path, is := strings.CutPrefix(strings.TrimRight(line, ":\n"), "  /"); is {
			paths = append(paths, "/"+path)
		}
	}
	var served []string
	openAPI(t, a).operations(func(_, path string, _ map[string]any) { served = append(served, path) })
	if diff := cmp.Diff(slices.Compact(slices.Sorted(slices.Values(paths))), slices.Compact(served)); diff != "" || len(paths) < 20 {
		t.Errorf("other paths (-yaml +json):\n%s", diff)
	}
}
