package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
)

// TestAccess tries every operation that is registered as everybody, with own
// ids and those of others. What is expected stands in access, which must have
// an entry for each operation. Whatever is answered, nothing of others is in
// it, and nothing of others has changed; a refusal changes nothing at all.
func TestAccess(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	known := map[string]bool{}
	for _, op := range a.API.Operations() {
		name := op.Method + " " + strings.TrimPrefix(op.Path, "/api/v1/")
		known[name] = true
		tries, there := access[name]
		if !there || len(tries) == 0 {
			t.Errorf("%s: who may call it, and with what? access has no entry", name)
			continue
		}
		if strings.Contains(op.Path, "{") && len(tries) < 2 {
			t.Errorf("%s has an id in its path: access must try an own and a foreign one", name)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fresh := &copyOf{world: w}
			for _, x := range tries {
				for i, role := range roles {
					fresh.try(t, op.Method, x, role, x.want[i])
				}
			}
		})
	}
	for name := range access {
		if !known[name] {
			t.Errorf("access has an entry for %s, which is no operation", name)
		}
	}
}

// try is one request of an operation, made by everybody.
type try struct {
	ids  string // whose ids the request names: "", own, foreign, …
	path string // with names in braces
	body content
	want [7]int // by role
	// suppliers may see the delivery addresses of their buyers, administrators all
	sellers bool
	// the administrator's work is to see and change what is another's
	administers bool
	// a GET that notes an export, a link to one, or a document that it made
	notes bool
	// it changes an order, which is its supplier's as well as its buyer's
	deals bool
	// it leads to a file, which is whoever's who has the link
	links bool
}

// dealer is from whom a buyer has ordered.
var dealer = map[string]string{buyer: shop, otherBuyer: otherShop}

// foreign is whose ids a role tries that are not its own.
func (w *world) foreign(role string) *somebody {
	switch role {
	case buyer:
		return w.people[otherBuyer]
	case shop:
		return w.people[otherShop]
	case otherShop, admin:
		return w.people[shop]
	}
	return w.people[buyer]
}

// filler puts ids of one's own ("{{my.order}}") and of another ("{{their.order}}")
// in place of names. Who has none of a kind names one of the shop's.
func (w *world) filler(me, other *somebody) func(string) string {
	values := map[string]string{"offer": w.offers[0], "hidden": w.hidden, "buyer.order": w.people[buyer].order}
	for who, p := range map[string]*somebody{"my": me, "their": other} {
		s := w.people[shop]
		values[who+".contact"], values[who+".basket"] = p.contact, p.basket
		values[who+".line"], values[who+".order"] = p.line, p.order
		values[who+".bought"], values[who+".sold"] = p.bought, p.sold
		values[who+".shop"], values[who+".import"] = p.shopID, p.importID
		values[who+".export"], values[who+".secret"] = p.exportID, p.secret
		values[who+".letter"], values[who+".token"], values[who+".member"] = p.letter, p.token, p.member
		for name, value := range map[string]string{
			"contact": s.contact, "basket": s.basket, "line": s.line, "order": s.order, "bought": s.bought, "sold": s.sold, "shop": s.shopID,
			"import": s.importID, "export": s.exportID, "secret": s.secret, "letter": s.letter, "token": s.token, "member": s.member,
		} {
			if values[who+"."+name] == "" {
				values[who+"."+name] = value
			}
		}
		values[who+".email"], values[who+".user"] = p.Email, fmt.Sprint(p.ID)
	}
	return func(text string) string {
		return braces.ReplaceAllStringFunc(text, func(m string) string {
			v, known := values[strings.Trim(m, "{}")]
			if !known {
				panic("no value for " + m)
			}
			return v
		})
	}
}

// copyOf is a copy of the world that nothing was changed in so far.
type copyOf struct {
	*world
	app    *apptest.App
	path   string
	before tables
}

