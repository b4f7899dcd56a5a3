package postman

import "net/http"

// people: the administrator looks after them.
var people = []step{
	{
		op: "list-users", name: "Find the supplier", as: admin,
		args:   pairs{"type", "shop", "blocked", "false", "search", "{{shop_email}}"},
		expect: pairs{`body.map((u) => u.email)`, `[pm.variables.get("shop_email")]`},
		save:   pairs{"user_id", `body[0].id`},
	},
	{
		op: "get-user", name: "See the supplier", as: admin,
		args:   pairs{"id", "{{user_id}}"},
		expect: pairs{`body.last_name`, `"Ручьёв"`, `body.active`, `true`, `body.shop.id`, `pm.variables.get("shop_id")`},
	},
	{
		op: "block-user", name: "Block the supplier", as: admin,
		args:   pairs{"id", "{{user_id}}"},
		expect: pairs{`body.Status`, `true`, `body.user.blocked`, `true`, `body.user.shop.state`, `false`},
	},
	{
		op: "login", name: "Sign in while blocked", status: http.StatusUnauthorized,
		args:   pairs{"email", "{{shop_email}}", "password", "{{password}}"},
		expect: pairs{`body.Code`, `"bad_login"`},
	},
	{
		op: "approve-shop", name: "Approve the shop of the blocked", as: admin, status: http.StatusConflict,
		args:   pairs{"id", "{{shop_id}}"},
		expect: pairs{`body.Code`, `"shop_owner_gone"`},
	},
	{
		op: "unblock-user", name: "Let the supplier sign in again", as: admin,
		args:   pairs{"id", "{{user_id}}"},
		expect: pairs{`body.user.blocked`, `false`, `body.user.shop.approved`, `false`, `body.note.length > 0`, `true`},
	},
	{
		op: "change-role", name: "Make the supplier an administrator", as: admin, status: http.StatusBadRequest,
		args:   pairs{"id", "{{user_id}}", "type", "admin"},
		expect: pairs{`body.Errors.type`, `["Must be one of: buyer, shop."]`},
	},
	{
		op: "change-role", name: "Make the supplier a buyer", as: admin,
		args:   pairs{"id", "{{user_id}}", "type", "buyer"},
		expect: pairs{`body.user.type`, `"buyer"`},
	},
	{
		op: "reset-totp", name: "Help who has lost an authenticator", as: admin, status: http.StatusConflict,
		args:   pairs{"id", "{{user_id}}"},
		expect: pairs{`body.Code`, `"totp_off"`},
	},
	{
		op: "list-audit", name: "See what was done", as: admin,
		args: pairs{"subject", "user/{{user_id}}"},
		expect: pairs{
			`body.filter((r) => !/^user.(sign|password)/.test(r.action)).map((r) => [r.action, r.details])`, `[["user.role", "now buyer"], ["user.unblock", ""], ["user.block", ""]]`,
			`body[0].user > 0 && body[0].address.length > 0 && body[0].request.length > 0`, `true`,
		},
	},
}
