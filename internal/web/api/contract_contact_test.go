package api_test

import (
	"strings"
	"testing"
)

func TestContractContacts(t *testing.T) {
	t.Parallel()
	address := []string{"city", "Москва", "street", "Тверская", "phone", "+79990000001"}
	play(t, "contacts", nil, []exchange{
		{name: "anonymous GET", method: "GET", path: "user/contact", status: 401},
		{name: "anonymous POST", method: "POST", path: "user/contact", body: form(address...), status: 401},
		{name: "anonymous PUT", method: "PUT", path: "user/contact", body: form(address...), status: 401},
		{name: "anonymous DELETE", method: "DELETE", path: "user/contact", body: form("items", "1"), status: 401},
		{name: "none yet", who: "buyer", method: "GET", path: "user/contact", status: 200},
		{name: "POST nothing", who: "buyer", method: "POST", path: "user/contact", body: form(), status: 400},
		{name: "POST half an address", who: "buyer", method: "POST", path: "user/contact", body: form("city", "Москва", "phone", "1"), status: 400},
		{name: "POST blank city", who: "buyer", method: "POST", path: "user/contact", body: form("city", "", "street", "Тверская", "phone", "1"), status: 400},
		{name: "POST blank phone", who: "buyer", method: "POST", path: "user/contact", body: form("city", "Москва", "street", "Тверская", "phone", " "), status: 400},
		{name: "POST too long, bad address", who: "buyer", method: "POST", path: "user/contact", body: form("city", strings.Repeat("г", 51), "street", strings.Repeat("у", 101),
			"phone", strings.Repeat("1", 21), "house", strings.Repeat("д", 16), "email", "nobody"), status: 400},
		{name: "POST form", who: "buyer", method: "POST", path: "user/contact", body: form(address...), status: 200, keep: map[string]string{"first": "id"}},
		{name: "POST multipart", who: "buyer", method: "POST", path: "user/contact", body: multi(address...), status: 200, keep: map[string]string{"second": "id"}},
		{name: "POST JSON, all of it", who: "buyer", method: "POST", path: "user/contact", body: js(`{"last_name": "Петров", "first_name": "Пётр", "patronymic": "Петрович",
			"email": "petr@example.com", "phone": "+7 999 000-00-02", "city": "Казань", "street": "Баумана", "house": 7, "structure": "1", "building": "2", "apartment": "15а", "user": 1}`), status: 200},
		{name: "POST a phone alone", who: "buyer", method: "POST", path: "user/contact", body: form("phone", "+79990000003"), status: 200, keep: map[string]string{"phone": "id"}},
		{name: "POST a second phone", who: "buyer", method: "POST", path: "user/contact", body: form("phone", "+79990000004"), status: 409},
		{name: "POST the fourth address", who: "buyer", method: "POST", path: "user/contact", body: form(address...), status: 200},
		{name: "POST the fifth address", who: "buyer", method: "POST", path: "user/contact", body: form(address...), status: 200},
		{name: "POST the sixth address", who: "buyer", method: "POST", path: "user/contact", body: form(address...), status: 409},
		{name: "PUT missing id", who: "buyer", method: "PUT", path: "user/contact", body: form("city", "Тула"), status: 400},
		{name: "PUT id that is no number", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "²", "city", "Тула"), status: 400},
		{name: "PUT unknown id", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "999999", "city", "Тула"), status: 404},
		{name: "PUT form at the limit", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "{{first}}", "city", "Тула"), status: 200},
		{name: "PUT multipart", who: "buyer", method: "PUT", path: "user/contact", body: multi("id", "{{first}}", "street", "Ленина", "user", "1"), status: 200},
		{name: "PUT JSON, id a number", who: "buyer", method: "PUT", path: "user/contact", body: js(`{"id": {{first}}, "house": "5"}`), status: 200},
		{name: "PUT JSON, id a string", who: "buyer", method: "PUT", path: "user/contact", body: js(`{"id": "{{first}}", "apartment": "12"}`), status: 200},
		{name: "PUT blank street", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "{{first}}", "street", ""), status: 400},
		{name: "PUT a sixth address of the phone", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "{{phone}}", "city", "Омск", "street", "Мира"), status: 409},
		{name: "PUT by another", who: "other", method: "PUT", path: "user/contact", body: form("id", "{{first}}", "city", "Чужой"), status: 404},
		{name: "GET", who: "buyer", method: "GET", path: "user/contact", status: 200},
		{name: "DELETE nothing usable", who: "buyer", method: "DELETE", path: "user/contact", body: form("items", "a, b"), status: 400},
		{name: "DELETE missing", who: "buyer", method: "DELETE", path: "user/contact", body: form(), status: 400},
		{name: "DELETE in the query is not read", who: "buyer", method: "DELETE", path: "user/contact?items={{first}}", status: 400},
		{name: "DELETE by another", who: "other", method: "DELETE", path: "user/contact", body: form("items", "{{first}}"), status: 200},
		{name: "DELETE form, also what is no number", who: "buyer", method: "DELETE", path: "user/contact", body: form("items", "{{first}},x,999999"), status: 200},
		{name: "DELETE multipart", who: "buyer", method: "DELETE", path: "user/contact", body: multi("items", "{{second}}"), status: 200},
		{name: "DELETE JSON array", who: "buyer", method: "DELETE", path: "user/contact", body: js(`{"items": [{{phone}}, "999999"]}`), status: 200},
		{name: "DELETE JSON again", who: "buyer", method: "DELETE", path: "user/contact", body: js(`{"items": {{phone}}}`), status: 200},
		{name: "GET what is left", who: "buyer", method: "GET", path: "user/contact", status: 200},
	})
}
