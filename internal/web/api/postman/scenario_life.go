package postman

import "net/http"

// life: what becomes of the order. One supplier has less than was ordered, the
// buyer accepts that and cancels the part of the other, the administrator
// corrects, and everybody reads the history and the documents.
var life = []step{
	{
		op: "list-orders", name: "Find the order among new ones of a shop", as: buyer,
		args:   pairs{"state", "new", "shop_id", "{{other_shop_id}}", "since", "2026-01-01"},
		expect: pairs{`body.map((o) => o.id)`, `[pm.variables.get("order_id")]`},
	},
	{
		op: "list-all-orders", name: "Find the orders of a buyer", as: admin,
		args: pairs{"buyer", "{{buyer_email}}"},
		expect: pairs{
			`body.map((o) => [o.id, o.buyer.email])`, `[[pm.variables.get("order_id"), pm.variables.get("buyer_email")]]`,
		},
	},
	{
		op: "get-partner-order", name: "See one order as the other supplier", as: otherShop,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.state`, `"new"`, `body.parts[0].steps[0]`, `"confirmed"`},
		save:   pairs{"ordered_line_id", `body.ordered_items[0].id`, "part_version", `body.version`},
	},
	{
		op: "set-partner-order-state", name: "Refuse a line without a reason", as: otherShop, status: http.StatusBadRequest,
		args: pairs{
			"id", "{{order_id}}", "state", "confirmed", "version", "{{part_version}}",
			"items", `[{"id": {{ordered_line_id}}, "quantity": 0}]`,
		},
		expect: pairs{`Object.keys(body.Errors)`, `["reason"]`},
	},
	{
		op: "set-partner-order-state", name: "Confirm less than was ordered", as: otherShop,
		args: pairs{
			"id", "{{order_id}}", "state", "confirmed", "version", "{{part_version}}",
			"items", `[{"id": {{ordered_line_id}}, "quantity": 2, "reason": "Больше нет"}]`,
		},
		expect: pairs{
			`body.ordered_items.map((l) => [l.ordered, l.quantity, l.decision, l.reason])`, `[[3, 2, "pending", "Больше нет"]]`,
			`body.total_sum`, `6700`,
		},
		save: pairs{"part_version", `body.version`},
	},
	{
		op: "set-partner-order-state", name: "Go on before the buyer has decided", as: otherShop, status: http.StatusConflict,
		args:   pairs{"id", "{{order_id}}", "state", "assembled", "version", "{{part_version}}"},
		expect: pairs{`body.Code`, `"shortage_undecided"`},
	},
	{
		op: "get-order", name: "See that there is less", as: buyer,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.state`, `"new"`, `body.parts.map((p) => p.state)`, `["new", "confirmed"]`, `body.total_sum`, `31690`},
		save:   pairs{"order_version", `body.version`},
	},
	{
		op: "decide-lines", name: "Accept less", as: buyer,
		args: pairs{
			"id", "{{order_id}}", "version", "{{order_version}}", "items", `[{"id": {{ordered_line_id}}, "accept": true}]`,
		},
		expect: pairs{`body.ordered_items[1].decision`, `"accepted"`, `body.version > pm.variables.get("order_version")`, `true`},
		save:   pairs{"order_version", `body.version`},
	},
	{
		op: "cancel-order", name: "Cancel on an old version", as: buyer, status: http.StatusConflict,
		args:   pairs{"id", "{{order_id}}", "version", "1"},
		expect: pairs{`body.Code`, `"stale_version"`, `body.Order.version`, `pm.variables.get("order_version")`},
	},
	{
		op: "cancel-order", name: "Cancel the part of one shop", as: buyer,
		args: pairs{"id", "{{order_id}}", "part", "1", "version", "{{order_version}}", "reason", "Ошиблись магазином"},
		expect: pairs{
			`body.parts.map((p) => p.state)`, `["canceled", "confirmed"]`, `body.state`, `"confirmed"`, `body.total_sum`, `6700`,
		},
		save: pairs{"order_version", `body.version`},
	},
	{
		op: "get-product", name: "See that the stock is back",
		args:   pairs{"id", "{{product_id}}"},
		expect: pairs{`body.quantity`, `12`},
	},
	{
		op: "cancel-order", name: "Cancel what is confirmed", as: buyer, status: http.StatusConflict,
		args:   pairs{"id", "{{order_id}}", "version", "{{order_version}}"},
		expect: pairs{`body.Code`, `"illegal_step"`, `body.Legal`, `[]`},
	},
	{
		op: "get-partner-order", name: "See the decision of the buyer", as: otherShop,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.ordered_items[0].decision`, `"accepted"`, `body.parts[0].steps`, `["assembled", "sent", "delivered"]`},
		save:   pairs{"part_version", `body.version`},
	},
	{
		op: "set-partner-order-state", name: "Send the goods", as: otherShop,
		args:   pairs{"id", "{{order_id}}", "state", "sent", "version", "{{part_version}}"},
		expect: pairs{`body.state`, `"sent"`},
	},
	{
		op: "get-any-order", name: "See any order", as: admin,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.state`, `"sent"`, `body.buyer.email`, `pm.variables.get("buyer_email")`},
		save:   pairs{"order_version", `body.version`},
	},
	{
		op: "set-order-state", name: "Step back without a reason", as: admin, status: http.StatusBadRequest,
		args:   pairs{"id", "{{order_id}}", "part", "2", "state", "assembled", "version", "{{order_version}}"},
		expect: pairs{`Object.keys(body.Errors)`, `["reason"]`},
	},
	{
		op: "set-order-state", name: "Step back", as: admin,
		args: pairs{
			"id", "{{order_id}}", "part", "2", "state", "assembled", "version", "{{order_version}}", "reason", "Вернулось со склада",
		},
		expect: pairs{`body.parts.map((p) => p.state)`, `["canceled", "assembled"]`},
		save:   pairs{"order_version", `body.version`},
	},
	{
		op: "set-order-states", name: "Change many orders at once", as: admin,
		args: pairs{
			"items", `[{"id": {{order_id}}, "state": "delivered", "version": {{order_version}}}, {"id": {{order_id}}, "state": "sent", "version": 1}]`,
		},
		expect: pairs{
			`body.Status`, `false`, `body.results.map((r) => [r.Status, r.state || r.Code])`, `[[true, "delivered"], [false, "stale_version"]]`,
		},
	},
	{
		op: "order-history", name: "See what happened to the order", as: buyer,
		args: pairs{"id", "{{order_id}}"},
		expect: pairs{
			`body.filter((e) => e.part && !e.id).map((e) => [e.role, e.part, e.to])`,
			`[["shop", 2, "confirmed"], ["buyer", 1, "canceled"], ["shop", 2, "sent"], ["admin", 2, "assembled"], ["admin", 2, "delivered"]]`,
			`body.some((e) => e.email)`, `false`,
		},
	},
	{
		op: "partner-order-history", name: "See what happened to the part of a shop", as: shop,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.map((e) => [e.role, e.to, e.reason || ""])`, `[["buyer", "new", ""], ["buyer", "canceled", "Ошиблись магазином"]]`},
	},
	{
		op: "any-order-history", name: "See who did it", as: admin,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body[0].email`, `pm.variables.get("buyer_email")`, `body[body.length - 1].email`, `pm.variables.get("admin_email")`},
	},
	{
		op: "get-invoice", name: "Download the document of the order", as: buyer,
		args: pairs{"id", "{{order_id}}"},
		expect: pairs{
			`pm.response.headers.get("Content-Type")`, `"application/pdf"`, `pm.response.text().startsWith("%PDF")`, `true`,
		},
	},
	{
		op: "get-partner-invoice", name: "Download the document of the supplier's part", as: otherShop,
		args: pairs{"id", "{{order_id}}", "format", "xlsx"},
		expect: pairs{
			`pm.response.headers.get("Content-Type").endsWith("spreadsheetml.sheet")`, `true`, `pm.response.text().startsWith("PK")`, `true`,
		},
	},
	{
		op: "get-any-invoice", name: "Download the document of any part", as: admin,
		args: pairs{"id", "{{order_id}}", "part", "2"},
		expect: pairs{
			`pm.response.headers.get("Content-Disposition").startsWith("attachment")`, `true`,
		},
	},
	{
		op: "get-invoice", name: "Ask for a format that there is not", as: buyer, status: http.StatusBadRequest,
		args:   pairs{"id", "{{order_id}}", "format", "doc"},
		expect: pairs{`body.Code`, `"bad_arguments"`},
	},
	{
		op: "repeat-order", name: "Order the same again", as: buyer,
		args:   pairs{"id", "{{order_id}}"},
		expect: pairs{`body.items.map((l) => [l.ordered, l.quantity, l.changed])`, `[[1, 1, []], [3, 3, []]]`},
	},
	{
		op: "get-basket", name: "See the same in the basket", as: buyer,
		expect: pairs{`body[0].total_sum`, `35040`},
	},
}
