package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
)

func TestContractRequisites(t *testing.T) {
	t.Parallel()
	play(t, "requisites", nil, []exchange{
		{name: "anonymous", method: "GET", path: "user/requisites", status: 401},
		{name: "none yet", who: "buyer", method: "GET", path: "user/requisites", status: 200},
		{name: "of an organisation", who: "buyer", method: "PUT", path: "user/requisites", body: js(`{"name": " ООО «Ромашка» ", "inn": 7707083893, "kpp": "7736AB001",
			"address": "Москва, Тверская, 1", "bank": "ПАО Сбербанк", "bik": "044525225", "account": "40702810938000000001", "correspondent": "30101810400000000225"}`), status: 200},
		{name: "they are there", who: "buyer", method: "GET", path: "user/requisites", status: 200},
		{name: "all wrong", who: "buyer", method: "PUT", path: "user/requisites", body: form("inn", "1", "kpp", "1", "bik", "1", "account", "1", "correspondent", "1"), status: 400},
		{
			name: "all wrong, in Russian", who: "buyer", method: "PUT", path: "user/requisites", headers: []string{"Accept-Language", "ru"},
			body: form("inn", "1", "kpp", "1", "bik", "1", "account", "1", "correspondent", "1"), status: 400,
		},
		{name: "check digits", who: "buyer", method: "PUT", path: "user/requisites", body: multi("inn", "7707083894", "bik", "044525225",
			"account", "40702810938000000002", "correspondent", "30101810400000000226"), status: 400},
		{name: "an entrepreneur with a KPP", who: "buyer", method: "PUT", path: "user/requisites", body: form("inn", "500100732259", "kpp", "773601001"), status: 400},
		{name: "an entrepreneur", who: "buyer", method: "PUT", path: "user/requisites", body: multi("name", "ИП Петров", "inn", "500100732259"), status: 200},
		{name: "the rest was cleared", who: "buyer", method: "GET", path: "user/requisites", status: 200},
		{name: "a supplier has them too", who: "shop", method: "PUT", path: "user/requisites", body: form("name", "ООО Поставка"), status: 200},
		{name: "and sees their own", who: "shop", method: "GET", path: "user/requisites", status: 200},
	})
}

func TestContractChoices(t *testing.T) {
	t.Parallel()
	person := func(email string, more ...string) []string {
		return append([]string{"first_name", "Олег", "last_name", "Сомов", "email", email, "password", apptest.Password}, more...)
	}
	play(t, "choices", nil, []exchange{
		{name: "no such language", method: "POST", path: "user/register", body: form(person("a@example.com", "language", "de")...), status: 400},
		{name: "in Russian", method: "POST", path: "user/register", body: form(person("ru@example.com", "language", "")...), status: 200},
		{name: "in English", method: "POST", path: "user/register", body: form(person("en@example.com")...), headers: []string{"Accept-Language", "en-GB, ru;q=0.5"}, status: 200},
		{name: "in Russian from an English client", method: "POST", path: "user/register", body: form(person("both@example.com", "language", "ru")...), headers: []string{"Accept-Language", "en"}, status: 200},
		{name: "their languages", who: "admin", method: "GET", path: "admin/users?blocked=off", status: 200},

		{name: "edit: no such language", who: "buyer", method: "POST", path: "user/details", body: form("language", "de", "first_name", "Пётр"), status: 400},
		{name: "edit: blank language", who: "buyer", method: "POST", path: "user/details", body: form("language", ""), status: 400},
		{name: "edit: maybe", who: "buyer", method: "POST", path: "user/details", body: form("accept_shortages", "maybe"), status: 400},
		{name: "edit", who: "buyer", method: "POST", path: "user/details", body: form("language", "en", "accept_shortages", "on"), status: 200},
		{name: "they are kept", who: "buyer", method: "GET", path: "user/details", status: 200},
		{name: "a supplier may say it", who: "shop", method: "POST", path: "user/details", body: js(`{"accept_shortages": true}`), status: 200},
	})
}

func TestContractMinOrder(t *testing.T) {
	t.Parallel()
	play(t, "min_order", nil, []exchange{
		{name: "none", who: "shop", method: "GET", path: "partner/shop", status: 200},
		{name: "a word", who: "shop", method: "PUT", path: "partner/shop", body: form("min_order", "много"), status: 400},
		{name: "negative", who: "shop", method: "PUT", path: "partner/shop", body: js(`{"min_order": -0.01}`), status: 400},
		{name: "too big", who: "shop", method: "PUT", path: "partner/shop", body: js(`{"min_order": 10000000000.01}`), status: 400},
		{name: "JSON", who: "shop", method: "PUT", path: "partner/shop", body: js(`{"min_order": 1500.50}`), status: 200},
		{name: "it is there", who: "shop", method: "GET", path: "partner/shop", status: 200},
		{name: "form", who: "shop", method: "PUT", path: "partner/shop", body: form("min_order", " 10000000000 ", "name", "Восточный"), status: 200},
		{name: "everybody sees it", method: "GET", path: "shops", status: 200},
		{name: "blank says nothing", who: "shop", method: "PUT", path: "partner/shop", body: form("min_order", ""), status: 200},
		{name: "the administrator sees it", who: "admin", method: "GET", path: "admin/shops", status: 200},
		{name: "zero", who: "shop", method: "PUT", path: "partner/shop", body: multi("min_order", "0"), status: 200},
		{name: "none again", method: "GET", path: "shops", status: 200},
	})
}

