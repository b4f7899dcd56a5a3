package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/web/api"
)

// client is a 1C of a supplier.
type client struct {
	app            *apptest.App
	email          string
	password       string // "": that of everybody here
	cookie, sessid string
}

// call makes a request and returns the lines of the answer.
func (c *client) call(t *testing.T, method, kind, mode, file, body string) []string {
	t.Helper()
	q := url.Values{"type": {kind}, "mode": {mode}}
	if file != "" {
		q.Set("filename", file)
	}
	if c.sessid != "" {
		q.Set("sessid", c.sessid)
	}
	return strings.Split(strings.TrimSuffix(c.raw(t, method, q.Encode(), body), "\n"), "\n")
}

func (c *client) raw(t *testing.T, method, query, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.app.URL+api.Prefix+"/partner/exchange/1c?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/plain")
	if c.email != "" {
		password := c.password
		if password == "" {
			password = apptest.Password
		}
		req.SetBasicAuth(c.email, password)
	}
	if c.cookie != "" {
		req.Header.Set("Cookie", c.cookie)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", query, resp.StatusCode, err, text)
	}
	return string(text)
}

// first fails the test unless the answer begins with that line.
func first(t *testing.T, what string, answer []string, want string) []string {
	t.Helper()
	if answer[0] != want {
		t.Fatalf("%s: %q, want %s", what, answer, want)
	}
	return answer
}

// signIn opens a session of the supplier, as 1C does.
func exchangeIn(t *testing.T, a *apptest.App, email string) *client {
	t.Helper()
	return (&client{app: a, email: email}).in(t)
}

func (c *client) in(t *testing.T) *client {
	t.Helper()
	lines := first(t, "checkauth", c.call(t, "GET", "catalog", "checkauth", "", ""), "success")
	if len(lines) != 5 || !strings.HasPrefix(lines[3], "sessid=") {
		t.Fatalf("checkauth: %q", lines)
	}
	// What follows is known by the cookie alone.
	c.email, c.cookie, c.sessid = "", lines[1]+"="+lines[2], strings.TrimPrefix(lines[3], "sessid=")
	lines = c.call(t, "GET", "catalog", "init", "", "")
	want := []string{"zip=yes", "file_limit=10485760", "sessid=" + c.sessid, "version=3.1"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Fatalf("init (-want +got)\n%s", diff)
	}
	return c
}

// send sends a file in parts of at most so many bytes.
func (c *client) send(t *testing.T, name, text string, part int) {
	t.Helper()
	for len(text) > 0 {
		n := min(part, len(text))
		first(t, "file "+name, c.call(t, "POST", "catalog", "file", name, text[:n]), "success")
		text = text[n:]
	}
}

// take has a file imported, asking again while it is told to.
func (c *client) take(t *testing.T, name string) []string {
	t.Helper()
	var lines []string
	apptest.Until(t, "the import of "+name, func() bool {
		lines = c.call(t, "GET", "catalog", "import", name, "")
		return lines[0] != "progress"
	})
	return lines
}

const cmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<КоммерческаяИнформация ВерсияСхемы="%s" ДатаФормирования="2026-05-04T09:30:00">`

// cmlGoods is how many goods the lists have.
const cmlGoods = 3

// cmlImport is a catalogue without prices.
func cmlImport(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, cmlHead, version)
	b.WriteString(`<Классификатор><Ид>k</Ид><Наименование>Классификатор</Наименование><Группы><Группа><Ид>g1</Ид><Наименование>Чай</Наименование></Группа></Группы></Классификатор>` +
		`<Каталог СодержитТолькоИзменения="false"><Ид>c</Ид><ИдКлассификатора>k</ИдКлассификатора><Наименование>Каталог</Наименование><Товары>`)
	for i := 1; i <= cmlGoods; i++ {
		fmt.Fprintf(&b, `<Товар><Ид>id-%d</Ид><Артикул>T%d</Артикул><Наименование>Чай %d</Наименование><БазоваяЕдиница Код="796">шт</БазоваяЕдиница><Группы><Ид>g1</Ид></Группы></Товар>`, i, i, i)
	}
	b.WriteString(`</Товары></Каталог></КоммерческаяИнформация>`)
	return b.String()
}

// cmlOffers is the package of offers: with prices, with stock, or neither.
func cmlOffers(version string, prices, stock bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, cmlHead, version)
	b.WriteString(`<ПакетПредложений СодержитТолькоИзменения="false"><Ид>c#</Ид><Наименование>Предложения</Наименование><ИдКаталога>c</ИдКаталога>` +
		`<ТипыЦен><ТипЦены><Ид>p1</Ид><Наименование>Оптовая</Наименование><Валюта>RUB</Валюта></ТипЦены></ТипыЦен><Предложения>`)
	for i := 1; i <= cmlGoods; i++ {
		fmt.Fprintf(&b, `<Предложение><Ид>id-%d</Ид>`, i)
		if version[0] == '2' || !prices && !stock { // the later ones have a file for each thing
			fmt.Fprintf(&b, `<Наименование>Чай %d</Наименование>`, i)
		}
		if prices {
			fmt.Fprintf(&b, `<Цены><Цена><ИдТипаЦены>p1</ИдТипаЦены><ЦенаЗаЕдиницу>%d.50</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены>`, 100+i)
		}
		if stock && strings.HasPrefix(version, "3") {
			b.WriteString(`<Остатки><Остаток><Количество>7</Количество></Остаток></Остатки>`)
		} else if stock {
			b.WriteString(`<Количество>7</Количество>`)
		}
		b.WriteString(`</Предложение>`)
	}
	b.WriteString(`</Предложения></ПакетПредложений></КоммерческаяИнформация>`)
	return b.String()
}

