package api_test

import (
	"cmp"
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
	"number": {
		`null`, `[]`, `{}`, `[1]`, `true`, `"abc"`, `"1a"`, `-1`, `"-0.01"`, `1e2`, `1e400`, digits, `10000000000.01`, `"1,5"`, `"1 500"`, `"."`, `"NaN"`, `"Infinity"`,
		`"\u0000"`, `"²"`, `"0x1"`,
	},
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
	"POST user/email/confirm token", "POST user/password_reset/confirm token", "POST user/password_reset/confirm password",
	"POST user/login code", "POST user/identities code", "POST user/identities code_verifier", "POST user/identities totp",
	"POST user/oauth code", "POST user/oauth code_verifier", "POST user/oauth totp", "POST user/invitation token", "POST user/invitation/accept token",
	"POST user/invitation first_name", "POST user/invitation last_name", "POST user/invitation password", // the token is looked at first
	"POST user/totp password", "POST user/totp/confirm code", "POST user/totp/recovery code", "DELETE user/totp password", "DELETE user/totp code", "DELETE user/details code",
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
			before := readTables(t, file, besides(path)...)
			fill := w.filler(w.people[g.role], w.foreign(g.role))
			send := func(body string) apptest.Answer {
				return a.Do(t, w.people[g.role].Person, method, w.address(method, path), apptest.JSON(fill(body)), "Prefer", "respond-async")
			}
			for name, field := range object(schema["properties"]) {
				if g.fields[name] == "" {
					t.Errorf("good says nothing of the field %s", name)
					continue
				}
				f := fieldOf{t: t, doc: doc, name: name, right: g.item, beyond: g.beyond, ranges: g.ranges}
				f.long = slices.Contains(longEnough, method+" "+path+" "+name)
				f.send = func(value string) apptest.Answer { return send(fieldsJSON(g.fields, name, value)) }
				f.tryWrong(object(field))
			}
			if changed := before.changed(readTables(t, file, besides(path)...)); len(changed) > 0 {
				t.Errorf("changed: %v", changed)
			}
		})
	})
}

// fieldOf is a field that wrong values are sent of.
type fieldOf struct {
	t            *testing.T
	doc          document
	name         string
	right        map[string]string // an item of a list
	beyond       map[string][4]int
	ranges, long bool
	send         func(value string) apptest.Answer
}

// outside are numbers that name nothing.
var outside = []string{"0", "-1", "9223372036854775807", "-9223372036854775808"}

// tryOutside sends them as the field of a name in beyond.
func (f *fieldOf) tryOutside(name string, want int, send func(value string) apptest.Answer) {
	f.t.Helper()
	statuses, own := f.beyond[name]
	for i, value := range outside {
		if own {
			want = statuses[i]
		}
		if want != 0 {
			checkRefused(f.t, name+" "+value, send(value), want)
		}
	}
}

func (f *fieldOf) tryWrong(field map[string]any) {
	f.t.Helper()
	kind, _ := field["type"].(string)
	if len(wrong[kind]) == 0 {
		f.t.Fatalf("no wrong values of the type %q", kind)
	}
	for _, value := range wrong[kind] {
		checkRefused(f.t, f.name+" "+short(value), f.send(value), 400)
	}
	switch {
	case kind == "string":
		r := f.send(long)
		if !f.long {
			checkRefused(f.t, f.name+" very long", r, 400)
		}
		checkForm(f.t, r)
	case kind == "integer" && !f.ranges:
		f.tryOutside(f.name, 404, f.send)
	case kind == "array" && !f.ranges:
		f.tryItems(object(field["items"]))
	}
}

// tryItems tries one wrong field in an item of a list.
func (f *fieldOf) tryItems(items map[string]any) {
	f.t.Helper()
	if ref, is := items["$ref"].(string); is {
		items = f.doc.resolve(ref)
	}
	right := f.right
	if right == nil {
		right = map[string]string{"id": "{{my.line}}", "product_info": "{{offer}}", "quantity": "1"}
	}
	for _, name := range slices.Sorted(maps.Keys(object(items["properties"]))) {
		kind, _ := object(object(items["properties"])[name])["type"].(string)
		fields := map[string]string{}
		for n := range object(items["properties"]) {
			fields[n] = right[n]
		}
		one := func(value string) string { return fieldsJSON(fields, name, value) }
		for _, value := range wrong[kind] {
			checkRefused(f.t, name+" "+short(value), f.send("["+one(value)+"]"), 400)
			checkRefused(f.t, name+" "+short(value)+" in a string", f.send(strconv.Quote("["+one(value)+",]")), 400)
		}
		if kind == "integer" {
			want := 404
			if name == "quantity" {
				want = 400
			}
			f.tryOutside("item."+name, want, func(value string) apptest.Answer { return f.send("[" + one(value) + "]") })
		}
		if slices.Contains(array(items["required"]), any(name)) {
			delete(fields, name)
			checkRefused(f.t, "no "+name, f.send("["+fieldsJSON(fields, none, "")+"]"), 400)
		}
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
			"POST user/register/confirm": 400, "POST user/email/confirm": 400, "POST user/login": 401, "POST user/password_reset/confirm": 404,
			"POST partner/update": 202, "POST admin/imports": 202,
		}[method+" "+path]
		if want == 0 {
			want = cmp.Or(g.status, 200)
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
			checkRefused(t, name, a.Do(t, me.Person, method, w.address(method, path), body, "Prefer", "respond-async"), want)
		}
	})
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
