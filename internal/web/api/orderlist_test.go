package api_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

// What narrows a list of orders, for whom, and page by page.
func TestOrderFilters(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		tea := a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 1))
		coffee := a.Shop(t, "coffee@example.com", apptest.List("Кофейня", "Кофе", 1))
		anna, boris := a.Buyer(t, "anna@example.com"), a.Buyer(t, "boris@example.com")
		chief := a.Person(t, "chief@example.com", account.Admin)
		shopID := func(p apptest.Person) string { return id(a.Get(t, p, "partner/shop").Want(t, 200).Object(t)["id"]) }
		offer := func(p apptest.Person) string {
			return id(a.Get(t, p, "products?shop_id="+shopID(p)).Want(t, 200).Array(t)[0]["id"])
		}
		newest := func(p apptest.Person) map[string]any { return a.Get(t, p, "order?limit=1").Want(t, 200).Array(t)[0] }
		place(t, a, anna, offer(tea))
		one := newest(anna)
		a.Clock.Move(24 * time.Hour)
		place(t, a, anna, offer(coffee))
		two := newest(anna)
		place(t, a, boris, offer(tea), offer(coffee))
		three := newest(boris)
		step := func(p apptest.Person, o map[string]any, state string) {
			a.Do(t, p, "POST", "partner/orders/"+id(o["id"])+"/state", apptest.Form("state", state, "version", "1")).Want(t, 200)
		}
		step(tea, one, "confirmed")
		step(coffee, three, "sent")
		names := map[string]string{id(one["id"]): "1", id(two["id"]): "2", id(three["id"]): "3"}
		day := func(o map[string]any) string {
			return placedAt(t, o).In(time.FixedZone("MSK", 3*60*60)).Format(time.DateOnly)
		}
		exact := func(o map[string]any) string { return url.QueryEscape(placedAt(t, o).Format(time.RFC3339Nano)) }
		for _, c := range []struct {
			who   apptest.Person
			query string
			want  string
		}{
			{anna, "order", "2 1"},
			{anna, "order?state=new", "2"},
			{anna, "order?state=confirmed", "1"},
			{anna, "order?state=canceled", ""},
			{anna, "order?shop_id=" + shopID(tea), "1"},
			{anna, "order?shop_id=" + shopID(tea) + "&state=new", ""},
			{anna, "order?number=" + text(one["number"]), "1"},
			{anna, "order?number=" + text(one["number"]) + "/1", "1"},
			{anna, "order?number=" + text(three["number"]), ""},
			{anna, "order?number=abc", ""},
			{anna, "order?since=" + day(two), "2"},
			{anna, "order?until=" + day(one), "1"},
			{anna, "order?since=" + day(one) + "&until=" + day(two), "2 1"},
			{anna, "order?since=" + exact(two), "2"},
			{anna, "order?until=" + exact(two), "1"},
			{boris, "order", "3"},
			{boris, "order?state=new", "3"}, // as far as the part that has come the least far
			{boris, "order?state=sent", ""},
			{tea, "partner/orders", "3 1"},
			{tea, "partner/orders?state=new", "3"}, // the shop's own part
			{tea, "partner/orders?state=sent", ""},
			{tea, "partner/orders?since=" + day(three), "3"},
			{tea, "partner/orders?number=" + text(one["number"]), "1"},
			{tea, "partner/orders?number=" + text(two["number"]), ""},
			{tea, "partner/orders?shop_id=" + shopID(coffee), "3 1"}, // who else sells to a buyer is not told
			{coffee, "partner/orders?state=sent", "3"},
			{coffee, "partner/orders?state=new", "2"},
			{chief, "order", ""},
			{chief, "admin/orders", "3 2 1"},
			{chief, "admin/orders?state=new", "3 2"},
			{chief, "admin/orders?shop_id=" + shopID(tea), "3 1"},
			{chief, "admin/orders?number=" + text(two["number"]), "2"},
			{chief, "admin/orders?until=" + day(one), "1"},
			{chief, "admin/orders?buyer=anna@example.com", "2 1"},
			{chief, "admin/orders?buyer=%20ANNA@example.com", "2 1"},
			{chief, fmt.Sprintf("admin/orders?buyer=%d&state=new", anna.ID), "2"},
			{chief, "admin/orders?buyer=nobody@example.com", ""},
			{chief, "admin/orders?buyer=99999", ""},
			{chief, "admin/orders?buyer=0", ""},
		} {
			for _, limit := range []string{"limit=100", "limit=1"} {
				path := c.query + "?" + limit
				if strings.Contains(c.query, "?") {
					path = c.query + "&" + limit
				}
				ids, sizes := follow(t, a, c.who, path)
				got := make([]string, len(ids))
				for i, n := range ids {
					got[i] = names[n]
				}
				if strings.Join(got, " ") != c.want {
					t.Errorf("%s: %q, want %q", path, got, c.want)
				}
				if limit == "limit=1" && len(ids) > 0 && !slices.Equal(sizes, slices.Repeat([]int{1}, len(ids))) {
					t.Errorf("%s: pages of %v", path, sizes)
				}
			}
		}
	})
}

