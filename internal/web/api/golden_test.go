package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is a file of answers, each below a line with its name. The statuses of
// the answers are not in it: they are literals in the tests, where a new golden
// file can't hide them.
type golden struct {
	path string
	got  []string // names in the order in which they came
	text map[string]string
}

func newGolden(name string) *golden {
	return &golden{path: filepath.Join("testdata", name+".golden"), text: map[string]string{}}
}

const head = "=== "

// add notes an answer.
func (g *golden) add(t *testing.T, name, text string) {
	t.Helper()
	if _, twice := g.text[name]; twice {
		t.Fatalf("two answers are named %q", name)
	}
	g.got = append(g.got, name)
	g.text[name] = text
}

// compare tells what differs from the file, or writes it with -update.
func (g *golden) compare(t *testing.T) {
	t.Helper()
	if *update {
		var b strings.Builder
		for _, name := range g.got {
			b.WriteString(head + name + "\n" + g.text[name] + "\n")
		}
		if err := os.MkdirAll(filepath.Dir(g.path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(g.path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	file, err := os.ReadFile(g.path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	want := map[string]string{}
	for section := range strings.SplitSeq(strings.TrimPrefix(string(file), head), "\n"+head) {
		name, text, _ := strings.Cut(section, "\n")
		want[name] = strings.TrimSuffix(text, "\n")
	}
	for _, name := range g.got {
		if diff := cmp.Diff(want[name], g.text[name]); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", g.path, name, diff)
		}
		delete(want, name)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		t.Errorf("%s: nothing answered %q", g.path, name)
	}
}

// Values that are other ones in every run, by their keys.
var volatile = map[string]string{
	"id": "<id>", "shop": "<id>", "shop_id": "<id>", "product_info": "<id>", "Token": "<token>", "RequestId": "<request>",
	"user": "<id>", "request": "<request>", "at": "<time>",
	"dt": "<time>", "created_at": "<time>", "finished_at": "<time>",
	"last_used_at": "<when>", "key": "<key>", "expires_at": "<time>",
}

var (
	numberOfYear = regexp.MustCompile(`^\d{4}-(\d{6})`)
	idOfKind     = regexp.MustCompile(`/\d+$`)
	keyInText    = regexp.MustCompile(`pk "\d+"`)
	utcTime      = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
)

// normal writes a JSON answer with sorted keys, its numbers as they came, and
// in place of what changes from run to run the names of it.
func normal(t *testing.T, text, url string) string {
	t.Helper()
	if text == "" {
		return "(no body)"
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(steady(t, "", v)); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), url, "<url>")
}

func steady(t *testing.T, key string, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = steady(t, k, v[k])
		}
		return v
	case []any:
		for i := range v {
			v[i] = steady(t, key, v[i])
		}
		return v
	case nil:
		if name := volatile[key]; name == "<when>" {
			return name
		}
		return nil
	case json.Number:
		if name := volatile[key]; name == "<id>" {
			return name
		}
		return v
	case string:
		switch name := volatile[key]; {
		case name == "<time>" && !utcTime.MatchString(v):
			t.Errorf("%s is %q, not a time in UTC", key, v)
		case name != "" && name != "<id>":
			return name
		case key == "subject":
			return idOfKind.ReplaceAllString(v, "/<id>")
		case key == "number":
			return numberOfYear.ReplaceAllString(v, "<year>-$1")
		}
		return keyInText.ReplaceAllString(v, `pk "<id>"`)
	}
	return v
}
