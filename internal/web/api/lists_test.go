package api_test

import (
	"fmt"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

// goodsAt is a list of ten goods at one price.
func goodsAt(price int) apptest.Body {
	var b strings.Builder
	b.WriteString("categories: [{id: 1, name: Чай}]\ngoods:\n")
	for n := 1; n <= 10; n++ {
		fmt.Fprintf(&b, "- {id: %d, category: 1, name: Чай %d, price: %d, quantity: 5}\n", n, n, price)
	}
	return apptest.File("list.yaml", b.String())
}

// A trial run tells the difference and changes nothing, whoever sends it.
func TestDryRun(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "shop@example.com", "")
		own, err := a.Shops.Of(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		administrator := a.Person(t, "admin@example.com", account.Admin)
		a.Do(t, p, "POST", "partner/update", goodsAt(100)).Want(t, 200)
		for who, path := range map[*apptest.Person]string{&p: "partner/update?dry_run=true", &administrator: fmt.Sprintf("admin/imports?dry_run=true&shop_id=%d", own.ID)} {
			i := object(a.Do(t, *who, "POST", path, goodsAt(110)).Want(t, 200).Object(t)["import"])
			d := object(i["difference"])
			if i["state"] != "checked" || i["dry_run"] != true || i["finished_at"] == nil || d["price_up"] != 10.0 || d["median_price"] != 1.1 {
				t.Errorf("%s: %v", path, i)
			}
			for _, offer := range a.Get(t, p, "products").Want(t, 200).Array(t) {
				if offer["price"] != 100.0 {
					t.Fatalf("%s: %v", path, offer)
				}
			}
		}
	})
}

// What looks wrong waits: for its supplier or the administrator, not for others.
func TestHeldLists(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, other := a.Shop(t, "shop@example.com", ""), a.Shop(t, "other@example.com", "")
		administrator := a.Person(t, "admin@example.com", account.Admin)
		held := func(price int) string {
			t.Helper()
			r := a.Do(t, p, "POST", "partner/update", goodsAt(price), "Accept-Language", "en").Want(t, 409).Object(t)
			i := object(r["import"])
			if r["Code"] != "price_list_held" || i["state"] != "held" || !strings.Contains(fmt.Sprint(r["Error"]), "by a factor of 100") {
				t.Fatalf("%v", r)
			}
			return id(i["id"])
		}
		price := func(want float64) {
			t.Helper()
			if got := a.Get(t, p, "products").Want(t, 200).Array(t)[0]["price"]; got != want {
				t.Errorf("sold at %v, want %v", got, want)
			}
		}
		a.Do(t, p, "POST", "partner/update", goodsAt(100)).Want(t, 200)
		first := held(10_000)
		price(100)
		for _, act := range []string{"apply", "discard"} {
			a.Do(t, other, "POST", "partner/imports/"+first+"/"+act, apptest.Body{}).Want(t, 404)
			a.Do(t, p, "POST", "admin/imports/"+first+"/"+act, apptest.Body{}).Want(t, 403)
		}
		a.Do(t, p, "POST", "partner/imports/"+first+"/discard", apptest.Body{}).Want(t, 200)
		a.Do(t, p, "POST", "partner/imports/"+first+"/apply", apptest.Body{}).Want(t, 409)
		price(100)
		second := held(10_000)
		a.Do(t, administrator, "POST", "admin/imports/"+second+"/apply", apptest.Body{}).Want(t, 200)
		price(10_000)
		a.Do(t, p, "POST", "partner/imports/"+second+"/rollback", apptest.Body{}).Want(t, 200)
		price(100)
	})
}
