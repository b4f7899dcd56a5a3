package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
)

// suppliersSite serves price lists, and what is no price list.
func suppliersSite(t *testing.T) string {
	t.Helper()
	serve := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/north.yaml", serve(northList))
	mux.HandleFunc("/south.json", serve(southList))
	mux.HandleFunc("/broken.yaml", serve(brokenList))
	mux.Handle("/moved", http.RedirectHandler("/north.yaml", http.StatusFound))
	mux.Handle("/inside", http.RedirectHandler("http://169.254.169.254/latest", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site.URL
}

// brokenList has three errors, in the lines 5, 6 and 7.
const brokenList = `shop: Северный
categories:
  - {id: 1, name: Чай}
goods:
  - {id: 1, category: 9, name: Чай, price: 1, quantity: 1, parameters: {}}
  - {id: 2, category: 1, name: Чай, price: дёшево, quantity: 1, parameters: {}}
  - {id: 3, category: 1, price: 1, quantity: 1, parameters: {}}
`

// Every way in which a price list may come.
func TestUpdate(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		site := suppliersSite(t)
		p := a.Shop(t, "shop@example.com", "")
		doc := openAPI(t, a)
		// The counts tell that the very list was applied: north has three goods,
		// south two others.
		for _, x := range []struct {
			name   string
			body   apptest.Body
			format string
			rows   float64
		}{
			{"address, form", apptest.Form("url", site+"/north.yaml"), "yaml", 3},
			{"address, JSON", apptest.JSON(map[string]any{"url": site + "/south.json"}), "json", 2},
			{"address, multipart", apptest.Multipart("url", site+"/north.yaml"), "yaml", 3},
			{"address, multipart with an empty one before", apptest.Multipart("url", "", "url", site+"/south.json"), "json", 2},
			{"address, redirected", apptest.Form("url", site+"/moved"), "yaml", 3},
			{"file", apptest.File("list.json", southList), "json", 2},
			{"file whose name lies", apptest.File("list.json", northList), "yaml", 3},
			{"raw JSON", apptest.JSON(southList), "json", 2},
			{"raw YAML", apptest.Body{Type: "application/yaml", Text: northList}, "yaml", 3},
			{"raw JSON with a key url", apptest.JSON(strings.Replace(southList, `{`, `{"url": "https://south.example.com/", `, 1)), "json", 2},
			{"raw YAML as text", apptest.Body{Type: "text/yaml; charset=utf-8", Text: northList}, "yaml", 3},
			{"raw JSON as bytes", apptest.Body{Type: "application/octet-stream", Text: southList}, "json", 2},
			{"raw YAML of no type", apptest.Body{Text: northList}, "yaml", 3},
			{"raw YAML with a byte order mark", apptest.Body{Type: "application/x-yaml", Text: "\ufeff" + northList}, "yaml", 3},
		} {
			r := a.Do(t, p, "POST", "partner/update", x.body)
			if r.Status != 200 {
				t.Errorf("%s: %d: %s", x.name, r.Status, r.Text)
				continue
			}
			doc.check(t, "POST", "/api/v1/partner/update", r)
			i := object(r.Object(t)["import"])
			if r.Object(t)["Status"] != true || i["state"] != "applied" || i["rows"] != x.rows || i["format"] != x.format {
				t.Errorf("%s: %s", x.name, r.Text)
			}
			record := a.Get(t, p, r.Header.Get("Location")).Want(t, 200)
			doc.check(t, "GET", "/api/v1/partner/imports/1", record)
			if record.Object(t)["id"] != i["id"] {
				t.Errorf("%s: the record of %v is %s", x.name, i["id"], record.Text)
			}
			if n := len(a.Get(t, p, "products").Want(t, 200).Array(t)); float64(n) != x.rows {
				t.Errorf("%s: %d products", x.name, n)
			}
		}
	})
}

