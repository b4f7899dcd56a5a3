package pricelist_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/pricelist"
)

func TestABrokenListIsRefusedWhole(t *testing.T) {
	const text = `shop: Другое имя
categories: [{id: 1, name: Новая}]
goods:
- {id: 1, category: 1, name: Товар 1, price: 7, quantity: 1}
- {id: 2, category: 1, name: Товар 2, price: -7, quantity: 1}
- {id: 3, category: 9, name: Товар 3, price: 7, quantity: 1}
- id: 4
  category: 1
  name: Товар 4
  price: 7
  quantity: много
- {id: 1, category: 1, name: Снова, price: 7, quantity: 1}
`
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 100))
		before := m.Tables(t, markettest.Catalogue...)
		i := load(t, m, shop, text)
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
		if i.State != pricelist.Refused || i.Code != pricelist.BrokenList.Code || i.Reason != pricelist.BrokenList.Text ||
			i.Errors != 3 || i.Warnings != 1 || i.FinishedAt == nil {
			t.Errorf("%+v", i)
		}
		problems, err := m.Lists.Problems(t.Context(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%d %s %s of %s", p.Line, p.Severity, p.Field, p.ExternalID))
			if p.Text.RU == "" || p.Text.EN == "" || p.Code == "" {
				t.Errorf("%+v says nothing", p)
			}
		}
		want := []string{"5 error price of 2", "6 error category of 3", "11 warning quantity of 4", "12 error id of 1"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// Each file that the reader is tested with, too.
func TestBadFilesChangeNothing(t *testing.T) {
	files, err := filepath.Glob("reading/testdata/bad/*")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 100))
		before := m.Tables(t, markettest.Catalogue...)
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			i := load(t, m, shop, string(text))
			if i.State != pricelist.Refused || i.Code == "" || i.Reason.RU == "" || i.Reason.EN == "" {
				t.Errorf("%s: %+v", name, i)
			}
			problems, err := m.Lists.Problems(t.Context(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			if i.Code == pricelist.BrokenList.Code && (len(problems) == 0 || problems[0].Line == 0) {
				t.Errorf("%s: no line is named: %+v", name, problems)
			}
			if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
				t.Fatalf("%s changed the catalogue (-before +after)\n%s", name, diff)
			}
		}
	})
}

func TestAddressesThatGiveNoList(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/empty":
		case "/page":
			_, _ = fmt.Fprint(w, "<!doctype html><html><body>Добро пожаловать</body></html>")
		case "/large":
			w.Header().Set("Content-Length", strconv.Itoa(pricelist.MaxBytes+1))
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 100))
		before := m.Tables(t, markettest.Catalogue...)
		for _, c := range []struct{ url, code string }{
			{server.URL + "/absent", "fetch_failed"},
			{server.URL + "/empty", "price_list_empty"},
			{server.URL + "/page", "price_list_format"},
			{server.URL + "/large", "fetch_too_large"},
			{server.URL + "/inside", "fetch_forbidden_address"},
			{gone.URL, "fetch_failed"},
			{strings.Replace(server.URL, "127.0.0.1", "127.0.0.2", 1), "fetch_forbidden_address"},
			{"http://10.0.0.1/list.yaml", "fetch_forbidden_address"},
			{"http://[::1]/list.yaml", "fetch_forbidden_address"},
		} {
			id, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, c.url, pricelist.Options{})
			if err != nil {
				t.Fatalf("%s: %v", c.url, err)
			}
			i := work(t, m, shop, id)
			if i.State != pricelist.Refused || i.Code != c.code || i.Reason.RU == "" || i.URL != c.url {
				t.Errorf("%s: %+v, want %s", c.url, i, c.code)
			}
		}
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
	})
}

// What can be told at once is, and leaves no record.
func TestRefusedAtTheDoor(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		before := m.Tables(t)
		for _, url := range []string{"", "file:///etc/passwd", "ftp://example.com/x", "http://user:key@example.com/", "example.com/x"} {
			_, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, url, pricelist.Options{})
			if code := markettest.Code(t, err); code != "fetch_bad_url" {
				t.Errorf("%q: %q", url, code)
			}
		}
		_, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", io.LimitReader(blanks{}, pricelist.MaxBytes+1), pricelist.Options{})
		if code := markettest.Code(t, err); code != "price_list_too_large" {
			t.Errorf("a long file: %q", code)
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
	})
}

// blanks is a file without end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
