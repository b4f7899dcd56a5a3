package postman

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"zakup/examples"
)

// newmanRun is a collection on its way to newman: its requests in one row.
type newmanRun struct {
	whole   map[string]any
	items   []map[string]any
	letters map[string]letter // by the variable that takes the token
	mailbox string            // the address that serves the tokens of letters
	lists   string            // the address that serves price lists
	baseURL string
}

func newRun(t *testing.T, p *program, file string, letters map[string]letter) *newmanRun {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := &newmanRun{letters: letters, baseURL: p.url}
	if err := json.Unmarshal(text, &r.whole); err != nil {
		t.Fatal(err)
	}
	r.items = flat(r.whole)
	mux := http.NewServeMux()
	mux.Handle("/lamps.yaml", http.FileServerFS(os.DirFS("testdata")))
	mux.Handle("/elektromir.yaml", http.FileServerFS(examples.Files))
	mux.HandleFunc("/letters/{variable}", func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), patience)
		defer cancel()
		token, err := p.token(ctx, letters[req.PathValue("variable")])
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		fmt.Fprint(w, token)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	r.mailbox, r.lists = s.URL+"/letters/", s.URL
	return r
}

// flat lists the requests of a folder and of the folders in it.
func flat(folder map[string]any) (list []map[string]any) {
	items, _ := folder["item"].([]any)
	for _, v := range items {
		one, _ := v.(map[string]any)
		if one["request"] != nil {
			list = append(list, one)
			continue
		}
		list = append(list, flat(one)...)
	}
	return list
}

func nameOf(one map[string]any) string {
	name, _ := one["name"].(string)
	return name
}

// sort puts the requests in an order.
func (r *newmanRun) sort(t *testing.T, order []string) {
	t.Helper()
	if len(order) != len(r.items) {
		t.Fatalf("%d steps, %d requests", len(order), len(r.items))
	}
	slices.SortFunc(r.items, func(a, b map[string]any) int {
		return slices.Index(order, nameOf(a)) - slices.Index(order, nameOf(b))
	})
}

// names lists what newman is to send.
func (r *newmanRun) names() []string {
	list := make([]string, len(r.items))
	for i, one := range r.items {
		list[i] = nameOf(one)
	}
	return list
}

// openLetters puts a request for the token of a letter before the first request
// that sends it.
func (r *newmanRun) openLetters(t *testing.T) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(r.letters)) {
		i := slices.IndexFunc(r.items, func(one map[string]any) bool {
			text, err := json.Marshal(one["request"])
			return err == nil && strings.Contains(string(text), "{{"+name+"}}")
		})
		if i < 0 {
			t.Fatalf("no request sends %s", name)
		}
		r.items = slices.Insert(r.items, i, map[string]any{
			"name":    "letter: " + name,
			"request": map[string]any{"method": "GET", "url": r.mailbox + name},
			"event": []any{map[string]any{"listen": "test", "script": map[string]any{"exec": []string{
				`pm.test("the letter came", () => pm.response.to.have.status(200));`,
				fmt.Sprintf(`pm.collectionVariables.set(%q, pm.response.text());`, name),
			}}}},
		})
	}
}
