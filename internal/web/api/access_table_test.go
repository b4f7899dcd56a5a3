package api_test

// The outcomes by role, in the order of roles:
//
//	anonymous, bad token, buyer, other buyer, shop, other shop, administrator
var (
	anybody   = [7]int{200, 401, 200, 200, 200, 200, 200}
	mute      = [7]int{200, 200, 200, 200, 200, 200, 200}
	persons   = [7]int{401, 401, 200, 200, 200, 200, 200}
	noOne     = [7]int{401, 401, 404, 404, 404, 404, 404}
	suppliers = [7]int{401, 401, 403, 403, 200, 200, 403}
	theAdmin  = [7]int{401, 401, 403, 403, 403, 403, 200}

	adminStays = [7]int{401, 401, 403, 403, 403, 403, 409}
)

// access says for every operation who may call it, and with which ids.
var access = withOrders(map[string][]try{
	"GET /healthz": {{path: "/healthz", want: mute}},
	"GET /readyz":  {{path: "/readyz", want: mute}},

	"POST user/register": {
		{path: "user/register", want: anybody, body: form("first_name", "Олег", "last_name", "Сомов", "email", "new@example.com", "password", "Vb7-dom.Karta")},
		{
			ids: "a foreign address", path: "user/register", want: anybody,
			body: form("first_name", "Олег", "last_name", "Сомов", "email", "third@example.com", "password", "Vb7-dom.Karta"),
		},
	},
	"POST user/register/confirm": {
		{path: "user/register/confirm", want: [7]int{400, 401, 400, 400, 400, 400, 400}, body: form("email", "third@example.com", "token", "0000")},
	},
	"POST user/register/resend": {{path: "user/register/resend", want: anybody, body: form("email", "third@example.com")}},
	"POST user/login": {
		{path: "user/login", want: [7]int{401, 401, 401, 401, 401, 401, 401}, body: form("email", "third@example.com", "password", "wrong")},
		{ids: "own", path: "user/login", want: anybody, body: form("email", "third@example.com", "password", "Qwe#12345rty")},
	},
	"POST user/logout":         {{path: "user/logout", want: persons}},
	"POST user/password_reset": {{path: "user/password_reset", want: mute, body: form("email", "third@example.com")}},
	"POST user/password_reset/confirm": {
		{path: "user/password_reset/confirm", want: [7]int{404, 404, 404, 404, 404, 404, 404}, body: form("token", "0000", "password", "Vb7-dom.Karta")},
	},
	// Nobody has set up a provider in this world: see oauth_test.go.
	"GET user/oauth": {{path: "user/oauth", want: mute}},
	"GET user/oauth/{provider}": {
		{path: "user/oauth/google", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
		{ids: "of nobody", path: "user/oauth/..%2f", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
	},
	"GET user/oauth/{provider}/callback": {
		{path: "user/oauth/google/callback?state=0&code=0", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
		{ids: "of nobody", path: "user/oauth/x/callback", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
	},
	"POST user/oauth": {
		{path: "user/oauth", want: [7]int{401, 401, 401, 401, 401, 401, 401}, body: form("code", "0000")},
	},
	"GET user/totp": {{path: "user/totp", want: persons}},
	"POST user/totp": {
		{path: "user/totp", want: persons, body: form("password", "Qwe#12345rty")},
		{ids: "a foreign password", path: "user/totp", want: [7]int{401, 401, 400, 400, 400, 400, 400}, body: form("password", "wrong", "user", "{{their.user}}")},
	},
	"POST user/totp/confirm":  {{path: "user/totp/confirm", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("code", "000000")}},
	"POST user/totp/recovery": {{path: "user/totp/recovery", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("code", "000000")}},
	"DELETE user/totp": {
		{path: "user/totp", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("password", "Qwe#12345rty", "code", "000000")},
	},
	"POST admin/users/{id}/totp/reset": {
		{ids: "own", path: "admin/users/{{my.user}}/totp/reset", want: adminStays},
		{ids: "foreign", path: "admin/users/{{their.user}}/totp/reset", want: adminStays},
		{ids: "of nobody", path: "admin/users/99999/totp/reset", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"GET user/identities": {{path: "user/identities", want: persons}},
	"POST user/identities": {
		{path: "user/identities", want: [7]int{401, 401, 401, 401, 401, 401, 401}, body: form("code", "0000")},
	},
	"DELETE user/identities": {
		{path: "user/identities", want: persons, body: form("items", "1,2,3")},
	},

	"GET user/details": {{path: "user/details", want: persons}},
	"POST user/details": {
		{path: "user/details", want: persons, body: form("first_name", "Олег", "password", "Vb7-dom.Karta")},
		{ids: "a foreign address", path: "user/details", want: persons, body: form("first_name", "Олег", "email", "{{their.email}}")},
		{ids: "a foreign id", path: "user/details", want: persons, body: js(`{"id": 1, "user": 1, "type": "admin", "first_name": "Олег"}`)},
	},

	"PUT user/avatar":    {{path: "user/avatar", want: persons, body: upload("me.png", dot)}},
	"DELETE user/avatar": {{path: "user/avatar", want: persons}},
	// Nobody has a picture in this world: see picture_test.go.
	"GET /pictures/{name}/{file}": {
		{path: "/pictures/aaaaaaaaaaaaaaaaaaaaaaaaaa/320.jpg", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
		{ids: "of nobody", path: "/pictures/..%2f/320.jpg", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
	},

	"GET user/tokens": {{path: "user/tokens", want: persons}},
	"POST user/tokens": {
		{path: "user/tokens", want: persons, body: form("name", "1С", "scopes", "prices:write, orders:read")},
		{ids: "foreign", path: "user/tokens", want: persons, body: js(`{"id": {{their.token}}, "user_id": {{their.user}}, "name": "1С", "scopes": ["orders:read"]}`)},
	},
	"DELETE user/tokens": {
		{ids: "own", path: "user/tokens", want: persons, body: form("items", "{{my.token}}")},
		{ids: "foreign", path: "user/tokens", want: persons, body: js(`{"items": [{{their.token}}]}`)},
		{ids: "all others", path: "user/tokens", want: persons, body: multi("others", "on", "user_id", "{{their.user}}")},
	},
	// Their orders are on their way: see leave_test.go.
	"DELETE user/details": {
		{path: "user/details", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("password", "Qwe#12345rty")},
		{ids: "a wrong password", path: "user/details", want: [7]int{401, 401, 400, 400, 400, 400, 400}, body: form("password", "Vb7-dom.Karta")},
	},
	"GET user/export":         {{path: "user/export", want: persons}},
	"POST user/email/confirm": {{path: "user/email/confirm", want: [7]int{400, 401, 400, 400, 400, 400, 400}, body: form("token", "0000")}},
	"DELETE user/email":       {{path: "user/email", want: noOne}},

	"GET user/requisites": {{path: "user/requisites", want: persons}},
	"PUT user/requisites": {
		{path: "user/requisites", want: persons, body: form("name", "ООО Роза", "inn", "7707083893")},
		{ids: "foreign", path: "user/requisites", want: persons, body: js(`{"id": 1, "user": {{their.user}}, "user_id": {{their.user}}, "name": "ООО Роза"}`)},
	},

	"GET user/contact": {{path: "user/contact", want: persons}},
	"POST user/contact": {
		{path: "user/contact", want: persons, body: form("phone", "1")},
		{ids: "foreign", path: "user/contact", want: persons, body: js(`{"id": {{their.contact}}, "user": 1, "phone": "1"}`)},
	},
	"PUT user/contact": {
		{ids: "own", path: "user/contact", want: persons, body: multi("id", "{{my.contact}}", "city", "Тула")},
		{ids: "foreign", path: "user/contact", want: noOne, body: multi("id", "{{their.contact}}", "city", "Тула")},
	},
	"DELETE user/contact": {
		{ids: "own", path: "user/contact", want: persons, body: form("items", "{{my.contact}}")},
		{ids: "foreign", path: "user/contact", want: persons, body: js(`{"items": [{{their.contact}}]}`)},
	},

	"GET categories":      {{path: "categories", want: anybody}},
	"GET shops":           {{path: "shops", want: anybody}},
	"GET products":        {{path: "products", want: anybody}},
	"GET products/facets": {{path: "products/facets", want: anybody}},
	"GET parameters":      {{path: "parameters", want: anybody}},
	"PUT partner/products/{id}/parameters": {
		{ids: "own", path: "partner/products/{{my.sold}}/parameters", want: suppliers, body: form("items", `[{"parameter": "Цвет", "value": "белый"}]`)},
		{ids: "foreign", path: "partner/products/{{their.sold}}/parameters", want: [7]int{401, 401, 403, 403, 404, 404, 403}, body: form("items", `[{"parameter": "Цвет", "value": "белый"}]`)},
	},
	"DELETE partner/products/{id}/parameters": {
		{ids: "own", path: "partner/products/{{my.sold}}/parameters", want: suppliers, body: form("items", `[{"parameter": "Цвет"}]`)},
		{ids: "foreign", path: "partner/products/{{their.sold}}/parameters", want: [7]int{401, 401, 403, 403, 404, 404, 403}, body: form("items", `[{"parameter": "Цвет"}]`)},
	},
	"PUT partner/products/{id}/pictures": {
		{ids: "own", path: "partner/products/{{my.sold}}/pictures", want: suppliers, body: upload("tea.png", dot)},
		{ids: "foreign", path: "partner/products/{{their.sold}}/pictures", want: [7]int{401, 401, 403, 403, 404, 404, 403}, body: upload("tea.png", dot)},
	},
	"DELETE partner/products/{id}/pictures": {
		{ids: "own", path: "partner/products/{{my.sold}}/pictures", want: suppliers},
		{ids: "foreign", path: "partner/products/{{their.sold}}/pictures", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	"PUT admin/offers/{id}/parameters": {
		{path: "admin/offers/{{offer}}/parameters", want: theAdmin, administers: true, body: form("items", `[{"parameter": "Цвет", "value": "белый"}]`)},
		{ids: "of nobody", path: "admin/offers/99999/parameters", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: form("items", `[{"parameter": "Цвет", "value": "белый"}]`)},
	},
	"DELETE admin/offers/{id}/parameters": {
		{path: "admin/offers/{{offer}}/parameters", want: theAdmin, administers: true, body: form("items", `[{"parameter": "Цвет"}]`)},
		{ids: "of nobody", path: "admin/offers/99999/parameters", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: form("items", `[{"parameter": "Цвет"}]`)},
	},
	"GET admin/parameters":  {{path: "admin/parameters", want: theAdmin, administers: true}},
	"POST admin/parameters": {{path: "admin/parameters", want: theAdmin, administers: true, body: form("name", "Вес")}},
	"PUT admin/parameters/{id}": {
		{path: "admin/parameters/1", want: theAdmin, administers: true, body: form("unit", "кг")},
		{ids: "of nobody", path: "admin/parameters/99999", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: form("unit", "кг")},
	},
	"DELETE admin/parameters/{id}": {
		{path: "admin/parameters/1", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/parameters/99999", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/parameters/{id}/merge": {
		{path: "admin/parameters/1/merge", want: theAdmin, administers: true, body: form("items", "1")},
		{ids: "of nobody", path: "admin/parameters/1/merge", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: form("items", "99999")},
	},
	"GET products/{id}": {
		{path: "products/{{offer}}", want: anybody},
		{ids: "of a closed shop", path: "products/{{hidden}}", want: [7]int{404, 401, 404, 404, 404, 404, 404}},
	},

	"GET basket": {{path: "basket", want: persons}},
	"POST basket": {
		{path: "basket", want: persons, body: form("items", `[{"product_info": {{offer}}, "quantity": 1}]`)},
		{ids: "foreign", path: "basket", want: persons, body: js(`{"id": {{their.basket}}, "items": [{"product_info": {{offer}}, "quantity": 1, "id": {{their.line}}, "order": {{their.basket}}}]}`)},
		{ids: "of a closed shop", path: "basket", want: [7]int{401, 401, 409, 409, 409, 409, 409}, body: form("items", `[{"product_info": {{hidden}}, "quantity": 1}]`)},
	},
	"PUT basket": {
		{ids: "own", path: "basket", want: persons, body: multi("items", `[{"id": {{my.line}}, "quantity": 9}]`)},
		{ids: "foreign", path: "basket", want: noOne, body: multi("items", `[{"id": {{their.line}}, "quantity": 9}]`)},
		{ids: "own and foreign", path: "basket", want: noOne, body: js(`{"items": [{"id": {{my.line}}, "quantity": 9}, {"id": {{their.line}}, "quantity": 9}]}`)},
	},
	"DELETE basket": {
		{ids: "own", path: "basket", want: persons, body: multi("items", "{{my.line}}")},
		{ids: "foreign", path: "basket", want: persons, body: form("items", "{{their.line}}")},
	},

	"POST partner/update": {
		{path: "partner/update", want: [7]int{401, 401, 403, 403, 202, 202, 403}, body: upload("list.yaml", northList)},
		{ids: "foreign", path: "partner/update?shop={{their.shop}}", want: [7]int{401, 401, 403, 403, 202, 202, 403}, body: js(`{"url": "http://127.0.0.1:1/", "shop": {{their.shop}}}`)},
	},
	"GET partner/state": {{path: "partner/state", want: suppliers}},
	"POST partner/state": {
		{path: "partner/state", want: suppliers, body: form("state", "off")},
		{ids: "foreign", path: "partner/state", want: suppliers, body: js(`{"id": {{their.shop}}, "shop": {{their.shop}}, "state": false}`)},
	},
	"GET partner/shop": {{path: "partner/shop", want: suppliers}},
	"PUT partner/shop": {
		{path: "partner/shop", want: suppliers, body: multi("name", "Новый")},
		{ids: "foreign", path: "partner/shop", want: suppliers, body: js(`{"id": {{their.shop}}, "name": "Новый"}`)},
	},
	"GET partner/members": {
		{path: "partner/members", want: suppliers},
		{ids: "foreign", path: "partner/members?owner={{their.user}}", want: suppliers},
	},
	"POST partner/members": {
		{path: "partner/members", want: suppliers, body: form("email", "fresh@example.com", "role", "viewer")},
		{ids: "foreign", path: "partner/members", want: suppliers, body: js(`{"email": "fresh@example.com", "role": "manager", "owner": {{their.user}}}`)},
		{ids: "a known address", path: "partner/members", want: suppliers, body: multi("email", "third@example.com", "role", "viewer")},
	},
	"POST partner/members/{id}/role": {
		{ids: "own", path: "partner/members/{{my.member}}/role", want: suppliers, body: form("role", "manager")},
		{ids: "foreign", path: "partner/members/{{their.member}}/role", want: [7]int{401, 401, 403, 403, 404, 404, 403}, body: form("role", "manager")},
	},
	"DELETE partner/members": {
		{ids: "own", path: "partner/members", want: suppliers, body: js(`{"items": [{{my.member}}]}`)},
		{ids: "foreign", path: "partner/members", want: suppliers, body: form("items", "{{their.member}}")},
	},
	"POST user/invitation": {
		{path: "user/invitation", want: [7]int{404, 401, 404, 404, 404, 404, 404}, body: form("token", "0000", "first_name", "Олег", "last_name", "Сомов", "password", "Vb7-dom.Karta")},
	},
	"POST user/invitation/accept": {
		{path: "user/invitation/accept", want: [7]int{401, 401, 404, 404, 409, 409, 409}, body: form("token", "0000")},
	},
	"DELETE user/membership": {{path: "user/membership", want: noOne}},

	"GET partner/imports": {{path: "partner/imports", want: suppliers}},
	"GET partner/imports/{id}": {
		{ids: "own", path: "partner/imports/{{my.import}}", want: suppliers},
		{ids: "foreign", path: "partner/imports/{{their.import}}", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},

	"GET partner/imports/{id}/errors": {
		{ids: "own", path: "partner/imports/{{my.import}}/errors", want: suppliers},
		{ids: "foreign", path: "partner/imports/{{their.import}}/errors", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	"POST partner/imports/{id}/apply": {
		{ids: "own", path: "partner/imports/{{my.import}}/apply", want: [7]int{401, 401, 403, 403, 409, 409, 403}},
		{ids: "foreign", path: "partner/imports/{{their.import}}/apply", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	"POST partner/imports/{id}/discard": {
		{ids: "own", path: "partner/imports/{{my.import}}/discard", want: [7]int{401, 401, 403, 403, 409, 409, 403}},
		{ids: "foreign", path: "partner/imports/{{their.import}}/discard", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	"POST partner/imports/{id}/rollback": {
		{ids: "own", path: "partner/imports/{{my.import}}/rollback", want: suppliers},
		{ids: "foreign", path: "partner/imports/{{their.import}}/rollback", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	"GET partner/profile": {{path: "partner/profile", want: suppliers}},
	"PUT partner/profile": {
		{path: "partner/profile", want: suppliers, body: js(`{"price_percent": 300}`)},
		{ids: "foreign", path: "partner/profile", want: suppliers, body: js(`{"shop": {{their.shop}}, "shop_id": {{their.shop}}, "sheet": "Прайс"}`)},
	},

	"GET partner/schedule": {{path: "partner/schedule", want: suppliers}},
	"PUT partner/schedule": {
		{path: "partner/schedule", want: suppliers, body: multi("url", "https://example.org/x", "times", "0 4 * * *")},
		{ids: "foreign", path: "partner/schedule", want: suppliers, body: js(`{"shop": {{their.shop}}, "id": {{their.shop}}, "url": "https://example.org/x", "times": "0 4 * * *"}`)},
	},
	"DELETE partner/schedule": {{path: "partner/schedule", want: suppliers}},

	"GET partner/export": {
		{path: "partner/export?format=csv", want: [7]int{401, 401, 403, 403, 202, 202, 403}, notes: true},
		{ids: "foreign", path: "partner/export?shop_id={{their.shop}}", want: [7]int{401, 401, 403, 403, 202, 202, 403}, notes: true},
	},
	"GET partner/export/{id}": {
		{ids: "own", path: "partner/export/{{my.export}}", want: suppliers, notes: true},
		{ids: "foreign", path: "partner/export/{{their.export}}", want: [7]int{401, 401, 403, 403, 404, 404, 403}},
	},
	// Whoever has the link has the file.
	"GET export/{secret}": {
		{ids: "own", path: "export/{{my.secret}}", want: mute, links: true},
		{ids: "foreign", path: "export/{{their.secret}}", want: mute, links: true},
		{ids: "wrong", path: "export/AAAABBBBCCCCDDDDEEEEFFFFGG", want: [7]int{404, 404, 404, 404, 404, 404, 404}},
	},

	// It knows nobody by a token: see exchange_test.go.
	"GET partner/exchange/1c": {
		{path: "partner/exchange/1c?type=catalog&mode=checkauth", want: mute},
		{path: "partner/exchange/1c?type=sale&mode=query", want: mute},
	},
	"POST partner/exchange/1c": {{path: "partner/exchange/1c?type=catalog&mode=file&filename=import.xml", want: mute, body: upload("import.xml", northList)}},

	"GET admin/audit": {{path: "admin/audit", want: theAdmin}},
	"GET admin/users": {{path: "admin/users", want: theAdmin, administers: true}},
	"GET admin/users/{id}": {
		{ids: "own", path: "admin/users/{{my.user}}", want: theAdmin},
		{ids: "foreign", path: "admin/users/{{their.user}}", want: theAdmin, administers: true},
	},
	"POST admin/users/{id}/block": {
		{ids: "own", path: "admin/users/{{my.user}}/block", want: adminStays},
		{ids: "foreign", path: "admin/users/{{their.user}}/block", want: theAdmin, administers: true},
	},
	"POST admin/users/{id}/unblock": {
		{ids: "own", path: "admin/users/{{my.user}}/unblock", want: adminStays},
		{ids: "foreign", path: "admin/users/{{their.user}}/unblock", want: theAdmin, administers: true},
	},
	"POST admin/users/{id}/role": {
		{ids: "own", path: "admin/users/{{my.user}}/role", want: adminStays, body: form("type", "buyer")},
		{ids: "foreign", path: "admin/users/{{their.user}}/role", want: theAdmin, body: form("type", "buyer"), administers: true},
	},
	"GET admin/products/{id}": {
		{path: "admin/products/1", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/products/99999", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/products/{id}/merge": {
		{path: "admin/products/1/merge", want: theAdmin, body: form("from_id", "2"), administers: true},
		{ids: "of nobody", path: "admin/products/1/merge", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: form("from_id", "99999")},
	},
	"POST admin/products/{id}/split": {
		{path: "admin/products/1/split", want: [7]int{401, 401, 403, 403, 403, 403, 409}, body: js(`{"offers": [99999]}`)},
		{ids: "of nobody", path: "admin/products/99999/split", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: js(`{"offers": [1]}`)},
	},
	"POST admin/products/{id}/undo": {
		{path: "admin/products/1/undo", want: [7]int{401, 401, 403, 403, 403, 403, 409}},
		{ids: "of nobody", path: "admin/products/99999/undo", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"GET admin/shops": {{path: "admin/shops", want: theAdmin}},
	"POST admin/imports": {
		{ids: "own", path: "admin/imports?shop_id={{my.shop}}", want: [7]int{401, 401, 403, 403, 403, 403, 202}, body: upload("list.yaml", northList), administers: true},
		{ids: "foreign", path: "admin/imports?shop_id={{their.shop}}", want: [7]int{401, 401, 403, 403, 403, 403, 202}, body: upload("list.yaml", northList), administers: true},
		{ids: "of nobody", path: "admin/imports?shop_id=99999", want: [7]int{401, 401, 403, 403, 403, 403, 404}, body: upload("list.yaml", northList)},
	},
	"GET admin/imports": {{path: "admin/imports", want: theAdmin, administers: true}},
	"GET admin/imports/{id}": {
		{ids: "foreign", path: "admin/imports/{{their.import}}", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/imports/99999", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"GET admin/imports/{id}/errors": {
		{ids: "foreign", path: "admin/imports/{{their.import}}/errors", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/imports/99999/errors", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/imports/{id}/apply": {
		{ids: "foreign", path: "admin/imports/{{their.import}}/apply", want: [7]int{401, 401, 403, 403, 403, 403, 409}},
		{ids: "of nobody", path: "admin/imports/99999/apply", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/imports/{id}/discard": {
		{ids: "foreign", path: "admin/imports/{{their.import}}/discard", want: [7]int{401, 401, 403, 403, 403, 403, 409}},
		{ids: "of nobody", path: "admin/imports/99999/discard", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/imports/{id}/rollback": {
		{ids: "foreign", path: "admin/imports/{{their.import}}/rollback", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/imports/99999/rollback", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"GET admin/export": {
		{path: "admin/export", want: [7]int{401, 401, 403, 403, 403, 403, 202}, notes: true},
		{ids: "of one shop", path: "admin/export?shop_id={{their.shop}}", want: [7]int{401, 401, 403, 403, 403, 403, 202}, notes: true},
	},
	"GET admin/export/{id}": {
		{ids: "own", path: "admin/export/{{my.export}}", want: theAdmin, notes: true},
		{ids: "foreign", path: "admin/export/{{their.export}}", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"GET admin/letters": {{path: "admin/letters", want: theAdmin, administers: true}},
	"POST admin/letters/{id}/send": {
		{ids: "own", path: "admin/letters/{{my.letter}}/send", want: theAdmin, administers: true},
		{ids: "foreign", path: "admin/letters/{{their.letter}}/send", want: theAdmin, administers: true},
		{ids: "of nobody", path: "admin/letters/99999/send", want: [7]int{401, 401, 403, 403, 403, 403, 404}},
	},
	"POST admin/shops/{id}/approve": {
		{ids: "own", path: "admin/shops/{{my.shop}}/approve", want: theAdmin, administers: true},
		{ids: "foreign", path: "admin/shops/{{their.shop}}/approve", want: theAdmin, administers: true},
	},
	"POST admin/shops/{id}/close": {
		{ids: "own", path: "admin/shops/{{my.shop}}/close", want: theAdmin, administers: true},
		{ids: "foreign", path: "admin/shops/{{their.shop}}/close", want: theAdmin, administers: true},
	},
})
