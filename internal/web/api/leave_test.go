package api_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

// What a person's leaving does to each table. A table that is not here fails the
// test: whoever makes one says what becomes of the person's data in it.
var whenTheyLeave = map[string]string{
	"users":             "the row stays, for orders refer to it; nothing of the person is in it",
	"tokens":            "deleted",
	"secrets":           "deleted",
	"contacts":          "deleted",
	"requisites":        "deleted",
	"email_changes":     "deleted",
	"identities":        "deleted",
	"members":           "deleted",
	"totp":              "deleted",
	"totp_recovery":     "deleted",
	"invitations":       "deleted with the membership",
	"oauth_flows":       "of nobody yet, for minutes",
	"oauth_codes":       "what a provider says of who is signing in, for minutes",
	"letter_asks":       "a hash of the address, for an hour at most",
	"tries":             "hashes of addresses, for some weeks",
	"request_counts":    "addresses of clients, for minutes",
	"shops":             "closed, without its name and address",
	"baskets":           "deleted",
	"basket_lines":      "deleted with the basket",
	"exports":           "deleted",
	"export_chunks":     stays + "an administrator's file of all shops names the shop, until it expires",
	"import_chunks":     stays + "price lists as they were sent name the shop",
	"export_links":      "deleted with the export",
	"exchange_sessions": "deleted",
	"exchange_files":    "deleted with the session",
	"exchange_chunks":   "deleted with the session",
	"order_queries":     "deleted with the session",
	"price_schedules":   "deleted",
	"imports":           "stay without address and name of the file: offers rest on them",
	"letters":           "stay without the recipient",

	"orders":       stays + "names, address and requisites of a sale, by law",
	"order_parts":  stays + "the shop's name and requisites, by law",
	"order_lines":  stays + "goods that were sold",
	"order_events": stays + "what happened to the order, with its reasons",
	"invoices":     stays + "documents of a sale, by law",
	"audit_log":    stays + "who did what: ids, and names of shops",

	"idempotency_keys": "answers sealed by a key that only the client has, for a day",
	"avatars":          "deleted", "pictures": "no longer shown, and deleted within the hour",
	"offer_pictures": "goods", "picture_copies": "goods", "listed_pictures": "goods", "picture_walks": "goods",
	"order_numbers": "nobody's", "job_runners": "nobody's",
	"categories": "goods", "products": "goods", "offers": "goods", "staged_offers": "goods", "offer_versions": "goods",
	"product_keys": "goods", "staged_products": "goods", "product_changes": "goods", "product_moves": "goods", "product_key_moves": "goods",
	"parameters": "goods", "parameter_names": "goods", "parameter_values": "goods", "hand_values": "goods", "listed_documents": "goods",
	"offer_generations": "goods", "import_problems": "goods", "price_profiles": "goods",
}

// stays begins the reason for which a table may still have the person's data.
const stays = "kept: "

// leaver is somebody of the world whose orders are done.
type leaver struct {
	*somebody
	traces []string // texts that are theirs alone
}

// leaverOf makes a person's orders done, and gives them whatever else a person
// may have.
func leaverOf(t *testing.T, w *world, a *apptest.App, role string) leaver {
	t.Helper()
	p := w.people[role]
	word := words[role]
	boss := w.people[admin].Person
	for _, o := range a.Get(t, boss, "admin/orders").Want(t, 200).Array(t) {
		a.Do(t, boss, "POST", "admin/orders/"+id(o["id"])+"/state", apptest.Form("state", "delivered", "version", id(o["version"]))).Want(t, 200)
	}
	// Letters of the orders, and a reset that nobody used.
	nobody := apptest.Person{}
	a.Do(t, nobody, "POST", "user/password_reset", apptest.Form("email", p.Email)).Want(t, 200)
	a.Do(t, p.Person, "POST", "user/details", apptest.Form("first_name", "first-"+word, "last_name", "last-"+word,
		"position", "position-"+word, "email", "next-"+word+"@example.com")).Want(t, 200)
	apptest.Until(t, "the end of the letters", func() bool {
		return len(a.Get(t, boss, "admin/letters?state=queued").Want(t, 200).Array(t)) == 0
	})
	return leaver{p, append(slices.Clone(p.delivery), p.Email, "company-"+word, "office-"+word, "contact-"+word, "file-of-"+word,
		"first-"+word, "last-"+word, "position-"+word, "Магазин "+word, "next-"+word)}
}

// delete sends the request.
func (p leaver) delete(t *testing.T, a *apptest.App) apptest.Answer {
	t.Helper()
	return a.Do(t, p.Person, "DELETE", "user/details", apptest.Form("password", apptest.Password))
}