func (c *copyOf) try(t *testing.T, method string, x try, role string, want int) {
	t.Helper()
	if c.app == nil {
		c.app, c.path = c.open(t)
		c.before = readTables(t, c.path, "river_", "sqlite_")
	}
	me, fill := c.people[role], c.filler(c.people[role], c.foreign(role))
	var body apptest.Body
	if x.body != nil {
		body = x.body(fill)
	}
	r := c.app.Do(t, me.Person, method, fill(x.path), body, "Prefer", "respond-async")
	who := strings.TrimSpace("as the " + role + ", " + x.ids)
	if r.Status != want {
		t.Errorf("%s: status %d, want %d: %s", who, r.Status, want, r.Text)
	}
	if !x.links || r.Status != 200 {
		checkForm(t, r)
	}
	for _, secret := range c.secrets(role, x) {
		if strings.Contains(r.Text, secret) {
			t.Errorf("%s: the answer shows %q: %s", who, secret, r.Text)
		}
	}
	if r.Status >= 400 || method == "GET" && !x.notes {
		if changed := c.before.changed(readTables(t, c.path, "river_", "sqlite_")); len(changed) > 0 {
			t.Errorf("%s: %d, but changed: %v", who, r.Status, changed)
		}
		return
	}
	if role == admin && method != "GET" && strings.HasPrefix(x.path, "admin/") {
		// What an administrator changes is answered for.
		changed := c.before.changed(readTables(t, c.path, "river_", "sqlite_"))
		if len(changed) > 0 && !slices.Contains(changed, "audit_log") {
			t.Errorf("%s: no record of a change of %v", who, changed)
		}
	}
	for _, other := range roles[2:] {
		if other == role || x.administers && role == admin || x.deals && (other == dealer[role] || role == dealer[other]) {
			continue
		}
		if diff := cmp.Diff(c.views[other], c.view(t, c.app, c.people[other])); diff != "" {
			t.Errorf("%s: what is the %s's changed (-before +after):\n%s", who, other, diff)
		}
	}
	c.app = nil
}

// secrets are the texts that may not be in an answer to the role.
func (w *world) secrets(role string, x try) (list []string) {
	if role != admin {
		list = append(list, w.closed...)
	}
	for _, other := range roles[2:] {
		if other == role {
			continue
		}
		if !x.administers || role != admin {
			list = append(list, w.people[other].private...)
		}
		sells := x.sellers && (role == dealer[other] || role == admin)
		if !sells {
			list = append(list, w.people[other].delivery...)
		}
	}
	return list
}

// view is all that a person sees of their own.
func (w *world) view(t *testing.T, a *apptest.App, p *somebody) string {
	t.Helper()
	paths := []string{
		"user/details", "user/requisites", "user/contact", "basket", "order", "order/" + p.order, "order/" + p.order + "/history",
	}
	if p.shopID != "" {
		paths = append(paths, "partner/state", "partner/orders", "partner/orders/"+p.order, "partner/orders/"+p.order+"/history", "partner/imports", "partner/imports/"+p.importID, "partner/members", "products?shop_id="+p.shopID)
	}
	var all strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&all, "%s: %s\n", path, a.Get(t, p.Person, path).Want(t, 200).Text)
	}
	return all.String()
}

// The markers of the world must be seen by their owners: else their absence
// elsewhere says nothing.
func TestAccessMarkers(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	for _, role := range roles[2:] {
		p := w.people[role]
		view := w.view(t, a, p)
		for _, marker := range slices.Concat(p.private, p.delivery) {
			supplies := strings.HasPrefix(marker, "file-of-")
			if supplies == (p.shopID != "") || !supplies {
				if !strings.Contains(view, marker) {
					t.Errorf("the %s does not see %q: %s", role, marker, view)
				}
			}
		}
	}
	orders := a.Get(t, w.people[shop].Person, "partner/orders").Want(t, 200).Text
	if !strings.Contains(orders, w.people[buyer].delivery[0]) {
		t.Errorf("the shop does not see where to deliver: %s", orders)
	}
	all := a.Get(t, w.people[admin].Person, "admin/shops").Want(t, 200).Text
	if !strings.Contains(all, w.closed[0]) {
		t.Errorf("the administrator does not see the closed shop: %s", all)
	}
}
