package api_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

// A key is a password of 1C's when it has both scopes and the address is that of
// its person, and the session ends with it.
func TestExchangeByKey(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, other := a.Shop(t, "shop@example.com", ""), a.Shop(t, "other@example.com", "")
		buyer := a.Buyer(t, "buyer@example.com")
		both := []account.Scope{account.PricesWrite, account.OrdersRead}
		key := addKey(t, a, p, both...)
		c := (&client{app: a, email: "SHOP@example.com", password: key.Token}).in(t)
		c.send(t, "import.xml", cmlImport("2.08"), 5000)
		c.send(t, "offers.xml", cmlOffers("2.08", true, true), 5000)
		first(t, "the list", c.take(t, "offers.xml"), "success")
		if got := imports(t, a, p); len(got) != 1 {
			t.Errorf("imports %v", got)
		}
		if got := c.call(t, "GET", "sale", "query", "", ""); !strings.Contains(got[0], "<?xml") {
			t.Errorf("the orders: %q", got)
		}
		for name, x := range map[string]struct {
			client
			says string
		}{
			"of another":            {client{email: other.Email, password: key.Token}, "авторизовать"},
			"of nobody":             {client{email: p.Email, password: account.KeyPrefix + strings.Repeat("0", 40)}, "авторизовать"},
			"a sign-in's token":     {client{email: p.Email, password: p.Token}, "авторизовать"},
			"prices alone":          {client{email: p.Email, password: addKey(t, a, p, account.PricesWrite).Token}, "orders:read"},
			"orders alone":          {client{email: p.Email, password: addKey(t, a, p, account.OrdersRead, account.OrdersWrite).Token}, "prices:write"},
			"of who is no supplier": {client{email: buyer.Email, password: addKey(t, a, buyer, both...).Token}, "магазинов"},
		} {
			x.app = a
			answer := first(t, name, x.call(t, "GET", "catalog", "checkauth", "", ""), "failure")
			if !strings.Contains(answer[1], x.says) {
				t.Errorf("%s: %q", name, answer)
			}
		}

		// Who began the import is known, though they did not sign in as a person.
		boss := a.Person(t, "boss@example.com", account.Admin)
		log := a.Get(t, boss, "admin/audit?action=import.start").Want(t, 200).Array(t)
		if len(log) != 1 || id(log[0]["user"]) != id(float64(p.ID)) || log[0]["address"] != "127.0.0.1" {
			t.Errorf("the log: %v", log)
		}

		// The session ends with the key, and only with that.
		second := addKey(t, a, p, both...)
		kept := (&client{app: a, email: p.Email, password: second.Token}).in(t)
		a.Do(t, p, "DELETE", "user/tokens", apptest.Form("items", oldestKey(t, a, p))).Want(t, 200)
		first(t, "the key was revoked", c.call(t, "GET", "catalog", "deactivate", "", ""), "failure")
		first(t, "the other key", kept.call(t, "GET", "catalog", "deactivate", "", ""), "success")
		a.Do(t, p, "POST", "user/details", apptest.Form("password", "Vb7-dom.Karta")).Want(t, 200)
		first(t, "the password was changed", kept.call(t, "GET", "catalog", "deactivate", "", ""), "failure")
		first(t, "checkauth then", (&client{app: a, email: p.Email, password: second.Token}).call(t, "GET", "catalog", "checkauth", "", ""), "failure")
	})
}

// oldestKey is the id of the person's first key.
func oldestKey(t *testing.T, a *apptest.App, p apptest.Person) (oldest string) {
	t.Helper()
	for _, token := range a.Get(t, p, "user/tokens").Want(t, 200).Array(t) {
		if token["kind"] == "key" {
			oldest = id(token["id"])
		}
	}
	return oldest
}