// The whole database is searched: what is the person's is where the list says that
// it is kept, and nowhere else.
func TestWhoLeftLeavesNothing(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	for _, role := range []string{buyer, shop} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "world.db")
			if err := os.WriteFile(path, w.file, 0o600); err != nil {
				t.Fatal(err)
			}
			a := apptest.New(t, "sqlite:"+path)
			p := leaverOf(t, w, a, role)
			before := readTables(t, path)
			for _, text := range p.traces {
				if !strings.HasPrefix(text, "file-of") && !strings.HasPrefix(text, "Магазин") || role == shop {
					if !slices.ContainsFunc(slices.Collect(maps.Values(before)), func(rows string) bool { return strings.Contains(rows, text) }) {
						t.Errorf("%q is nowhere, so this test sees nothing", text)
					}
				}
			}
			avatar := object(a.Do(t, p.Person, "PUT", "user/avatar", apptest.File("me.png", dot)).Want(t, 200).Object(t)["avatar"])
			shown, _ := object(avatar["urls"])["96"].(string)
			a.Get(t, apptest.Person{}, shown).Want(t, 200)
			p.delete(t, a).Want(t, 200)
			a.Get(t, apptest.Person{}, shown).Want(t, 404)
			last := func() apptest.Letter {
				letters := apptest.To(a.Letters(t, 1), p.Email)
				return letters[len(letters)-1]
			}
			apptest.Until(t, "the last letter", func() bool { return last().Kind == account.LeftLetter })
			boss := w.people[admin].Person
			apptest.Until(t, "the end of the letters", func() bool {
				return len(a.Get(t, boss, "admin/letters?state=queued").Want(t, 200).Array(t)) == 0
			})
			for table, rows := range readTables(t, path, "sqlite_", "goose_") {
				why, known := whenTheyLeave[table]
				if library := strings.HasPrefix(table, "river_"); !known && !library {
					t.Errorf("%s: what becomes of the data of who leaves? whenTheyLeave does not say", table)
				}
				if strings.HasPrefix(why, stays) {
					continue
				}
				rows = strings.ReplaceAll(rows, "-of-"+p.Email, "") // of their members
				for _, text := range p.traces {
					if strings.Contains(strings.ToLower(rows), strings.ToLower(text)) {
						t.Errorf("%s has %q, though: %s", table, text, why)
					}
				}
			}
			if r := a.Get(t, p.Person, "user/details"); r.Status != 401 {
				t.Errorf("the sign-in works: %d", r.Status)
			}
			a.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", p.Email, "password", apptest.Password)).Want(t, 401)
			record := a.Get(t, boss, "admin/audit?action=user.leave").Want(t, 200).Array(t)
			if len(record) != 1 || record[0]["subject"] != fmt.Sprintf("user/%d", p.ID) {
				t.Errorf("the record is %v", record)
			}
			// The order is what it was for the other side, and the address is free.
			other := w.people[dealer[buyer]].Person
			if role == shop {
				other = w.people[buyer].Person
				if text := a.Get(t, other, "order/"+w.people[buyer].order).Want(t, 200).Text; !strings.Contains(text, "Магазин north") {
					t.Errorf("the order lost its shop: %s", text)
				}
				if list := a.Get(t, other, "products?shop_id="+p.shopID).Want(t, 200).Array(t); len(list) != 0 {
					t.Errorf("the goods are still sold: %v", list)
				}
			} else if text := a.Get(t, other, "partner/orders/"+p.order).Want(t, 200).Text; !strings.Contains(text, p.delivery[0]) {
				t.Errorf("the order lost where it went: %s", text)
			}
			a.Person(t, p.Email, account.Buyer)
		})
	}
}

// Refusals: a wrong password, orders on their way, the only administrator.
func TestWhoMayNotLeave(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		for role, want := range map[string][2]string{buyer: {"1", "0"}, shop: {"1", "2"}} {
			p := leaver{somebody: w.people[role]}
			r := p.delete(t, a).Want(t, 409).Object(t)
			if r["Code"] != "orders_not_done" || id(r["Orders"]) != want[0] || id(r["Parts"]) != want[1] {
				t.Errorf("the %s: %v", role, r)
			}
			a.Get(t, p.Person, "user/details").Want(t, 200)
			if got := a.Get(t, p.Person, "basket").Want(t, 200).Array(t); len(got) != 1 {
				t.Errorf("the %s has no basket any more", role)
			}
		}
		boss := leaver{somebody: w.people[admin]}
		for _, o := range a.Get(t, boss.Person, "admin/orders").Want(t, 200).Array(t) {
			a.Do(t, boss.Person, "POST", "admin/orders/"+id(o["id"])+"/state", apptest.Form("state", "canceled", "version", id(o["version"]), "reason", "Конец")).Want(t, 200)
		}
		r := a.Do(t, boss.Person, "DELETE", "user/details", apptest.Form("password", "Vb7-dom.Karta")).Want(t, 400).Object(t)
		if r["Code"] != "wrong_password" {
			t.Errorf("a wrong password: %v", r)
		}
		if r := boss.delete(t, a).Want(t, 409).Object(t); r["Code"] != "last_administrator" {
			t.Errorf("the only administrator: %v", r)
		}
	})
}
