package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/db/dbtest"
)

// The roles that make requests.
const (
	anonymous  = "anonymous"
	badToken   = "bad token"
	buyer      = "buyer"
	otherBuyer = "other buyer"
	shop       = "shop"
	otherShop  = "other shop"
	admin      = "administrator"
)

var roles = []string{anonymous, badToken, buyer, otherBuyer, shop, otherShop, admin}

// somebody is a person with everything a person can have, each with a marker:
// a text that nobody else may see.
type somebody struct {
	apptest.Person
	contact, basket, line, order string // ids
	bought                       string // the line of the order
	shopID, importID             string // of suppliers
	exportID, secret             string // of suppliers and the administrator
	letter, token                string // the ids of one to them, and of their sign-in
	member                       string // of a supplier: the id of the membership of a viewer
	key                          string // of a machine of theirs, with every scope
	sold                         string // an offer of theirs
	private                      []string
	delivery                     []string // private too, but for the suppliers of their orders
}

// world is a market with all the roles, kept as a database file: every test
// that changes it begins with a fresh copy.
type world struct {
	people map[string]*somebody
	// members are who acts for the shop, by their roles, and the other shop's manager.
	members map[string]apptest.Person
	views   map[string]string // what each of them sees of their own
	offers  []string          // of the third shop
	hidden  string            // offer of a shop that is closed
	closed  []string          // texts of that shop
	file    []byte
}

// words stand in everything of a person.
var words = map[string]string{buyer: "anna", otherBuyer: "boris", shop: "north", otherShop: "south", admin: "chief"}

var theWorld struct {
	sync.Mutex
	*world
}

// inWorld returns the world, made when first asked for.
func inWorld(t *testing.T) *world {
	t.Helper()
	theWorld.Lock()
	defer theWorld.Unlock()
	if theWorld.world == nil {
		url := dbtest.SQLite(t)
		w := newWorld(t, url)
		file, err := os.ReadFile(strings.TrimPrefix(url, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		w.file = file
		theWorld.world = w
	}
	return theWorld.world
}

// newWorld makes a world in the database at the address.
func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{
		people: map[string]*somebody{anonymous: {}, badToken: {Person: apptest.Person{Token: "0000"}}},
		views:  map[string]string{}, members: map[string]apptest.Person{},
	}
	// The program has ended when its test has: then the database is at rest.
	if !t.Run("the world is made", func(t *testing.T) { w.make(t, apptest.New(t, url)) }) {
		t.Fatal("no world")
	}
	return w
}

// opener opens a world: a fresh copy, with the path of its file, or on
// PostgreSQL always the same, with no path.
type opener func(t *testing.T) (a *apptest.App, path string)

// eachWorld runs f as a subtest with a world on each database.
func eachWorld(t *testing.T, f func(t *testing.T, w *world, open opener)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		w := inWorld(t)
		f(t, w, w.open)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := dbtest.Postgres(t)
		w := newWorld(t, url)
		a := apptest.New(t, url, apptest.NoJobs())
		f(t, w, func(*testing.T) (*apptest.App, string) { return a, "" })
	})
}

// open runs a program on a fresh copy of the world, without jobs, so that
// nothing but the requests changes it. It returns the path of the database.
func (w *world) open(t *testing.T) (*apptest.App, string) {
	t.Helper()
	path := w.copy(t)
	return apptest.New(t, "sqlite:"+path, apptest.NoJobs()), path
}

