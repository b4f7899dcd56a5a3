package postman

import "net/http"

// keys: the buyer lets a machine in.
var keys = []step{
	{
		op: "add-key", name: "Make a key for a machine", as: buyer,
		args:   pairs{"name", "Остатки на кассах", "scopes", "orders:read", "days", "90"},
		expect: pairs{`body.Status`, `true`, `body.key.slice(0, 3)`, `"zk_"`},
		save:   pairs{machine, `body.key`, "key_id", `body.id`},
	},
	{
		op: "list-tokens", name: "List sign-ins and keys", as: buyer,
		expect: pairs{
			`body[0].id`, `pm.variables.get("key_id")`, `body[0].kind`, `"key"`, `body[0].scopes`, `["orders:read"]`,
			`body.filter((t) => t.current).map((t) => t.kind)`, `["session"]`,
		},
	},
	{
		op: "get-basket", name: "See the basket by the key", as: machine,
		expect: pairs{`body`, `[]`},
	},
	{
		op: "get-details", name: "Ask the key for what is the person's", as: machine, status: http.StatusForbidden,
		expect: pairs{`body.Code`, `"key_scope"`},
	},
	{
		op: "revoke-tokens", name: "Revoke the key", as: buyer,
		args:   pairs{"items", "{{key_id}}"},
		expect: pairs{`body.Status`, `true`, `body["Удалено объектов"]`, `1`},
	},
	{
		op: "get-basket", name: "See the basket by the revoked key", as: machine, status: http.StatusUnauthorized,
		expect: pairs{`body.Code`, `"invalid_token"`},
	},
}
