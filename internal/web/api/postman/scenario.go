package postman

import (
	"net/http"
	"slices"
)

// setting is a variable of the collection and its value before the first
// request.
type setting struct{ name, value string }

// variables are those that a person sets, and then those that requests keep.
var variables = []setting{
	{"base_url", "http://127.0.0.1:8080"},
	{"buyer_email", "buyer@example.com"},
	{"shop_email", "shop@example.com"},
	{"other_shop_email", "other@example.com"},
	{"admin_email", "admin@example.com"},
	{"password", "Qwe#12345rty"},
	{"new_password", "Rty#67890qwe"},
	{"new_email", "fresh@example.com"},
	{"price_list_url", "https://example.com/elektromir.yaml"},
	{"confirm_token", ""},
	{"shop_confirm_token", ""},
	{"reset_token", ""},
	{"member_email", "member@example.com"},
	{"invitation_token", ""},
	{"second_invitation_token", ""},
	{"email_token", ""},

	{"token", ""},
	{"key", ""},
	{"key_id", ""},
	{"shop_token", ""},
	{"other_shop_token", ""},
	{"admin_token", ""},
	{"user_id", ""},
	{"shop_id", ""},
	{"other_shop_id", ""},
	{"import_id", ""},
	{"held_id", ""},
	{"any_import_id", ""},
	{"export_id", ""},
	{"export_secret", ""},
	{"category_id", ""},
	{"product_id", ""},
	{"second_product_id", ""},
	{"other_product_id", ""},
	{"matched_id", ""},
	{"second_matched_id", ""},
	{"parameter_id", ""},
	{"second_parameter_id", ""},
	{"picture_name", ""},
	{"contact_id", ""},
	{"phone_contact_id", ""},
	{"basket_id", ""},
	{"line_id", ""},
	{"second_line_id", ""},
	{"order_id", ""},
	{"letter_id", ""},
	{"order_version", ""},
	{"part_version", ""},
	{"ordered_line_id", ""},
	{"member_token", ""},
	{"member_id", ""},
}

// Who sends a request: the variable with their token.
const (
	buyer     = "token"
	shop      = "shop_token"
	otherShop = "other_shop_token"
	admin     = "admin_token"
	machine   = "key"
	member    = "member_token"
)

// scenario calls every operation. It wants a fresh database with an
// administrator and an approved supplier (other_shop_email), made by
// `zakup user add` with the password of the collection.
//
// A new operation gets its step here: where a person would call it.
var scenario = slices.Concat(registration, profile, keys, providers, factor, supply, lists, choice, traits, pictures, purchase, life, sharing, closing, people)

