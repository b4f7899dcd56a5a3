package api_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

var (
	long   = strconv.Quote(strings.Repeat("ж", 300_000))
	digits = strings.Repeat("9", 400)
)

// wrong are values of JSON that a field of the type can't have.
var wrong = map[string][]string{
	"string":  {`null`, `[]`, `{}`, `["a"]`, `{"a": "b"}`, `true`, `false`, `"\u0000"`, `"a\u0000b"`},
	"integer": {`null`, `[]`, `{}`, `[1]`, `true`, `"abc"`, `"1a"`, `1.5`, `"1.5"`, `1e400`, `-` + digits, digits, `9223372036854775808`, `"\u0000"`, `"²"`, `"0x1"`},
	"boolean": {`null`, `[]`, `{}`, `[true]`, `"maybe"`, `2`, `-1`, `1.0`, digits, `"\u0000"`, `"true true"`},
	"array": {
		`null`, `{}`, `{"0": 1}`, `true`, `false`, `"{}"`, `"["`, `"[,,]"`, `"\u0000"`, `[null]`, `[[]]`, `[{}]`, `[true]`, `["abc"]`, `[1.5]`,
		`[` + digits + `]`, `"[` + digits + `]"`, `[[` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `]]`,
	},
}

// longEnough are the fields that may hold a very long text: what they say is
// compared, or is nobody's.
var longEnough = []string{
	"POST user/register/confirm token", "POST user/register/confirm email", "POST user/login email", "POST user/login password",
	"POST user/password_reset/confirm token", "POST user/password_reset/confirm password",
	"POST partner/update url", "POST partner/update errors", "POST admin/imports url", "POST admin/imports errors", // so long a body is a price list
}

// One wrong field in a body that is right otherwise, and numbers out of every
// range: 400 (a number that names nothing: 404, or what it is for), in the
// envelope, and nothing changed.
func TestWrongFields(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		doc := openAPI(t, a)
		withBody(t, doc, func(t *testing.T, method, path string, schema map[string]any) {
			t.Parallel()
			g := good[method+" "+path]
			a, file := open(t)
			before := readTables(t, file, "river_", "sqlite_", "import")
			fill := w.filler(w.people[g.role], w.foreign(g.role))
			send := func(body string) apptest.Answer {
				return a.Do(t, w.people[g.role].Person, method, path+g.query, apptest.JSON(fill(body)), "Prefer", "respond-async")
			}
			for name, field := range object(schema["properties"]) {
				if g.fields[name] == "" {
					t.Errorf("good says nothing of the field %s", name)
					continue
				}
				wrongField(t, doc, name, object(field), g.ranges, slices.Contains(longEnough, method+" "+path+" "+name), func(value string) apptest.Answer {
					return send(fieldsJSON(g.fields, name, value))
				})
			}
			if changed := before.changed(readTables(t, file, "river_", "sqlite_", "import")); len(changed) > 0 {
				t.Errorf("changed: %v", changed)
			}
		})
	})
}

// wrongField sends wrong values of one field.
func wrongField(t *testing.T, doc document, name string, field map[string]any, ranges, longEnough bool, send func(value string) apptest.Answer) {
	t.Helper()
	kind, _ := field["type"].(string)
	if len(wrong[kind]) == 0 {
		t.Fatalf("no wrong values of the type %q", kind)
	}
	for _, value := range wrong[kind] {
		checkRefused(t, name+" "+short(value), send(value), 400)
	}
	switch {
	case kind == "string":
		r := send(long)
		if !longEnough {
			checkRefused(t, name+" very long", r, 400)
		}
		checkForm(t, r)
	case kind == "integer" && !ranges:
		for _, value := range outside {
			checkRefused(t, name+" "+value, send(value), 404)
		}
	case kind == "array" && !ranges:
		wrongItems(t, doc, object(field["items"]), send)
	}
}

// outside are numbers that name nothing.
var outside = []string{"0", "-1", "9223372036854775807", "-9223372036854775808"}

// wrongItems tries one wrong field in an item of a list.
func wrongItems(t *testing.T, doc document, items map[string]any, send func(items string) apptest.Answer) {
	t.Helper()
	if ref, is := items["$ref"].(string); is {
		items = doc.resolve(ref)
	}
	right := map[string]string{"id": "{{my.line}}", "product_info": "{{offer}}", "quantity": "1"}
	for _, name := range slices.Sorted(maps.Keys(object(items["properties"]))) {
		fields := map[string]string{}
		for n := range object(items["properties"]) {
			fields[n] = right[n]
		}
		for _, value := range wrong["integer"] {
			one := fieldsJSON(fields, name, value)
			checkRefused(t, name+" "+short(value), send("["+one+"]"), 400)
			checkRefused(t, name+" "+short(value)+" in a string", send(strconv.Quote("["+one+",]")), 400)
		}
		want := 404
		if name == "quantity" {
			want = 400
		}
		for _, value := range outside {
			checkRefused(t, name+" "+value, send("["+fieldsJSON(fields, name, value)+"]"), want)
		}
		delete(fields, name)
		checkRefused(t, "no "+name, send("["+fieldsJSON(fields, none, "")+"]"), 400)
	}
}

// Names that an operation does not know change nothing of what it does, and a
// field that comes twice counts as it came last. Also in the other encodings.
func TestUnknownFields(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	withBody(t, openAPI(t, a), func(t *testing.T, method, path string, _ map[string]any) {
		t.Parallel()
		g := good[method+" "+path]
		me, fill := w.people[g.role], w.filler(w.people[g.role], w.foreign(g.role))
		want := map[string]int{
			"POST user/register/confirm": 400, "POST user/login": 401, "POST user/password_reset/confirm": 404, "POST partner/update": 202,
			"POST admin/imports": 202,
		}[method+" "+path]
		if want == 0 {
			want = 200
		}
		first := slices.Sorted(maps.Keys(g.fields))[0]
		unknown := map[string]string{"x": `{"y": [1, null, "z"]}`, "is_staff": `true`, "active": `true`, "user_id": `1`, "Status": `false`, "": `1`}
		maps.Copy(unknown, g.fields)
		twice := "{" + strconv.Quote(first) + ": " + g.fields[first] + ", " + fieldsJSON(g.fields, none, "")[1:]
		var pairs []string
		for name, value := range g.fields {
			pairs = append(pairs, name, strings.Trim(fill(value), `"`))
		}
		pairs = append(pairs, "is_staff", "on", "x[y]", "1", "", "")
		for name, body := range map[string]apptest.Body{
			"unknown names": apptest.JSON(fill(fieldsJSON(unknown, none, ""))), "a name twice": apptest.JSON(fill(twice)),
			"form": apptest.Form(pairs...), "multipart": apptest.Multipart(pairs...),
		} {
			a, _ := w.open(t)
			checkRefused(t, name, a.Do(t, me.Person, method, path+g.query, body, "Prefer", "respond-async"), want)
		}
	})
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
