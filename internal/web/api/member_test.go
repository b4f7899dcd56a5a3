package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/web/api"
)

// TestMemberRoles tries every operation of suppliers as the members of a shop,
// and of another, with own ids and those of others: what access says of the owner
// is so of a member whose role covers the operation, and else it is refused.
func TestMemberRoles(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	ofOwners := []string{}
	for _, op := range inWorldOperations(t, w) {
		if op.Access != api.ShopOnly {
			continue
		}
		name := op.Method + " " + strings.TrimPrefix(op.Path, "/api/v1/")
		if op.Least == account.Owner {
			ofOwners = append(ofOwners, name)
		}
		for member, m := range map[string]struct {
			of   string // whose member
			i    int    // in the outcomes
			role account.Role
		}{
			"viewer": {shop, 4, account.Viewer}, "manager": {shop, 4, account.Manager},
			"other viewer": {otherShop, 5, account.Viewer}, "other manager": {otherShop, 5, account.Manager},
		} {
			t.Run(name+" as the "+member, func(t *testing.T) {
				t.Parallel()
				fresh := &copyOf{world: w.as(m.of, w.members[member])}
				for _, x := range access[name] {
					if m.role.Covers(op.Least) {
						fresh.try(t, op.Method, x, m.of, x.want[m.i])
						continue
					}
					fresh.try(t, op.Method, x, m.of, 403)
					fill := fresh.filler(fresh.people[m.of], fresh.foreign(m.of))
					var body apptest.Body
					if x.body != nil {
						body = x.body(fill)
					}
					if r := fresh.app.Do(t, w.members[member], op.Method, fill(x.path), body); !strings.Contains(r.Text, `"member_role"`) {
						t.Errorf("refused by something else: %s", r.Text)
					}
				}
			})
		}
	}
	slices.Sort(ofOwners)
	want := []string{"DELETE partner/members", "POST partner/members", "POST partner/members/{id}/role", "PUT partner/shop"}
	if diff := cmp.Diff(want, ofOwners); diff != "" {
		t.Errorf("what only owners do (-want +got)\n%s", diff)
	}
}

func inWorldOperations(t *testing.T, w *world) []api.Operation {
	t.Helper()
	a, _ := w.open(t)
	return a.API.Operations()
}

// as is the world with another person in the place of a role.
func (w *world) as(role string, p apptest.Person) *world {
	other, self := *w, *w.people[role]
	self.Person = p
	other.people = maps.Clone(w.people)
	other.people[role] = &self
	return &other
}

// A manager acts for the shop under their own name, and is told nothing of what
// is the owner's; as a buyer they are somebody else.
func TestManagerActs(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		boss, buyer := a.Person(t, "boss@example.com", account.Admin), a.Buyer(t, "buyer@example.com")
		tea := a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 3))
		manager := a.Member(t, tea, "manager@example.com", account.Manager)
		order := func(p apptest.Person) string {
			t.Helper()
			contact := id(a.Do(t, p, "POST", "user/contact", apptest.Form("city", "Тула", "street", "Мира", "phone", "1")).Want(t, 200).Object(t)["id"])
			offer := id(a.Get(t, p, "products").Want(t, 200).Array(t)[0]["id"])
			a.Do(t, p, "POST", "basket", apptest.JSON(`{"items": [{"product_info": `+offer+`, "quantity": 1}]}`)).Want(t, 200)
			basket := id(a.Get(t, p, "basket").Want(t, 200).Array(t)[0]["id"])
			a.Do(t, p, "POST", "order", apptest.Form("id", basket, "contact", contact)).Want(t, 200)
			return basket
		}
		sold := order(buyer)
		a.Do(t, manager, "POST", "partner/orders/"+sold+"/state", apptest.JSON(`{"version": 1, "state": "confirmed"}`)).Want(t, 200)
		history := a.Get(t, boss, "admin/orders/"+sold+"/history").Want(t, 200).Array(t)
		if last := history[len(history)-1]; last["email"] != manager.Email || last["role"] != "shop" {
			t.Errorf("by whom: %v", last)
		}
		own := order(manager)
		a.Do(t, manager, "POST", "order/"+own+"/cancel", apptest.JSON(`{"version": 1}`)).Want(t, 200)
		apptest.Until(t, "the end of the letters", func() bool {
			return len(a.Get(t, boss, "admin/letters?state=queued").Want(t, 200).Array(t)) == 0
		})
		told := map[string]int{}
		for _, l := range a.Get(t, boss, "admin/letters?recipient="+tea.Email).Want(t, 200).Array(t) {
			told[fmt.Sprint(l["kind"])]++
		}
		// Of the two orders, and that the buyer canceled one; not of what the manager did for the shop.
		if diff := cmp.Diff(map[string]int{"order_part": 2, "order_part_change": 1}, told); diff != "" {
			t.Errorf("letters to the owner (-want +got)\n%s", diff)
		}
		a.Do(t, manager, "POST", "partner/update", apptest.File("list.yaml", apptest.List("Чайная", "Чай", 4))).Want(t, 200)
		if n := len(a.Get(t, tea, "partner/imports").Want(t, 200).Array(t)); n != 2 {
			t.Errorf("the owner sees %d lists", n)
		}

		// The owner is blocked: nobody acts for the shop.
		user := id(float64(tea.ID))
		a.Do(t, boss, "POST", "admin/users/"+user+"/block", apptest.Body{}).Want(t, 200)
		a.Get(t, manager, "partner/orders").Want(t, 401)
		token, err := a.Accounts.Login(t.Context(), manager.Email, apptest.Password, "")
		if err != nil {
			t.Fatal(err)
		}
		manager.Token = token
		if r := a.Get(t, manager, "partner/orders").Want(t, 403); r.Object(t)["Code"] != "owner_blocked" {
			t.Errorf("%s", r.Text)
		}
		a.Get(t, manager, "order/"+own).Want(t, 200)
	})
}

