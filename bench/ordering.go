package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Ordering are the settings of the benchmark of orders.
type Ordering struct {
	Dir      string // for its files; they stay there
	Database string // an empty one; "": a SQLite file in Dir
	Orders   int    // placed of each size
	History  int    // orders of the buyer whose list is read
}

const (
	connections = 8
	suppliers   = 10
	goodsOfOne  = 5000
	crowd       = 96 // buyers, who take turns
)

// customer is a buyer with a sign-in and a contact.
type customer struct {
	who     account.User
	token   string
	contact account.ContactID
	basket  basket.ID
}

// market is what is ordered from, and by whom.
type market struct {
	*place
	offers    [suppliers][]catalog.OfferID
	customers []*customer
}

// Run places orders of 3 and of 100 lines by HTTP, beside the same statements
// alone, and reads the first page of a long list of orders. Jobs do not run
// meanwhile: an instance of their own would do them.
func (o Ordering) Run(ctx context.Context, out io.Writer) (err error) {
	p, err := open(ctx, o.Dir, o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(), p.db.Close()) }()
	machine(out, p)
	m, err := newMarket(ctx, p)
	if err != nil {
		return err
	}
	server := httptest.NewServer(p.API)
	defer server.Close()
	fmt.Fprintf(out, "%d connections, orders of %d suppliers\n\n", connections, suppliers)
	fmt.Fprintln(out, "| lines | what | orders/s | p50 ms | p95 ms | p99 ms | by floor |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- |")
	ways := []way{{"POST order", func(ctx context.Context, c *customer) error { return c.placeByHTTP(ctx, server.URL) }}}
	if p.db.Dialect() == db.Postgres {
		ways = append([]way{{"the statements alone", m.placeBare}}, ways...)
	}
	for _, lines := range []int{3, 100} {
		went, err := m.rounds(ctx, o.Orders, lines, ways)
		if err != nil {
			return err
		}
		for n, w := range ways {
			went[n].print(out, lines, w.what, went[0], len(ways) > 1)
		}
	}
	return m.longList(ctx, o.History, server.URL, out)
}

// paced is how orders went.
type paced struct {
	took []time.Duration
	all  time.Duration
}

func (p paced) perSecond() float64 { return float64(len(p.took)) / p.all.Seconds() }

func (p paced) print(out io.Writer, lines int, what string, floor paced, compared bool) {
	by := ""
	if compared {
		by = fmt.Sprintf("%.2f", floor.perSecond()/p.perSecond())
	}
	ms := func(percent int) float64 { return float64(at(p.took, percent).Microseconds()) / 1000 }
	fmt.Fprintf(out, "| %d | %s | %.0f | %.1f | %.1f | %.1f | %s |\n", lines, what, p.perSecond(), ms(50), ms(95), ms(99), by)
}

// way is how a customer's basket becomes an order.
type way struct {
	what  string
	place func(context.Context, *customer) error
}