func placedAt(t *testing.T, o map[string]any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text(o["dt"]))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The ETag of an order is its version, and of a supplier's order that of its
// part; it is what If-Match takes.
func TestOrderETags(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	tea, coffee := a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 1)), a.Shop(t, "coffee@example.com", apptest.List("Кофейня", "Кофе", 1))
	anna, chief := a.Buyer(t, "anna@example.com"), a.Person(t, "chief@example.com", account.Admin)
	offers := a.Get(t, anna, "products").Want(t, 200).Array(t)
	place(t, a, anna, id(offers[0]["id"]), id(offers[1]["id"]))
	order := id(a.Get(t, anna, "order").Want(t, 200).Array(t)[0]["id"])
	tagged := func(r apptest.Answer, want string) string {
		t.Helper()
		tag := r.Want(t, 200).Header.Get("ETag")
		if tag != want || fmt.Sprintf(`"%s"`, id(r.Object(t)["version"])) != want {
			t.Errorf("ETag %s, want %s: %s", tag, want, r.Text)
		}
		return tag
	}
	own := tagged(a.Get(t, tea, "partner/orders/"+order), `"1"`)
	own = tagged(a.Do(t, tea, "POST", "partner/orders/"+order+"/state", apptest.Form("state", "confirmed"), "If-Match", own), `"2"`)
	tagged(a.Get(t, coffee, "partner/orders/"+order), `"1"`)
	whole := tagged(a.Get(t, anna, "order/"+order), `"2"`)
	whole = tagged(a.Do(t, anna, "POST", "order/"+order+"/cancel", apptest.Form("part", "2"), "If-Match", whole), `"3"`)
	tagged(a.Get(t, tea, "partner/orders/"+order), own)
	whole = tagged(a.Do(t, chief, "POST", "admin/orders/"+order+"/state", apptest.Form("state", "sent"), "If-Match", whole), `"4"`)
	tagged(a.Get(t, chief, "admin/orders/"+order), whole)
	a.Do(t, chief, "POST", "admin/orders/"+order+"/state", apptest.Form("state", "delivered"), "If-Match", `"3"`).Want(t, 409)
	a.Do(t, tea, "POST", "partner/orders/"+order+"/state", apptest.Form("state", "delivered"), "If-Match", own).Want(t, 409)
}

// Whoever orders is a buyer in that, whatever else they are: no more and no less.
func TestOrderRoles(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		tea, coffee := a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 1)), a.Shop(t, "coffee@example.com", "")
		chief := a.Person(t, "chief@example.com", account.Admin)
		offer := id(a.Get(t, tea, "products").Want(t, 200).Array(t)[0]["id"])
		for _, p := range []apptest.Person{tea, coffee, chief} {
			place(t, a, p, offer)
			order := "order/" + id(a.Get(t, p, "order").Want(t, 200).Array(t)[0]["id"])
			a.Do(t, p, "POST", order+"/cancel", apptest.Form("version", "1")).Want(t, 200)
			past := a.Get(t, p, order+"/history").Want(t, 200).Array(t)
			if last := past[len(past)-1]; last["role"] != "buyer" || last["to"] != "canceled" {
				t.Errorf("%s: %v", p.Email, past)
			}

			place(t, a, p, offer)
			n := id(a.Get(t, p, "order").Want(t, 200).Array(t)[0]["id"])
			a.Do(t, tea, "POST", "partner/orders/"+n+"/state", apptest.Form("version", "1", "state", "confirmed")).Want(t, 200)
			a.Do(t, p, "POST", "order/"+n+"/cancel", apptest.Form("version", "2", "reason", "Так")).Want(t, 409)
		}
	})
}