// 1C signs in as a member too, and its session ends with the membership.
func TestExchangeOfAMember(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		tea := a.Shop(t, "tea@example.com", "")
		manager, viewer := a.Member(t, tea, "manager@example.com", account.Manager), a.Member(t, tea, "viewer@example.com", account.Viewer)
		refused := &client{app: a, email: viewer.Email}
		first(t, "a viewer", refused.call(t, "GET", "catalog", "checkauth", "", ""), "failure")
		c := exchangeIn(t, a, manager.Email)
		c.send(t, "prices.xml", apptest.List("Чайная", "Чай", 3), 1<<20)
		apptest.Until(t, "the import", func() bool {
			return c.call(t, "GET", "catalog", "import", "prices.xml", "")[0] != "progress"
		})
		if n := len(a.Get(t, tea, "partner/imports").Want(t, 200).Array(t)); n != 1 {
			t.Errorf("the owner sees %d lists", n)
		}
		end := func() {
			t.Helper()
			for _, m := range a.Get(t, tea, "partner/members").Want(t, 200).Array(t) {
				if m["email"] == manager.Email {
					a.Do(t, tea, "DELETE", "partner/members", apptest.Form("items", id(m["id"]))).Want(t, 200)
				}
			}
		}
		end()
		first(t, "ended", c.call(t, "GET", "sale", "query", "", ""), "failure")
		if strings.Contains(strings.Join(c.call(t, "GET", "catalog", "init", "", ""), "\n"), "zip") {
			t.Error("the session outlived the membership")
		}
		signs := &client{app: a, email: manager.Email}
		first(t, "a buyer", signs.call(t, "GET", "catalog", "checkauth", "", ""), "failure")
	})
}

// Invitations by their letters, and what is answered.
func TestContractMembers(t *testing.T) {
	t.Parallel()
	p := func(token, password string) content {
		return form("token", token, "first_name", "Анна", "last_name", "Сомова", "password", password)
	}
	play(t, "members", nil, []exchange{
		{name: "nobody yet", who: "shop", method: "GET", path: "partner/members", status: 200},
		{name: "a buyer", who: "buyer", method: "GET", path: "partner/members", status: 403},
		{name: "nothing", who: "shop", method: "POST", path: "partner/members", body: form(), status: 400},
		{name: "a wrong role", who: "shop", method: "POST", path: "partner/members", body: form("email", "anna@example.com", "role", "owner"), status: 400},
		{name: "a wrong address", who: "shop", method: "POST", path: "partner/members", body: form("email", "anna", "role", "viewer"), status: 400},
		{name: "an address without an account", who: "shop", method: "POST", path: "partner/members", body: form("email", "anna@example.com", "role", "viewer"), status: 200, keep: map[string]string{"anna": "id"}},
		{name: "an address with an account", who: "shop", method: "POST", path: "partner/members", body: js(`{"email": "buyer@example.com", "role": "manager", "language": "en"}`), status: 200, keep: map[string]string{"buyer": "id"}},
		{name: "a weak password", method: "POST", path: "user/invitation", body: p("{{invitation:anna@example.com}}", "12345678"), status: 400},
		{name: "a wrong token", method: "POST", path: "user/invitation", body: p("0000", "Qwe#12345rty"), status: 404},
		{name: "accepted by a new person", method: "POST", path: "user/invitation", body: p("{{invitation:anna@example.com}}", "Qwe#12345rty"), status: 200},
		{name: "accepted again", method: "POST", path: "user/invitation", body: p("{{invitation:anna@example.com}}", "Qwe#12345rty"), status: 404},
		{name: "has an account", method: "POST", path: "user/invitation", body: p("{{invitation:buyer@example.com}}", "Qwe#12345rty"), status: 409},
		{name: "by another person", who: "other", method: "POST", path: "user/invitation/accept", body: form("token", "{{invitation:buyer@example.com}}"), status: 404},
		{name: "a supplier", who: "shop", method: "POST", path: "user/invitation/accept", body: form("token", "{{invitation:buyer@example.com}}"), status: 409},
		{name: "nobody's member", who: "buyer", method: "DELETE", path: "user/membership", status: 404},
		{name: "accepted signed in", who: "buyer", method: "POST", path: "user/invitation/accept", body: form("token", "{{invitation:buyer@example.com}}"), status: 200},
		{name: "the sign-in ended", who: "buyer", method: "GET", path: "user/details", status: 401},
		{name: "a member is invited", who: "shop", method: "POST", path: "partner/members", body: form("email", "buyer@example.com", "role", "viewer"), status: 409},
		{name: "the members", who: "shop", method: "GET", path: "partner/members", status: 200},
		{name: "another role", who: "shop", method: "POST", path: "partner/members/{{anna}}/role", body: form("role", "manager"), status: 200},
		{name: "a role of nobody", who: "shop", method: "POST", path: "partner/members/999999/role", body: form("role", "manager"), status: 404},
		{name: "ended", who: "shop", method: "DELETE", path: "partner/members", body: form("items", "{{buyer}},999999"), status: 200},
		{name: "who is left", who: "shop", method: "GET", path: "partner/members", status: 200},
	})
}
