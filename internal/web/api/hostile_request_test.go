package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zakup/internal/apptest"
)

// attacker makes requests of every operation of the document: right ones, out of
// the authorization matrix, and the same with anything in their places. What
// answers give goes into later requests.
type attacker struct {
	dice
	*world

	doc     *contract
	ids     []string            // seen anywhere: somebody's, or nobody's
	cursors []string            // seen anywhere
	tags    []string            // of versions
	links   map[string][]string // by the role that was given them
}

// bait is the address that stands for those of others in what is sent: it is
// nobody's of the roles, so that no marker of theirs comes in by a request.
const bait = "third@example.com"

func newAttacker(d dice, w *world, doc *contract) *attacker {
	return &attacker{dice: d, world: w, doc: doc, links: map[string][]string{}}
}

// next makes a request.
func (a *attacker) next() request {
	op := a.doc.one(a.dice)
	tries := access[op.method+" "+strings.TrimPrefix(op.path, "/api/v1/")]
	x := pick(a.dice, tries...)
	q := request{role: pick(a.dice, roles...), method: op.method}
	if !a.oneIn(3) {
		q.role = pick(a.dice, meant(x)...)
	}
	me := a.people[q.role]
	values := a.filler(me, a.foreign(q.role))
	fill := func(text string) string { return values(strings.ReplaceAll(text, "{{their.email}}", bait)) }
	q.target = a.target(op, fill(x.path))
	a.authorize(&q, me)
	a.addHeaders(op, &q)
	if len(op.body) > 0 || x.body != nil {
		var base apptest.Body
		if x.body != nil {
			base = x.body(fill)
		}
		media, body := a.content(op, base, fill)
		q.body = body
		if media != "" {
			q.headers = append(q.headers, [2]string{"Content-Type", media})
		}
	}
	a.spoil(&q)
	return q
}

// meant are the roles of which the try is not refused, if there are any.
func meant(x try) []string {
	var list []string
	for i, role := range roles {
		if x.want[i] < 400 {
			list = append(list, role)
		}
	}
	if list == nil {
		return roles
	}
	return list
}

// id is own, foreign, or of nobody.
func (a *attacker) id() string {
	if len(a.ids) > 0 && !a.oneIn(3) {
		return pick(a.dice, a.ids...)
	}
	return strconv.Itoa(a.IntN(30))
}

// target is the path of an operation with its query: that of the matrix, or
// with other ids and arguments.
func (a *attacker) target(op *documented, base string) string {
	path, query, _ := strings.Cut(base, "?")
	if !strings.HasPrefix(path, "/") {
		path = "/api/v1/" + path
	}
	if a.oneIn(2) {
		parts := slices.Clone(op.parts)
		for i, part := range parts {
			if strings.HasPrefix(part, "{") {
				parts[i] = pick(a.dice, a.id(), a.id(), a.id(), strings.ReplaceAll(a.escape(a.text()), "+", "%20"))
			}
		}
		path = strings.Join(parts, "/")
	}
	var list []string
	if query != "" {
		list = append(list, query)
	}
	for _, p := range op.parameters {
		if p["in"] != "query" || !a.oneIn(3) {
			continue
		}
		name, _ := p["name"].(string)
		value := a.argument(a.doc.document, object(p["schema"]), a.id)
		if name == "cursor" && len(a.cursors) > 0 && a.oneIn(2) {
			value = pick(a.dice, a.cursors...)
		}
		list = append(list, url.QueryEscape(name)+"="+a.escape(value))
	}
	if a.oneIn(30) {
		list = append(list, pick(a.dice, "=", "&&", "x[]=1", "__proto__=1", "limit=1&limit=2", "a;b", "%", strings.Repeat("y", 5000)))
	}
	if len(list) == 0 {
		return path
	}
	return path + "?" + strings.Join(list, "&")
}

