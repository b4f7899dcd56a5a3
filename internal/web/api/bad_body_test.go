package api_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// good is for every operation that reads a body: who may send it, and a body
// that is right. An operation without an entry fails the test.
var good = map[string]struct {
	role   string
	fields map[string]string // JSON by name
	silent bool              // nothing is obligatory: an empty body is right
	query  string            // that goes with it
	ranges bool              // its numbers have ranges, and its lists items, of their own: they are tested apart
	id     string            // in its path
	item   map[string]string // an item of its list that is right, JSON by name
	beyond map[string][4]int // by field, or item.field: what numbers of outside answer, if not 404; 0: they are right
	status int               // of the answer, if not 200
}{
	"POST user/register": {role: anonymous, fields: map[string]string{
		"first_name": `"Олег"`, "last_name": `"Сомов"`, "email": `"new@example.com"`, "password": `"Vb7-dom.Karta"`,
		"company": `"Ромашка"`, "position": `"повар"`, "type": `"buyer"`, "language": `"en"`,
	}},
	"PUT partner/products/{id}/parameters": {
		role: shop, id: "{{my.sold}}", fields: map[string]string{"items": `[{"parameter": "Цвет", "value": "белый"}]`},
		item: map[string]string{"parameter": `"Цвет"`, "value": `"белый"`},
	},
	"DELETE partner/products/{id}/parameters": {
		role: shop, id: "{{my.sold}}", fields: map[string]string{"items": `[{"parameter": "Цвет"}]`}, item: map[string]string{"parameter": `"Цвет"`},
	},
	"PUT admin/offers/{id}/parameters": {
		role: admin, id: "{{offer}}", fields: map[string]string{"items": `[{"parameter": "Цвет", "value": "белый"}]`},
		item: map[string]string{"parameter": `"Цвет"`, "value": `"белый"`},
	},
	"DELETE admin/offers/{id}/parameters": {
		role: admin, id: "{{offer}}", fields: map[string]string{"items": `[{"parameter": "Цвет"}]`}, item: map[string]string{"parameter": `"Цвет"`},
	},
	"POST admin/parameters": {role: admin, beyond: outsideParameter, fields: map[string]string{
		"name": `"Вес"`, "unit": `"кг"`, "kind": `"number"`, "filterable": `true`, "position": `1`, "category_id": `0`,
	}},
	"PUT admin/parameters/{id}": {role: admin, id: "1", silent: true, beyond: outsideParameter, fields: map[string]string{
		"name": `"Вес"`, "unit": `"кг"`, "kind": `"number"`, "filterable": `true`, "position": `1`, "category_id": `0`,
	}},
	"POST admin/parameters/{id}/merge": {role: admin, id: "1", fields: map[string]string{"items": `[1]`}},
	"POST user/register/confirm":       {role: anonymous, fields: map[string]string{"email": `"third@example.com"`, "token": `"0000"`}},
	"POST user/register/resend":        {role: anonymous, fields: map[string]string{"email": `"nobody@example.com"`}},
	"POST user/login":                  {role: anonymous, fields: map[string]string{"email": `"nobody@example.com"`, "password": `"x"`, "code": `"000000"`}},
	"POST user/password_reset":         {role: anonymous, fields: map[string]string{"email": `"nobody@example.com"`}},
	"POST user/password_reset/confirm": {role: anonymous, fields: map[string]string{"token": `"0000"`, "password": `"Vb7-dom.Karta"`}},
	"POST user/email/confirm":          {role: anonymous, fields: map[string]string{"token": `"0000"`}},
	"POST user/details": {role: buyer, silent: true, fields: map[string]string{
		"first_name": `"Олег"`, "last_name": `"Сомов"`, "email": `"new@example.com"`, "company": `"Роза"`, "position": `"повар"`, "password": `"Vb7-dom.Karta"`,
		"language": `"en"`, "accept_shortages": `true`,
	}},
	"POST user/tokens":       {role: buyer, ranges: true, fields: map[string]string{"name": `"1С"`, "scopes": `["orders:read"]`, "days": `30`}},
	"DELETE user/tokens":     {role: buyer, ranges: true, fields: map[string]string{"items": `"{{my.token}}"`, "others": `false`}},
	"DELETE user/identities": {role: buyer, ranges: true, fields: map[string]string{"items": `[1]`}},
	"POST user/identities":   {role: buyer, status: 401, fields: map[string]string{"code": `"0000"`, "code_verifier": `"x"`, "totp": `"000000"`}},
	"POST user/oauth":        {role: anonymous, status: 401, fields: map[string]string{"code": `"0000"`, "code_verifier": `"x"`, "totp": `"000000"`}},

	"POST user/totp":          {role: buyer, fields: map[string]string{"password": `"Qwe#12345rty"`}},
	"POST user/totp/confirm":  {role: buyer, status: 409, fields: map[string]string{"code": `"000000"`}},
	"POST user/totp/recovery": {role: buyer, status: 409, fields: map[string]string{"code": `"000000"`}},
	"DELETE user/totp":        {role: buyer, status: 409, fields: map[string]string{"password": `"Qwe#12345rty"`, "code": `"000000"`}},

	"POST partner/members":           {role: shop, fields: map[string]string{"email": `"new@example.com"`, "role": `"viewer"`, "language": `"en"`}},
	"DELETE partner/members":         {role: shop, ranges: true, fields: map[string]string{"items": `[99999]`}},
	"POST partner/members/{id}/role": {role: shop, id: "99999", status: 404, fields: map[string]string{"role": `"viewer"`}},
	"POST user/invitation": {role: anonymous, status: 404, fields: map[string]string{
		"token": `"0000"`, "first_name": `"Олег"`, "last_name": `"Сомов"`, "password": `"Vb7-dom.Karta"`, "language": `"en"`,
	}},
	"POST user/invitation/accept": {role: buyer, status: 404, fields: map[string]string{"token": `"0000"`}},

	"DELETE user/details": {role: buyer, status: 409, fields: map[string]string{"password": `"Qwe#12345rty"`, "code": `"000000"`}},
	"PUT user/requisites": {role: buyer, silent: true, fields: map[string]string{
		"name": `"ООО Роза"`, "inn": `"7707083893"`, "kpp": `"773601001"`, "address": `"Тула"`, "bank": `"Банк"`, "bik": `"044525225"`,
		"account": `"40702810938000000001"`, "correspondent": `"30101810400000000225"`,
	}},
	"POST user/contact": {role: buyer, fields: map[string]string{
		"last_name": `"Сомов"`, "first_name": `"Олег"`, "patronymic": `"Олегович"`, "email": `"new@example.com"`, "phone": `"1"`,
		"city": `"Тула"`, "street": `"Мира"`, "house": `"1"`, "structure": `"2"`, "building": `"3"`, "apartment": `"4"`,
	}},
	"PUT user/contact": {role: buyer, fields: map[string]string{
		"id": `{{my.contact}}`, "last_name": `"Сомов"`, "first_name": `"Олег"`, "patronymic": `"Олегович"`, "email": `"new@example.com"`, "phone": `"1"`,
		"city": `"Тула"`, "street": `"Мира"`, "house": `"1"`, "structure": `"2"`, "building": `"3"`, "apartment": `"4"`,
	}},
	"DELETE user/contact": {role: buyer, fields: map[string]string{"items": `[{{my.contact}}]`}},
	"POST basket":         {role: buyer, fields: map[string]string{"items": `[{"product_info": {{offer}}, "quantity": 1}]`}},
	"PUT basket":          {role: buyer, fields: map[string]string{"items": `[{"id": {{my.line}}, "quantity": 1}]`}},
	"DELETE basket":       {role: buyer, fields: map[string]string{"items": `[{{my.line}}]`}},
	"POST order/{id}/cancel": {
		role: buyer, id: "{{my.order}}", fields: map[string]string{"version": `1`, "part": `1`, "reason": `"Передумали"`}, beyond: steps,
	},
	"POST order/{id}/lines": {
		role: buyer, id: "{{my.order}}", status: 409, // nothing is to be decided
		fields: map[string]string{"version": `1`, "items": `[{"id": {{my.bought}}, "accept": true}]`},
		item:   map[string]string{"id": `{{my.bought}}`, "accept": `true`}, beyond: steps,
	},
	"POST partner/orders/{id}/state": {role: shop, id: "{{my.order}}", fields: stepFields, item: supply, beyond: steps},
	"POST admin/orders/{id}/state": {role: admin, id: "{{my.order}}", item: supply, beyond: steps, fields: map[string]string{
		"state": `"confirmed"`, "version": `1`, "part": `1`, "reason": `"Склад"`, "items": `[{"id": {{my.bought}}, "quantity": 1, "reason": "Все"}]`,
	}},
	"POST admin/orders": {
		role: admin, fields: map[string]string{"items": `[{"id": {{my.order}}, "part": 1, "state": "confirmed", "version": 1, "reason": "Склад"}]`},
		item:   map[string]string{"id": `{{my.order}}`, "part": `1`, "state": `"confirmed"`, "version": `1`, "reason": `"Склад"`},
		beyond: map[string][4]int{"item.id": all(200), "item.part": {0, 200, 200, 200}, "item.version": all(200)}, // each has its result
	},
	"POST order":                     {role: buyer, fields: map[string]string{"id": `{{my.basket}}`, "contact": `{{my.contact}}`}},
	"POST partner/state":             {role: shop, fields: map[string]string{"state": `"off"`}},
	"PUT partner/schedule":           {role: shop, fields: map[string]string{"url": `"https://example.com/x"`, "times": `"0 4 * * *"`, "time_zone": `"Asia/Omsk"`}},
	"PUT partner/shop":               {role: shop, silent: true, fields: map[string]string{"name": `"Новый"`, "url": `"https://example.com/"`, "min_order": `1500.5`}},
	"POST admin/users/{id}/role":     {role: admin, id: "{{their.user}}", fields: map[string]string{"type": `"buyer"`}},
	"POST admin/products/{id}/merge": {role: admin, id: "1", fields: map[string]string{"from_id": `2`}},
	"POST admin/products/{id}/split": {role: admin, id: "1", status: 409, ranges: true, fields: map[string]string{"offers": `[99999]`}},
	"POST partner/update":            {role: shop, fields: listArguments},
	"POST admin/imports":             {role: admin, query: "?shop_id=1", fields: listArguments},
	"PUT partner/profile": {role: shop, silent: true, ranges: true, fields: map[string]string{
		"sheet": `"Прайс*"`, "header_row": `3`, "columns": `[{"header": "Цена", "field": "price"}]`, "rest_parameters": `true`, "currency": `"USD"`,
		"price_type": `"Оптовая"`, "price_rrc_type": `"Розничная"`, "withdrawn_percent": `20`, "price_percent": `150`, "errors": `"good_rows"`,
	}},
}

