package main

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// secretDoors goes by the other doors: a key of a machine, the exchange of 1C, the
// page of the queue, an export's link; and puts secrets where none belong: into
// the path, the query, the headers, and bodies that can't be read.
func (p *process) secretDoors(t *testing.T, s secrets) {
	t.Helper()
	const email, wrong = "doors@example.com", "Dverka#98765y"
	s[wrong] = "a wrong password at another door"
	nobody, none := apptest.Person{}, apptest.Body{}
	shop := p.supplier(t, email, apptest.List("Кофейная", "Кофе", 1))
	s[shop.Token] = "the token of the supplier"

	key := p.Do(t, shop, "POST", "user/tokens", apptest.JSON(`{"name": "1C", "scopes": ["prices:write"]}`)).Want(t, 200).Object(t)
	s[text(t, key["key"])] = "a key"
	machine := apptest.Person{Token: text(t, key["key"])}
	p.Do(t, machine, "POST", "partner/update", apptest.File("list.yaml", apptest.List("Кофейная", "Кофе", 2))).Want(t, 200)
	p.Do(t, machine, "GET", "user/details", none)

	const exchange = "partner/exchange/1c?type=catalog&mode="
	for _, password := range []string{wrong, apptest.Password} {
		basic := base64.StdEncoding.EncodeToString([]byte(email + ":" + password))
		s[basic] = "the header of Basic"
		r := p.Get(t, nobody, exchange+"checkauth", "Authorization", "Basic "+basic).Want(t, 200)
		if lines := strings.Split(r.Text, "\n"); lines[0] == "success" {
			sessid := strings.TrimPrefix(lines[3], "sessid=")
			s[lines[2]], s[sessid] = "the session of 1C", "the sessid"
			cookie := lines[1] + "=" + lines[2]
			p.Get(t, nobody, exchange+"init&sessid="+sessid, "Cookie", cookie).Want(t, 200)
			p.Do(t, nobody, "POST", exchange+"file&filename=import.xml&sessid="+sessid, apptest.Body{Text: "<no XML"}, "Cookie", cookie).Want(t, 200)
			p.Get(t, nobody, exchange+"import&filename=import.xml&sessid="+sessid, "Cookie", cookie).Want(t, 200)
		}
	}

	for _, password := range []string{wrong, apptest.Password} {
		p.Do(t, nobody, "POST", "/admin/jobs/sign-in", apptest.Form("email", email, "password", password))
	}
	p.Get(t, nobody, "/admin/jobs/", "Cookie", "zakup_jobs="+shop.Token)

	export := p.Do(t, shop, "GET", "partner/export?format=yaml", none, "Prefer", "wait=20").Want(t, 200).Object(t)
	link := text(t, export["url"])
	at := link[strings.LastIndex(link, "/")+1:]
	s[at] = "the secret of a link"
	p.Get(t, nobody, "/api/v1/export/"+at).Want(t, 200)
	p.Get(t, nobody, "/api/v1/export/"+at+"x")

	const lost = "Poteryashka77q"
	s[lost] = "a secret in the wrong place"
	for _, path := range []string{
		lost, "order/" + lost, "products/" + lost, "products?page=" + lost, "products?shop_id=" + lost, "user/details?token=" + lost,
		"/" + lost, "/docs/" + lost, "/admin/jobs/" + lost, "/openapi.json?" + lost, "export/" + lost,
	} {
		p.Get(t, shop, path)
	}
	p.Get(t, apptest.Person{Token: lost}, "user/details").Want(t, http.StatusUnauthorized)
	for _, header := range []string{"Cookie", "Accept", "Accept-Language", "User-Agent", "Referer", "Origin", "X-Forwarded-For", "Prefer", "If-Match", "Idempotency-Key", "Authorization", "Content-Type"} {
		p.Do(t, nobody, "POST", "user/login", apptest.Form("email", email, "password", lost), header, lost)
	}
	for _, body := range []apptest.Body{
		apptest.JSON(`{"password": "` + lost + `"`), apptest.JSON(lost), apptest.JSON(`["` + lost + `"]`), apptest.JSON(`{"` + lost + `": 1}`),
		{Type: "application/x-www-form-urlencoded", Text: "password=%" + lost},
		{Type: "application/x-www-form-urlencoded", Text: lost + ";a=b"},
		{Type: "multipart/form-data; boundary=" + lost, Text: lost},
		{Type: lost, Text: lost},
		{Type: "application/yaml", Text: lost},
	} {
		for _, path := range []string{"user/login", "user/register", "user/contact", "basket", "order", "user/details", "partner/update", "partner/state"} {
			for _, method := range []string{"POST", "PUT"} {
				p.Do(t, shop, method, path, body)
			}
		}
	}
	for _, url := range []string{
		"http://user:" + lost + "@127.0.0.1/list.yaml", "http://127.0.0.1:1/list.yaml?key=" + lost, "http://127.0.0.1:1/" + lost,
		"http://" + lost + "@127.0.0.1", "http://127.0.0.1/%" + lost, "gopher://" + lost, lost, "http://10.0.0.1/?" + lost,
	} {
		p.Do(t, shop, "POST", "partner/update", apptest.Form("url", url))
	}
}
