package postman

import "net/http"

// purchase: one basket of two suppliers' goods becomes an order.
var purchase = []step{
	{op: "get-basket", name: "See no basket", as: buyer, expect: pairs{`body`, `[]`}},
	{
		op: "add-to-basket", name: "Put products of two shops into the basket", as: buyer,
		args: pairs{
			"items", `[{"product_info": {{product_id}}, "quantity": 2}, {"product_info": {{other_product_id}}, "quantity": 3}]`,
		},
		expect: pairs{`body.Status`, `true`, `body["Создано объектов"]`, `2`},
	},
	{
		op: "add-to-basket", name: "Put one more product into the basket", as: buyer,
		args:   pairs{"items", `[{"product_info": {{second_product_id}}, "quantity": 1}]`},
		expect: pairs{`body["Создано объектов"]`, `1`},
	},
	{
		op: "add-to-basket", name: "Put a product that does not exist into the basket", as: buyer, status: http.StatusNotFound,
		args:   pairs{"items", `[{"product_info": 999999999, "quantity": 1}]`},
		expect: pairs{`body.Status`, `false`},
	},
	{
		op: "get-basket", name: "See the basket", as: buyer,
		expect: pairs{`body.length`, `1`, `body[0].state`, `"basket"`, `body[0].total_sum`, `98480.5`},
		save: pairs{
			"basket_id", `body[0].id`,
			"line_id", `body[0].ordered_items.find((l) => l.product_info.id === pm.variables.get("product_id")).id`,
			"second_line_id", `body[0].ordered_items.find((l) => l.product_info.id === pm.variables.get("second_product_id")).id`,
		},
	},
	{
		op: "edit-basket", name: "Change a quantity", as: buyer,
		args:   pairs{"items", `[{"id": {{line_id}}, "quantity": 1}]`},
		expect: pairs{`body.Status`, `true`, `body["Обновлено объектов"]`, `1`},
	},
	{
		op: "remove-from-basket", name: "Take a product out of the basket", as: buyer,
		args:   pairs{"items", "{{second_line_id}}"},
		expect: pairs{`body.Status`, `true`, `body["Удалено объектов"]`, `1`},
	},
	{
		op: "get-basket", name: "See the basket of two products", as: buyer,
		expect: pairs{`body[0].ordered_items.map((l) => l.sum)`, `[24990, 10050]`, `body[0].total_sum`, `35040`},
	},
	{
		op: "set-partner-state", name: "Switch the other shop off", as: otherShop,
		args:   pairs{"state", "off"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "get-partner-state", name: "See that the other shop is closed", as: otherShop,
		expect: pairs{`body.state`, `false`, `body.approved`, `true`},
	},
	{
		op: "place-order", name: "Order from a closed shop", as: buyer, status: http.StatusConflict,
		args:   pairs{"id", "{{basket_id}}", "contact", "{{contact_id}}"},
		expect: pairs{`body.Code`, `"shop_closed"`},
	},
	{
		op: "set-partner-state", name: "Switch the other shop on", as: otherShop,
		args:   pairs{"state", "on"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "place-order", name: "Place the order", as: buyer,
		args: pairs{"id", "{{basket_id}}", "contact", "{{contact_id}}"},
		expect: pairs{
			`body.Status`, `true`, `body.total_sum`, `35040`, `/^\d{4}-\d{6}$/.test(body.number)`, `true`,
		},
		save: pairs{"order_id", `body.id`},
	},
	{
		op: "place-order", name: "Place the order again", as: buyer, status: http.StatusConflict,
		args:   pairs{"id", "{{basket_id}}", "contact", "{{contact_id}}"},
		expect: pairs{`body.Code`, `"already_placed"`},
	},
	{
		op: "list-orders", name: "List the orders", as: buyer,
		expect: pairs{`body.map((o) => [o.id, o.state])`, `[[pm.variables.get("order_id"), "new"]]`},
	},
	{
		op: "get-order", name: "See the order", as: buyer,
		args: pairs{"id", "{{order_id}}"},
		expect: pairs{
			`body.total_sum`, `35040`, `body.contact.city`, `"Казань"`,
			`body.parts.map((p) => [p.shop.id, p.sum])`,
			`[[pm.variables.get("shop_id"), 24990], [pm.variables.get("other_shop_id"), 10050]]`,
		},
	},
	{
		op: "get-product", name: "See that stock was taken",
		args:   pairs{"id", "{{product_id}}"},
		expect: pairs{`body.quantity`, `11`},
	},
	{
		op: "list-partner-orders", name: "See the supplier's part of the order", as: shop,
		expect: pairs{
			`body.map((o) => [o.total_sum, o.ordered_items.length])`, `[[24990, 1]]`, `body[0].contact.phone`, `"+79990000001"`,
		},
	},
	{
		op: "list-partner-orders", name: "See the other supplier's part of the order", as: otherShop,
		expect: pairs{`body.map((o) => [o.total_sum, o.ordered_items.length])`, `[[10050, 1]]`},
	},
}

// closing: the administrator looks after the letters and closes a shop, and the
// buyer goes away.
var closing = []step{
	{
		op: "list-letters", name: "See the letters to a supplier", as: admin,
		args: pairs{"recipient", "{{shop_email}}", "kind", "confirm", "state", "sent"},
		expect: pairs{
			`body.map((l) => [l.kind, l.language, l.state])`, `[["confirm", "ru", "sent"]]`,
			`JSON.stringify(body).includes(pm.variables.get("shop_confirm_token"))`, `false`,
		},
		save: pairs{"letter_id", `body[0].id`},
	},
	{
		op: "send-letter", name: "Send a letter again", as: admin,
		args:   pairs{"id", "{{letter_id}}"},
		expect: pairs{`body.kind`, `"confirm"`, `body.state`, `"queued"`, `body.id > pm.variables.get("letter_id")`, `true`},
	},
	{
		op: "send-letter", name: "Send a letter that is not there", as: admin, status: http.StatusNotFound,
		args:   pairs{"id", "999999"},
		expect: pairs{`body.Code`, `"not_found"`},
	},
	{
		op: "close-shop", name: "Close the shop", as: admin,
		args:   pairs{"id", "{{shop_id}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "list-products", name: "See nothing of a closed shop",
		args:   pairs{"shop_id", "{{shop_id}}"},
		expect: pairs{`body`, `[]`},
	},
	{
		op: "request-password-reset", name: "Ask for a new password",
		args:   pairs{"email", "{{buyer_email}}"},
		expect: pairs{`body.status`, `"OK"`},
	},
	{
		op: "reset-password", name: "Set a new password",
		args:   pairs{"token", "{{reset_token}}", "password", "{{new_password}}"},
		expect: pairs{`body.status`, `"OK"`},
	},
	{
		op: "get-details", name: "Use a token that the new password ended", as: buyer, status: http.StatusUnauthorized,
		expect: pairs{`body.Status`, `false`, `body.Code`, `"invalid_token"`},
	},
	{
		op: "login", name: "Sign in with the new password",
		args:   pairs{"email", "{{buyer_email}}", "password", "{{new_password}}"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{buyer, `body.Token`},
	},
	{
		op: "delete-account", name: "Delete the account with a wrong password", as: buyer, status: http.StatusBadRequest,
		args:   pairs{"password", "not {{password}}"},
		expect: pairs{`body.Code`, `"wrong_password"`},
	},
	{op: "logout", name: "Sign out", as: buyer, expect: pairs{`body.Status`, `true`}},
	{
		op: "list-orders", name: "List orders after signing out", as: buyer, status: http.StatusUnauthorized,
		expect: pairs{`body.Code`, `"invalid_token"`},
	},
}
