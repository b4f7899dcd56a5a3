package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/feature/basket"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/web/api"
)

const (
	keyHeader = "Idempotency-Key"
	replayed  = "Idempotent-Replayed"
)

// sameAnswer tells whether a repeat got the first answer, byte for byte: only
// the id of the request, the date and the mark of a repeat are its own.
func sameAnswer(t *testing.T, first, repeat apptest.Answer) {
	t.Helper()
	if repeat.Header.Get(replayed) != "true" || first.Header.Get(replayed) != "" {
		t.Errorf("%s is %q, of the first %q", replayed, repeat.Header.Get(replayed), first.Header.Get(replayed))
	}
	own := func(h http.Header) http.Header {
		h = h.Clone()
		for _, name := range []string{replayed, "X-Request-Id", "Date"} {
			h.Del(name)
		}
		return h
	}
	if diff := cmp.Diff(own(first.Header), own(repeat.Header)); diff != "" {
		t.Errorf("headers (-first +repeat)\n%s", diff)
	}
	if first.Status != repeat.Status || first.Text != repeat.Text {
		t.Errorf("%d %s, the first answer was %d %s", repeat.Status, repeat.Text, first.Status, first.Text)
	}
}

// refusedAs tells whether the answer is the fault of that code.
func refusedAs(t *testing.T, name string, r apptest.Answer, status int, code string) {
	t.Helper()
	if r.Status != status || !strings.Contains(r.Text, `"Code":"`+code+`"`) {
		t.Errorf("%s: %d %s, want %d %s", name, r.Status, r.Text, status, code)
	}
}

// The same request with the same key gets the first answer and changes nothing
// more; anything else under the key is refused, and so is what is no key.
func TestKeyReplays(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		b, other := a.Buyer(t, "buyer@example.com"), a.Buyer(t, "other@example.com")
		contacts := func(p apptest.Person) int { return len(a.Get(t, p, "user/contact").Want(t, 200).Array(t)) }
		body := apptest.Form("city", "Москва", "street", "Тверская", "phone", "+7")
		first := a.Do(t, b, "POST", "user/contact", body, keyHeader, "k").Want(t, 200)
		sameAnswer(t, first, a.Do(t, b, "POST", "user/contact", body, keyHeader, "k"))
		sameAnswer(t, first, a.Do(t, b, "POST", "user/contact", body, keyHeader, "k"))
		if n := contacts(b); n != 1 {
			t.Errorf("%d contacts of one request", n)
		}

		for name, r := range map[string]apptest.Answer{
			"another body": a.Do(t, b, "POST", "user/contact", apptest.Form("city", "Москва", "street", "Арбат", "phone", "+7"), keyHeader, "k"),
			"no body":      a.Do(t, b, "POST", "user/contact", apptest.Body{}, keyHeader, "k"),
			"a longer one": a.Do(t, b, "POST", "user/contact", apptest.Body{Type: body.Type, Text: body.Text + strings.Repeat("x", 3<<20)}, keyHeader, "k"),
			"a type":       a.Do(t, b, "POST", "user/contact", apptest.Body{Type: body.Type + "; charset=utf-8", Text: body.Text}, keyHeader, "k"),
			"a query":      a.Do(t, b, "POST", "user/contact?x=1", body, keyHeader, "k"),
			"a version":    a.Do(t, b, "POST", "user/contact", body, keyHeader, "k", "If-Match", `"1"`),
			"a method":     a.Do(t, b, "PUT", "user/contact", body, keyHeader, "k"),
			"a path":       a.Do(t, b, "POST", "user/details", body, keyHeader, "k"),
		} {
			refusedAs(t, name, r, 422, "idempotency_key_reused")
		}
		for name, key := range map[string]string{"empty": "", "a space": "a b", "long": strings.Repeat("k", 256)} {
			refusedAs(t, name, a.Do(t, b, "POST", "user/contact", body, keyHeader, key), 400, "bad_idempotency_key")
		}
		if n := contacts(b); n != 1 {
			t.Errorf("%d contacts", n)
		}
		a.Get(t, b, "user/contact", keyHeader, "k").Want(t, 200) // a reading request has no use for it

		// Another person's key is another key, and nobody's is one too.
		if r := a.Do(t, other, "POST", "user/contact", body, keyHeader, "k").Want(t, 200); r.Header.Get(replayed) != "" || contacts(other) != 1 {
			t.Errorf("another person's key: %v, %d contacts", r.Header, contacts(other))
		}
		refused := a.Do(t, apptest.Person{}, "POST", "user/contact", body, keyHeader, "k")
		refusedAs(t, "nobody", refused, 401, "login_required")
		login := apptest.JSON(map[string]string{"email": b.Email, "password": "wrong"})
		failed := a.Do(t, apptest.Person{}, "POST", "user/login", login, keyHeader, "k").Want(t, 401)
		sameAnswer(t, failed, a.Do(t, apptest.Person{}, "POST", "user/login", login, keyHeader, "k"))

		a.Clock.Move(24*time.Hour + time.Minute)
		again := a.Do(t, b, "POST", "user/contact", body, keyHeader, "k").Want(t, 200)
		if again.Text == first.Text || again.Header.Get(replayed) != "" || contacts(b) != 2 {
			t.Errorf("after a day: %s, %d contacts", again.Text, contacts(b))
		}
	})
}

