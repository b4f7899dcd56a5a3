package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// addUser makes a person on the command line.
func addUser(t *testing.T, env []string, email, kind string) {
	t.Helper()
	zakup(t, env, "user", "add", "--email", email, "--password", apptest.Password, "--type", kind,
		"--first-name", "Иван", "--last-name", "Петров").ok(t)
}

// person makes somebody on the command line and signs them in.
func (p *process) person(t *testing.T, email, kind string) apptest.Person {
	t.Helper()
	addUser(t, p.env, email, kind)
	return p.login(t, email)
}

func (p *process) login(t *testing.T, email string) apptest.Person {
	t.Helper()
	answer := p.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", email, "password", apptest.Password))
	return apptest.Person{Email: email, Token: text(t, answer.Want(t, 200).Object(t)["Token"])}
}

// supplier makes a shop with an imported list.
func (p *process) supplier(t *testing.T, email, list string) apptest.Person {
	t.Helper()
	s := p.person(t, email, "shop")
	p.Do(t, s, "POST", "partner/update", apptest.File("list.yaml", list)).Want(t, 200)
	return s
}

// buyer is somebody who can order: a person with a contact.
type buyer struct {
	apptest.Person
	contact int64
}

func (p *process) buyer(t *testing.T, email string) buyer {
	t.Helper()
	who := p.person(t, email, "buyer")
	contact := p.Do(t, who, "POST", "user/contact", apptest.Form("city", "Москва", "street", "Тверская", "phone", "+79990000001"))
	return buyer{who, number(t, contact.Want(t, 200).Object(t)["id"])}
}

// fill puts one piece of each offer into the buyer's basket and returns its id.
func (p *process) fill(t *testing.T, b buyer, offers []int64) int64 {
	t.Helper()
	var items []map[string]int64
	for _, o := range offers {
		items = append(items, map[string]int64{"product_info": o, "quantity": 1})
	}
	p.Do(t, b.Person, "POST", "basket", apptest.JSON(map[string]any{"items": items})).Want(t, 200)
	return number(t, p.Get(t, b.Person, "basket").Want(t, 200).Array(t)[0]["id"])
}

// place sends the order and returns the answer.
func (p *process) place(t *testing.T, b buyer, basket int64) apptest.Answer {
	t.Helper()
	return p.Do(t, b.Person, "POST", "order", apptest.Form("id", fmt.Sprint(basket), "contact", fmt.Sprint(b.contact)))
}

// offers are the ids of all offers, in the order of the catalogue.
func (p *process) offers(t *testing.T) (ids []int64) {
	t.Helper()
	for _, o := range p.Get(t, apptest.Person{}, "products").Want(t, 200).Array(t) {
		ids = append(ids, number(t, o["id"]))
	}
	return ids
}

// left is how many pieces of an offer can be bought.
func (p *process) left(t *testing.T, offer int64) int64 {
	t.Helper()
	return number(t, p.Get(t, apptest.Person{}, "products/"+strconv.FormatInt(offer, 10)).Want(t, 200).Object(t)["quantity"])
}

// number is a JSON number that is whole.
func number(t *testing.T, v any) int64 {
	t.Helper()
	f, ok := v.(float64)
	if !ok || f != float64(int64(f)) {
		t.Fatalf("%v is not a whole number", v)
	}
	return int64(f)
}

// text is a JSON string that is not empty.
func text(t *testing.T, v any) string {
	t.Helper()
	s, ok := v.(string)
	if !ok || s == "" {
		t.Fatalf("%v is not a text", v)
	}
	return s
}

// importState is how far the import has come that an answer tells of.
func importState(t *testing.T, a apptest.Answer) string {
	t.Helper()
	record, ok := a.Object(t)["import"].(map[string]any)
	if !ok {
		t.Fatalf("no import in %s", a.Text)
	}
	return text(t, record["state"])
}

// deliveries counts the letters that were handed over, by recipient and subject,
// as the logs of the processes tell. A letter that went out twice counts twice.
func deliveries(t *testing.T, all ...*process) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, p := range all {
		for line := range strings.Lines(p.Log.String()) {
			_, file, ok := strings.Cut(line, "file=")
			if !ok || !strings.Contains(line, `msg="letter written"`) || !strings.HasSuffix(line, "\n") {
				continue
			}
			l := apptest.ReadLetter(t, strings.TrimSpace(file))
			n[l.To+" "+l.Subject]++
		}
	}
	return n
}
