package api_test

import (
	"testing"

	"zakup/internal/apptest"
)

// Several lines of one shop are one part of the order.
func TestOrderSeveralLinesOfOneShop(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Shop(t, "one@example.com", apptest.List("Первый", "Чай", 3))
		b := a.Buyer(t, "buyer@example.com")
		a.Do(t, b, "POST", "basket", apptest.JSON(
			`{"items": [{"product_info": 1, "quantity": 1}, {"product_info": 2, "quantity": 2}, {"product_info": 3, "quantity": 3}]}`)).Want(t, 200)
		contact := a.Do(t, b, "POST", "user/contact", apptest.Form("phone", "+7999")).Want(t, 200).Object(t)
		basket := a.Get(t, b, "basket").Want(t, 200).Array(t)[0]
		a.Do(t, b, "POST", "order", apptest.Form("id", id(basket["id"]), "contact", id(contact["id"]))).Want(t, 200)
		order := a.Get(t, b, "order").Want(t, 200).Array(t)[0]
		lines, _ := order["ordered_items"].([]any)
		parts, _ := order["parts"].([]any)
		if len(lines) != 3 || len(parts) != 1 {
			t.Errorf("%d lines in %d parts, want 3 in 1", len(lines), len(parts))
		}
	})
}
