package postman

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root is the folder of the repository.
const root = "../../../.."

const small = `
info: {title: Small}
paths:
  /things/{id}:
    get:
      operationId: get-thing
      summary: One thing
      tags: [things]
      parameters:
        - {name: id, in: path, required: true}
        - {name: limit, in: query, description: The most}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
        default: {content: {application/json: {schema: {type: object, required: [Code]}}}}
  /things:
    put:
      operationId: change-things
      summary: Change things
      tags: [changes]
      security: [{token: []}]
      requestBody:
        content:
          multipart/form-data:
            schema:
              properties:
                file: {type: string, format: binary}
                items: {type: array, items: {$ref: "#/components/schemas/Thing"}}
                note: {type: string, examples: [hello], description: Any words}
              required: [items]
      responses:
        "200": {content: {application/json: {schema: {type: [array, "null"], items: {$ref: "#/components/schemas/Thing"}}}}}
components:
  schemas:
    Thing: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
`

func steps() []step {
	return []step{
		{
			op: "change-things", name: "Change", as: "token",
			args: pairs{"items", `[{"id": {{product_id}}}]`, "file", "list.yaml"}, save: pairs{"line_id", `body[0].id`},
		},
		{op: "get-thing", name: "Get", args: pairs{"id", "{{line_id}}"}, expect: pairs{`body.name`, `"x"`}},
		{op: "get-thing", name: "Get none", args: pairs{"id", "0", "limit", "5"}, status: 404},
	}
}

func decoded(t *testing.T, text []byte) collection {
	t.Helper()
	var c collection
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRequestsAreBuiltAsPostmanBuildsThem(t *testing.T) {
	t.Parallel()
	text, err := collectionOf([]byte(small), steps())
	if err != nil {
		t.Fatal(err)
	}
	c := decoded(t, text)
	if len(c.Items) != 2 || c.Items[0].Name != "changes" || len(c.Items[0].Items) != 1 || len(c.Items[1].Items) != 2 {
		t.Fatalf("folders: %s", text)
	}
	change := c.Items[0].Items[0]
	want := request{
		Method: "PUT", Description: "Change things",
		Headers: []field{{Key: "Authorization", Value: "Token {{token}}"}},
		URL:     address{Raw: "{{base_url}}/things", Host: []string{"{{base_url}}"}, Path: []string{"things"}},
		Body: &body{Mode: "formdata", Form: []field{
			{Key: "items", Type: "text", Value: `[{"id": {{product_id}}}]`},
			{Key: "file", Type: "file", Source: "list.yaml"},
			{Key: "note", Type: "text", Value: "hello", Description: "Any words", Disabled: true},
		}},
	}
	if diff := cmp.Diff(want, change.Request); diff != "" {
		t.Errorf("the form (-want +got):\n%s", diff)
	}
	wantTests := []string{
		`pm.test("status 200", () => pm.response.to.have.status(200));`,
		`const body = pm.response.json();`,
		`pm.test("a list of what is promised", () => { pm.expect(body).to.be.an("array"); body.forEach((one) => pm.expect(one).to.include.all.keys("id", "name")); });`,
		`pm.collectionVariables.set("line_id", body[0].id);`,
	}
	if diff := cmp.Diff(wantTests, change.Events[0].Script.Exec); diff != "" {
		t.Errorf("the tests (-want +got):\n%s", diff)
	}
	none := c.Items[1].Items[1]
	wantURL := address{
		Raw: "{{base_url}}/things/:id?limit=5", Host: []string{"{{base_url}}"}, Path: []string{"things", ":id"},
		Query: []field{{Key: "limit", Value: "5", Description: "The most"}}, Variables: []variable{{"id", "0"}},
	}
	if diff := cmp.Diff(wantURL, none.Request.URL); diff != "" {
		t.Errorf("the address (-want +got):\n%s", diff)
	}
	if !slices.Contains(none.Events[0].Script.Exec, `pm.test("what is promised", () => pm.expect(body).to.include.all.keys("Code"));`) {
		t.Errorf("the failure's keys are not tested: %q", none.Events[0].Script.Exec)
	}
}

func TestScenarioAndDocumentMustAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func([]step) []step
		want   string
	}{
		{"an operation without a step", func(s []step) []step { return s[1:] }, `no step of the scenario calls the operation "change-things"`},
		{"an operation that is gone", func(s []step) []step { s[0].op = "gone"; return s }, `no operation "gone"`},
		{"one name for two", func(s []step) []step { s[1].name = "Change"; return s }, `two steps are named "Change"`},
		{"an unknown argument", func(s []step) []step { s[1].args = append(s[1].args, "color", "red"); return s }, `does not take ["color"]`},
		{"no path argument", func(s []step) []step { s[1].args = nil; return s }, `"id" is missing`},
		{"no obligatory argument", func(s []step) []step { s[0].args = nil; return s }, `"items" is missing`},
		{"nobody where a token is needed", func(s []step) []step { s[0].as = ""; return s }, "do not agree"},
		{"a token where none is needed", func(s []step) []step { s[1].as = "token"; return s }, "do not agree"},
		{"a status that is not documented", func(s []step) []step { s[0].status = 201; return s }, "no JSON for the status 201"},
		{"an unknown variable sent", func(s []step) []step { s[1].args[1] = "{{nothing}}"; return s }, `no variable "nothing"`},
		{"an unknown variable kept", func(s []step) []step { s[0].save[0] = "nothing"; return s }, `no variable "nothing"`},
		{"an unknown variable expected", func(s []step) []step { s[1].expect[1] = `pm.variables.get("nothing")`; return s }, `no variable "nothing"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := collectionOf([]byte(small), c.change(steps()))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

// The committed collection is the one that the committed document makes.
func TestCommittedCollectionIsCurrent(t *testing.T) {
	t.Parallel()
	openapi, err := os.ReadFile(filepath.Join(root, "docs", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(filepath.Join(root, "docs", "postman_collection.json"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := Collection(openapi)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, committed) {
		t.Error("docs/postman_collection.json is not current: make gen")
	}
	var names []string
	for _, f := range decoded(t, committed).Items {
		for _, i := range f.Items {
			names = append(names, i.Name)
		}
	}
	var order []string
	for _, s := range scenario {
		order = append(order, s.name)
	}
	slices.Sort(names)
	slices.Sort(order)
	if diff := cmp.Diff(order, names); diff != "" {
		t.Errorf("the scenario and the collection (-scenario +collection):\n%s", diff)
	}
}
