package api_test

import (
	"testing"

	"zakup/internal/platform/db"
)

// The conditions of suppliers: least quantities, multiples, least sums. The
// basket tells what stands in the way of ordering.
func TestContractConditions(t *testing.T) {
	t.Parallel()
	const boxes = `shop: Чайная
categories: [{id: 1, name: Чай}]
goods:
  - {id: 1, category: 1, name: Чёрный, price: 100, quantity: 50, min_quantity: 6}
  - {id: 2, category: 1, name: Зелёный, price: 200.50, quantity: 20, multiple: 4}
  - {id: 3, category: 1, name: Белый, price: 300, quantity: 10, min_quantity: 3, multiple: 2}
`
	fill := func(s *scenario) {
		teaMarket(s)
		s.do(exchange{name: "conditions in a list", who: "shop1", method: "POST", path: "partner/update", body: upload("list.yaml", boxes), status: 200})
		minOrder(s, "shop2", 2500_00)
	}
	place := exchange{who: "buyer", method: "POST", path: "order", body: form("id", "{{basket}}", "contact", "{{contact}}"), status: 409}
	named := func(name string, x exchange, status int) exchange {
		x.name, x.status = name, status
		return x
	}
	basket := exchange{name: "what stands in the way", who: "buyer", method: "GET", path: "basket", status: 200, keep: map[string]string{
		"basket": "0.id", "line0": "0.ordered_items.0.id", "line1": "0.ordered_items.1.id", "line2": "0.ordered_items.2.id", "line3": "0.ordered_items.3.id",
	}}
	english := basket
	english.name, english.headers = "in English", []string{"Accept-Language", "en"}
	play(t, "basket_conditions", fill, []exchange{
		{name: "too little of each", who: "buyer", method: "POST", path: "basket", body: form("items", `[{"product_info": {{black}}, "quantity": 5}, {"product_info": {{green}}, "quantity": 6},
			{"product_info": {{white}}, "quantity": 1}, {"product_info": {{coffee}}, "quantity": 2}]`), status: 200},
		basket,
		english,
		named("refused", place, 409),
		{name: "nothing was ordered", who: "buyer", method: "GET", path: "order", status: 200},
		{name: "as much as would do", who: "buyer", method: "PUT", path: "basket", body: form("items", `[{"id": {{line0}}, "quantity": 6}, {"id": {{line1}}, "quantity": 8}, {"id": {{line2}}, "quantity": 4}]`), status: 200},
		named("the sum is still too small", place, 409),
		{name: "more than the least sum", who: "buyer", method: "PUT", path: "basket", body: form("items", `[{"id": {{line3}}, "quantity": 3}]`), status: 200},
		{name: "nothing stands in the way", who: "buyer", method: "GET", path: "basket", status: 200},
		named("placed", place, 200),
	})
}

// minOrder sets the least sum of an order, in kopecks.
func minOrder(s *scenario, shop string, sum int64) {
	s.t.Helper()
	d, err := db.Open(s.t.Context(), s.a.Config.Database.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer d.Close()
	err = d.InTx(s.t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(s.t.Context(), `update shops set min_order = $1 where id = $2`, sum, s.kept[shop])
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
