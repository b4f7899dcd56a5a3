package api_test

import (
	"strings"
	"testing"
)

func TestContractTokens(t *testing.T) {
	t.Parallel()
	auth := func(name string) []string { return []string{"Authorization", "Token {{" + name + "}}"} }
	play(t, "tokens", nil, []exchange{
		{name: "anonymous", method: "GET", path: "user/tokens", status: 401},
		{name: "the sign-in", who: "buyer", method: "GET", path: "user/tokens", status: 200},
		{name: "nothing said of a key", who: "buyer", method: "POST", path: "user/tokens", body: form(), status: 400},
		{name: "all wrong", who: "buyer", method: "POST", path: "user/tokens", body: form("name", " ", "scopes", "orders:read", "days", "731"), status: 400},
		{name: "no such scope", who: "buyer", method: "POST", path: "user/tokens", body: form("name", "1С", "scopes", "orders:read users:read"), status: 400},
		{name: "no scope", who: "buyer", method: "POST", path: "user/tokens", body: js(`{"name": "1С", "scopes": []}`), status: 400},
		{name: "too long a name", who: "buyer", method: "POST", path: "user/tokens", body: form("name", strings.Repeat("ж", 101), "scopes", "orders:read", "days", "0"), status: 400},
		{name: "a key", who: "buyer", method: "POST", path: "user/tokens", body: js(`{"name": " Касса ", "scopes": ["orders:write", "orders:read", "orders:write"], "days": 30}`), status: 200, keep: map[string]string{"key": "key", "id": "id"}},
		{name: "a key of a form", who: "buyer", method: "POST", path: "user/tokens", body: form("name", "Витрина", "scopes", "catalog:read,  orders:read"), status: 200, keep: map[string]string{"second": "key", "second_id": "id"}},
		{name: "they are listed without their secrets", who: "buyer", method: "GET", path: "user/tokens", status: 200},
		{name: "by the page", who: "buyer", method: "GET", path: "user/tokens?limit=1", status: 200},
		{name: "the key reads orders", method: "GET", path: "order", headers: auth("key"), status: 200},
		{name: "and not the catalogue", method: "GET", path: "shops", headers: auth("key"), status: 403},
		{name: "the other does", method: "GET", path: "shops", headers: auth("second"), status: 200},
		{name: "neither sees the person", method: "GET", path: "user/details", headers: auth("key"), status: 403},
		{name: "in Russian", method: "GET", path: "user/details", headers: append(auth("key"), "Accept-Language", "ru"), status: 403},
		{name: "nor makes keys", method: "POST", path: "user/tokens", body: form("name", "x", "scopes", "orders:read"), headers: auth("key"), status: 403},
		{name: "nor signs in with its header", method: "POST", path: "user/login", body: form("email", "x@example.com", "password", "x"), headers: auth("key"), status: 403},
		{name: "nor does what its person may not", method: "GET", path: "partner/orders", headers: auth("key"), status: 403},
		{name: "revoke nothing", who: "buyer", method: "DELETE", path: "user/tokens", body: form(), status: 400},
		{name: "revoke both ways", who: "buyer", method: "DELETE", path: "user/tokens", body: form("items", "{{id}}", "others", "on"), status: 400},
		{name: "revoke a foreign one", who: "shop", method: "DELETE", path: "user/tokens", body: form("items", "{{id}}"), status: 200},
		{name: "it works", method: "GET", path: "order", headers: auth("key"), status: 200},
		{name: "revoke one", who: "buyer", method: "DELETE", path: "user/tokens", body: js(`{"items": [{{id}}]}`), status: 200},
		{name: "it works no more", method: "GET", path: "order", headers: auth("key"), status: 401},
		{name: "revoke all others", who: "buyer", method: "DELETE", path: "user/tokens", body: js(`{"others": true}`), status: 200},
		{name: "the other is gone too", method: "GET", path: "shops", headers: auth("second"), status: 401},
		{name: "this sign-in stays", who: "buyer", method: "GET", path: "user/tokens", status: 200},
	})
}