var listArguments = map[string]string{"url": `"http://127.0.0.1:1/"`, "dry_run": `false`, "errors": `"all"`}

// takesLists are the operations whose body may be a price list.
var takesLists = []string{"partner/update", "admin/imports"}

// besides begin the names of the tables that a bad body may change all the same:
// what is taken for a price list makes a record of itself, and of who sent it.
// outsideParameter: any number is a position, 0 is all categories.
var outsideParameter = map[string][4]int{"position": {}, "category_id": {0, 400, 400, 400}}

func besides(path string) []string {
	list := []string{"river_", "sqlite_", "import"}
	if slices.Contains(takesLists, path) {
		list = append(list, "audit_log")
	}
	return list
}

const (
	twoMiB  = 2 << 20
	nesting = 100_000
)

// broken are bodies that no operation can read, with the status of each.
var broken = []struct {
	name   string
	body   apptest.Body
	status int
}{
	{"unparsable", apptest.JSON(`{"a":`), 400},
	{"a closing bracket too much", apptest.JSON(`{}}`), 400},
	{"two values", apptest.JSON(`{} {}`), 400},
	{"single quotes", apptest.JSON(`{'a': 1}`), 400},
	{"a list", apptest.JSON(`[]`), 400},
	{"a list of objects", apptest.JSON(`[{"email": "a"}]`), 400},
	{"a string", apptest.JSON(`"email"`), 400},
	{"a number", apptest.JSON(`5`), 400},
	{"null", apptest.JSON(`null`), 400},
	{"true", apptest.JSON(`true`), 400},
	{"NaN", apptest.JSON(`{"a": NaN}`), 400},
	{"invalid UTF-8", apptest.JSON("{\"email\": \"\xff\xfe\"}"), 400},
	{"UTF-16", apptest.JSON("\xff\xfe{\x00}\x00"), 400},
	{"NUL", apptest.JSON("\x00"), 400},
	{"deep lists", apptest.JSON(strings.Repeat("[", nesting)), 400},
	{"deep objects", apptest.JSON(strings.Repeat(`{"a":`, nesting)), 400},
	{"deep lists in an unknown field", apptest.JSON(`{"a":` + strings.Repeat("[", nesting) + strings.Repeat("]", nesting) + `}`), 400},
	{"2 MiB of JSON", apptest.JSON(`{"email": "` + strings.Repeat("x", twoMiB) + `"}`), 413},
	{"2 MiB of spaces", apptest.JSON(strings.Repeat(" ", twoMiB)), 413},
	{"2 MiB of form", apptest.Form("email", strings.Repeat("x", twoMiB)), 413},
	{"2 MiB of multipart", apptest.Multipart("email", strings.Repeat("x", twoMiB)), 413},
	{"2 MiB of a file", apptest.File("list.bin", strings.Repeat("x", twoMiB)), 413},
	{"form with a bad escape", apptest.Body{Type: "application/x-www-form-urlencoded", Text: "email=%zz"}, 400},
	{"form of invalid UTF-8", apptest.Body{Type: "application/x-www-form-urlencoded", Text: "email=%ff%fe"}, 400},
	{"form with a name of invalid UTF-8", apptest.Body{Type: "application/x-www-form-urlencoded", Text: "%ff=1"}, 400},
	{"multipart without boundary", apptest.Body{Type: "multipart/form-data", Text: "garbage"}, 400},
	{"multipart with an empty boundary", apptest.Body{Type: `multipart/form-data; boundary=""`, Text: "garbage"}, 400},
	{"multipart without its boundary", apptest.Body{Type: "multipart/form-data; boundary=x", Text: "garbage"}, 400},
	{"multipart that breaks off", apptest.Body{Type: "multipart/form-data; boundary=x", Text: "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nabc"}, 400},
	{"multipart with a bad header", apptest.Body{Type: "multipart/form-data; boundary=x", Text: "--x\r\n\x00\r\n\r\nabc\r\n--x--"}, 400},
	{"multipart of invalid UTF-8", apptest.Multipart("email", "\xff"), 400},
	{"multipart of very many parts", apptest.Multipart(slices.Repeat([]string{"email", "a"}, 1500)...), 413},
	{"text/plain", apptest.Body{Type: "text/plain", Text: "email=a"}, 415},
	{"application/xml", apptest.Body{Type: "application/xml", Text: "<email/>"}, 415},
	{"application/yaml", apptest.Body{Type: "application/yaml", Text: "email: a"}, 415},
	{"no content type", apptest.Body{Text: "email=a"}, 415},
	{"a garbled content type", apptest.Body{Type: "application/json;;;=", Text: "{}"}, 415},
	{"2 MiB of text/plain", apptest.Body{Type: "text/plain", Text: strings.Repeat("x", twoMiB)}, 415},
}