// Many equal requests at once place one order and get one answer.
func TestKeyUnderParallelRepeats(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Shop(t, "shop@example.com", apptest.List("Первый", "Чай", 1))
		b := a.Buyer(t, "buyer@example.com")
		offer := id(a.Get(t, b, "products").Want(t, 200).Array(t)[0]["id"])
		a.Do(t, b, "POST", "basket", apptest.JSON(`{"items": [{"product_info": `+offer+`, "quantity": 3}]}`)).Want(t, 200)
		contact := id(a.Do(t, b, "POST", "user/contact", apptest.Form("phone", "1")).Want(t, 200).Object(t)["id"])
		body := apptest.Form("id", id(a.Get(t, b, "basket").Want(t, 200).Array(t)[0]["id"]), "contact", contact)
		second := instance(t, a, func(*api.Deps) {})
		const crowd = 50
		answers := make([]apptest.Answer, crowd)
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				at := []*apptest.App{a, second}[i%2]
				answers[i] = at.Do(t, b, "POST", "order", body, keyHeader, "k")
			})
		}
		all.Wait()
		first := 0
		for i, r := range answers {
			if r.Header.Get(replayed) == "" {
				first = i
			}
		}
		answers[first].Want(t, 200)
		for i, r := range answers {
			if i != first {
				sameAnswer(t, answers[first], r)
			}
		}
		if n := len(a.Get(t, b, "order").Want(t, 200).Array(t)); n != 1 {
			t.Errorf("%d orders", n)
		}
		if left := a.Get(t, b, "products/"+offer).Want(t, 200).Object(t)["quantity"]; left != 7.0 {
			t.Errorf("%v left of 10", left)
		}
	})
}

// instance serves the program's database by another instance of the interface,
// whose parts may be changed.
func instance(t *testing.T, a *apptest.App, change func(*api.Deps)) *apptest.App {
	t.Helper()
	deps := a.API.Deps
	change(&deps)
	server := httptest.NewServer(api.New(deps))
	t.Cleanup(server.Close)
	return &apptest.App{App: a.App, URL: server.URL, DataDir: a.DataDir, Clock: a.Clock, Log: a.Log}
}

// A failure of the service is no answer to keep: the repeat is worked on, at
// once. So is that of a process which has died.
func TestKeyIsFreed(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		a := apptest.New(t, url)
		closed, err := db.Open(t.Context(), url)
		if err == nil {
			err = closed.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		a.Shop(t, "shop@example.com", apptest.List("Первый", "Чай", 1))
		b := a.Buyer(t, "buyer@example.com")
		offer := id(a.Get(t, b, "products").Want(t, 200).Array(t)[0]["id"])
		body := apptest.JSON(`{"items": [{"product_info": ` + offer + `, "quantity": 3}]}`)
		for name, broken := range map[string]*apptest.App{
			"an error": instance(t, a, func(d *api.Deps) { d.Baskets = basket.New(closed, a.Clock.Now) }),
			"a panic":  instance(t, a, func(d *api.Deps) { d.Baskets = nil }),
		} {
			for range 2 {
				start := time.Now()
				refusedAs(t, name, broken.Do(t, b, "POST", "basket", body, keyHeader, "k"), 500, "internal")
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("%s: the repeat waited for %s", name, took)
				}
			}
		}
		worked := a.Do(t, b, "POST", "basket", body, keyHeader, "k").Want(t, 200)
		if worked.Header.Get(replayed) != "" {
			t.Error("a failure was replayed")
		}
		sameAnswer(t, worked, a.Do(t, b, "POST", "basket", body, keyHeader, "k"))
	})
}

// A request without a key costs no statement more than before there were keys.
func TestKeyCostsNothingWithout(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	cost := func(headers ...string) int64 {
		before := a.Statements()
		a.Do(t, apptest.Person{}, "POST", "user/password_reset", apptest.JSON(`{}`), headers...).Want(t, 400)
		return a.Statements() - before
	}
	if n := cost(); n != 0 {
		t.Errorf("%d statements without a key", n)
	}
	if first, repeat := cost(keyHeader, "k"), cost(keyHeader, "k"); first != 2 || repeat != 2 {
		t.Errorf("%d statements of a first request, %d of a repeat", first, repeat)
	}
}

// What an answer holds does not rest in the database in clear, nor what the
// request held.
func TestKeySecretsAtRest(t *testing.T) {
	t.Parallel()
	url := dbtest.SQLite(t)
	a := apptest.New(t, url, apptest.NoJobs())
	b := a.Buyer(t, "buyer@example.com")
	const key = "3f2c9a52-7d1e-4c61-8a0b-5a1df2f0c001"
	body := apptest.JSON(map[string]string{"email": b.Email, "password": apptest.Password})
	first := a.Do(t, apptest.Person{}, "POST", "user/login", body, keyHeader, key).Want(t, 200)
	sameAnswer(t, first, a.Do(t, apptest.Person{}, "POST", "user/login", body, keyHeader, key))
	everything := a.Log.String()
	all := readTables(t, strings.TrimPrefix(url, "sqlite:"))
	if all["idempotency_keys"] == "" {
		t.Error("nothing is kept")
	}
	for _, rows := range all {
		everything += rows
	}
	for _, secret := range []string{fmt.Sprint(first.Object(t)["Token"]), apptest.Password, key} {
		if strings.Contains(everything, secret) {
			t.Errorf("%q rests in the database or the log", secret)
		}
	}
}
