package api_test

import (
	"encoding/json"
	"mime"
	"regexp"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// scenario is requests in their order, each with the literal status of its
// answer and a golden body. What one answer says the next requests can use: a
// name in double braces stands for a value that was kept.
type scenario struct {
	t      *testing.T
	a      *apptest.App
	people map[string]apptest.Person
	kept   map[string]string
	golden *golden
	doc    document
}

// exchange is one request and its answer.
type exchange struct {
	name    string
	who     string // "": anonymous
	method  string
	path    string
	body    content
	status  int
	headers []string          // of the request: names and values in turn
	keep    map[string]string // name: where the value is in the answer, such as "0.id"
	after   string            // a letter in braces that must have come first
}

// content makes a body once its names in braces are known.
type content func(fill func(string) string) apptest.Body

func filled(encode func(...string) apptest.Body, pairs []string) content {
	return func(fill func(string) string) apptest.Body {
		full := fillAll(pairs, fill)
		return encode(full...)
	}
}

func fillAll(pairs []string, fill func(string) string) []string {
	full := make([]string, len(pairs))
	for i, s := range pairs {
		full[i] = fill(s)
	}
	return full
}

// The bodies: names and values in turn, JSON, or any text of any type.
func form(pairs ...string) content  { return filled(apptest.Form, pairs) }
func multi(pairs ...string) content { return filled(apptest.Multipart, pairs) }
func js(text string) content        { return raw("application/json", text) }
func raw(media, text string) content {
	return func(fill func(string) string) apptest.Body { return apptest.Body{Type: media, Text: fill(text)} }
}

func upload(name, text string) content {
	return func(func(string) string) apptest.Body { return apptest.File(name, text) }
}

// play runs a scenario on each database and compares its answers with the
// golden file of the name.
func play(t *testing.T, name string, prepare func(s *scenario), list []exchange) {
	t.Helper()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		s := &scenario{
			t: t, a: a, people: map[string]apptest.Person{}, kept: map[string]string{},
			golden: newGolden(name), doc: openAPI(t, a),
		}
		if prepare != nil {
			prepare(s)
		}
		for _, x := range list {
			s.do(x)
		}
		s.golden.compare(t)
	})
}

func (s *scenario) do(x exchange) {
	s.t.Helper()
	s.fill(x.after)
	body := apptest.Body{}
	if x.body != nil {
		body = x.body(s.fill)
	}
	headers := fillAll(x.headers, s.fill)
	path := s.fill(x.path)
	r := s.a.Do(s.t, s.person(x.who), x.method, path, body, headers...)
	if r.Status != x.status {
		s.t.Errorf("%s: %s %s: status %d, want %d; body %s", x.name, x.method, x.path, r.Status, x.status, r.Text)
		return
	}
	if !strings.HasPrefix(path, "/") {
		path = "/api/v1/" + path
	}
	if r.Text != "" && r.Header.Get("Content-Disposition") == "" {
		if s.doc.find(x.method, path) != nil {
			s.doc.check(s.t, x.method, path, r)
		}
		checkForm(s.t, r)
	}
	s.golden.add(s.t, x.name, s.shown(r))
	for name, where := range x.keep {
		s.kept[name] = s.value(r, where)
	}
}

// shown is an answer as a golden file has it; of a file, what it is and how it
// begins.
func (s *scenario) shown(r apptest.Answer) string {
	if name := r.Header.Get("Content-Disposition"); name != "" {
		_, params, err := mime.ParseMediaType(name)
		if err != nil {
			s.t.Errorf("Content-Disposition %q: %v", name, err)
		}
		begin, _, _ := strings.Cut(r.Text[:min(4, len(r.Text))], "\x03") // a ZIP is one from there on
		return r.Header.Get("Content-Type") + "\n" + yearInName.ReplaceAllString(params["filename"], " <year>-") + "\n" + begin
	}
	return normal(s.t, r.Text, s.a.URL)
}

var yearInName = regexp.MustCompile(` \d{4}-`)

// person is somebody of the scenario, made when first named: shops begin with
// "shop", administrators with "admin".
func (s *scenario) person(name string) apptest.Person {
	s.t.Helper()
	p, known := s.people[name]
	if known || name == "" {
		return p
	}
	switch {
	case strings.HasPrefix(name, "shop"):
		p = s.a.Shop(s.t, name+"@example.com", "")
	case strings.HasPrefix(name, "admin"):
		p = s.a.Person(s.t, name+"@example.com", "admin")
	default:
		p = s.a.Buyer(s.t, name+"@example.com")
	}
	s.people[name] = p
	return p
}

var braces = regexp.MustCompile(`\{\{(.+?)\}\}`)

// fill puts values in place of names: kept ones, the token of a person
// ("token:NAME"), or what the newest letter of a kind brings ("confirm:ADDRESS",
// "reset:ADDRESS", "invitation:ADDRESS", "email_old:ADDRESS", "email_new:ADDRESS").
func (s *scenario) fill(text string) string {
	s.t.Helper()
	return braces.ReplaceAllStringFunc(text, func(m string) string {
		name := strings.Trim(m, "{}")
		if who, is := strings.CutPrefix(name, "token:"); is {
			return s.person(who).Token
		}
		for _, kind := range []string{"confirm", "reset", "invitation", "email_old", "email_new"} {
			if address, is := strings.CutPrefix(name, kind+":"); is {
				return s.letter(kind, address)
			}
		}
		v, known := s.kept[name]
		if !known {
			s.t.Fatalf("nothing was kept as %q", name)
		}
		return v
	})
}

// letter waits for a letter of the kind and takes the token of the newest.
func (s *scenario) letter(kind, address string) (token string) {
	s.t.Helper()
	apptest.Until(s.t, "a letter to "+address, func() bool {
		for _, l := range apptest.To(s.a.Letters(s.t, 1), address) {
			if l.Kind == kind {
				token = l.Token()
			}
		}
		return token != ""
	})
	return token
}

// value takes a value out of an answer by its keys and indexes.
func (s *scenario) value(r apptest.Answer, where string) string {
	s.t.Helper()
	d := json.NewDecoder(strings.NewReader(r.Text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		s.t.Fatalf("%v in %s", err, r.Text)
	}
	for part := range strings.SplitSeq(where, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[part]
		case []any:
			n := int(part[0] - '0')
			if n >= len(in) {
				s.t.Fatalf("no %s in %s", where, r.Text)
			}
			v = in[n]
		}
	}
	switch v := v.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	}
	s.t.Fatalf("no %s in %s", where, r.Text)
	return ""
}
