package postman

import "net/http"

// traits: the characteristics of goods are put in order.
var traits = []step{
	{
		op: "list-parameters", name: "See by what goods of a category are chosen",
		args:   pairs{"category_id", "{{category_id}}"},
		expect: pairs{`body.count > 0`, `true`, `body.results.every((p) => p.kind !== "text")`, `true`},
	},
	{
		op: "list-all-parameters", name: "See all characteristics", as: admin,
		args:   pairs{"limit", "1000"},
		expect: pairs{`body.find((p) => p.name === "Микрофон").kind`, `"boolean"`},
		save:   pairs{"parameter_id", `body.find((p) => p.name === "Микрофон").id`},
	},
	{
		op: "add-parameter", name: "Make a characteristic", as: admin,
		args:   pairs{"name", "Микрофон встроенный", "kind", "boolean"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"second_parameter_id", `body.id`},
	},
	{
		op: "merge-parameters", name: "Make two of them one", as: admin,
		args:   pairs{"id", "{{parameter_id}}", "items", "{{second_parameter_id}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "change-parameter", name: "Rename a characteristic", as: admin,
		args:   pairs{"id", "{{parameter_id}}", "name", "Встроенный микрофон", "position", "10"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "add-parameter", name: "Take a name out of it again", as: admin,
		args:   pairs{"name", "Микрофон встроенный"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"second_parameter_id", `body.id`},
	},
	{
		op: "delete-parameter", name: "Delete a characteristic", as: admin,
		args:   pairs{"id", "{{second_parameter_id}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-own-values", name: "Add a characteristic to one's own good", as: shop,
		args:   pairs{"id", "{{product_id}}", "items", `[{"parameter": "Гарантия", "value": "2 года"}]`},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-own-values", name: "Describe the good of another", as: shop, status: http.StatusNotFound,
		args:   pairs{"id", "{{other_product_id}}", "items", `[{"parameter": "Гарантия", "value": "нет"}]`},
		expect: pairs{`body.Code`, `"not_found"`},
	},
	{
		op: "remove-own-values", name: "Remove it again", as: shop,
		args:   pairs{"id", "{{product_id}}", "items", `[{"parameter": "Гарантия"}]`},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-values", name: "Correct a supplier's good", as: admin,
		args:   pairs{"id", "{{product_id}}", "items", `[{"parameter": "Гарантия", "value": "1 год"}]`},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "remove-values", name: "Leave it to the supplier", as: admin,
		args:   pairs{"id", "{{product_id}}", "items", `[{"parameter": "Гарантия"}]`},
		expect: pairs{`body.Status`, `true`},
	},
}
