package api_test

import (
	"strconv"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

const (
	teaList = `shop: Чайная
categories: [{id: 1, name: Чай}]
goods:
  - {id: 1, category: 1, name: Чёрный, price: 100, quantity: 50}
  - {id: 2, category: 1, name: Зелёный, price: 200.50, quantity: 20}
  - {id: 3, category: 1, name: Белый, price: 300, quantity: 10}
`
	coffeeList = `shop: Кофейня
categories: [{id: 1, name: Кофе}]
goods: [{id: 9, category: 1, name: Арабика, price: 1000, quantity: 5}]
`
)

// teaMarket opens shop1 with black, green and white tea and shop2 with coffee,
// and keeps the ids of the offers, the shops and the buyer's contact.
func teaMarket(s *scenario) {
	s.t.Helper()
	s.a.Do(s.t, s.person("shop1"), "POST", "partner/update", apptest.File("list", teaList)).Want(s.t, 200)
	s.a.Do(s.t, s.person("shop2"), "POST", "partner/update", apptest.File("list", coffeeList)).Want(s.t, 200)
	names := map[any]string{"1": "black", "2": "green", "3": "white", "9": "coffee"}
	for _, p := range s.a.Get(s.t, apptest.Person{}, "products").Want(s.t, 200).Array(s.t) {
		s.kept[names[p["external_id"]]] = id(p["id"])
	}
	for _, name := range []string{"shop1", "shop2"} {
		s.kept[name] = id(s.a.Get(s.t, s.person(name), "partner/shop").Want(s.t, 200).Object(s.t)["id"])
	}
	s.kept["contact"] = id(s.a.Do(s.t, s.person("buyer"), "POST", "user/contact", apptest.Form("city", "Тула", "street", "Мира", "phone", "+7 999",
		"email", "private@example.com")).Want(s.t, 200).Object(s.t)["id"])
}

// ordered has the buyer order what the items say; it keeps the order's id and
// number, and the ids of its lines as line0, line1, …
func ordered(s *scenario, what string) {
	s.t.Helper()
	b := s.person("buyer")
	s.a.Do(s.t, b, "POST", "basket", apptest.Form("items", s.fill(what))).Want(s.t, 200)
	basket := id(s.a.Get(s.t, b, "basket").Want(s.t, 200).Array(s.t)[0]["id"])
	s.a.Do(s.t, b, "POST", "order", apptest.Form("id", basket, "contact", s.kept["contact"])).Want(s.t, 200)
	o := s.a.Get(s.t, b, "order/"+basket).Want(s.t, 200).Object(s.t)
	s.kept["order"] = basket
	s.kept["number"], _ = o["number"].(string)
	for i, l := range items(o["ordered_items"]) {
		s.kept["line"+strconv.Itoa(i)] = id(object(l)["id"])
	}
}

const allTeas = `[{"product_info": {{black}}, "quantity": 10}, {"product_info": {{green}}, "quantity": 4},
	{"product_info": {{white}}, "quantity": 2}, {"product_info": {{coffee}}, "quantity": 1}]`

// The whole life of an order: a shortage, the buyer's decision, the way to the
// end, a part that is canceled, and an administrator who corrects.
func TestContractOrderLife(t *testing.T) {
	t.Parallel()
	const one, partner, chief = "order/{{order}}", "partner/orders/{{order}}", "admin/orders/{{order}}"
	play(t, "order_life", func(s *scenario) { teaMarket(s); ordered(s, allTeas) }, []exchange{
		{name: "the supplier sees its part", who: "shop1", method: "GET", path: partner, status: 200},
		{name: "confirm: no state", who: "shop1", method: "POST", path: partner + "/state", body: form("version", "1"), status: 400},
		{name: "confirm: no version", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "confirmed"), status: 400},
		{name: "confirm: If-Match of a word", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "confirmed"), headers: []string{"If-Match", "abc"}, status: 400},
		{name: "confirm: a state that there is not", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "basket", "version", "1"), status: 400},
		{name: "confirm: none without a reason", who: "shop1", method: "POST", path: partner + "/state", body: js(`{"state": "confirmed", "version": 1, "items": [{"id": {{line1}}, "quantity": 0}]}`), status: 400},
		{name: "confirm: more than was ordered", who: "shop1", method: "POST", path: partner + "/state", body: js(`{"state": "confirmed", "version": 1, "items": [{"id": {{line0}}, "quantity": 11}]}`), status: 400},
		{name: "confirm: a line of the other shop", who: "shop1", method: "POST", path: partner + "/state", body: js(`{"state": "confirmed", "version": 1, "items": [{"id": {{line3}}, "quantity": 0, "reason": "Нет"}]}`), status: 404},
		{name: "nothing of that has changed anything", who: "shop1", method: "GET", path: partner + "/history", status: 200},
		{name: "confirm: less, none, the rest as ordered", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "confirmed", "version", "1",
			"items", `[{"id": {{line0}}, "quantity": 7, "reason": "Мало"}, {"id": {{line1}}, "quantity": 0, "reason": "Кончился"}, {"id": {{line2}}, "quantity": 1},]`), status: 200},
		{name: "what there is not is for sale again", method: "GET", path: "products?shop_id={{shop1}}", status: 200},
		{name: "the buyer sees the difference", who: "buyer", method: "GET", path: one, status: 200},
		{name: "the supplier goes on too early", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "assembled", "version", "2"), status: 409},

		{name: "decide: stale", who: "buyer", method: "POST", path: one + "/lines", body: js(`{"version": 1, "items": [{"id": {{line0}}, "accept": true}]}`), status: 409},
		{name: "decide: no version", who: "buyer", method: "POST", path: one + "/lines", body: js(`{"items": [{"id": {{line0}}, "accept": true}]}`), status: 400},
		{name: "decide: of no shortage", who: "buyer", method: "POST", path: one + "/lines", body: js(`{"version": 2, "items": [{"id": {{line0}}, "accept": true}, {"id": {{line3}}, "accept": true}]}`), status: 409},
		{name: "decide: by another", who: "other", method: "POST", path: one + "/lines", body: js(`{"version": 2, "items": [{"id": {{line0}}, "accept": true}]}`), status: 404},
		{name: "decide: one accepted, one left out", who: "buyer", method: "POST", path: one + "/lines", body: multi("items", `[{"id": {{line0}}, "accept": "yes"}, {"id": {{line2}}, "accept": false}]`), headers: []string{"If-Match", `"2"`}, status: 200},
		{name: "decide: again", who: "buyer", method: "POST", path: one + "/lines", body: js(`{"version": 3, "items": [{"id": {{line0}}, "accept": true}]}`), status: 409},
		{name: "what was left out is for sale again", method: "GET", path: "products?shop_id={{shop1}}", status: 200},

		{name: "step: stale, by version", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "assembled", "version", "2"), status: 409},
		{name: "step: stale, by If-Match", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "assembled"), headers: []string{"If-Match", `"2"`, "Accept-Language", "en"}, status: 409},
		{name: "step: back", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "new", "version", "3", "reason", "Так вышло"), status: 409},
		{name: "step: a supplier does not cancel", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "canceled", "version", "3"), headers: []string{"Accept-Language", "en"}, status: 409},
		{name: "step: lines of what is confirmed", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "assembled", "version", "3", "items", `[{"id": {{line0}}, "quantity": 1}]`), status: 400},
		{name: "step: of an order that the shop has no part in", who: "shop3", method: "POST", path: partner + "/state", body: form("state", "assembled", "version", "3"), status: 404},
		{name: "step: assembled", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "assembled"), headers: []string{"If-Match", `W/"3"`}, status: 200},
		{name: "step: delivered, sent left out", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "delivered", "version", "4"), status: 200},
		{name: "step: no way on", who: "shop1", method: "POST", path: partner + "/state", body: form("state", "sent", "version", "5"), status: 409},

		{name: "cancel: what is delivered", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "5", "part", "1"), status: 409},
		{name: "cancel: all, of which one is delivered", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "5"), status: 409},
		{name: "cancel: a part that there is not", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "5", "part", "3"), status: 404},
		{name: "cancel: one part", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "5", "part", "2", "reason", "Купили рядом"), status: 200},
		{name: "its stock is back", method: "GET", path: "products?shop_id={{shop2}}", status: 200},
		{name: "the other supplier sees it", who: "shop2", method: "GET", path: partner, status: 200},
		{name: "the other supplier can do nothing", who: "shop2", method: "POST", path: partner + "/state", body: form("state", "confirmed", "version", "2"), status: 409},

		{name: "history: the buyer", who: "buyer", method: "GET", path: one + "/history", status: 200},
		{name: "history: one supplier", who: "shop1", method: "GET", path: partner + "/history", status: 200},
		{name: "history: the other supplier", who: "shop2", method: "GET", path: partner + "/history", status: 200},
		{name: "history: another buyer", who: "other", method: "GET", path: one + "/history", status: 404},
		{name: "history: another supplier", who: "shop3", method: "GET", path: partner + "/history", status: 404},

		{name: "admin: sees it", who: "admin", method: "GET", path: chief, status: 200},
		{name: "admin: no version", who: "admin", method: "POST", path: chief + "/state", body: form("state", "sent"), status: 400},
		{name: "admin: stale", who: "admin", method: "POST", path: chief + "/state", body: form("state", "sent", "version", "1", "reason", "Потеряли"), status: 409},
		{name: "admin: back without a reason", who: "admin", method: "POST", path: chief + "/state", body: form("state", "sent", "version", "6", "reason", " "), status: 400},
		{name: "admin: back", who: "admin", method: "POST", path: chief + "/state", body: form("state", "sent", "version", "6", "reason", "Ещё везут"), status: 200},
		{name: "admin: what was canceled is new again", who: "admin", method: "POST", path: chief + "/state", body: form("state", "new", "part", "2", "version", "7", "reason", "Передумали"), status: 200},
		{name: "its stock is taken again", method: "GET", path: "products?shop_id={{shop2}}", status: 200},
		{name: "admin: to where it is", who: "admin", method: "POST", path: chief + "/state", body: form("state", "new", "part", "2", "version", "8"), status: 409},
		{name: "admin: no such order", who: "admin", method: "POST", path: "admin/orders/999999/state", body: form("state", "new", "version", "8"), status: 404},
		{name: "history: the administrator", who: "admin", method: "GET", path: chief + "/history", status: 200},
	})
}