// copy writes the database of the world to a file of its own.
func (w *world) copy(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "world.db")
	if err := os.WriteFile(path, w.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *world) make(t *testing.T, a *apptest.App) {
	third := a.Shop(t, "third@example.com", apptest.List("Третий", "Чай", 6))
	for _, p := range a.Get(t, third, "products").Want(t, 200).Array(t) {
		w.offers = append(w.offers, id(p["id"]))
	}
	closed := a.Shop(t, "closed@example.com", "shop: Замок\ncategories: [{id: 1, name: Тайная категория}]\n"+
		"goods: [{id: 1, category: 1, name: Тайный товар, model: hidden, price: 1, quantity: 1, parameters: {}}]\n")
	own, err := a.Shops.Of(t.Context(), closed.ID)
	if err == nil {
		w.hidden = id(a.Get(t, closed, fmt.Sprintf("products?shop_id=%d", own.ID)).Want(t, 200).Array(t)[0]["id"])
		err = a.Shops.Approve(t.Context(), own.ID, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.closed = []string{"Замок", "Тайная категория", "Тайный товар", closed.Email}

	for i, role := range []string{shop, otherShop, buyer, otherBuyer, admin} {
		w.people[role] = w.person(t, a, role, i+1)
	}
	w.hire(t, a)
	boss := w.people[admin].Person
	apptest.Until(t, "the end of the letters", func() bool {
		return len(a.Get(t, boss, "admin/letters?state=queued").Want(t, 200).Array(t)) == 0
	})
	for _, role := range roles[2:] {
		p := w.people[role]
		p.letter = id(a.Get(t, boss, "admin/letters?recipient="+p.Email).Want(t, 200).Array(t)[0]["id"])
		w.views[role] = w.view(t, a, w.people[role])
	}
}

// person makes somebody. Buyers have ordered from the supplier of the same kind
// (the other buyer from the other shop), everybody else from themselves or the
// third shop.
func (w *world) person(t *testing.T, a *apptest.App, role string, n int) *somebody {
	word := words[role]
	p := &somebody{}
	if role == shop || role == otherShop {
		p.Person = a.Shop(t, word+"@example.com", "")
		list := fmt.Sprintf("shop: Магазин %s\ncategories: [{id: 1, name: Чай}]\n"+
			"goods: [{id: 1, category: 1, name: Товар %s, price: 10%d, quantity: 100, vat: 99, parameters: {}}]\n", word, word, n) // the rate is a warning
		a.Do(t, p.Person, "POST", "partner/update", apptest.File("file-of-"+word+".yaml", list)).Want(t, 200)
		p.importID = id(a.Get(t, p.Person, "partner/imports").Want(t, 200).Array(t)[0]["id"])
		p.shopID = id(a.Get(t, p.Person, "partner/shop").Want(t, 200).Object(t)["id"])
		a.Do(t, p.Person, "PUT", "partner/schedule", apptest.Form("url", "https://file-of-"+word+".example/x", "times", "0 4 1 1 *")).Want(t, 200)
		p.sold = id(a.Get(t, p.Person, "products?shop_id="+p.shopID).Want(t, 200).Array(t)[0]["id"])
		p.export(t, a, "partner/export")
	} else {
		kind := account.Buyer
		if role == admin {
			kind = account.Admin
		}
		p.Person = a.Person(t, word+"@example.com", kind)
		if role == admin {
			p.export(t, a, "admin/export")
		}
	}
	a.Do(t, p.Person, "POST", "user/details", apptest.Form("company", "company-"+word)).Want(t, 200)
	a.Do(t, p.Person, "PUT", "user/requisites", apptest.Form("address", "office-"+word)).Want(t, 200)
	p.token = id(a.Get(t, p.Person, "user/tokens").Want(t, 200).Array(t)[0]["id"])
	made := a.Do(t, p.Person, "POST", "user/tokens", apptest.Form("name", "key-of-"+word, "scopes", "catalog:read prices:write orders:read orders:write"))
	p.key, _ = made.Want(t, 200).Object(t)["key"].(string)
	p.contact = id(a.Do(t, p.Person, "POST", "user/contact", apptest.Form("city", "city-"+word, "street", "street-"+word,
		"phone", "+7-"+word, "email", "contact-"+word+"@example.com")).Want(t, 200).Object(t)["id"])
	p.order = w.buy(t, a, p, map[string]string{buyer: dealer[buyer], otherBuyer: dealer[otherBuyer], shop: shop, otherShop: otherShop}[role], p)
	p.bought = id(object(array(a.Get(t, p.Person, "order/"+p.order).Want(t, 200).Object(t)["ordered_items"])[0])["id"])
	// The quantity makes the sum of the line one of its own.
	p.basket = w.fill(t, a, p.Person, w.offers[n], 2+n)
	line := array(a.Get(t, p.Person, "basket").Want(t, 200).Array(t)[0]["ordered_items"])[0]
	p.line = id(object(line)["id"])
	p.private = []string{
		p.Email, "company-" + word, "office-" + word, "contact-" + word, "file-of-" + word,
		fmt.Sprintf(`"sum":%d.%02d`, 100*(2+n), (1+n)*(2+n)), // offer n+1 costs 100 rubles and n+1 kopecks
	}
	p.delivery = []string{"city-" + word, "street-" + word, "+7-" + word}
	return p
}

// hire makes the members of the suppliers.
func (w *world) hire(t *testing.T, a *apptest.App) {
	t.Helper()
	for _, m := range []struct {
		key, of string
		role    account.Role
	}{
		{"viewer", shop, account.Viewer},
		{"manager", shop, account.Manager},
		{"other viewer", otherShop, account.Viewer},
		{"other manager", otherShop, account.Manager},
	} {
		owner := w.people[m.of]
		p := a.Member(t, owner.Person, string(m.role)+"-of-"+words[m.of]+"@example.com", m.role)
		w.members[m.key] = p
		owner.private = append(owner.private, p.Email)
		if m.role == account.Viewer {
			owner.member = id(a.Get(t, owner.Person, "partner/members").Want(t, 200).Array(t)[0]["id"])
		}
	}
}

// export has a file made.
func (p *somebody) export(t *testing.T, a *apptest.App, path string) {
	t.Helper()
	made := a.Get(t, p.Person, path).Want(t, 200).Object(t)
	link, _ := made["url"].(string)
	p.exportID, p.secret = id(made["id"]), link[strings.LastIndexByte(link, '/')+1:]
}

// buy places an order with the supplier of a role; "" is the third shop.
func (w *world) buy(t *testing.T, a *apptest.App, p *somebody, from string, self *somebody) string {
	offer := w.offers[0]
	if from != "" {
		seller := w.people[from]
		if seller == nil {
			seller = self
		}
		offer = id(a.Get(t, p.Person, "products?shop_id="+seller.shopID).Want(t, 200).Array(t)[0]["id"])
	}
	basket := w.fill(t, a, p.Person, offer, 1)
	a.Do(t, p.Person, "POST", "order", apptest.Form("id", basket, "contact", p.contact)).Want(t, 200)
	return basket
}

// fill puts an offer into the person's basket and returns the basket's id.
func (w *world) fill(t *testing.T, a *apptest.App, p apptest.Person, offer string, quantity int) string {
	t.Helper()
	a.Do(t, p, "POST", "basket", apptest.JSON(fmt.Sprintf(`{"items": [{"product_info": %s, "quantity": %d}]}`, offer, quantity))).Want(t, 200)
	return id(a.Get(t, p, "basket").Want(t, 200).Array(t)[0]["id"])
}
