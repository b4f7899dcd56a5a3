package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/db/dbtest"
)

const shopEmail = "shop@example.com"

// listFile writes a price list to a file and returns its path.
func listFile(t *testing.T, list string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.yaml")
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// listServer answers with a price list, on this machine.
func listServer(t *testing.T, list string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(list))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/list.yaml"
}

// brokenList has an error in its line 8.
const brokenList = `shop: Электромир
categories:
  - {id: 1, name: Чай}
goods:
  - {id: 1, category: 1, name: Чай чёрный, price: 100, price_rrc: 150, quantity: 5}
  - id: 2
    category: 1
    price: дорого
    name: Чай зелёный
    price_rrc: 150
    quantity: 5
`

func TestImport(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		addUser(t, env, shopEmail, "shop")
		addUser(t, env, "buyer@example.com", "buyer")
		in := func(source string) ended { return zakup(t, env, "import", "--shop-email", shopEmail, source) }

		steps := []struct{ name, source, want string }{
			{"a file", listFile(t, apptest.List("Чайная", "Чай", 3)), "import 1 is applied: 3 new, 0 changed, 0 unchanged, 0 withdrawn; 0 warnings\n"},
			{"an address", listServer(t, apptest.List("Чайная", "Чай", 2)), "import 2 is applied: 0 new, 0 changed, 2 unchanged, 1 withdrawn; 0 warnings\n"},
		}
		for _, s := range steps {
			got := in(s.source).ok(t)
			if got.stdout != s.want || got.stderr != "" {
				t.Errorf("%s: want %q, got %s", s.name, s.want, got)
			}
		}
		got := in(listFile(t, brokenList))
		if got.code != exitFailed || got.stdout != "" {
			t.Errorf("a broken list: %s", got)
		}
		for _, want := range []string{"line 8: error: ", "zakup: import 3 is refused: "} {
			if !strings.Contains("\n"+got.stderr, "\n"+want) {
				t.Errorf("a broken list: no line %q in %s", want, got.stderr)
			}
		}
		p := serve(t, env)
		if n := len(p.offers(t)); n != 2 {
			t.Errorf("%d offers after all", n)
		}
		p.stop(t)
	})
}

func TestImportFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := settings("sqlite:"+filepath.Join(dir, "zakup.db"), dir, "ZAKUP_FETCH_ALLOW=")
	addUser(t, env, shopEmail, "shop")
	addUser(t, env, "buyer@example.com", "buyer")
	list := listFile(t, apptest.List("Чайная", "Чай", 1))
	private := listServer(t, apptest.List("Чайная", "Чай", 1))
	cases := map[string]struct{ email, source, want string }{
		"an unknown address":  {"nobody@example.com", list, "nobody@example.com: "},
		"somebody not a shop": {"buyer@example.com", list, "buyer@example.com: You have no shop"},
		"no such file":        {shopEmail, filepath.Join(dir, "absent.yaml"), "no such file"},
		"a folder":            {shopEmail, dir, "is a directory"},
		"an empty file":       {shopEmail, listFile(t, ""), "is refused: "},
		"a private address":   {shopEmail, private, "not public"},
		"not an address":      {shopEmail, "http://", "An address such as"},
		"another scheme":      {shopEmail, "ftp://example.org/list.yaml", "no such file"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := zakup(t, env, "import", "--shop-email", c.email, c.source)
			if got.code != exitFailed || got.stdout != "" || !strings.Contains(got.stderr, c.want) {
				t.Errorf("want %q, got %s", c.want, got)
			}
			if strings.Contains(got.stderr, private) {
				t.Errorf("the address is told, which may hold a secret: %s", got)
			}
		})
	}
}

// A list may be imported while the program serves: whoever of the two does the
// work, it is done once, and seen by both.
func TestImportBesideServe(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		p := serve(t, settings(url, t.TempDir()))
		s := p.person(t, shopEmail, "shop")
		for n := 1; n <= 3; n++ {
			got := zakup(t, p.env, "import", "--shop-email", shopEmail, listFile(t, apptest.List("Чайная", "Чай", n))).ok(t)
			if !strings.Contains(got.stdout, ": 1 new, 0 changed, ") {
				t.Errorf("list %d: %s", n, got)
			}
			if have := len(p.offers(t)); have != n {
				t.Errorf("%d offers of %d", have, n)
			}
		}
		imports := p.Get(t, s, "partner/imports").Want(t, 200).Array(t)
		if len(imports) != 3 {
			t.Errorf("imports: %v", imports)
		}
		p.stop(t)
	})
}

func TestTheBarIsDrawn(t *testing.T) {
	t.Parallel()
	now := time.Now()
	cases := map[string]struct {
		i    pricelist.Import
		want string
	}{
		"fetching, of unknown size": {pricelist.Import{State: pricelist.Received}, "[                              ] received 0 goods"},
		"half way":                  {pricelist.Import{State: pricelist.Read, Size: 1000, Done: 500, Rows: 12}, "[===============               ] read     12 goods"},
		"read":                      {pricelist.Import{State: pricelist.Read, Size: 1000, Done: 1000, Rows: 25}, "[==============================] read     25 goods"},
		"more than said":            {pricelist.Import{State: pricelist.Read, Size: 10, Done: 1000, Rows: 25}, "[==============================] read     25 goods"},
		"applied":                   {pricelist.Import{State: pricelist.Applied, Rows: 25, FinishedAt: &now}, "[==============================] applied  25 goods"},
		"held":                      {pricelist.Import{State: pricelist.Held, Size: 1000, Done: 10, Rows: 25}, "[==============================] held     25 goods"},
		"refused":                   {pricelist.Import{State: pricelist.Refused, Size: 1000, Done: 10, FinishedAt: &now}, "[==============================] refused  0 goods"},
	}
	for name, c := range cases {
		if diff := cmp.Diff(c.want, drawn(c.i)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
