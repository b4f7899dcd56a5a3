package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
)

var nextLink = regexp.MustCompile(`^<([^>]+)>; rel="next"$`)

// follow reads a list page by page and returns the ids of all pages, and the
// sizes of the pages.
func follow(t *testing.T, a *apptest.App, who apptest.Person, path string) (ids []string, sizes []int) {
	t.Helper()
	doc := openAPI(t, a)
	for path != "" {
		r := a.Get(t, who, path).Want(t, 200)
		full := path
		if !strings.HasPrefix(full, "/") {
			full = "/api/v1/" + full
		}
		doc.check(t, "GET", full, r)
		list := r.Array(t)
		for _, item := range list {
			ids = append(ids, id(item["id"]))
		}
		sizes = append(sizes, len(list))
		link := r.Header.Get("Link")
		if link == "" {
			return ids, sizes
		}
		m := nextLink.FindStringSubmatch(link)
		if m == nil || !strings.HasPrefix(m[1], a.URL+"/") {
			t.Fatalf("%s: Link %q", path, link)
		}
		path = strings.TrimPrefix(m[1], a.URL)
		if len(sizes) > 100 {
			t.Fatalf("%s: pages without end", path)
		}
	}
	return ids, sizes
}

// once tells whether each id is there once, and in order.
func once(t *testing.T, what string, ids []string, n int, descending bool) {
	t.Helper()
	if len(ids) != n {
		t.Errorf("%s: %d items, want %d: %v", what, len(ids), n, ids)
	}
	sorted := slices.SortedFunc(slices.Values(ids), func(a, b string) int {
		if descending {
			a, b = b, a
		}
		return len(a)*1000 - len(b)*1000 + strings.Compare(a, b)
	})
	if !slices.Equal(sorted, ids) || len(slices.Compact(sorted)) != len(ids) {
		t.Errorf("%s: not each once and in order: %v", what, ids)
	}
}

// Keyset lists, followed to their ends, give each item once.
func TestKeysetPages(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		one := a.Shop(t, "one@example.com", apptest.List("Первый", "Чай", 25))
		two := a.Shop(t, "two@example.com", apptest.List("Второй", "Чай", 8))
		ids, sizes := follow(t, a, apptest.Person{}, "products?limit=10")
		once(t, "products", ids, 33, false)
		if !slices.Equal(sizes, []int{10, 10, 10, 3}) {
			t.Errorf("pages of %v", sizes)
		}
		if ids, sizes = follow(t, a, apptest.Person{}, "products?limit=11"); !slices.Equal(sizes, []int{11, 11, 11}) {
			t.Errorf("no empty page after full ones: %v of %v", sizes, ids)
		}
		shopTwo := id(a.Get(t, two, "partner/shop").Want(t, 200).Object(t)["id"])
		ids, sizes = follow(t, a, apptest.Person{}, "products?limit=3&shop_id="+shopTwo+"&shop_id=&in_stock=true&price_max=100.07")
		once(t, "products of a shop, with filters", ids, 7, false)
		if !slices.Equal(sizes, []int{3, 3, 1}) {
			t.Errorf("pages with filters of %v", sizes)
		}
		if _, sizes = follow(t, a, apptest.Person{}, "products"); !slices.Equal(sizes, []int{33}) {
			t.Errorf("without a limit: %v", sizes)
		}

		b, other := a.Buyer(t, "buyer@example.com"), a.Buyer(t, "other@example.com")
		offers, _ := follow(t, a, apptest.Person{}, "products")
		for n := range 7 {
			place(t, a, b, offers[n], offers[32-n])
			if n%3 == 0 {
				place(t, a, other, offers[n])
			}
		}
		ids, sizes = follow(t, a, b, "order?limit=3")
		once(t, "order", ids, 7, true)
		if !slices.Equal(sizes, []int{3, 3, 1}) {
			t.Errorf("pages of orders: %v", sizes)
		}
		ids, _ = follow(t, a, one, "partner/orders?limit=4")
		once(t, "partner/orders of one", ids, 10, true)
		ids, _ = follow(t, a, two, "partner/orders?limit=1")
		once(t, "partner/orders of two", ids, 7, true)

		for range 4 {
			a.Do(t, one, "POST", "partner/update", apptest.JSON(`{"url": "http://127.0.0.1:1/"}`), "Prefer", "respond-async")
		}
		ids, sizes = follow(t, a, one, "partner/imports?limit=2")
		once(t, "partner/imports", ids, 5, true)
		if !slices.Equal(sizes, []int{2, 2, 1}) {
			t.Errorf("pages of imports: %v", sizes)
		}
	})
}

