package postman

import "net/http"

// providers: the way of a browser to one of them is no request of a collection.
// Where none is set up, the answers say so.
var providers = []step{
	{op: "list-providers", name: "By whom one can sign in", expect: pairs{`Array.isArray(body)`, `true`}},
	{
		op: "begin-oauth", name: "Sign in with a provider that is not there", status: http.StatusNotFound,
		args:   pairs{"provider", "nobody", "return", "https://shop.example.org/in", "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
		expect: pairs{`body.Code`, `"no_such_provider"`},
	},
	{
		op: "finish-oauth", name: "Come back from it", status: http.StatusNotFound,
		args:   pairs{"provider", "nobody", "state", "0000", "code", "0000"},
		expect: pairs{`body.Code`, `"no_such_provider"`},
	},
	{
		op: "sign-in-by-code", name: "Sign in by a code that nobody gave", status: http.StatusUnauthorized,
		args:   pairs{"code", "0000", "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
		expect: pairs{`body.Code`, `"oauth_code"`},
	},
	{op: "list-identities", name: "By whom the buyer can sign in", as: buyer, expect: pairs{`body`, `[]`}},
	{
		op: "link-identity", name: "Link by a code that nobody gave", as: buyer, status: http.StatusUnauthorized,
		args:   pairs{"code", "0000"},
		expect: pairs{`body.Code`, `"oauth_code"`},
	},
	{
		op: "unlink-identities", name: "Unlink what is not there", as: buyer,
		args:   pairs{"items", "1,2"},
		expect: pairs{`body["Удалено объектов"]`, `0`},
	},
}
