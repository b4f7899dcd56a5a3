package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/web/api"
)

// Some thousand requests by chance, the same ones every time: never a failure
// of the service, always JSON, every failure in the envelope.
func TestRandomRequests(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		g := &chance{Rand: rand.New(rand.NewPCG(2026, 11)), world: w, ops: a.API.Operations()}
		slices.SortFunc(g.ops, func(a, b api.Operation) int { return cmp.Compare(a.Method+a.Path, b.Method+b.Path) })
		statuses := map[int]int{}
		for range 3000 {
			statuses[g.request(t, a)]++
		}
		for _, status := range []int{200, 202, 400, 401, 403, 404, 406, 415} {
			if statuses[status] == 0 {
				t.Errorf("no answer was %d: %v", status, statuses)
			}
		}
	})
}

func (g *chance) request(t *testing.T, a *apptest.App) int {
	t.Helper()
	op := pick(g, g.ops...)
	name := op.Method + " " + strings.TrimPrefix(op.Path, "/api/v1/")
	for slices.Contains(slow, name) && g.IntN(20) > 0 {
		op = pick(g, g.ops...)
		name = op.Method + " " + strings.TrimPrefix(op.Path, "/api/v1/")
	}
	path := strings.NewReplacer("{id}", g.id(), "{secret}", g.id()).Replace(op.Path) + g.query()
	body := g.body(good[name].fields)
	r := a.Do(t, g.people[pick(g, roles...)].Person, op.Method, path, body, g.headers()...)
	if r.Status >= 500 {
		t.Errorf("status %d: %s", r.Status, r.Text)
	}
	checkForm(t, r)
	if t.Failed() {
		t.Fatalf("the request: %s %s of %q %.500q", op.Method, path, body.Type, body.Text)
	}
	return r.Status
}

// slow are the operations that compute a hash of a password, end sign-ins, or wait.
var slow = []string{"POST user/login", "POST user/register", "POST user/details", "POST user/logout", "GET partner/export", "GET admin/export"}

type chance struct {
	*rand.Rand
	*world
	ops []api.Operation
}

func pick[T any](g *chance, list ...T) T { return list[g.IntN(len(list))] }

func (g *chance) id() string {
	return pick(g, "1", "2", "3", url.PathEscape(g.text()), "-1", strconv.FormatInt(g.Int64(), 10), "%00")
}

func (g *chance) query() string {
	if g.IntN(3) > 0 {
		return ""
	}
	name := pick(g, "limit", "cursor", "page", "shop_id", "category_id", "price_min", "price_max", "in_stock", "x", "state", "since", "until", "number", "buyer", "format", "part")
	return "?" + name + "=" + pick(g, "1", "0", "-1", "last", "new", "2026-11-01", "xlsx", "abc", "%00", "%ff", "1,2", g.id())
}

func (g *chance) headers() []string {
	h := []string{"Prefer", pick(g, "respond-async", "wait=0")}
	if g.IntN(10) == 0 {
		h = append(h, "Accept", pick(g, "application/xml", "text/html", "*/*", "", "application/json;q=0"))
	}
	if g.IntN(4) == 0 {
		h = append(h, "Accept-Language", pick(g, "en", "ru", "de", "*", "x;;q=", "en-US,en;q=0.9"))
	}
	return h
}

// body is a body of those fields, with some of them changed, in any encoding.
func (g *chance) body(fields map[string]string) apptest.Body {
	changed := map[string]string{}
	fill := g.filler(g.people[buyer], g.people[otherBuyer])
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch g.IntN(4) {
		case 0:
		case 1:
			changed[name] = g.json(4)
		default:
			changed[name] = fill(fields[name])
		}
	}
	if g.IntN(4) == 0 {
		changed[pick(g, "", "ё", "__proto__", "Status", "\u202e", strings.Repeat("n", 300))] = g.json(2)
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		pairs = append(pairs, name, strings.Trim(changed[name], `"`))
	}
	switch g.IntN(8) {
	case 0, 1:
		return apptest.Form(pairs...)
	case 2:
		return apptest.Multipart(pairs...)
	case 3:
		return apptest.Body{Type: pick(g, "text/plain", "application/json", "", "multipart/form-data; boundary=x"), Text: g.text()}
	case 4:
		b := apptest.JSON(fieldsJSON(changed, none, ""))
		at := g.IntN(len(b.Text))
		b.Text = b.Text[:at] + pick(g, "", "\x00", "\xff", "{", "]", `"`, ",") + b.Text[at+1:]
		return b
	}
	return apptest.JSON(fieldsJSON(changed, none, ""))
}

// json is any value of JSON, of so many levels.
func (g *chance) json(levels int) string {
	if levels == 0 {
		return pick(g, "null", "0")
	}
	switch g.IntN(9) {
	case 0:
		return "null"
	case 1:
		return pick(g, "true", "false")
	case 2:
		return strconv.FormatInt(g.Int64()-g.Int64(), 10)
	case 3:
		return pick(g, "0", "1", "-1", "1.5", "1e400", "-0", "9223372036854775808", strings.Repeat("7", 300))
	case 4:
		return fmt.Sprintf("[%s, %s]", g.json(levels-1), g.json(levels-1))
	case 5:
		return fmt.Sprintf(`{%q: %s, "id": %s}`, pick(g, "product_info", "quantity", "a"), g.json(levels-1), g.json(levels-1))
	case 6:
		return "[]"
	}
	text, _ := json.Marshal(g.text()) // a string always encodes
	return string(text)
}

// text is a short text of letters that mean something somewhere.
func (g *chance) text() string {
	var b strings.Builder
	for range g.IntN(12) {
		b.WriteString(pick(g, "a", "Ж", "1", ",", "[", "]", "{", "}", `"`, `\`, "%", "'", ";", "--", "@", ".", " ", "\n", "\x00", "\u202e", "💥", "%s", "${", "<b>"))
	}
	return b.String()
}