// What can't be taken is refused with the reason; a list with errors with the
// lines of them. The catalogue stays as it was.
func TestUpdateRefused(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		site := suppliersSite(t)
		p := a.Shop(t, "shop@example.com", northList)
		before := a.Get(t, p, "products").Want(t, 200).Text
		doc := openAPI(t, a)
		for _, x := range []struct {
			name   string
			body   apptest.Body
			status int
			code   string
			lines  []string
		}{
			{"errors, file", apptest.File("list.yaml", brokenList), 400, "price_list_refused", []string{"5", "6", "7"}},
			{"errors, raw", apptest.Body{Type: "application/yaml", Text: brokenList}, 400, "price_list_refused", []string{"5", "6", "7"}},
			{"errors, address", apptest.Form("url", site+"/broken.yaml"), 400, "price_list_refused", []string{"5", "6", "7"}},
			{"JSON that breaks off", apptest.JSON(southList[:len(southList)-9]), 400, "price_list_refused", []string{"5"}},
			{"JSON of nothing", apptest.JSON("{"), 400, "price_list_refused", []string{"1"}},
			{"no list at all", apptest.Body{Type: "text/plain", Text: "hello"}, 400, "price_list_refused", []string{"1"}},
			{"a tag", apptest.File("l.yaml", "shop: !!python/object/apply:os.getcwd []\ncategories: []\ngoods: []\n"), 400, "price_list_refused", []string{"1"}},
			{"a picture", apptest.File("l.png", "\x89PNG\r\n\x1a\n\x00\x00"), 415, "price_list_format", nil},
			{"an empty file", apptest.File("l.yaml", ""), 400, "missing_arguments", nil},
			{"spaces", apptest.File("l.yaml", " \n"), 400, "price_list_empty", nil},
			{"no body", apptest.Body{}, 400, "missing_arguments", nil},
			{"no address", apptest.Form("url", ""), 400, "missing_arguments", nil},
			{"no address, JSON", apptest.JSON(`{}`), 400, "missing_arguments", nil},
			{"no address, multipart", apptest.Multipart("name", "x"), 400, "missing_arguments", nil},
			{"a number", apptest.JSON(`{"url": 5}`), 400, "fetch_bad_url", nil},
			{"a list of addresses", apptest.JSON(`{"url": ["` + site + `"]}`), 400, "bad_arguments", nil},
			{"null", apptest.JSON(`{"url": null}`), 400, "bad_arguments", nil},
			{"not an address", apptest.Form("url", "not a url"), 400, "fetch_bad_url", nil},
			{"another scheme", apptest.Form("url", "ftp://example.com/list.yaml"), 400, "fetch_bad_url", nil},
			{"a file of the server", apptest.Form("url", "file:///etc/passwd"), 400, "fetch_bad_url", nil},
			{"NUL", apptest.Multipart("url", site+"/\x00"), 400, "fetch_bad_url", nil},
			{"invalid UTF-8, multipart", apptest.Multipart("url", site+"/\xff"), 400, "malformed", nil},
			{"invalid UTF-8, form", apptest.Form("url", site+"/\xff"), 400, "malformed", nil},
			{"a private address", apptest.Form("url", "http://10.0.0.1/list.yaml"), 400, "fetch_forbidden_address", nil},
			{"redirected inside", apptest.Form("url", site+"/inside"), 400, "fetch_forbidden_address", nil},
			{"redirected to a file", apptest.Form("url", site+"/away"), 400, "fetch_bad_url", nil},
			{"not there", apptest.Form("url", site+"/nothing"), 400, "fetch_failed", nil},
		} {
			r := a.Do(t, p, "POST", "partner/update", x.body)
			checkRefused(t, x.name, r, x.status)
			doc.check(t, "POST", "/api/v1/partner/update", r)
			body := r.Object(t)
			if body["Code"] != x.code {
				t.Errorf("%s: the code is %v, want %s: %s", x.name, body["Code"], x.code, r.Text)
			}
			problems := array(body["Problems"])
			var lines []string
			for _, one := range problems {
				if object(one)["severity"] == "error" {
					lines = append(lines, id(object(one)["line"]))
				}
				if object(one)["message"] == "" || object(one)["code"] == "" {
					t.Errorf("%s: a problem without words: %v", x.name, one)
				}
			}
			if !slices.Equal(lines, x.lines) {
				t.Errorf("%s: errors in the lines %v, want %v: %s", x.name, lines, x.lines, r.Text)
			}
			checkRecord(t, a, p, doc, x.name, body)
		}
		if after := a.Get(t, p, "products").Want(t, 200).Text; after != before {
			t.Errorf("the catalogue changed:\n%s\nbefore:\n%s", after, before)
		}
	})
}

// checkRecord reads the record that a refusal names.
func checkRecord(t *testing.T, a *apptest.App, p apptest.Person, doc document, name string, body map[string]any) {
	t.Helper()
	i, there := body["import"]
	if !there {
		return
	}
	record := a.Get(t, p, "partner/imports/"+id(object(i)["id"])).Want(t, 200)
	doc.check(t, "GET", "/api/v1/partner/imports/1", record)
	kept := record.Object(t)
	shown := array(body["Problems"])
	full := array(kept["problems"])
	if kept["state"] != "refused" || kept["code"] != body["Code"] || len(full) != len(shown) {
		t.Errorf("%s: the record is %s", name, record.Text)
	}
}