// updateTakes are the bodies of broken that partner/update takes for a price
// list, or reads otherwise.
var updateTakes = map[string]int{
	"unparsable": 202, "a closing bracket too much": 202, "two values": 202, "single quotes": 202, "a list": 202, "a list of objects": 202,
	"a string": 202, "a number": 202, "null": 202, "true": 202, "NaN": 202, "invalid UTF-8": 202, "UTF-16": 202, "NUL": 202,
	"deep lists": 202, "deep objects": 202, "deep lists in an unknown field": 202,
	"2 MiB of JSON": 202, "2 MiB of spaces": 202, "2 MiB of a file": 202, "2 MiB of multipart": 400, "multipart of very many parts": 400,
	"text/plain": 202, "application/xml": 202, "application/yaml": 202, "no content type": 202, "a garbled content type": 400, "2 MiB of text/plain": 202,
}

// Bodies that can't be read: the right status in the envelope, and nothing
// changed.
func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		withBody(t, openAPI(t, a), func(t *testing.T, method, path string, _ map[string]any) {
			t.Parallel()
			g := good[method+" "+path]
			a, file := open(t)
			// What is taken for a price list makes a record of itself, and no more.
			before := readTables(t, file, besides(path)...)
			empty := 400
			if g.silent {
				empty = 200
			}
			for _, media := range []string{"", "application/json", "application/x-www-form-urlencoded", "text/plain"} {
				r := a.Do(t, w.people[g.role].Person, method, w.address(method, path), apptest.Body{Type: media}, "Prefer", "respond-async")
				checkRefused(t, "an empty body of "+media, r, empty)
			}
			if g.silent { // it may have cleared what it did not say
				a, file = open(t)
			}
			for some := range slices.Chunk(broken, 15) { // more lists than that would have to wait
				for _, x := range some {
					want := x.status
					if taken := updateTakes[x.name]; taken != 0 && slices.Contains(takesLists, path) {
						want = taken
					}
					checkRefused(t, x.name, a.Do(t, w.people[g.role].Person, method, w.address(method, path), x.body, "Prefer", "respond-async"), want)
				}
				if changed := before.changed(readTables(t, file, besides(path)...)); len(changed) > 0 {
					t.Errorf("changed: %v", changed)
				}
				if a, file = open(t); file == "" && slices.Contains(takesLists, path) {
					break // the database is not a fresh one
				}
			}
		})
	})
}

