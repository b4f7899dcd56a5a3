package postman

import "net/http"

// supply: two suppliers send their price lists, examples/elektromir.yaml by its
// address and examples/optsnab.json as a file, and the administrator lets the
// new one open.
var supply = []step{
	{
		op: "get-shop", name: "See the shop that is not approved", as: shop,
		expect: pairs{`body.approved`, `false`, `body.state`, `false`},
		save:   pairs{"shop_id", `body.id`},
	},
	{
		op: "set-partner-state", name: "Open the shop before it is approved", as: shop, status: http.StatusConflict,
		args:   pairs{"state", "on"},
		expect: pairs{`body.Code`, `"shop_not_approved"`},
	},
	{
		op: "update-price-list", name: "Send a price list by its address", as: shop,
		args:   pairs{"url", "{{price_list_url}}"},
		expect: pairs{`body.import.state`, `"applied"`, `body.import.created`, `4`, `body.import.errors`, `0`},
	},
	{
		op: "update-price-list", name: "Send a price list as a file", as: otherShop,
		args: pairs{"file", "examples/optsnab.json"},
		expect: pairs{
			`body.import.state`, `"applied"`, `body.import.created`, `4`, `body.import.file_name`, `"optsnab.json"`,
		},
		save: pairs{"import_id", `body.import.id`},
	},
	{
		op: "update-price-list", name: "Send a price list as a buyer", as: buyer, status: http.StatusForbidden,
		args:   pairs{"url", "{{price_list_url}}"},
		expect: pairs{`body.Code`, `"shops_only"`, `body.Error`, `"Только для магазинов"`},
	},
	{
		op: "list-imports", name: "List the price lists", as: otherShop,
		expect: pairs{`body.map((i) => i.id)`, `[pm.variables.get("import_id")]`},
	},
	{
		op: "get-import", name: "See what became of a price list", as: otherShop,
		args:   pairs{"id", "{{import_id}}"},
		expect: pairs{`body.state`, `"applied"`, `body.rows`, `4`, `body.problems || []`, `[]`},
	},
	{
		op: "get-import-errors", name: "Ask for the bad goods of a price list that has none", as: otherShop, status: http.StatusNotFound,
		args:   pairs{"id", "{{import_id}}"},
		expect: pairs{`body.Code`, `"price_list_no_problems"`},
	},
	{
		op: "get-import", name: "See the price list of another shop", as: shop, status: http.StatusNotFound,
		args:   pairs{"id", "{{import_id}}"},
		expect: pairs{`body.Status`, `false`},
	},
	{
		op: "set-schedule", name: "Have the price list fetched every morning", as: otherShop,
		args: pairs{"url", "{{price_list_url}}", "times", "30 5 * * 1-5"},
		expect: pairs{
			`body.Status`, `true`, `body.schedule.time_zone`, `"Europe/Moscow"`,
			`new Date(body.schedule.next_at) > new Date()`, `true`,
		},
	},
	{
		op: "set-schedule", name: "Have it fetched too often", as: otherShop, status: http.StatusBadRequest,
		args:   pairs{"url", "{{price_list_url}}", "times", "* * * * *"},
		expect: pairs{`body.Code`, `"bad_arguments"`, `Object.keys(body.Errors)`, `["times"]`},
	},
	{
		op: "get-schedule", name: "See when the price list is fetched", as: otherShop,
		expect: pairs{`body.times`, `"30 5 * * 1-5"`, `body.failing_since`, `null`, `body.last_import`, `null`},
	},
	{
		op: "drop-schedule", name: "End the fetching", as: otherShop,
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "exchange-1c", name: "Begin an exchange with 1C without a password",
		args:   pairs{"type", "catalog", "mode", "checkauth"},
		expect: pairs{`body.split("\n")[0]`, `"failure"`},
	},
	{
		op: "exchange-1c-send", name: "Send a file of 1C outside of a session",
		args:   pairs{"type", "catalog", "mode", "file", "filename", "import.xml"},
		expect: pairs{`body.split("\n")[0]`, `"failure"`},
	},
	{
		op: "export", name: "Write the offers to a file", as: otherShop,
		args:   pairs{"format", "csv"},
		expect: pairs{`body.state`, `"ready"`, `body.rows`, `4`, `body.url.includes("/api/v1/export/")`, `true`},
		save:   pairs{"export_id", `body.id`},
	},
	{
		op: "get-export", name: "Ask for the link to the file again", as: otherShop,
		args:   pairs{"id", "{{export_id}}"},
		expect: pairs{`body.format`, `"csv"`},
		save:   pairs{"export_secret", `body.url.split("/").pop()`},
	},
	{
		op: "get-export", name: "Ask for the file of another shop", as: shop, status: http.StatusNotFound,
		args:   pairs{"id", "{{export_id}}"},
		expect: pairs{`body.Status`, `false`},
	},
	{
		op: "download-export", name: "Download by a wrong link", status: http.StatusNotFound,
		args:   pairs{"secret", "{{export_id}}"},
		expect: pairs{`body.Code`, `"not_found"`},
	},
	{
		op: "export-all", name: "Write the offers of all shops to a file", as: admin,
		args:   pairs{"format", "yaml"},
		expect: pairs{`body.state`, `"ready"`, `body.rows >= 4`, `true`},
		save:   pairs{"export_id", `body.id`},
	},
	{
		op: "get-export-of-all", name: "Ask for the link to that file again", as: admin,
		args:   pairs{"id", "{{export_id}}"},
		expect: pairs{`body.state`, `"ready"`},
	},
	{
		op: "edit-shop", name: "Name the shop", as: shop,
		args:   pairs{"name", "Электромир на Баумана", "url", "https://elektromir.example", "min_order", "1500.50"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "list-all-shops", name: "List all shops", as: admin,
		expect: pairs{
			`body.find((s) => s.id === pm.variables.get("shop_id")).name`, `"Электромир на Баумана"`,
			`body.find((s) => s.id === pm.variables.get("shop_id")).approved`, `false`,
		},
	},
	{
		op: "approve-shop", name: "Approve the shop", as: admin,
		args:   pairs{"id", "{{shop_id}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "get-partner-state", name: "See that the shop is open", as: shop,
		expect: pairs{`body.state`, `true`, `body.approved`, `true`, `body.url`, `"https://elektromir.example"`, `body.min_order`, `1500.5`},
	},
	{
		op: "get-partner-state", name: "See that the other shop is open", as: otherShop,
		expect: pairs{`body.state`, `true`},
		save:   pairs{"other_shop_id", `body.id`},
	},
}

// choice: what anybody can see.
var choice = []step{
	{
		op: "list-categories", name: "List the categories",
		expect: pairs{`body.results.filter((c) => c.name === "Наушники").length`, `1`},
		save:   pairs{"category_id", `body.results.find((c) => c.name === "Смартфоны").id`},
	},
	{
		op: "list-shops", name: "List the open shops",
		expect: pairs{
			`body.results.some((s) => s.id === pm.variables.get("shop_id") && s.state)`, `true`,
			`body.results.some((s) => s.id === pm.variables.get("other_shop_id") && s.state)`, `true`,
		},
	},
	{
		op: "list-products", name: "List a category of a shop",
		args:   pairs{"shop_id", "{{shop_id}}", "category_id", "{{category_id}}"},
		expect: pairs{`body.map((p) => p.price)`, `[24990, 38450.5]`, `body[0].product.category`, `"Смартфоны"`},
		save:   pairs{"product_id", `body[0].id`, "second_product_id", `body[1].id`},
	},
	{
		op: "list-products", name: "List products between two prices",
		args: pairs{"shop_id", "{{other_shop_id}}", "price_min", "2000", "price_max", "3400", "in_stock", "true"},
		expect: pairs{
			`body.map((p) => p.external_id)`, `["000417", "000512"]`,
			`body[0].product_parameters.find((p) => p.parameter === "Микрофон").value`, `"да"`,
		},
		save: pairs{"other_product_id", `body[0].id`},
	},
	{
		op: "list-products", name: "Read the catalogue page by page",
		args:   pairs{"limit", "1"},
		expect: pairs{`body.length`, `1`, `pm.response.headers.get("Link").endsWith("; rel=\"next\"")`, `true`},
	},
	{
		op: "list-products", name: "Sort what is found",
		args:   pairs{"search", "cvfhnajy", "sort", "-price", "total", "true"},
		expect: pairs{`pm.response.headers.has("Total-Exact")`, `true`},
	},
	{
		op: "get-facets", name: "Count what could be chosen further",
		args:   pairs{"category_id", "{{category_id}}"},
		expect: pairs{`body.exact`, `true`, `body.exact_up_to`, `3000`},
	},
	{
		op: "get-product", name: "See a product",
		args:   pairs{"id", "{{product_id}}"},
		expect: pairs{`body.quantity`, `12`, `body.offers.map((o) => o.shop.id)`, `[pm.variables.get("shop_id")]`},
		save:   pairs{"matched_id", `body.product_id`},
	},
	{
		op: "get-product", name: "See another one",
		args:   pairs{"id", "{{second_product_id}}"},
		expect: pairs{`body.offers.length`, `1`},
		save:   pairs{"second_matched_id", `body.product_id`},
	},
	{
		op: "get-matched-product", name: "See by what an offer is of its product", as: admin,
		args:   pairs{"id", "{{matched_id}}"},
		expect: pairs{`body.offers.map((o) => o.id)`, `[pm.variables.get("product_id")]`, `body.changes`, `[]`},
	},
	{
		op: "merge-products", name: "Make two products one", as: admin,
		args:   pairs{"id", "{{matched_id}}", "from_id", "{{second_matched_id}}"},
		expect: pairs{`body.offers.map((o) => o.id)`, `[pm.variables.get("product_id"), pm.variables.get("second_product_id")]`, `body.changes[0].kind`, `"merge"`},
	},
	{
		op: "split-product", name: "Make all of its offers another product", as: admin, status: http.StatusConflict,
		args:   pairs{"id", "{{matched_id}}", "offers", `[{{product_id}}, {{second_product_id}}]`},
		expect: pairs{`body.Code`, `"whole_product"`},
	},
	{
		op: "undo-product", name: "Take the merge back", as: admin,
		args:   pairs{"id", "{{matched_id}}"},
		expect: pairs{`body.offers.length`, `1`, `body.changes[0].undone_at !== null`, `true`},
	},
}