// The words of a refusal are those of the language asked for.
func TestUpdateLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	p := a.Shop(t, "shop@example.com", "")
	for language, want := range map[string]string{"en": "The price list has errors; nothing was changed", "ru": "В прайс-листе есть ошибки; ничего не изменено"} {
		r := a.Do(t, p, "POST", "partner/update", apptest.File("l.yaml", brokenList), "Accept-Language", language).Want(t, 400)
		if got := r.Object(t)["Error"]; got != want {
			t.Errorf("%s: %v", language, got)
		}
		cyrillic := strings.ContainsAny(fmt.Sprint(object(array(r.Object(t)["Problems"])[2])["message"]), "аеио")
		if cyrillic != (language == "ru") {
			t.Errorf("%s: %s", language, r.Text)
		}
	}
}

// Prefer says how long the client waits; what is not done then is done later.
func TestUpdatePrefer(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	p := a.Shop(t, "shop@example.com", "")
	for _, prefer := range []string{"respond-async", "Respond-Async, wait=5", "wait=0"} {
		r := a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", northList), "Prefer", prefer)
		if r.Status != 202 && r.Status != 200 || object(r.Object(t)["import"])["id"] == nil {
			t.Fatalf("Prefer %s: %d: %s", prefer, r.Status, r.Text)
		}
		apptest.Until(t, "the list is applied", func() bool {
			return a.Get(t, p, r.Header.Get("Location")).Want(t, 200).Object(t)["state"] == "applied"
		})
	}
	for _, prefer := range []string{"", "wait=99", "wait=1e9", "wait=-1", "wait", "garbage", "wait=5; respond", "return=minimal"} {
		a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", northList), "Prefer", prefer).Want(t, 200)
	}
}

// With no jobs at work the answer is 202 when the client's time is over.
func TestUpdateWithoutJobs(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	p := w.people[shop].Person
	for prefer, most := range map[string]time.Duration{"respond-async": time.Second, "wait=0": time.Second, "wait=1": 5 * time.Second} {
		start := time.Now()
		r := a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", northList), "Prefer", prefer).Want(t, 202)
		if took := time.Since(start); took > most || prefer == "wait=1" && took < time.Second {
			t.Errorf("Prefer %s took %s", prefer, took)
		}
		openAPI(t, a).check(t, "POST", "/api/v1/partner/update", r)
		record := a.Get(t, p, r.Header.Get("Location")).Want(t, 200).Object(t)
		if record["state"] != "received" || record["finished_at"] != nil {
			t.Errorf("Prefer %s: %v", prefer, record)
		}
	}
}

// An offer keeps its id over lists, an absent one is withdrawn and comes back
// under its id, and the name that the list gives the shop counts once.
func TestUpdateAgain(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "shop@example.com", northList)
		ids := func() map[any]any {
			m := map[any]any{}
			for _, o := range a.Get(t, p, "products").Want(t, 200).Array(t) {
				m[o["external_id"]] = o["id"]
			}
			return m
		}
		first := ids()
		without := strings.Replace(northList, "id: A-2", "id: A-9", 1)
		renamed := strings.Replace(without, "shop: Северный", "shop: Другой", 1)
		a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", without)).Want(t, 200)
		second := ids()
		if len(second) != 3 || second["4216292"] != first["4216292"] || second["A-2"] != nil || second["A-9"] == nil {
			t.Errorf("after the second list %v, before %v", second, first)
		}
		a.Get(t, p, "products/"+id(first["A-2"])).Want(t, 404)
		i := object(a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", renamed)).Want(t, 200).Object(t)["import"])
		if i["unchanged"] != 3.0 || i["warnings"] != 1.0 {
			t.Errorf("the same list again, with another name: %v", i)
		}
		if name := a.Get(t, p, "partner/shop").Want(t, 200).Object(t)["name"]; name != "Северный" {
			t.Errorf("the shop is called %v", name)
		}
		a.Do(t, p, "POST", "partner/update", apptest.File("list.yaml", northList)).Want(t, 200)
		if third := ids(); third["A-2"] != first["A-2"] || len(third) != 3 {
			t.Errorf("after the first list again %v, before %v", third, first)
		}
	})
}