func packed(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = io.WriteString(f, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// seen are the shop's goods as buyers see them, "external id: price x quantity".
func seen(t *testing.T, a *apptest.App, p apptest.Person) (list []string) {
	t.Helper()
	shop := id(a.Get(t, p, "partner/shop").Want(t, 200).Object(t)["id"])
	for _, o := range a.Get(t, p, "products?shop_id="+shop).Want(t, 200).Array(t) {
		list = append(list, fmt.Sprintf("%v: %v x %v", o["external_id"], o["price"], o["quantity"]))
	}
	return list
}

// imports are the states of the shop's imports, newest first.
func imports(t *testing.T, a *apptest.App, p apptest.Person) (list []string) {
	t.Helper()
	for _, i := range a.Get(t, p, "partner/imports").Want(t, 200).Array(t) {
		list = append(list, fmt.Sprint(i["state"], " ", i["file_name"]))
	}
	return list
}

var three = []string{"id-1: 101.5 x 7", "id-2: 102.5 x 7", "id-3: 103.5 x 7"}

// Whole dialogues, with the files in the orders in which versions of 1C send
// and import them.
func TestExchange(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		for name, talk := range map[string]func(t *testing.T, c *client){
			"2.x all files first": func(t *testing.T, c *client) {
				c.send(t, "import.xml", cmlImport("2.08"), 100)
				c.send(t, "import_files/a1/фото.jpg", "\xff\xd8\xff", 100)
				c.send(t, "offers.xml", cmlOffers("2.08", true, true), 1000)
				first(t, "import", c.take(t, "import.xml"), "success")
				first(t, "offers", c.take(t, "offers.xml"), "success")
			},
			"2.x file by file": func(t *testing.T, c *client) {
				c.send(t, "import.xml", cmlImport("2.04"), 1000)
				first(t, "import", c.take(t, "import.xml"), "success")
				c.send(t, "offers.xml", cmlOffers("2.04", true, true), 100)
				first(t, "offers", c.take(t, "offers.xml"), "success")
			},
			"2.x zipped": func(t *testing.T, c *client) {
				c.send(t, "v8_1.zip", packed(t, "import.xml", cmlImport("2.08"), "import_files/1.jpg", "x", "offers.xml", cmlOffers("2.08", true, true)), 300)
				first(t, "import", c.take(t, "import.xml"), "success")
				first(t, "offers", c.take(t, "offers.xml"), "success")
			},
			"2.x two zips": func(t *testing.T, c *client) {
				c.send(t, "1.zip", packed(t, "import.xml", cmlImport("2.08"), "import_files/1.jpg", "x"), 300)
				c.send(t, "2.zip", packed(t, "offers.xml", cmlOffers("2.08", true, true)), 300)
				first(t, "import", c.take(t, "import.xml"), "success")
			},
			"3.x all files first": func(t *testing.T, c *client) {
				c.send(t, "import___1.xml", cmlImport("3.1"), 500)
				c.send(t, "offers___1.xml", cmlOffers("3.1", false, false), 500)
				c.send(t, "prices___1.xml", cmlOffers("3.1", true, false), 500)
				c.send(t, "rests___1.xml", cmlOffers("3.1", false, true), 500)
				for _, name := range []string{"import___1.xml", "offers___1.xml", "prices___1.xml", "rests___1.xml"} {
					first(t, name, c.take(t, name), "success")
				}
			},
			"3.x file by file": func(t *testing.T, c *client) {
				c.send(t, "1/import___1.xml", cmlImport("3.1"), 5000)
				first(t, "import", c.take(t, "1/import___1.xml"), "success")
				c.send(t, "1/offers___1.xml", cmlOffers("3.1", false, false), 5000)
				first(t, "offers", c.take(t, "1/offers___1.xml"), "success")
				c.send(t, "1/prices___1.xml", cmlOffers("3.1", true, false), 5000)
				first(t, "prices", c.take(t, "1/prices___1.xml"), "success")
				c.send(t, "1/rests___1.xml", cmlOffers("3.1", false, true), 5000)
				first(t, "rests", c.take(t, "1/rests___1.xml"), "success")
			},
		} {
			t.Run(name, func(t *testing.T) {
				p := a.Shop(t, strings.ReplaceAll(name, " ", ".")+"@example.com", "")
				c := exchangeIn(t, a, p.Email)
				talk(t, c)
				for _, mode := range []string{"deactivate", "complete"} {
					first(t, mode, c.call(t, "GET", "catalog", mode, "", ""), "success")
				}
				if diff := cmp.Diff(three, seen(t, a, p)); diff != "" {
					t.Errorf("the catalogue (-want +got)\n%s", diff)
				}
				for _, i := range imports(t, a, p) {
					if !strings.HasPrefix(i, "applied") {
						t.Errorf("the history has %q", i)
					}
				}
			})
		}
	})
}

