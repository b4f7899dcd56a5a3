// Package markettest makes a small market in a test's database: the features on
// it without HTTP, people without passwords, shops with goods, letters that stay
// in memory, and a time that stands still.
package markettest

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/invoice"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// Now is the time of the market.
var Now = time.Date(2026, time.May, 4, 9, 30, 0, 123456000, time.UTC)

// Office is the address that gets the invoices.
const Office = "office@example.com"

// Market is the features on one database.
type Market struct {
	DB       *db.DB
	Accounts *account.Accounts
	Shops    *partner.Shops
	Catalog  *catalog.Catalog
	Lists    *pricelist.Lists
	Baskets  *basket.Baskets
	Orders   *order.Orders
	Invoices *invoice.Invoices
	Outbox   *Outbox
	Trail    *audit.Log
	Post     *mail.Post

	queue *jobs.Queue
}

// New makes a market. Nobody works on its jobs before Work. Price lists may be
// fetched from 127.0.0.1, and from no other address that is not public.
func New(t *testing.T, d *db.DB) *Market {
	t.Helper()
	now := func() time.Time { return Now }
	queue, err := jobs.New(d, slog.New(slog.DiscardHandler), jobs.All())
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	m := &Market{DB: d, Outbox: &Outbox{}, Trail: audit.New(d, now), queue: queue}
	post := mail.New(d, queue, m.Outbox, m.Trail, now)
	m.Post = post
	m.Shops = partner.New(d, m.Trail, true, now)
	m.Accounts = account.New(d, queue, post, m.Trail, account.Options{Now: now, Joined: m.Shops.Joined})
	m.Catalog = catalog.New(d, m.Trail, now)
	m.Lists = pricelist.New(d, queue, fetch.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}), post, m.Trail, now)
	m.Baskets = basket.New(d, now)
	m.Orders = order.NewOrders(d, queue, post, m.Trail, m.Baskets, order.Admin(Office, ""), now)
	m.Invoices = invoice.New(d, queue, m.Orders, post, now)
	return m
}

// Work runs jobs until the test ends.
func (m *Market) Work(t *testing.T) {
	t.Helper()
	if err := m.queue.Start(t.Context()); err != nil {
		t.Fatalf("markettest: %v", err)
	}
	t.Cleanup(func() {
		if err := m.queue.Stop(context.Background()); err != nil {
			t.Errorf("markettest: stop: %v", err)
		}
	})
}

// person adds somebody who never signs in: a password would cost most of the
// time of the tests.
func (m *Market) person(t *testing.T, name string, kind account.Type) account.User {
	t.Helper()
	u := account.User{
		Email: strings.ToLower(name) + "@example.com", Type: kind, FirstName: "Иван", LastName: name, Company: name,
	}
	err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
		err := tx.QueryRow(t.Context(), `
			insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, active, created_at)
			values ($1, $1, '', $2, $3, $4, $5, '', $6, $7)
			returning id`, u.Email, u.Type, u.FirstName, u.LastName, u.Company, true, Now).Scan(&u.ID)
		if err != nil {
			return err
		}
		return m.Shops.Joined(t.Context(), tx, u, true)
	})
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	return u
}

// Buyer makes a buyer with the address name@example.com.
func (m *Market) Buyer(t *testing.T, name string) account.User {
	t.Helper()
	return m.person(t, name, account.Buyer)
}

// Buyers makes n buyers.
func (m *Market) Buyers(t *testing.T, n int) []account.User {
	t.Helper()
	list := make([]account.User, n)
	for i := range list {
		list[i] = m.Buyer(t, fmt.Sprintf("buyer%d", i))
	}
	return list
}

// Shop makes an open shop of that name, whose owner is name@example.com.
func (m *Market) Shop(t *testing.T, name string) partner.Shop {
	t.Helper()
	shop, err := m.Shops.Of(t.Context(), m.person(t, name, account.Shop).ID)
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	return shop
}

// Accept has the shop accept orders, or not.
func (m *Market) Accept(t *testing.T, shop partner.Shop, accept bool) {
	t.Helper()
	if err := m.Shops.Accept(t.Context(), shop.Owner, accept); err != nil {
		t.Fatalf("markettest: %v", err)
	}
}

// Contact gives the person an address.
func (m *Market) Contact(t *testing.T, who account.User) account.ContactID {
	t.Helper()
	phone, city, street, name := "+7 999 123-45-67", "Москва", "Тверская", who.LastName
	id, err := m.Accounts.AddContact(t.Context(), who.ID, account.ContactEdit{
		Phone: &phone, City: &city, Street: &street, LastName: &name,
	})
	if err != nil {
		t.Fatalf("markettest: %v", err)
	}
	return id
}

// Fill puts offers into the person's basket and returns it.
func (m *Market) Fill(t *testing.T, who account.User, wants ...catalog.Want) basket.Basket {
	t.Helper()
	if _, err := m.Baskets.Add(t.Context(), who.ID, wants); err != nil {
		t.Fatalf("markettest: %v", err)
	}
	k, found, err := m.Baskets.Of(t.Context(), who.ID)
	if err != nil || !found {
		t.Fatalf("markettest: basket: found %v, %v", found, err)
	}
	return k
}
