package postman

import "net/http"

// pictures of people and of goods.
var pictures = []step{
	{
		op: "set-avatar", name: "Send a picture of oneself", as: buyer,
		args:   pairs{"file", "examples/kettle.png"},
		expect: pairs{`body.Status`, `true`, `body.avatar.width`, `480`, `body.avatar.urls["96"].startsWith("/pictures/")`, `true`},
		save:   pairs{"picture_name", `body.avatar.name`},
	},
	{
		op: "get-picture", name: "Ask for a size that there is not", status: http.StatusNotFound,
		args:   pairs{"name", "{{picture_name}}", "file", "97.jpg"},
		expect: pairs{`body.Code`, `"not_found"`},
	},
	{
		op: "remove-avatar", name: "Take the picture away", as: buyer,
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-pictures", name: "Show one's own good", as: shop,
		args:   pairs{"id", "{{product_id}}", "file", "examples/kettle.png"},
		expect: pairs{`body.images.length`, `1`, `body.images[0].main`, `true`},
		save:   pairs{"picture_name", `body.images[0].name`},
	},
	{
		op: "set-pictures", name: "Show the good of another", as: shop, status: http.StatusNotFound,
		args:   pairs{"id", "{{other_product_id}}", "file", "examples/kettle.png"},
		expect: pairs{`body.Code`, `"not_found"`},
	},
	{
		op: "set-pictures", name: "Send what is no picture", as: shop, status: http.StatusBadRequest,
		args:   pairs{"id", "{{product_id}}", "file", "examples/optsnab.json"},
		expect: pairs{`body.Code`, `"not_a_picture"`},
	},
	{
		op: "get-product", name: "See its picture",
		args:   pairs{"id", "{{product_id}}"},
		expect: pairs{`body.images[0].urls["800"]`, `"/pictures/" + pm.variables.get("picture_name") + "/800.jpg"`},
	},
	{
		op: "remove-pictures", name: "Remove the picture of the good", as: shop,
		args:   pairs{"id", "{{product_id}}", "name", "{{picture_name}}"},
		expect: pairs{`body.Status`, `true`},
	},
}