func checkRefused(t *testing.T, name string, r apptest.Answer, want int) {
	t.Helper()
	if r.Status != want {
		t.Errorf("%s: status %d, want %d: %.300s", name, r.Status, want, r.Text)
	}
	checkForm(t, r)
}

// withBody calls f as a subtest for each operation that reads JSON, by its
// path below the prefix, with the schema of its JSON.
func withBody(t *testing.T, doc document, f func(t *testing.T, method, path string, schema map[string]any)) {
	t.Helper()
	seen := 0
	doc.operations(func(method, path string, op map[string]any) {
		content := object(object(op["requestBody"])["content"])
		if content["application/json"] == nil {
			return // none, or bytes alone
		}
		path = strings.TrimPrefix(path, "/api/v1/")
		if _, there := good[method+" "+path]; !there {
			t.Errorf("%s %s reads a body: good has no entry for it", method, path)
			return
		}
		seen++
		schema := object(object(content["application/json"])["schema"])
		if ref, is := schema["$ref"].(string); is {
			schema = doc.resolve(ref)
		}
		t.Run(method+" "+path, func(t *testing.T) { f(t, method, path, schema) })
	})
	if seen != len(good) {
		t.Errorf("%d operations read a body, good has %d", seen, len(good))
	}
}

// none is the name of no field.
const none = "-"

// fieldsJSON writes an object, one field of which may have another value.
func fieldsJSON(fields map[string]string, name, value string) string {
	var list []string
	for _, n := range slices.Sorted(maps.Keys(fields)) {
		v := fields[n]
		if n == name {
			v = value
		}
		list = append(list, strconv.Quote(n)+": "+v)
	}
	return "{" + strings.Join(list, ", ") + "}"
}