// authorize says who sends the request, or that a machine of theirs does, mostly
// as it should be.
func (a *attacker) authorize(q *request, me *somebody) {
	token := me.Token
	if me.key != "" && a.oneIn(8) {
		token = me.key
	}
	if token == "" {
		q.own = true
		return
	}
	value := pick(a.dice, "Token ", "Token ", "Token ", "token ", "Bearer ") + token
	q.own = !a.oneIn(25)
	if !q.own {
		value = pick(a.dice, "Token", "Token "+token[1:], "Token "+token+"0", "Basic eDp5", "Basic "+token, "Token "+strings.ToUpper(token), "Token  x y", "\u202e", "Token "+a.text())
	}
	q.headers = append(q.headers, [2]string{"Authorization", value})
}

// addHeaders adds those that the document names, and others that mean something.
func (a *attacker) addHeaders(op *documented, q *request) {
	set := func(name string, values ...string) {
		q.headers = append(q.headers, [2]string{name, pick(a.dice, values...)})
	}
	for _, p := range op.parameters {
		name, _ := p["name"].(string)
		switch {
		case p["in"] != "header" || name == "Prefer" || !a.oneIn(6):
		case name == "Idempotency-Key":
			set(name, "key-1", "key-2", "key-3", strconv.FormatInt(a.Int64(), 36), a.text(), strings.Repeat("k", 256))
		case name == "If-Match":
			set(name, append(slices.Clone(a.tags), `"1"`, `W/"1"`, "*", "1", `"x"`, `"1", "2"`, `"99999999999999999999"`, a.text())...)
		default:
			set(name, a.text())
		}
	}
	// Without jobs nothing is ready, so nobody waits.
	set("Prefer", "respond-async", "respond-async", "wait=0", "wait=99999999999999999999, respond-async", "wait=-1,respond-async;x", "respond-async, return=minimal")
	if a.oneIn(15) {
		set("Accept", "application/json", "*/*", "text/html", "application/xml", "application/json;q=0", "application/pdf", ";;", a.text())
	}
	if a.oneIn(8) {
		set("Accept-Language", "en", "ru", "de", "en-US,en;q=0.9", "*", "x;;q=", strings.Repeat("en,", 500), a.text())
	}
	if a.oneIn(15) {
		set(pick(a.dice, "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "Range", "If-None-Match", "If-Modified-Since", "Origin", "Cookie",
			"Content-Encoding", "Referer", "User-Agent", "Accept-Encoding", "X-Request-Id", "Forwarded", "Access-Control-Request-Method"),
			"127.0.0.1", "DELETE", "bytes=0-5", "bytes=9-1,-1", "*", "null", "https://evil.example", "zakup_exchange=x", "gzip", "x=1; x=2", a.text())
	}
}

// content is a body: that of the matrix, one of the schema, one with something
// else in a field, or no body of anything; in an encoding of the document or not.
func (a *attacker) content(op *documented, base apptest.Body, fill func(string) string) (media, body string) {
	name := op.method + " " + strings.TrimPrefix(op.path, "/api/v1/")
	if a.oneIn(4) && base.Text != "" {
		return base.Type, base.Text
	}
	schema := object(object(op.body["application/json"])["schema"])
	if ref, is := schema["$ref"].(string); is {
		schema = a.doc.resolve(ref)
	}
	properties := object(schema["properties"])
	var list [][2]string // names and values in JSON
	for _, field := range sortedKeys(properties) {
		value := fill(good[name].fields[field])
		switch n := a.IntN(10); {
		case n == 0:
			continue
		case n == 1:
			value = a.json(3)
		case n < 4 || value == "":
			value = a.of(a.doc.document, object(properties[field]), a.id, 3)
		}
		list = append(list, [2]string{field, value})
	}
	if a.oneIn(8) {
		list = append(list, [2]string{pick(a.dice, "", "ё", "__proto__", "Status", "id", "user_id", "type", "is_admin", "\u202e", strings.Repeat("n", 300)), a.json(2)})
	}
	if len(list) > 0 && a.oneIn(10) {
		list = append(list, [2]string{list[0][0], a.json(2)}) // a name twice
	}
	switch a.IntN(9) {
	case 0, 1:
		body := apptest.Form(texts(list)...)
		return body.Type, body.Text
	case 2:
		body := apptest.Multipart(texts(list)...)
		return body.Type, body.Text
	case 3:
		return pick(a.dice, "application/json", "application/octet-stream", "application/yaml", "text/plain", "", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
			"application/json; charset=utf-16", "application/json;;;=", a.text()), pick(a.dice, a.text(), base.Text, northList, "a=%zz", "--x\r\n\r\n", a.json(3))
	case 4:
		body := objectOf(list)
		at := a.IntN(len(body))
		return "application/json", body[:at] + pick(a.dice, "", "\x00", "\xff", "{", "]", `"`, ",", a.json(1)) + body[at+1:]
	case 5:
		if a.oneIn(20) {
			return "application/json", objectOf(append(list, [2]string{"x", `"` + strings.Repeat("x", pick(a.dice, 1<<16, 1<<20-300, 1<<20+1)) + `"`}))
		}
	}
	return "application/json", objectOf(list)
}