func TestContractPeople(t *testing.T) {
	t.Parallel()
	prepare := func(s *scenario) {
		for _, name := range []string{"buyer", "shop", "admin"} { // in this order
			s.person(name)
		}
	}
	play(t, "people", prepare, []exchange{
		{name: "a buyer", who: "buyer", method: "GET", path: "admin/users", status: 403},
		{name: "everybody", who: "admin", method: "GET", path: "admin/users", status: 200, keep: map[string]string{"admin": "0.id", "shop": "1.id", "buyer": "2.id"}},
		{name: "by the name", who: "admin", method: "GET", path: "admin/users?search=%D0%BF%D0%95%D0%A2%D0%A0&type=shop&limit=1", status: 200},
		{name: "no such type", who: "admin", method: "GET", path: "admin/users?type=owner", status: 400},
		{name: "a supplier", who: "admin", method: "GET", path: "admin/users/{{shop}}", status: 200, keep: map[string]string{"the shop": "shop.id"}},
		{name: "nobody", who: "admin", method: "GET", path: "admin/users/999999", status: 404},

		{name: "block", who: "admin", method: "POST", path: "admin/users/{{shop}}/block", status: 200},
		{name: "the token ended", who: "shop", method: "GET", path: "partner/shop", status: 401},
		{name: "no login", method: "POST", path: "user/login", body: form("email", "shop@example.com", "password", apptest.Password), status: 401},
		{name: "the shop is closed", method: "GET", path: "shops", status: 200},
		{name: "its approval", who: "admin", method: "POST", path: "admin/shops/{{the shop}}/approve", status: 409},
		{name: "who is blocked", who: "admin", method: "GET", path: "admin/users?blocked=yes", status: 200},
		{name: "unblock", who: "admin", method: "POST", path: "admin/users/{{shop}}/unblock", status: 200},
		{name: "the old token stays ended", who: "shop", method: "GET", path: "partner/shop", status: 401},
		{name: "login", method: "POST", path: "user/login", body: form("email", "shop@example.com", "password", apptest.Password), status: 200},

		{name: "oneself", who: "admin", method: "POST", path: "admin/users/{{admin}}/block", status: 409},
		{name: "an administrator made a buyer", who: "admin", method: "POST", path: "admin/users/{{admin}}/role", body: form("type", "buyer"), status: 409},
		{name: "a buyer made an administrator", who: "admin", method: "POST", path: "admin/users/{{buyer}}/role", body: form("type", "admin"), status: 400},
		{name: "made nothing", who: "admin", method: "POST", path: "admin/users/{{buyer}}/role", body: form("type", ""), status: 400},
		{name: "a buyer made a supplier", who: "admin", method: "POST", path: "admin/users/{{buyer}}/role", body: form("type", "shop"), headers: []string{"Accept-Language", "en"}, status: 200},
		{name: "its token ended", who: "buyer", method: "GET", path: "partner/shop", status: 401},
		{name: "a supplier made a buyer", who: "admin", method: "POST", path: "admin/users/{{shop}}/role", body: js(`{"type": "buyer"}`), status: 200},

		{name: "a buyer sees no log", who: "other", method: "GET", path: "admin/audit", status: 403},
		{name: "the log", who: "admin", method: "GET", path: "admin/audit", status: 200},
		{name: "of one person", who: "admin", method: "GET", path: "admin/audit?subject=user/{{buyer}}&user={{admin}}", status: 200},
		{name: "of no act", who: "admin", method: "GET", path: "admin/audit?action=shop.close", status: 200},
		{name: "a wrong filter", who: "admin", method: "GET", path: "admin/audit?subject=user", status: 400},
	})
}

// A record says who did it, from where and by which request.
func TestWhoActs(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		boss, buyer := a.Person(t, "boss@example.com", "admin"), a.Buyer(t, "anna@example.com")
		shop := a.Shop(t, "shop@example.com", "")
		shopID := id(a.Get(t, shop, "partner/shop").Want(t, 200).Object(t)["id"])
		begin := a.Clock.Now()
		requests := []string{}
		for _, path := range []string{"admin/shops/" + shopID + "/close", "admin/shops/" + shopID + "/approve", "admin/users/" + id(float64(buyer.ID)) + "/block"} {
			r := a.Do(t, boss, "POST", path, apptest.Body{}, "X-Forwarded-For", "198.51.100.1").Want(t, 200)
			requests = append(requests, r.Header.Get("X-Request-Id"))
			a.Clock.Move(time.Hour)
		}
		r := a.Get(t, boss, "admin/audit?limit=2&user="+id(float64(boss.ID))).Want(t, 200)
		link := nextLink.FindStringSubmatch(r.Header.Get("Link"))
		if link == nil {
			t.Fatalf("no link to the next page: %q", r.Header.Get("Link"))
		}
		rest := a.Get(t, boss, strings.TrimPrefix(link[1], a.URL)).Want(t, 200)
		list := append(r.Array(t), rest.Array(t)...)
		if len(list) != 4 || list[3]["action"] != "user.sign_in" || rest.Header.Get("Link") != "" {
			t.Fatalf("%v, then %q", list, rest.Header.Get("Link"))
		}
		list = list[:3]
		slices.Reverse(list)
		for i, action := range []string{"shop.close", "shop.approve", "user.block"} {
			got := list[i]
			if got["action"] != action || id(got["user"]) != id(float64(boss.ID)) || got["address"] != "127.0.0.1" || got["request"] != requests[i] {
				t.Errorf("%v, want %s by %d in %s", got, action, boss.ID, requests[i])
			}
		}
		since, until := begin.Add(30*time.Minute).Format(time.RFC3339), begin.Add(90*time.Minute).Format(time.RFC3339)
		between := a.Get(t, boss, "admin/audit?since="+since+"&until="+until).Want(t, 200).Array(t)
		if len(between) != 1 || between[0]["action"] != "shop.approve" {
			t.Errorf("between %s and %s: %v", since, until, between)
		}
	})
}
