package api_test

import (
	"testing"

	"zakup/internal/apptest"
)

// The partner's paths but price lists and orders.
func TestContractPartner(t *testing.T) {
	t.Parallel()
	prepare := func(s *scenario) {
		s.person("shop")
		closed := "fresh@example.com"
		body := apptest.Form("first_name", "Олег", "last_name", "Сомов", "email", closed, "password", apptest.Password, "type", "shop")
		s.a.Do(s.t, apptest.Person{}, "POST", "user/register", body).Want(s.t, 200)
		s.a.Do(s.t, apptest.Person{}, "POST", "user/register/confirm", apptest.Form("email", closed, "token", s.letter("confirm", closed))).Want(s.t, 200)
		login := s.a.Do(s.t, apptest.Person{}, "POST", "user/login", apptest.Form("email", closed, "password", apptest.Password)).Want(s.t, 200)
		s.people["fresh"] = apptest.Person{Email: closed, Token: s.value(login, "Token")}
	}
	play(t, "partner", prepare, []exchange{
		{name: "anonymous update", method: "POST", path: "partner/update", body: form("url", "http://127.0.0.1/list.yaml"), status: 401},
		{name: "anonymous GET state", method: "GET", path: "partner/state", status: 401},
		{name: "anonymous POST state", method: "POST", path: "partner/state", body: form("state", "on"), status: 401},
		{name: "anonymous orders", method: "GET", path: "partner/orders", status: 401},
		{name: "a buyer", who: "buyer", method: "POST", path: "partner/update", body: form("url", "http://127.0.0.1/list.yaml"), status: 403},
		{name: "orders before the first", who: "shop", method: "GET", path: "partner/orders", status: 200},
		{name: "imports before the first", who: "shop", method: "GET", path: "partner/imports", status: 200},
		{name: "no such import", who: "shop", method: "GET", path: "partner/imports/999999", status: 404},
		{name: "GET state", who: "shop", method: "GET", path: "partner/state", status: 200},
		{name: "POST state missing", who: "shop", method: "POST", path: "partner/state", body: form(), status: 400},
		{name: "POST state blank", who: "shop", method: "POST", path: "partner/state", body: form("state", ""), status: 400},
		{name: "POST state maybe", who: "shop", method: "POST", path: "partner/state", body: form("state", "maybe"), status: 400},
		{name: "POST state null", who: "shop", method: "POST", path: "partner/state", body: js(`{"state": null}`), status: 400},
		{name: "POST state false", who: "shop", method: "POST", path: "partner/state", body: js(`{"state": false}`), status: 200},
		{name: "closed by false", who: "shop", method: "GET", path: "partner/state", status: 200},
		{name: "POST state 1", who: "shop", method: "POST", path: "partner/state", body: js(`{"state": 1}`), status: 200},
		{name: "open by 1", who: "shop", method: "GET", path: "partner/state", status: 200},
		{name: "POST state OFF", who: "shop", method: "POST", path: "partner/state", body: js(`{"state": "OFF"}`), status: 200},
		{name: "closed by OFF", who: "shop", method: "GET", path: "partner/state", status: 200},
		{name: "POST state multipart", who: "shop", method: "POST", path: "partner/state", body: multi("state", "yes"), status: 200},
		{name: "open by yes", who: "shop", method: "GET", path: "partner/state", status: 200},
		{name: "PUT shop multipart", who: "shop", method: "PUT", path: "partner/shop", body: multi("name", " Восточный ", "url", "https://east.example.com/"), status: 200},
		{name: "PUT shop blank name", who: "shop", method: "PUT", path: "partner/shop", body: form("name", " "), status: 400},
		{name: "PUT shop bad address", who: "shop", method: "PUT", path: "partner/shop", body: js(`{"url": "javascript:alert(1)"}`), status: 400},
		{name: "GET shop", who: "shop", method: "GET", path: "partner/shop", status: 200},

		{name: "a new shop is closed", who: "fresh", method: "GET", path: "partner/state", status: 200},
		{name: "it can't open by itself", who: "fresh", method: "POST", path: "partner/state", body: form("state", "on"), status: 409},
		{name: "it may close", who: "fresh", method: "POST", path: "partner/state", body: form("state", "off"), status: 200},
		{name: "all shops", who: "admin", method: "GET", path: "admin/shops", status: 200, keep: map[string]string{"fresh": "1.id"}},
		{name: "approve", who: "admin", method: "POST", path: "admin/shops/{{fresh}}/approve", status: 200},
		{name: "it may open then", who: "fresh", method: "POST", path: "partner/state", body: form("state", "on"), status: 200},
		{name: "it is open", who: "fresh", method: "GET", path: "partner/state", status: 200},
		{name: "close", who: "admin", method: "POST", path: "admin/shops/{{fresh}}/close", status: 200},
		{name: "it is closed", who: "fresh", method: "GET", path: "partner/state", status: 200},
		{name: "approve nothing", who: "admin", method: "POST", path: "admin/shops/999999/approve", status: 404},
	})
}