var registration = []step{
	{op: "health", name: "The process lives", expect: pairs{`body.status`, `"ok"`}},
	{op: "ready", name: "Requests can be served", expect: pairs{`body.status`, `"ok"`}},
	{
		op: "register", name: "Register a buyer",
		args: pairs{
			"first_name", "Вера", "last_name", "Ильина", "email", "{{buyer_email}}", "password", "{{password}}",
			"company", "Сеть «Полка»", "position", "закупщик",
		},
		expect: pairs{`body`, `{Status: true}`},
	},
	{
		op: "register", name: "Register a supplier",
		args: pairs{
			"first_name", "Глеб", "last_name", "Ручьёв", "email", "{{shop_email}}", "password", "{{password}}",
			"company", "Электромир", "type", "shop",
		},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "register", name: "Register again: the answer does not tell",
		args: pairs{
			"first_name", "Вера", "last_name", "Ильина", "email", "{{buyer_email}}", "password", "{{password}}",
			"company", "Сеть «Полка»", "position", "закупщик",
		},
		expect: pairs{`body`, `{Status: true}`},
	},
	{
		op: "login", name: "Sign in before the address is confirmed", status: http.StatusUnauthorized,
		args:   pairs{"email", "{{buyer_email}}", "password", "{{password}}"},
		expect: pairs{`body.Status`, `false`, `body.Code`, `"bad_login"`},
	},
	{
		op: "resend-confirmation", name: "Ask for the letter again",
		args:   pairs{"email", "{{buyer_email}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "confirm-registration", name: "Confirm the buyer's address",
		args:   pairs{"email", "{{buyer_email}}", "token", "{{confirm_token}}"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "confirm-registration", name: "Confirm the supplier's address",
		args:   pairs{"email", "{{shop_email}}", "token", "{{shop_confirm_token}}"},
		expect: pairs{`body.Status`, `true`},
	},
	signIn("Sign in as the buyer", "{{buyer_email}}", buyer),
	signIn("Sign in as the supplier", "{{shop_email}}", shop),
	signIn("Sign in as the other supplier", "{{other_shop_email}}", otherShop),
	signIn("Sign in as the administrator", "{{admin_email}}", admin),
}

func signIn(name, email, token string) step {
	return step{
		op: "login", name: name,
		args:   pairs{"email", email, "password", "{{password}}"},
		expect: pairs{`body.Status`, `true`, `typeof body.Token`, `"string"`},
		save:   pairs{token, `body.Token`},
	}
}

var profile = []step{
	{
		op: "edit-details", name: "Change the details", as: buyer,
		args:   pairs{"company", "Сеть «Полка и Ко»", "position", "старший закупщик", "language", "ru", "accept_shortages", "false"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "edit-details", name: "Ask for another address", as: buyer,
		args:   pairs{"email", "{{new_email}}"},
		expect: pairs{`body.Status`, `true`, `body.note.length > 0`, `true`},
	},
	{
		op: "confirm-email", name: "Agree to it by the new address",
		args:   pairs{"token", "{{email_token}}"},
		expect: pairs{`body`, `{Status: true, changed: false}`},
	},
	{
		op: "withdraw-email", name: "Keep the address all the same", as: buyer,
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-requisites", name: "Say what documents need", as: buyer,
		args: pairs{
			"name", "ООО «Полка»", "inn", "7707083893", "kpp", "773601001", "address", "Казань, Баумана, 7",
			"bank", "ПАО Сбербанк", "bik", "044525225", "account", "40702810938000000001", "correspondent", "30101810400000000225",
		},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "set-requisites", name: "Mistype the INN", as: buyer, status: http.StatusBadRequest,
		args:   pairs{"inn", "7707083894"},
		expect: pairs{`body.Code`, `"bad_arguments"`, `Object.keys(body.Errors)`, `["inn"]`},
	},
	{
		op: "get-requisites", name: "See what documents will say", as: buyer,
		expect: pairs{`body.name`, `"ООО «Полка»"`, `body.inn`, `"7707083893"`},
	},
	{
		op: "add-contact", name: "Add an address", as: buyer,
		args: pairs{
			"last_name", "Ильина", "first_name", "Вера", "email", "{{buyer_email}}", "phone", "+79990000001",
			"city", "Казань", "street", "Баумана", "house", "7", "apartment", "12",
		},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"contact_id", `body.id`},
	},
	{
		op: "add-contact", name: "Add a phone", as: buyer,
		args:   pairs{"phone", "+79990000002"},
		expect: pairs{`body.Status`, `true`},
		save:   pairs{"phone_contact_id", `body.id`},
	},
	{
		op: "list-contacts", name: "List the contacts", as: buyer,
		expect: pairs{`body.map((c) => c.phone)`, `["+79990000001", "+79990000002"]`},
	},
	{
		op: "edit-contact", name: "Change the address", as: buyer,
		args:   pairs{"id", "{{contact_id}}", "house", "9", "structure", "2"},
		expect: pairs{`body.Status`, `true`},
	},
	{
		op: "delete-contacts", name: "Delete the phone", as: buyer,
		args:   pairs{"items", "{{phone_contact_id}}"},
		expect: pairs{`body.Status`, `true`, `body["Удалено объектов"]`, `1`},
	},
	{
		op: "get-details", name: "See the details and the contacts", as: buyer,
		expect: pairs{
			`body.email`, `pm.variables.get("buyer_email")`, `body.type`, `"buyer"`,
			`body.company`, `"Сеть «Полка и Ко»"`, `body.language`, `"ru"`, `body.accept_shortages`, `false`,
			`body.contacts.map((c) => [c.city, c.house, c.structure, c.apartment])`, `[["Казань", "9", "2", "12"]]`,
		},
	},
	{
		op: "export-own-data", name: "Take all of it along", as: buyer,
		expect: pairs{
			`body.details.email`, `pm.variables.get("buyer_email")`, `body.requisites.inn`, `"7707083893"`, `body.orders`, `[]`,
			`body.letters.length > 0`, `true`,
		},
	},
}