func objectOf(list [][2]string) string {
	var fields []string
	for _, f := range list {
		fields = append(fields, strconv.Quote(f[0])+": "+f[1])
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// texts are names and values in turn, for a form.
func texts(list [][2]string) (pairs []string) {
	for _, f := range list {
		text := f[1]
		_ = json.Unmarshal([]byte(f[1]), &text) // what is no string stays as it is
		pairs = append(pairs, f[0], text)
	}
	return pairs
}

// spoil changes the method or the path now and then, or follows a link.
func (a *attacker) spoil(q *request) {
	switch a.IntN(60) {
	case 0:
		q.method = pick(a.dice, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodTrace, "FOO", http.MethodDelete, http.MethodPut, http.MethodGet, http.MethodPost, "get")
	case 1:
		at := a.IntN(len(q.target))
		q.target = q.target[:at] + pick(a.dice, "/", "//", "/../", "/./", "%2e%2e/", "%00", "\\", "x", ";", "%", " ", "\u00e9") + q.target[at:]
	case 2, 3:
		if links := a.links[q.role]; len(links) > 0 {
			q.method, q.target, q.body = http.MethodGet, pick(a.dice, links...), ""
		}
	}
}

// kept is how many things of a kind are remembered.
const kept = 200

// learn remembers what an answer gives.
func (a *attacker) learn(q request, r reply) {
	if r.status >= 400 || !q.own {
		return
	}
	if tag := r.header.Get("ETag"); tag != "" {
		a.tags = remember(a.tags, tag)
	}
	for _, link := range []string{r.header.Get("Link"), r.header.Get("Location")} {
		link, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
		a.follow(q.role, link)
	}
	a.harvest(q.role, "", r.decoded())
}

func (a *attacker) follow(role, link string) {
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/api/") {
		return
	}
	a.links[role] = remember(a.links[role], u.RequestURI())
	if cursor := u.Query().Get("cursor"); cursor != "" {
		a.cursors = remember(a.cursors, cursor)
	}
}

func (a *attacker) harvest(role, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range sortedKeys(v) {
			a.harvest(role, name, v[name])
		}
	case []any:
		for _, item := range v[:min(3, len(v))] {
			a.harvest(role, name, item)
		}
	case json.Number:
		if name == "id" || strings.HasSuffix(name, "_id") || name == "shop" || name == "user" || name == "version" {
			a.ids = remember(a.ids, v.String())
		}
	case string:
		if name == "url" || name == "next" || name == "previous" {
			a.follow(role, v)
		}
	}
}

func remember(list []string, v string) []string {
	if slices.Contains(list, v) {
		return list
	}
	if len(list) == kept {
		list = list[1:]
	}
	return append(list, v)
}