// A list that is refused is told with its problems, again and again the same,
// and one that nobody sent is no import.
func TestExchangeRefuses(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "shop@example.com", "")
		c := exchangeIn(t, a, p.Email)
		first(t, "before the file", c.call(t, "GET", "catalog", "import", "import.xml", ""), "failure")
		c.send(t, "import.xml", cmlImport("2.08"), 1000)
		broken := strings.Replace(cmlOffers("2.08", true, true), "102.50", "дорого", 1)
		c.send(t, "offers.xml", broken, 1000)
		want := first(t, "a bad price", c.take(t, "import.xml"), "failure")
		if len(want) != 3 || !strings.Contains(want[2], "дорого") {
			t.Errorf("answer %q", want)
		}
		if diff := cmp.Diff(want, c.take(t, "import.xml")); diff != "" {
			t.Errorf("again (-want +got)\n%s", diff)
		}
		if got := imports(t, a, p); !cmp.Equal(got, []string{"refused 1c.zip"}) {
			t.Errorf("imports %v", got)
		}
		// The session goes on: what is sent now replaces what was used.
		c.send(t, "import.xml", cmlImport("2.08"), 1000)
		c.send(t, "offers.xml", cmlOffers("2.08", true, true), 1000)
		first(t, "mended", c.take(t, "offers.xml"), "success")
		if diff := cmp.Diff(three, seen(t, a, p)); diff != "" {
			t.Errorf("the catalogue (-want +got)\n%s", diff)
		}
	})
}

func TestExchangeNames(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	c := exchangeIn(t, a, a.Shop(t, "shop@example.com", "").Email)
	for _, name := range []string{
		"", "..", "../import.xml", "a/../../import.xml", "/import.xml", "/etc/passwd", "a//b.xml", "a/", "./a.xml", "a\\b.xml", "C:\\a.xml", "..xml",
		"a\x00.xml", "a b.xml", "a\n.xml", "%2e%2e/a.xml", "a:b.xml", "<a>.xml", "~/a.xml", "\xff.xml", "日本.xml", strings.Repeat("я", 128) + ".xml", "..%5Ca.xml", "a..b.xml",
	} {
		for _, mode := range []string{"file", "import"} {
			answer := c.call(t, "POST", "catalog", mode, name, "x")
			if answer[0] != "failure" || len(answer) != 2 || !strings.Contains(answer[1], "имя файла") {
				t.Errorf("%s %q: %q", mode, name, answer)
			}
		}
	}
	q := "type=catalog&mode=file&sessid=" + c.sessid + "&filename="
	for _, raw := range []string{"%2e%2e/import.xml", "%2e%2e%2fimport.xml", "..%2fimport.xml", "a%00.xml", "%252e%252e/a.xml", "%ff.xml"} {
		if got := c.raw(t, "POST", q+raw, "x"); !strings.HasPrefix(got, "failure\n") {
			t.Errorf("%s: %q", raw, got)
		}
	}
	for _, name := range []string{"import.xml", "webdata/000000001/import___7.xml", "Каталог-1.XML", "import_files/5a/5a.jpg", "v8_A1.zip"} {
		first(t, name, c.call(t, "POST", "catalog", "file", name, "x"), "success")
	}
	first(t, "GET", c.call(t, "GET", "catalog", "file", "a.xml", ""), "failure")
}