// An order that is canceled as a whole, and what is ordered again.
func TestContractOrderRepeat(t *testing.T) {
	t.Parallel()
	const one = "order/{{order}}"
	later := strings.NewReplacer("price: 100,", "price: 120,", "quantity: 20", "quantity: 1").Replace(teaList)
	later = later[:strings.Index(later, "  - {id: 3")]
	play(t, "order_repeat", func(s *scenario) { teaMarket(s); ordered(s, allTeas) }, []exchange{
		{name: "cancel: no version", who: "buyer", method: "POST", path: one + "/cancel", body: form("reason", "Ошибка"), status: 400},
		{name: "cancel: by another", who: "other", method: "POST", path: one + "/cancel", body: form("version", "1"), status: 404},
		{name: "cancel: stale", who: "buyer", method: "POST", path: one + "/cancel", headers: []string{"If-Match", `"7"`}, status: 409},
		{name: "cancel: a reason without end", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "1", "reason", strings.Repeat("ж", 501)), status: 400},
		{name: "cancel: all", who: "buyer", method: "POST", path: one + "/cancel", body: form("reason", "Ошибка"), headers: []string{"If-Match", `"1"`}, status: 200},
		{name: "cancel: again", who: "buyer", method: "POST", path: one + "/cancel", body: form("version", "2"), status: 409},
		{name: "stock is back", method: "GET", path: "products", status: 200},
		{name: "history", who: "buyer", method: "GET", path: one + "/history", status: 200},

		{name: "another list", who: "shop1", method: "POST", path: "partner/update", body: upload("list.yaml", later), status: 200},
		{name: "a cheaper list", who: "shop2", method: "POST", path: "partner/update", body: upload("list.yaml", strings.Replace(coffeeList, "1000", "900", 1)), status: 200},
		{name: "repeat: by another", who: "other", method: "POST", path: one + "/repeat", status: 404},
		{name: "repeat: dearer, short, gone, cheaper", who: "buyer", method: "POST", path: one + "/repeat", status: 200},
		{name: "the basket", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "the other shop closes", who: "shop2", method: "POST", path: "partner/state", body: form("state", "off"), status: 200},
		{name: "repeat: once more, of a closed shop", who: "buyer", method: "POST", path: one + "/repeat", headers: []string{"Accept-Language", "en"}, status: 200},
	})
}

