package api_test

import (
	"testing"

	"zakup/internal/apptest"
)

func TestContractCatalogue(t *testing.T) {
	t.Parallel()
	prepare := func(s *scenario) {
		market(s)
		page := s.a.Get(s.t, apptest.Person{}, "categories").Want(s.t, 200)
		// By name descending: Смартфоны, Аксессуары.
		s.kept["phones"], s.kept["things"] = s.value(page, "results.0.id"), s.value(page, "results.1.id")
	}
	empty := []exchange{
		{name: "no categories", method: "GET", path: "categories", status: 200},
		{name: "no shops", method: "GET", path: "shops", status: 200},
		{name: "no products", method: "GET", path: "products", status: 200},
		{name: "no product", method: "GET", path: "products/1", status: 404},
		{name: "page 1 of nothing", method: "GET", path: "categories?page=1", status: 200},
		{name: "last page of nothing", method: "GET", path: "categories?page=last", status: 200},
		{name: "page 2 of nothing", method: "GET", path: "categories?page=2", status: 404},
	}
	play(t, "catalogue_empty", nil, empty)
	play(t, "catalogue", prepare, []exchange{
		{name: "categories", method: "GET", path: "categories", status: 200},
		{name: "shops", method: "GET", path: "shops", status: 200},
		{name: "shops with a body", method: "GET", path: "shops", body: multi("page", "7"), status: 200},
		{name: "page past the end", method: "GET", path: "categories?page=3", status: 404},
		{name: "page past the end, English", method: "GET", path: "categories?page=3", headers: []string{"Accept-Language", "en"}, status: 404},
		{name: "page abc", method: "GET", path: "shops?page=abc", status: 404},
		{name: "page 0", method: "GET", path: "shops?page=0", status: 404},
		{name: "products of shop 2", method: "GET", path: "products?shop_id={{shop2}}", status: 200},
		{name: "products of shop 1, things", method: "GET", path: "products?shop_id={{shop1}}&category_id={{things}}", status: 200},
		{name: "products of both shops, commas", method: "GET", path: "products?shop_id={{shop1}},{{shop2}}&category_id={{phones}}", status: 200},
		{name: "products of both shops, repeated", method: "GET", path: "products?shop_id={{shop1}}&shop_id={{shop2}}&category_id={{phones}}", status: 200},
		{name: "empty filters are none", method: "GET", path: "products?shop_id=&category_id=&in_stock=&price_min=&category_id=+{{things}}+", status: 200},
		{name: "in stock", method: "GET", path: "products?in_stock=true&category_id={{things}}", status: 200},
		{name: "not only in stock", method: "GET", path: "products?in_stock=0&category_id={{things}}", status: 200},
		{name: "prices", method: "GET", path: "products?price_min=500.50&price_max=109000", status: 200},
		{name: "an unknown shop", method: "GET", path: "products?shop_id=999999", status: 200},
		{name: "a negative shop", method: "GET", path: "products?shop_id=-1", status: 200},
		{name: "a shop that is no number", method: "GET", path: "products?shop_id=abc", status: 400},
		{name: "a shop beyond all numbers", method: "GET", path: "products?shop_id=9223372036854775808", status: 400},
		{name: "a price that is none", method: "GET", path: "products?price_min=cheap", status: 400},
		{name: "in stock maybe", method: "GET", path: "products?in_stock=maybe", status: 400},
		{name: "no limit", method: "GET", path: "products?limit=0", status: 400},
		{name: "too much", method: "GET", path: "products?limit=1001", status: 400},
		{name: "a cursor that is none", method: "GET", path: "products?cursor=abc", status: 400},
		{name: "card", method: "GET", path: "products/{{phone1}}", status: 200},
		{name: "card without more", method: "GET", path: "products/{{cable}}", status: 200},
		{name: "card of nothing", method: "GET", path: "products/999999", status: 404},
		{name: "card of a word", method: "GET", path: "products/abc", status: 404},
		{name: "shop 2 closes", who: "shop2", method: "POST", path: "partner/state", body: form("state", "off"), status: 200},
		{name: "shops without it", method: "GET", path: "shops", status: 200},
		{name: "its products are not seen", method: "GET", path: "products?shop_id={{shop2}}", status: 200},
		{name: "its product is not seen", method: "GET", path: "products/{{phone2}}", status: 404},
		{name: "nor on the card of another", method: "GET", path: "products/{{phone1}}", status: 200},
		{name: "its categories stay", method: "GET", path: "categories", status: 200},
	})
}