// rounds has every customer fill a basket, which is not counted, and then all of
// them order at once over so many connections, until there are enough orders.
// The ways take turns, so that each meets the same tables.
func (m *market) rounds(ctx context.Context, orders, lines int, ways []way) ([]paced, error) {
	went := make([]paced, len(ways))
	for n := 0; len(went[0].took) < orders; n++ {
		for i, w := range ways {
			if err := m.fill(ctx, lines, n*len(ways)+i); err != nil {
				return nil, err
			}
			took := make([]time.Duration, len(m.customers))
			start := time.Now()
			err := m.each(func(i int, c *customer) error {
				begin := time.Now()
				err := w.place(ctx, c)
				took[i] = time.Since(begin)
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", w.what, err)
			}
			if n > 0 { // the first warms up
				went[i].all += time.Since(start)
				went[i].took = append(went[i].took, took...)
			}
		}
		// PostgreSQL learns here what it learns by itself in a minute.
		if n == 0 && m.db.Dialect() == db.Postgres {
			if _, err := m.db.Pool().Exec(ctx, `vacuum (analyze)`); err != nil {
				return nil, err
			}
		}
	}
	return went, nil
}

// each calls f for every customer, over as many connections as there are.
func (m *market) each(f func(i int, c *customer) error) error {
	var next atomic.Int64
	errs := make([]error, connections)
	var all sync.WaitGroup
	for worker := range connections {
		all.Go(func() {
			for errs[worker] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(m.customers) {
					return
				}
				errs[worker] = f(i, m.customers[i])
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// fill puts so many offers into every basket, the same number of each supplier.
func (m *market) fill(ctx context.Context, lines, round int) error {
	return m.each(func(i int, c *customer) error {
		wants := make([]catalog.Want, lines)
		for n := range wants {
			of := m.offers[n%suppliers]
			wants[n] = catalog.Want{Offer: of[(i*997+round*7919+n/suppliers*101)%len(of)], Quantity: 1}
		}
		if _, err := m.API.Baskets.Add(ctx, c.who.ID, wants); err != nil {
			return err
		}
		k, _, err := m.API.Baskets.Of(ctx, c.who.ID)
		c.basket = k.ID
		return err
	})
}

func (c *customer) placeByHTTP(ctx context.Context, url string) error {
	body, err := json.Marshal(map[string]int64{"id": int64(c.basket), "contact": int64(c.contact)})
	if err != nil {
		return err
	}
	return c.request(ctx, http.MethodPost, url+"/api/v1/order", body)
}

func (c *customer) request(ctx context.Context, method, url string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Token "+c.token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d: %s", answer.StatusCode, text)
	}
	return err
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}

func newMarket(ctx context.Context, p *place) (*market, error) {
	m := &market{place: p}
	for n := range suppliers {
		_, shop, err := supplier(ctx, p, fmt.Sprint("supplier", n))
		if err != nil {
			return nil, err
		}
		if m.offers[n], err = sell(ctx, p, shop); err != nil {
			return nil, err
		}
	}
	for n := range crowd {
		c, err := newCustomer(ctx, p, fmt.Sprint("buyer", n))
		if err != nil {
			return nil, err
		}
		m.customers = append(m.customers, c)
	}
	if p.db.Dialect() == db.Postgres {
		_, err := p.db.Pool().Exec(ctx, `vacuum (analyze)`)
		return m, err
	}
	return m, nil
}

// passwordOf is the password of a customer.
func passwordOf(name string) string { return "Длинный-" + name }

func newCustomer(ctx context.Context, p *place, name string) (*customer, error) {
	email, phrase, phone, city, street := name+"@example.com", passwordOf(name), "+79990000001", "Казань", "Баумана"
	u, err := p.Accounts.AddActive(ctx, account.Profile{FirstName: &name, LastName: &name, Email: &email, Password: &phrase}, account.Buyer)
	if err != nil {
		return nil, err
	}
	c := &customer{who: u}
	if c.token, err = p.Accounts.Login(ctx, email, phrase, ""); err != nil {
		return nil, err
	}
	c.contact, err = p.Accounts.AddContact(ctx, u.ID, account.ContactEdit{Phone: &phone, City: &city, Street: &street})
	return c, err
}

// sell makes offers that never run out.
func sell(ctx context.Context, p *place, shop partner.ShopID) ([]catalog.OfferID, error) {
	var list []catalog.Listing
	for n := range goodsOfOne {
		id := fmt.Sprint(n + 1)
		list = append(list, catalog.Listing{
			Line: n + 1, ExternalID: id, Category: "Чай", Name: "Товар " + id, Model: "model/" + id,
			Price: money.Kopecks(10_000 + n), Quantity: 1 << 40,
			Parameters: []catalog.Parameter{{Name: "Цвет", Value: "синий"}, {Name: "Вес, г", Value: id}},
		})
	}
	err := p.db.InTx(ctx, func(tx db.Tx) error {
		as := catalog.Staging(-shop)
		known, err := catalog.Look(ctx, tx, shop)
		if err == nil {
			err = catalog.Stage(ctx, tx, as, shop, known, list)
		}
		if err == nil {
			_, err = catalog.Merge(ctx, tx, as, shop, known, false, time.Now())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := p.db.Query(ctx, `select id from offers where shop_id = $1 order by id`, shop)
	return db.Collect(rows, err, func(r db.Row) (id catalog.OfferID, err error) { return id, r.Scan(&id) })
}

// longList tells how long the first pages of a buyer's many orders take.
func (m *market) longList(ctx context.Context, orders int, url string, out io.Writer) error {
	c := m.customers[0]
	if err := m.copyOrders(ctx, c, orders); err != nil {
		return fmt.Errorf("long list: %w", err)
	}
	fmt.Fprintf(out, "\n| GET order, a buyer with %d orders | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- |\n", orders)
	for _, query := range []string{"?limit=20", "?limit=20&state=confirmed", "?limit=20&since=2020-01-01&until=2030-01-01"} {
		var took []time.Duration
		for n := range 300 {
			start := time.Now()
			if err := c.request(ctx, http.MethodGet, url+"/api/v1/order"+query, nil); err != nil {
				return err
			}
			if n >= 20 {
				took = append(took, time.Since(start))
			}
		}
		ms := func(percent int) float64 { return float64(at(took, percent).Microseconds()) / 1000 }
		fmt.Fprintf(out, "| %s | %.2f | %.2f | %.2f |\n", query, ms(50), ms(95), ms(99))
	}
	return nil
}

// copyOrders makes so many copies of the customer's last order, every tenth of
// them confirmed.
func (m *market) copyOrders(ctx context.Context, c *customer, orders int) error {
	list, err := m.API.Orders.List(ctx, c.who.ID, order.Filter{}, 0, 1)
	if err != nil {
		return err
	}
	const first, perYear = 1_000_000_000, 1_000_000_000
	err = m.db.InTx(ctx, func(tx db.Tx) error {
		for _, statement := range []string{
			`insert into orders (id, number, seq, user_id, state, total, placed_at, contact_id,
				last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment)
			select n.i + $1, '1999-' || n.i, 1999 * cast($2 as bigint) + n.i, o.user_id, case when n.i % 10 = 0 then 'confirmed' else o.state end,
				o.total, o.placed_at, o.contact_id,
				o.last_name, o.first_name, o.patronymic, o.email, o.phone, o.city, o.street, o.house, o.structure, o.building, o.apartment
			from n join orders o on o.id = $3`,
			`insert into order_parts (id, order_id, n, shop_id, shop_name, state, total)
			select n.i + $1 + $2 * p.n, n.i + $1, p.n, p.shop_id, p.shop_name, p.state, p.total from n join order_parts p on p.order_id = $3 and p.n <= 3`,
			`insert into order_lines (id, order_id, part_id, offer_id, name, category, model, price, ordered, quantity, total, document)
			select n.i + $1 + $2 * p.n, n.i + $1, n.i + $1 + $2 * p.n, l.offer_id, l.name, l.category, l.model, l.price, l.ordered, l.quantity, l.total, l.document
			from n join order_parts p on p.order_id = $3 and p.n <= 3
			join order_lines l on l.id = (select min(id) from order_lines where part_id = p.id)`,
		} {
			_, err := tx.Exec(ctx, `with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $4) `+statement,
				int64(first), int64(perYear), list[0].ID, orders)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && m.db.Dialect() == db.Postgres {
		_, err = m.db.Pool().Exec(ctx, `analyze`)
	}
	return err
}
