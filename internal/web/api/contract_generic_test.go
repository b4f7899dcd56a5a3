package api_test

import "testing"

// What every path has in common: encodings, content types, signing in.
func TestContractEncodings(t *testing.T) {
	t.Parallel()
	play(t, "encodings", nil, []exchange{
		{name: "Accept text/html is answered in JSON", method: "POST", path: "user/login", body: form(), headers: []string{"Accept", "text/html"}, status: 400},
		{name: "Accept of a browser", method: "GET", path: "shops", headers: []string{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, status: 200},
		{name: "Accept xml", method: "GET", path: "shops", headers: []string{"Accept", "application/xml"}, status: 406},
		{name: "Accept anything but JSON", method: "GET", path: "shops", headers: []string{"Accept", "application/json;q=0"}, status: 406},
		{name: "format=json", method: "GET", path: "shops?format=json", status: 200},
		{name: "text/plain body", method: "POST", path: "user/login", body: raw("text/plain", "email=a"), status: 415},
		{name: "no content type, body", method: "POST", path: "user/login", body: raw("", "email=a"), status: 415},
		{name: "malformed JSON", method: "POST", path: "user/login", body: js(`{"email": `), status: 400},
		{name: "NaN", method: "POST", path: "user/login", body: js(`{"email": NaN}`), status: 400},
		{name: "empty JSON body", method: "POST", path: "user/login", body: js(""), status: 400},
		{name: "no body at all", method: "POST", path: "user/login", status: 400},
		{name: "multipart without boundary", method: "POST", path: "user/login", body: raw("multipart/form-data", "garbage"), status: 400},
		{name: "JSON array", method: "POST", path: "user/login", body: js(`[1]`), status: 400},
		{name: "JSON null", method: "POST", path: "user/login", body: js(`null`), status: 400},
		{name: "JSON with a byte order mark", method: "POST", path: "user/login", body: js("\ufeff{}"), status: 400},
		{name: "charset is said", who: "buyer", method: "POST", path: "user/details", body: raw("application/json; charset=utf-8", `{"company": "Ромашка"}`), status: 200},
		{name: "the last of equal names counts", who: "buyer", method: "POST", path: "user/details", body: form("company", "Роза", "company", "Тюльпан"), status: 200},
		{name: "the last of equal keys counts", who: "buyer", method: "POST", path: "user/details", body: js(`{"position": "повар", "position": "пекарь"}`), status: 200},
		{name: "what was said", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "no such path", method: "GET", path: "nothing", status: 404},
		{name: "no trailing slash", method: "GET", path: "shops/", status: 404},
		{name: "the prefix alone", method: "GET", path: "/api/v1/", status: 404},
		{name: "the root", method: "GET", path: "/", status: 404},
		{name: "PUT where there is none", who: "shop", method: "PUT", path: "partner/state", body: form("state", "on"), status: 405},
	})
}

func TestContractAuthentication(t *testing.T) {
	t.Parallel()
	auth := func(value string) []string { return []string{"Authorization", value} }
	play(t, "authentication", nil, []exchange{
		{name: "no header", method: "GET", path: "basket", status: 401},
		{name: "no header, English", method: "GET", path: "basket", headers: []string{"Accept-Language", "en"}, status: 401},
		{name: "invalid token", method: "GET", path: "basket", headers: auth("Token 0000"), status: 401},
		{name: "invalid token, English", method: "GET", path: "basket", headers: append(auth("Token 0000"), "Accept-Language", "en-US,en;q=0.9"), status: 401},
		{name: "invalid token on a public path", method: "GET", path: "shops", headers: auth("Token 0000"), status: 401},
		{name: "invalid token on products", method: "GET", path: "products", headers: auth("Token 0000"), status: 401},
		{name: "invalid token on login", method: "POST", path: "user/login", body: form("email", "a@example.com", "password", "b"), headers: auth("Token bad"), status: 401},
		{name: "invalid token does not matter to a password reset", method: "POST", path: "user/password_reset", body: form("email", "a@example.com"), headers: auth("Token bad"), status: 200},
		{name: "keyword alone", method: "GET", path: "basket", headers: auth("Token"), status: 401},
		{name: "two tokens", method: "GET", path: "basket", headers: auth("Token a b"), status: 401},
		{name: "not ASCII", method: "GET", path: "shops", headers: auth("Token ключ"), status: 401},
		{name: "another scheme is nobody", method: "GET", path: "basket", headers: auth("Basic YTpi"), status: 401},
		{name: "another scheme may read what anybody may", method: "GET", path: "shops", headers: auth("Basic YTpi"), status: 200},
		{name: "a bare token is nobody", method: "GET", path: "basket", headers: auth("{{token:buyer}}"), status: 401},
		{name: "keyword", method: "GET", path: "basket", headers: auth("Token {{token:buyer}}"), status: 200},
		{name: "keyword in lower case", method: "GET", path: "basket", headers: auth("token {{token:buyer}}"), status: 200},
		{name: "keyword in upper case", method: "GET", path: "basket", headers: auth("TOKEN {{token:buyer}}"), status: 200},
		{name: "Bearer", method: "GET", path: "basket", headers: auth("Bearer {{token:buyer}}"), status: 200},
		{name: "role", who: "buyer", method: "GET", path: "partner/state", status: 403},
		{name: "role, English", who: "buyer", method: "GET", path: "partner/state", headers: []string{"Accept-Language", "en"}, status: 403},
		{name: "not an administrator", who: "shop", method: "GET", path: "admin/shops", status: 403},
		{name: "an administrator is no shop", who: "admin", method: "GET", path: "partner/orders", status: 403},
		{name: "logout", who: "buyer", method: "POST", path: "user/logout", status: 200},
		{name: "the token after logout", who: "buyer", method: "GET", path: "basket", status: 401},
	})
}
