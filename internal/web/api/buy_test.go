package api_test

import (
	"strconv"
	"testing"

	"zakup/internal/apptest"
)

// id is an id of an answer as the arguments of the next request have it.
func id(v any) string {
	n, _ := v.(float64)
	return strconv.FormatInt(int64(n), 10)
}

// items are the lines of an order or basket of an answer.
func items(v any) []any {
	list, _ := v.([]any)
	return list
}

// The whole way of an order, as the ready specification has it.
func TestBuyThroughIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		one := a.Shop(t, "one@example.com", apptest.List("Первый", "Чай", 3))
		two := a.Shop(t, "two@example.com", apptest.List("Второй", "Кофе", 2))
		b := a.Buyer(t, "buyer@example.com")

		products := a.Get(t, b, "products").Want(t, 200).Array(t)
		if len(products) != 5 {
			t.Fatalf("%d products", len(products))
		}
		first, last := id(products[0]["id"]), id(products[4]["id"])
		a.Do(t, b, "POST", "basket", apptest.Multipart("items",
			`[{"product_info": `+first+`, "quantity": 2,}, {"product_info": `+last+`, "quantity": "3"},]`)).Want(t, 200)
		contact := a.Do(t, b, "POST", "user/contact", apptest.Form("city", "Москва", "street", "Тверская", "phone", "+7999")).
			Want(t, 200).Object(t)
		basket := a.Get(t, b, "basket").Want(t, 200).Array(t)[0]
		if basket["total_sum"] != 2*100.01+3*100.02 {
			t.Errorf("the basket: %v", basket["total_sum"])
		}
		placed := a.Do(t, b, "POST", "order", apptest.Multipart("id", id(basket["id"]), "contact", id(contact["id"]))).
			Want(t, 200).Object(t)
		if placed["id"] != basket["id"] || placed["total_sum"] != basket["total_sum"] {
			t.Errorf("placed %v of the basket %v", placed, basket)
		}
		orders := a.Get(t, b, "order").Want(t, 200).Array(t)
		if len(orders) != 1 || orders[0]["state"] != "new" || len(items(orders[0]["ordered_items"])) != 2 {
			t.Errorf("orders: %v", orders)
		}
		for _, s := range []apptest.Person{one, two} {
			own := a.Get(t, s, "partner/orders").Want(t, 200).Array(t)
			if len(own) != 1 || len(items(own[0]["ordered_items"])) != 1 {
				t.Errorf("orders of %s: %v", s.Email, own)
			}
		}
		letters := a.Letters(t, 4)
		for _, to := range []string{b.Email, one.Email, two.Email, "office@example.com"} {
			if n := len(apptest.To(letters, to)); n != 1 {
				t.Errorf("%d letters to %s", n, to)
			}
		}
		if left := a.Get(t, b, "products/"+first).Want(t, 200).Object(t)["quantity"]; left != 8.0 {
			t.Errorf("%v left of 10", left)
		}
	})
}
