package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

func TestContractFinding(t *testing.T) {
	t.Parallel()
	prepare := func(s *scenario) {
		market(s)
		for _, code := range []string{"A-2", "8"} { // one of each list
			apptest.Until(s.t, "an offer to be found", func() bool { return s.a.Get(s.t, apptest.Person{}, "products?search="+code).Text != "[]" })
		}
	}
	play(t, "finding", prepare, []exchange{
		{name: "search", method: "GET", path: "products?search=смартфон", status: 200},
		{name: "search by price", method: "GET", path: "products?search=смартфон&sort=-price&total=true", status: 200},
		{name: "search in the other layout", method: "GET", path: "products?search=cvfhnajy&limit=1", status: 200},
		{name: "search in vain", method: "GET", path: "products?search=экскаватор", status: 200},
		{name: "search for nothing", method: "GET", path: "products?search=+", status: 200},
		{name: "search for too much", method: "GET", path: "products?search=" + strings.Repeat("a", 201), status: 400},
		{name: "by name", method: "GET", path: "products?sort=name&limit=2", status: 200},
		{name: "by what there is not", method: "GET", path: "products?sort=colour", status: 400},
		{name: "a total maybe", method: "GET", path: "products?total=maybe", status: 400},
		{name: "a characteristic", method: "GET", path: "products?parameter_1=красный&parameter_1=синий,чёрный", status: 200},
		{name: "limits that are none", method: "GET", path: "products?parameter_1_min=big", status: 400},
		{name: "limits without end", method: "GET", path: "products?parameter_1_min=-Inf&parameter_1_max=NaN", status: 400},
		{name: "an unknown characteristic", method: "GET", path: "products?parameter_999999=1", status: 200},
		{name: "too many characteristics", method: "GET", path: "products?" + manyCharacteristics(), status: 400},
		{name: "the cursor of another list", method: "GET", path: "products?sort=price&cursor=1", status: 400},
		{name: "a cursor that is none", method: "GET", path: "products?search=a&cursor=eyJJRCI6MX0", status: 400},
		{name: "values that can't be", method: "GET", path: "products?parameter_1=%00", status: 400},
		{name: "a search in no category", method: "GET", path: "products?search=a&category_id=-1&shop_id=-9223372036854775808", status: 200},
		{name: "facets of no category", method: "GET", path: "products/facets?category_id=-1&price_max=10.01", status: 200},
		{name: "facets", method: "GET", path: "products/facets", status: 200},
		{name: "facets of a search", method: "GET", path: "products/facets?search=cvfhnajy&in_stock=true", status: 200},
		{name: "facets of nothing", method: "GET", path: "products/facets?search=экскаватор", status: 200},
		{name: "facets of a wrong price", method: "GET", path: "products/facets?price_max=much", status: 400},
		{name: "facets by POST", method: "POST", path: "products/facets", status: 405},
	})
}

func manyCharacteristics() string {
	var all []string
	for n := range 21 {
		all = append(all, fmt.Sprintf("parameter_%d=1", n+1))
	}
	return strings.Join(all, "&")
}

// The pages of a sorted list follow each other by their Link, and the headers say
// how many there are and what was searched.
func TestPagesOfSearch(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		a.Shop(t, "shop@example.com", apptest.List("Север", "Товары", 5))
		apptest.Until(t, "offers to be found", func() bool { return a.Get(t, apptest.Person{}, "products?search=товар").Text != "[]" })
		seen, path := 0, "products?search=njdfh&sort=price&limit=2&total=true"
		for path != "" {
			r := a.Get(t, apptest.Person{}, path).Want(t, 200)
			if total, exact, instead := r.Header.Get("Total-Count"), r.Header.Get("Total-Exact"), r.Header.Get("Searched-Instead"); total != "5" || exact != "true" || instead != url.PathEscape("товар") {
				t.Errorf("%s of offers, exact %s, %q searched instead", total, exact, instead)
			}
			seen += len(r.Array(t))
			path, _, _ = strings.Cut(strings.TrimPrefix(r.Header.Get("Link"), "<"+a.URL+"/api/v1/"), ">")
		}
		if seen != 5 {
			t.Errorf("%d offers on all pages, want 5", seen)
		}
	})
}

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
