package api_test

import (
	"strings"
	"testing"
)

func TestContractOrder(t *testing.T) {
	t.Parallel()
	fill := func(s *scenario) {
		market(s)
		s.do(exchange{name: "a contact", who: "buyer", method: "POST", path: "user/contact", body: form("city", "Тула", "street", "Ленина", "house", "5", "phone", "+79990000001",
			"email", "private@example.com", "last_name", "Петров"), status: 200, keep: map[string]string{"contact": "id"}})
		s.do(exchange{name: "a contact of another", who: "other", method: "POST", path: "user/contact", body: form("phone", "1"), status: 200, keep: map[string]string{"foreign": "id"}})
	}
	items := form("items", `[{"product_info": {{phone1}}, "quantity": 2}, {"product_info": {{phone2}}, "quantity": 1}, {"product_info": {{case}}, "quantity": 3}]`)
	basket := map[string]string{"basket": "0.id"}
	play(t, "order", fill, []exchange{
		{name: "anonymous GET", method: "GET", path: "order", status: 401},
		{name: "anonymous POST", method: "POST", path: "order", body: form("id", "1", "contact", "1"), status: 401},
		{name: "none yet", who: "buyer", method: "GET", path: "order", status: 200},
		{name: "fill the basket", who: "buyer", method: "POST", path: "basket", body: items, status: 200},
		{name: "the basket", who: "buyer", method: "GET", path: "basket", status: 200, keep: basket},
		{name: "POST missing contact", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}"), status: 400},
		{name: "POST missing both", who: "buyer", method: "POST", path: "order", body: form(), status: 400},
		{name: "POST null contact", who: "buyer", method: "POST", path: "order", body: js(`{"id": "{{basket}}", "contact": null}`), status: 400},
		{name: "POST contact abc", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "abc"), status: 400},
		{name: "POST unknown contact", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "999999"), status: 404},
		{name: "POST somebody else's contact", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{foreign}}"), status: 404},
		{name: "POST unknown basket", who: "buyer", method: "POST", path: "order", body: form("id", "999999", "contact", "{{contact}}"), status: 404},
		{name: "POST somebody else's basket", who: "other", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{foreign}}"), status: 404},
		{name: "still no order", who: "buyer", method: "GET", path: "order", status: 200},
		{name: "POST form", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 200, keep: map[string]string{"order": "id"}},
		{name: "POST again", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 409},
		{name: "the basket is gone", who: "buyer", method: "GET", path: "basket", status: 200},
		{name: "stock was taken", method: "GET", path: "products?in_stock=1", status: 200},
		{name: "GET", who: "buyer", method: "GET", path: "order", status: 200},
		{name: "GET one", who: "buyer", method: "GET", path: "order/{{order}}", status: 200},
		{name: "GET one by another", who: "other", method: "GET", path: "order/{{order}}", status: 404},
		{name: "GET one of a word", who: "buyer", method: "GET", path: "order/abc", status: 404},
		{name: "orders of shop 1", who: "shop1", method: "GET", path: "partner/orders", status: 200},
		{name: "orders of shop 2", who: "shop2", method: "GET", path: "partner/orders", status: 200},

		{name: "an empty basket", who: "buyer", method: "POST", path: "basket", body: form("items", "[]"), status: 200},
		{name: "its id", who: "buyer", method: "GET", path: "basket", status: 200, keep: basket},
		{name: "POST an empty basket", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 409},
		{name: "too much", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{phone2}}, "quantity": 3}, {"product_info": {{case}}, "quantity": 1}]`), status: 200},
		{name: "POST too much", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 409},
		{name: "POST too much, English", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), headers: []string{"Accept-Language", "en"}, status: 409},
	})
	play(t, "order_second", fill, []exchange{
		{name: "fill", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{beta}}, "quantity": 2}]`), status: 200},
		{name: "basket", who: "buyer", method: "GET", path: "basket", status: 200, keep: basket},
		{name: "the shop closes", who: "shop2", method: "POST", path: "partner/state", body: form("state", "off"), status: 200},
		{name: "POST of a closed shop", who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 409},
		{name: "it opens", who: "shop2", method: "POST", path: "partner/state", body: form("state", "on"), status: 200},
		{name: "POST JSON", who: "buyer", method: "POST", path: "order", body: js(`{"id": {{basket}}, "contact": "{{contact}}"}`), status: 200, keep: map[string]string{"order": "id"}},
		{name: "fill again", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{beta}}, "quantity": 1}]`), status: 200},
		{name: "basket again", who: "buyer", method: "GET", path: "basket", status: 200, keep: basket},
		{name: "POST multipart", who: "buyer", method: "POST", path: "order", body: multi("id", "{{basket}}", "contact", "{{contact}}"), status: 200},

		// Nothing that happens later changes an order.
		{name: "another list, another price, another name", who: "shop2", method: "POST", path: "partner/update", body: upload("list.json", strings.NewReplacer(
			"131764.71", "1", "Телефон Бета", "Телефон Гамма", `"id": 7`, `"id": 77`).Replace(southList)), status: 200},
		{name: "another shop name", who: "shop2", method: "PUT", path: "partner/shop", body: form("name", "Западный"), status: 200},
		{name: "another contact", who: "buyer", method: "PUT", path: "user/contact", body: form("id", "{{contact}}", "city", "Омск"), status: 200},
		{name: "DELETE the contact", who: "buyer", method: "DELETE", path: "user/contact", body: form("items", "{{contact}}"), status: 200},
		{name: "the orders are as they were, newest first", who: "buyer", method: "GET", path: "order", status: 200},
		{name: "also for the shop", who: "shop2", method: "GET", path: "partner/orders", status: 200},
	})
}
