package postman

import "net/http"

// lists: what a supplier decides about price lists: a list tried out, one held
// because its prices are a hundred times what they were
// (examples/optsnab-x100.json), applied all the same, taken back, and discarded.
var lists = []step{
	{
		op: "get-profile", name: "See when price lists wait for a decision", as: otherShop,
		expect: pairs{`body.withdrawn_percent`, `50`, `body.price_percent`, `200`, `body.errors`, `"all"`, `body.columns`, `[]`},
	},
	{
		op: "set-profile", name: "Have prices watched more closely", as: otherShop,
		args:   pairs{"price_percent", "150"},
		expect: pairs{`body.price_percent`, `150`, `body.withdrawn_percent`, `50`},
	},
	{
		op: "set-profile", name: "Ask for what no list could keep", as: otherShop, status: http.StatusBadRequest,
		args:   pairs{"price_percent", "100"},
		expect: pairs{`body.Code`, `"bad_limits"`, `Object.keys(body.Errors)`, `["price_percent"]`},
	},
	{
		op: "update-price-list", name: "Try a price list out", as: otherShop,
		args: pairs{"dry_run", "true", "file", "examples/optsnab-x100.json"},
		expect: pairs{
			`body.import.state`, `"checked"`, `body.import.difference.price_up`, `4`, `body.import.difference.median_price`, `100`,
			`body.import.updated`, `0`,
		},
	},
	{
		op: "update-price-list", name: "Send a price list with prices in kopecks", as: otherShop, status: http.StatusConflict,
		args:   pairs{"file", "examples/optsnab-x100.json"},
		expect: pairs{`body.Code`, `"price_list_held"`, `body.import.held.map((r) => r.code)`, `["price_moved"]`},
		save:   pairs{"held_id", `body.import.id`},
	},
	{
		op: "apply-import", name: "Decide about the price list of another shop", as: shop, status: http.StatusNotFound,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.Status`, `false`},
	},
	{
		op: "apply-import", name: "Apply the price list all the same", as: otherShop,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.import.state`, `"applied"`, `body.import.updated`, `4`},
	},
	{
		op: "rollback-import", name: "Take the price list back", as: otherShop,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.kind`, `"rollback"`, `body.state`, `"applied"`, `body.updated`, `4`, `body.repeats`, `pm.variables.get("held_id")`},
	},
	{
		op: "update-price-list", name: "Send the same price list again", as: otherShop, status: http.StatusConflict,
		args:   pairs{"file", "examples/optsnab-x100.json"},
		expect: pairs{`body.Code`, `"price_list_held"`, `body.import.id !== pm.variables.get("held_id")`, `true`},
		save:   pairs{"held_id", `body.import.id`},
	},
	{
		op: "discard-import", name: "Discard the price list", as: otherShop,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.state`, `"refused"`, `body.code`, `"price_list_discarded"`},
	},
	{
		op: "update-any-price-list", name: "Send the price list of a shop as the administrator", as: admin,
		args:   pairs{"shop_id", "{{other_shop_id}}", "file", "examples/optsnab.json"},
		expect: pairs{`body.import.state`, `"applied"`, `body.import.unchanged`, `4`, `body.import.shop`, `pm.variables.get("other_shop_id")`},
		save:   pairs{"any_import_id", `body.import.id`},
	},
	{
		op: "list-any-imports", name: "List the price lists of all shops", as: admin,
		expect: pairs{`body[0].id`, `pm.variables.get("any_import_id")`, `new Set(body.map((i) => i.shop)).size`, `2`},
	},
	{
		op: "get-any-import", name: "See the price list of any shop", as: admin,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.state`, `"refused"`, `body.shop`, `pm.variables.get("other_shop_id")`},
	},
	{
		op: "get-any-import-errors", name: "Ask for the bad goods of a price list of any shop", as: admin, status: http.StatusNotFound,
		args:   pairs{"id", "{{any_import_id}}", "severity", "all"},
		expect: pairs{`body.Code`, `"price_list_no_problems"`},
	},
	{
		op: "apply-any-import", name: "Apply a price list that does not wait", as: admin, status: http.StatusConflict,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.Code`, `"price_list_not_held"`},
	},
	{
		op: "discard-any-import", name: "Discard a price list that does not wait", as: admin, status: http.StatusConflict,
		args:   pairs{"id", "{{held_id}}"},
		expect: pairs{`body.Code`, `"price_list_not_held"`},
	},
	{
		op: "rollback-any-import", name: "Take the price list of any shop back", as: admin,
		args:   pairs{"id", "{{any_import_id}}"},
		expect: pairs{`body.kind`, `"rollback"`, `body.updated`, `0`, `body.withdrawn`, `0`},
	},
}