func TestExchangeLimits(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	c := exchangeIn(t, a, a.Shop(t, "shop@example.com", "").Email)
	for i := range 100 {
		first(t, "a file", c.call(t, "POST", "catalog", "file", fmt.Sprintf("%d.xml", i), "x"), "success")
	}
	first(t, "one more", c.call(t, "POST", "catalog", "file", "100.xml", "x"), "failure")
	first(t, "a further part", c.call(t, "POST", "catalog", "file", "99.xml", "x"), "success")
	c = exchangeIn(t, a, "shop@example.com")
	part := strings.Repeat("x", 50<<20)
	for range 4 {
		first(t, "50 MiB", c.call(t, "POST", "catalog", "file", "import.xml", part), "success")
	}
	answer := first(t, "a byte more", c.call(t, "POST", "catalog", "file", "offers.xml", "x"), "failure")
	if !strings.Contains(answer[1], "слишком велик") {
		t.Errorf("%q", answer)
	}
	first(t, "init", c.call(t, "GET", "catalog", "init", "", ""), "zip=yes")
	first(t, "after init", c.call(t, "POST", "catalog", "file", "offers.xml", "x"), "success")
}

func TestExchangeSessions(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, other := a.Shop(t, "shop@example.com", ""), a.Shop(t, "other@example.com", "")
		a.Buyer(t, "buyer@example.com")
		for _, email := range []string{"buyer@example.com", "nobody@example.com", ""} {
			first(t, "checkauth of "+email, (&client{app: a, email: email}).call(t, "GET", "catalog", "checkauth", "", ""), "failure")
		}
		c, theirs := exchangeIn(t, a, p.Email), exchangeIn(t, a, other.Email)
		c.send(t, "import.xml", cmlImport("2.08"), 5000)
		first(t, "a foreign file", theirs.call(t, "GET", "catalog", "import", "import.xml", ""), "failure")
		for name, bad := range map[string]*client{
			"no cookie":          {app: a, email: p.Email},
			"an unknown cookie":  {app: a, cookie: "zakup_exchange=ABC"},
			"the API token":      {app: a, cookie: "zakup_exchange=" + p.Token},
			"a foreign sessid":   {app: a, cookie: c.cookie, sessid: theirs.sessid},
			"a cookie of hashes": {app: a, cookie: strings.ToLower(c.cookie)},
		} {
			for _, mode := range []string{"init", "file", "import", "deactivate", "complete", ""} {
				first(t, name+" "+mode, bad.call(t, "POST", "catalog", mode, "import.xml", "x"), "failure")
			}
			first(t, name+" query", bad.call(t, "GET", "sale", "query", "", ""), "failure")
		}
		if got := a.Get(t, apptest.Person{Token: strings.TrimPrefix(c.cookie, "zakup_exchange=")}, "user/details"); got.Status != 401 {
			t.Errorf("the cookie is a token of the API: %d", got.Status)
		}
		first(t, "an unknown mode", c.call(t, "GET", "catalog", "explode", "", ""), "failure")
		first(t, "an unknown type", c.call(t, "GET", "reference", "init", "", ""), "failure")

		// It lasts while it is used, and an hour longer.
		for range 3 {
			a.Clock.Move(50 * time.Minute)
			first(t, "in use", c.call(t, "GET", "catalog", "deactivate", "", ""), "success")
		}
		a.Clock.Move(61 * time.Minute)
		first(t, "silent for too long", c.call(t, "GET", "catalog", "deactivate", "", ""), "failure")

		// A new password ends it.
		c = exchangeIn(t, a, p.Email)
		a.Do(t, p, "POST", "user/details", apptest.Form("password", "Vb7-dom.Karta")).Want(t, 200)
		first(t, "the password was changed", c.call(t, "GET", "catalog", "deactivate", "", ""), "failure")

		// There are four sessions at most.
		var all []*client
		for range 5 {
			all = append(all, exchangeIn(t, a, other.Email))
		}
		first(t, "the oldest", all[0].call(t, "GET", "catalog", "deactivate", "", ""), "failure")
		first(t, "the next", all[1].call(t, "GET", "catalog", "deactivate", "", ""), "success")
	})
}

// Requests of one session at once begin one import.
func TestExchangeAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "shop@example.com", "")
		c := exchangeIn(t, a, p.Email)
		c.send(t, "import.xml", cmlImport("2.08"), 5000)
		c.send(t, "offers.xml", cmlOffers("2.08", true, true), 5000)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				name := []string{"import.xml", "offers.xml"}[i%2]
				if got := c.call(t, "GET", "catalog", "import", name, ""); got[0] != "success" && got[0] != "progress" {
					t.Errorf("%s: %q", name, got)
				}
			})
		}
		wg.Wait()
		first(t, "the end", c.take(t, "offers.xml"), "success")
		if got := imports(t, a, p); !cmp.Equal(got, []string{"applied 1c.zip"}) {
			t.Errorf("imports %v", got)
		}
	})
}
