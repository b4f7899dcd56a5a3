package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/web/api"
)

// addKey makes a key of a person.
func addKey(t *testing.T, a *apptest.App, p apptest.Person, scopes ...account.Scope) apptest.Person {
	t.Helper()
	body := apptest.JSON(fmt.Sprintf(`{"name": "machine", "scopes": %s}`, strings.ReplaceAll(fmt.Sprintf("%q", scopes), " ", ",")))
	key, _ := a.Do(t, p, "POST", "user/tokens", body).Want(t, 200).Object(t)["key"].(string)
	if !strings.HasPrefix(key, account.KeyPrefix) || len(key) < 40 {
		t.Fatalf("the key is %q", key)
	}
	return apptest.Person{ID: p.ID, Email: p.Email, Token: key}
}

// TestScopes tries every operation with a key of every scope, and with one that
// has all the others: those that declare the scope let it in, as they would the
// person, and nothing else does. Whoever adds an operation need not add to this.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	people := map[api.Access]*somebody{
		api.Public: w.people[buyer], api.SignedIn: w.people[buyer], api.ShopOnly: w.people[shop], api.AdminOnly: w.people[admin],
	}
	type holder struct {
		access api.Access
		scopes []account.Scope
		key    apptest.Person
	}
	var holders []holder
	for access, p := range people {
		if access == api.Public {
			continue
		}
		for _, s := range account.Scopes() {
			others := slices.DeleteFunc(account.Scopes(), func(o account.Scope) bool { return o == s })
			holders = append(holders, holder{access, []account.Scope{s}, addKey(t, a, p.Person, s)},
				holder{access, others, addKey(t, a, p.Person, others...)})
		}
	}
	declared := map[account.Scope]int{}
	for _, op := range a.API.Operations() {
		if op.Access == api.PublicMute {
			continue // the header means nothing there
		}
		declared[op.Scope]++
		who := op.Access
		if who == api.Public {
			who = api.SignedIn
		}
		for _, h := range holders {
			if h.access != who {
				continue
			}
			name := fmt.Sprintf("%s %s by %v", op.Method, op.Path, h.scopes)
			// An id that names nothing: whoever is let in changes nothing by it.
			path := strings.NewReplacer("{id}", "999999999", "{secret}", "x").Replace(op.Path)
			r := a.Do(t, h.key, op.Method, path, apptest.JSON(`{"first_name": 1, "email": 1, "items": "x"}`), "Prefer", "respond-async")
			code := ""
			if r.Status >= 400 {
				code, _ = r.Object(t)["Code"].(string)
			}
			may := op.Scope != "" && slices.Contains(h.scopes, op.Scope)
			switch {
			case r.Status == 401 || r.Status >= 500:
				t.Errorf("%s: %d %s", name, r.Status, r.Text)
			case may && code == "key_scope":
				t.Errorf("%s: %s", name, r.Text)
			case !may && (r.Status != 403 || code != "key_scope"):
				t.Errorf("%s: %d %s", name, r.Status, r.Text)
			case !may && op.Scope != "" && (r.Object(t)["Scope"] != string(op.Scope) || !strings.Contains(r.Text, string(op.Scope))):
				t.Errorf("%s: what is missing is not told: %s", name, r.Text)
			}
		}
	}
	for _, s := range append(account.Scopes(), "") {
		if declared[s] < 3 {
			t.Errorf("%d operations of the scope %q", declared[s], s)
		}
	}
}

// What is a person's own stays theirs: no operation on accounts, passwords,
// tokens, people and records has a scope.
func TestNoScopes(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	for _, op := range a.API.Operations() {
		path := strings.TrimPrefix(op.Path, api.Prefix+"/")
		own := strings.HasPrefix(path, "user/") && path != "user/contact"
		for _, of := range []string{"admin/users", "admin/audit", "admin/letters", "admin/shops", "partner/members"} {
			own = own || strings.HasPrefix(path, of)
		}
		if own != (op.Scope == "" && op.Access != api.PublicMute) && (op.Access != api.PublicMute || op.Scope != "") {
			t.Errorf("%s %s has the scope %q", op.Method, path, op.Scope)
		}
	}
}