// Many orders by the administrator: each has its own result.
func TestContractOrderBulk(t *testing.T) {
	t.Parallel()
	const path = "admin/orders"
	fill := func(s *scenario) {
		teaMarket(s)
		ordered(s, `[{"product_info": {{coffee}}, "quantity": 1}]`)
		s.kept["first"] = s.kept["order"]
		ordered(s, `[{"product_info": {{coffee}}, "quantity": 1}, {"product_info": {{black}}, "quantity": 1}]`)
	}
	many := strings.TrimSuffix(strings.Repeat(`{"id": 1, "state": "sent", "version": 1},`, 101), ",")
	play(t, "order_bulk", fill, []exchange{
		{name: "none", who: "admin", method: "POST", path: path, body: js(`{"items": []}`), status: 200},
		{name: "no items", who: "admin", method: "POST", path: path, body: js(`{}`), status: 400},
		{name: "no version", who: "admin", method: "POST", path: path, body: js(`{"items": [{"id": {{first}}, "state": "sent"}]}`), status: 400},
		{name: "too many", who: "admin", method: "POST", path: path, body: js(`{"items": [` + many + `]}`), status: 400},
		{name: "by a supplier", who: "shop1", method: "POST", path: path, body: js(`{"items": []}`), status: 403},
		{name: "one good, one stale, one unknown", who: "admin", method: "POST", path: path, body: js(`{"items": [{"id": {{first}}, "state": "sent", "version": 1},
			{"id": {{order}}, "state": "sent", "version": 9}, {"id": 999999, "state": "sent", "version": 1}]}`), status: 200},
		{
			name: "a part, and back without a reason, English", who: "admin", method: "POST", path: path, headers: []string{"Accept-Language", "en"},
			body: form("items", `[{"id": {{order}}, "part": 2, "state": "canceled", "version": 1}, {"id": {{first}}, "state": "new", "version": 2}, {"id": {{first}}, "state": "sent", "version": 2}]`), status: 200,
		},
		{name: "all good", who: "admin", method: "POST", path: path, body: js(`{"items": [{"id": {{order}}, "state": "delivered", "version": "2"}, {"id": {{first}}, "state": "new", "version": 2, "reason": "Вернулось"}]}`), status: 200},
		{name: "the orders", who: "admin", method: "GET", path: path, status: 200},
	})
}
