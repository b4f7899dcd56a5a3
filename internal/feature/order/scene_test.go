package order_test

import (
	"fmt"
	"slices"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// scene is a market with shops that sell three goods each, ten pieces of each.
type scene struct {
	*markettest.Market
	shops []partner.Shop
}

func newScene(t *testing.T, m *markettest.Market, shops int) *scene {
	t.Helper()
	s := &scene{Market: m}
	for i := range shops {
		shop := m.Shop(t, fmt.Sprint("shop", i))
		m.Sell(t, shop, markettest.Goods(3, 10_050, 10)...)
		s.shops = append(s.shops, shop)
	}
	return s
}

// cart is a buyer who is ready to order.
type cart struct {
	who     account.User
	basket  basket.Basket
	contact account.ContactID
}

// cart makes a buyer with a contact and a basket.
func (s *scene) cart(t *testing.T, name string, wants ...catalog.Want) cart {
	t.Helper()
	who := s.Buyer(t, name)
	return cart{who: who, basket: s.Fill(t, who, wants...), contact: s.Contact(t, who)}
}

// carts makes n of them that all want the same.
func (s *scene) carts(t *testing.T, n int, wants ...catalog.Want) []cart {
	t.Helper()
	list := make([]cart, n)
	for i := range list {
		list[i] = s.cart(t, fmt.Sprint("buyer", i), wants...)
	}
	return list
}

// place orders what is in the cart.
func (s *scene) place(t *testing.T, c cart) (order.Order, error) {
	return s.Orders.Place(t.Context(), c.who, c.basket.ID, c.contact)
}

func (s *scene) placed(t *testing.T, c cart) order.Order {
	t.Helper()
	o, err := s.place(t, c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// all reads every order as its buyer sees it.
func (s *scene) all(t *testing.T) []order.Order {
	t.Helper()
	rows, err := s.DB.Query(t.Context(), `select id, user_id from orders order by id`)
	type key struct {
		id  order.ID
		who account.ID
	}
	keys, err := db.Collect(rows, err, func(r db.Row) (k key, err error) { return k, r.Scan(&k.id, &k.who) })
	if err != nil {
		t.Fatal(err)
	}
	list := make([]order.Order, len(keys))
	for i, k := range keys {
		if list[i], err = s.Orders.Get(t.Context(), k.who, k.id); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// sound checks what holds of orders at any time: each is whole and adds up, the
// reserved stock is what was ordered, letters are as many as there must be, and
// numbers have no gaps.
func (s *scene) sound(t *testing.T) []order.Order {
	t.Helper()
	list := s.all(t)
	ordered := map[catalog.OfferID]int64{}
	var numbers []string
	var parts, versions int64
	for _, o := range list {
		numbers = append(numbers, o.Number)
		parts += int64(len(o.Parts))
		versions += o.Version
		wholeOrder(t, o)
		for _, l := range o.Lines {
			switch stateOf(o, l) {
			case order.New, order.Confirmed, order.Assembled:
				ordered[l.Offer] += l.Quantity
			}
		}
	}
	letters := 2*int64(len(list)) + parts + s.Number(t, changeLetters)
	slices.Sort(numbers)
	for i, number := range numbers {
		if want := fmt.Sprintf("%d-%06d", markettest.Now.Year(), i+1); number != want {
			t.Errorf("the order number %d is %s, want %s", i+1, number, want)
		}
	}
	for _, shop := range s.shops {
		for external, o := range s.Offers(t, shop) {
			if o.Reserved != ordered[o.ID] {
				t.Errorf("offer %s of %s: %d reserved, %d ordered", external, shop.Name, o.Reserved, ordered[o.ID])
			}
		}
	}
	for what, want := range map[string]int64{
		`select count(*) from letters`:                                                 letters,
		`select count(*) from river_job where kind = 'letter'`:                         letters,
		`select count(*) from orders where id in (select id from baskets)`:             0,
		`select count(*) from order_lines`:                                             lines(list),
		`select count(*) from order_parts`:                                             parts,
		`select count(*) from river_job where kind = 'documents'`:                      versions,
		`select count(*) from (select distinct order_id, version from order_events) e`: versions,
		`select coalesce(max(last), 0) from order_numbers`:                             int64(len(list)),
		`select count(*) from order_lines l join basket_lines b on b.id = l.id`:        0,
	} {
		if got := s.Number(t, what); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	return list
}

// changeLetters counts the letters that changes of orders give: one to the buyer
// for each that changed a state, and one to each supplier whose part somebody
// else changed.
const changeLetters = `
	select (select count(*) from (
			select distinct order_id, version from order_events where version > 1 and part_id is not null and from_state <> to_state) b)
		+ (select count(*) from (
			select distinct e.version, e.part_id from order_events e
			join order_parts p on p.id = e.part_id join shops s on s.id = p.shop_id
			where e.version > 1 and e.user_id <> s.user_id) p)`

func stateOf(o order.Order, l order.Line) order.State {
	return o.Parts[slices.IndexFunc(o.Parts, func(p order.Part) bool { return p.ID == l.Part })].State
}

func lines(list []order.Order) (n int64) {
	for _, o := range list {
		n += int64(len(o.Lines))
	}
	return n
}

// wholeOrder checks that the parts and lines of an order are there and add up.
func wholeOrder(t *testing.T, o order.Order) {
	t.Helper()
	rest := o.Total
	for i, p := range o.Parts {
		if p.State != order.Canceled || o.State == order.Canceled {
			rest -= p.Total
		}
		part := p.Total
		n := 0
		for _, l := range o.Lines {
			if l.Part == p.ID {
				part -= l.Total
				n++
			}
		}
		if part != 0 || n == 0 || p.N != i+1 {
			t.Errorf("order %d: part %+v of %d lines", o.ID, p, n)
		}
	}
	if rest != 0 || len(o.Parts) == 0 {
		t.Errorf("order %d: the parts do not add up to %s", o.ID, o.Total)
	}
	for _, l := range o.Lines {
		if total, _ := l.Price.Times(l.Quantity); total != l.Total {
			t.Errorf("order %d: line %+v", o.ID, l)
		}
	}
}