// place orders one piece of each offer.
func place(t *testing.T, a *apptest.App, p apptest.Person, offers ...string) {
	t.Helper()
	var items []string
	for _, offer := range offers {
		items = append(items, `{"product_info": `+offer+`, "quantity": 1}`)
	}
	a.Do(t, p, "POST", "basket", apptest.JSON(`{"items": [`+strings.Join(items, ",")+`]}`)).Want(t, 200)
	basket := id(a.Get(t, p, "basket").Want(t, 200).Array(t)[0]["id"])
	contacts := a.Get(t, p, "user/contact").Want(t, 200).Array(t)
	if len(contacts) == 0 {
		a.Do(t, p, "POST", "user/contact", apptest.Form("phone", "1")).Want(t, 200)
		contacts = a.Get(t, p, "user/contact").Want(t, 200).Array(t)
	}
	a.Do(t, p, "POST", "order", apptest.Form("id", basket, "contact", id(contacts[0]["id"]))).Want(t, 200)
}

// Lists with numbered pages have 40 items a page, absolute links, and page=last.
func TestNumberedPages(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		one := a.Shop(t, "shop01@example.com", categories("Магазин 01", 83))
		for n := 2; n <= 43; n++ {
			first, last, email, password := "Магазин", fmt.Sprintf("%02d", n), fmt.Sprintf("shop%02d@example.com", n), apptest.Password
			if _, err := a.Accounts.AddActive(t.Context(), account.Profile{FirstName: &first, LastName: &last, Email: &email, Password: &password}, account.Shop); err != nil {
				t.Fatal(err)
			}
		}
		a.Do(t, one, "PUT", "partner/shop", apptest.Form("name", "Магазин 01")).Want(t, 200)
		numbered(t, a, "categories", "Категория", 83)
		numbered(t, a, "shops", "Магазин", 43)

		boss := a.Person(t, "admin@example.com", account.Admin)
		ids, sizes := follow(t, a, boss, "admin/shops?limit=20")
		once(t, "admin/shops", ids, 43, false)
		if !slices.Equal(sizes, []int{20, 20, 3}) {
			t.Errorf("pages of admin/shops: %v", sizes)
		}
	})
}

// numbered reads the pages of a list of n items, by name descending.
func numbered(t *testing.T, a *apptest.App, path, word string, n int) {
	t.Helper()
	base, pages := a.URL+"/api/v1/"+path, (n+39)/40
	link := func(page int) any {
		switch {
		case page < 1 || page > pages:
			return nil
		case page == 1:
			return base
		}
		return fmt.Sprintf("%s?page=%d", base, page)
	}
	number := n
	for page := 1; page <= pages; page++ {
		body := a.Get(t, apptest.Person{}, fmt.Sprintf("%s?page=%d", path, page)).Want(t, 200).Object(t)
		if body["count"] != float64(n) || body["previous"] != link(page-1) || body["next"] != link(page+1) {
			t.Errorf("%s, page %d: count %v, previous %v, next %v", path, page, body["count"], body["previous"], body["next"])
		}
		for _, item := range array(body["results"]) {
			if want := fmt.Sprintf("%s %02d", word, number); object(item)["name"] != want {
				t.Errorf("%s, page %d: %v, want %s", path, page, item, want)
			}
			number--
		}
	}
	if number != 0 {
		t.Errorf("%s: %d items are on no page", path, number)
	}
	last := a.Get(t, apptest.Person{}, path+"?page=last").Want(t, 200).Text
	if want := a.Get(t, apptest.Person{}, fmt.Sprintf("%s?page=%d", path, pages)).Text; last != want {
		t.Errorf("%s: the last page is %s, want %s", path, last, want)
	}
	if first := a.Get(t, apptest.Person{}, path).Want(t, 200).Object(t)["next"]; first != link(2) {
		t.Errorf("%s: next of the first page is %v", path, first)
	}
	other := a.Get(t, apptest.Person{}, path+"?page=2&page_size=7").Want(t, 200).Object(t)["previous"]
	if other != base+"?page_size=7" {
		t.Errorf("%s: other arguments in links: %v", path, other)
	}
	for _, page := range []string{fmt.Sprint(pages + 1), "0", "-1", "abc"} {
		checkRefused(t, path+" page "+page, a.Get(t, apptest.Person{}, path+"?page="+page), 404)
	}
}

// Links begin with the public address where one is set.
func TestPublicLinks(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.With(func(c *config.Config) { c.PublicURL = "https://zakup.example.com" }))
	a.Shop(t, "shop@example.com", categories("Первый", 41))
	if next := a.Get(t, apptest.Person{}, "categories").Want(t, 200).Object(t)["next"]; next != "https://zakup.example.com/api/v1/categories?page=2" {
		t.Errorf("next: %v", next)
	}
	if link := a.Get(t, apptest.Person{}, "products?limit=40").Want(t, 200).Header.Get("Link"); !strings.HasPrefix(link, "<https://zakup.example.com/api/v1/products?cursor=") {
		t.Errorf("Link: %v", link)
	}
}
