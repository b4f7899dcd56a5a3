package partner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	manual, auto = false, true
	vouched      = true
)

// market is the feature with people made by hand.
type market struct {
	*partner.Shops
	trail *audit.Log
	d     *db.DB
}

func open(d *db.DB, auto bool) market {
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	trail := audit.New(d, now)
	return market{partner.New(d, trail, auto, now), trail, d}
}

// join makes a person, as the feature account does it.
func (m market) join(t *testing.T, u account.User, vouched bool) account.ID {
	t.Helper()
	err := m.d.InTx(t.Context(), func(tx db.Tx) error {
		err := tx.QueryRow(t.Context(), `
			insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, active, created_at)
			values ($1, $1, '', $2, '', '', '', '', $3, $4) returning id`, u.Email, u.Type, true, time.Now()).Scan(&u.ID)
		if err != nil {
			return err
		}
		return m.Joined(t.Context(), tx, u, vouched)
	})
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}

// supplier makes a supplier with a shop of the name.
func (m market) supplier(t *testing.T, name string, vouched bool) (account.ID, partner.Shop) {
	t.Helper()
	id := m.join(t, account.User{Email: name + "@example.com", Type: account.Shop, Company: name}, vouched)
	return id, m.of(t, id)
}

func (m market) of(t *testing.T, who account.ID) partner.Shop {
	t.Helper()
	s, err := m.Of(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// state is what people and the administrator switch.
func state(s partner.Shop) string {
	return fmt.Sprintf("approved %v, accepting %v, open %v", s.Approved, s.Accepting, s.Open)
}

func TestApproval(t *testing.T) {
	const (
		closed = "approved false, accepting true, open false"
		opened = "approved true, accepting true, open true"
	)
	for _, c := range []struct {
		name          string
		auto, vouched bool
		want          string
	}{
		{"manual", manual, !vouched, closed},
		{"manual, vouched", manual, vouched, opened},
		{"auto", auto, !vouched, opened},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				m := open(d, c.auto)
				_, shop := m.supplier(t, "tea", c.vouched)
				if got := state(shop); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		})
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		who, shop := m.supplier(t, "tea", !vouched)
		for _, approved := range []bool{true, false, true} {
			if err := m.Approve(t.Context(), shop.ID, approved); err != nil {
				t.Fatal(err)
			}
			if got := m.of(t, who); got.Approved != approved || got.Open != approved {
				t.Errorf("approved %v: %s", approved, state(got))
			}
		}
		if err := m.Approve(t.Context(), shop.ID+1, true); !errors.Is(err, fault.Absent) {
			t.Errorf("a shop that is not there: %v", err)
		}
	})
}

func TestOnlySuppliersHaveAShop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		for _, kind := range []account.Type{account.Buyer, account.Admin} {
			id := m.join(t, account.User{Email: string(kind) + "@example.com", Type: kind}, vouched)
			_, err := m.Of(t.Context(), id)
			for what, err := range map[string]error{
				"of": err, "accept": m.Accept(t.Context(), id, true), "describe": m.Describe(t.Context(), id, new("x"), nil, nil),
			} {
				if !errors.Is(err, partner.NoShop) {
					t.Errorf("%s of a %s: %v", what, kind, err)
				}
			}
		}
		if _, err := partner.Find(t.Context(), d, 1); !errors.Is(err, fault.Absent) {
			t.Errorf("there is a shop: %v", err)
		}
	})
}

func TestNameOfANewShop(t *testing.T) {
	long := strings.Repeat("ж", 150)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		for i, c := range []struct {
			u    account.User
			want string
		}{
			{account.User{Company: "ООО Чай", FirstName: "Иван", LastName: "Петров"}, "ООО Чай"},
			{account.User{FirstName: "Иван", LastName: "Петров"}, "Иван Петров"},
			{account.User{FirstName: "Иван"}, "Иван"},
			{account.User{}, "Магазин 4"},               // never the address, which is not for everybody
			{account.User{FirstName: long}, long[:200]}, // 100 letters of two bytes
		} {
			c.u.Type, c.u.Email = account.Shop, fmt.Sprintf("%d@example.com", i+1)
			if got := m.of(t, m.join(t, c.u, vouched)); got.Name != c.want || got.URL != "" {
				t.Errorf("%d: %q %q, want %q", i, got.Name, got.URL, c.want)
			}
		}
	})
}

func TestAccept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		who, shop := m.supplier(t, "tea", vouched)
		_, other := m.supplier(t, "coffee", vouched)
		for _, accept := range []bool{false, false, true, true} {
			if err := m.Accept(t.Context(), who, accept); err != nil {
				t.Fatal(err)
			}
			if got := m.of(t, who); got.Accepting != accept || got.Open != accept || !got.Approved {
				t.Errorf("accept %v: %s", accept, state(got))
			}
		}
		if got, err := partner.Find(t.Context(), d, other.ID); err != nil || !got.Open {
			t.Errorf("another shop: %s, %v", state(got), err)
		}

		// A shop that is not approved can't be opened, but closed for later.
		if err := m.Approve(t.Context(), shop.ID, false); err != nil {
			t.Fatal(err)
		}
		if err := m.Accept(t.Context(), who, true); !errors.Is(err, partner.NotApproved) {
			t.Errorf("opened without approval: %v", err)
		}
		if err := m.Accept(t.Context(), who, false); err != nil {
			t.Errorf("closed without approval: %v", err)
		}
		if got := state(m.of(t, who)); got != "approved false, accepting false, open false" {
			t.Errorf("now %s", got)
		}
		if err := m.Approve(t.Context(), shop.ID, true); err != nil {
			t.Fatal(err)
		}
		if m.of(t, who).Open {
			t.Error("the approval opened a shop that its supplier had closed")
		}
	})
}

func TestDescribe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		who, _ := m.supplier(t, "tea", vouched)
		for _, step := range []struct {
			name, url         *string
			wantName, wantURL string
		}{
			{nil, nil, "tea", ""},
			{new(" Чай "), nil, "Чай", ""},
			{nil, new("https://tea.example"), "Чай", "https://tea.example"},
			{new(strings.Repeat("ж", 100)), new(""), strings.Repeat("ж", 100), ""},
		} {
			if err := m.Describe(t.Context(), who, step.name, step.url, nil); err != nil {
				t.Fatal(err)
			}
			if got := m.of(t, who); got.Name != step.wantName || got.URL != step.wantURL {
				t.Errorf("%q %q, want %q %q", got.Name, got.URL, step.wantName, step.wantURL)
			}
		}
		for bad, text := range map[string]fault.Text{" \n": fault.Blank(), strings.Repeat("ж", 101): fault.TooLong(100)} {
			err := m.Describe(t.Context(), who, &bad, new("https://evil.example"), nil)
			e := fault.As(err)
			if !errors.Is(err, fault.BadArguments) || len(e.Fields) != 1 || e.Fields[0].Name != "name" || e.Fields[0].Text != text {
				t.Errorf("%.10q: %v", bad, err)
			}
		}
		if got := m.of(t, who); got.URL != "" {
			t.Errorf("a refused change was kept: %+v", got)
		}
	})
}

// nameByList does what the import of a price list does.
func (m market) nameByList(t *testing.T, id partner.ShopID, name string) string {
	t.Helper()
	var got string
	err := m.d.InTx(t.Context(), func(tx db.Tx) (err error) {
		got, err = partner.NameByList(t.Context(), tx, id, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The first list that says a name gives it, later ones and lists after a person
// do not.
func TestNameByList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		who, shop := m.supplier(t, "tea", vouched)
		for _, list := range [][2]string{{"", "tea"}, {" \n", "tea"}, {" Связной ", "Связной"}, {"Евросеть", "Связной"}} {
			if got := m.nameByList(t, shop.ID, list[0]); got != list[1] || m.of(t, who).Name != got {
				t.Errorf("a list of %q: %q, in the table %q", list[0], got, m.of(t, who).Name)
			}
		}
		if err := m.Describe(t.Context(), who, new("Чай"), nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := m.nameByList(t, shop.ID, "Связной"); got != "Чай" {
			t.Errorf("a list took the name that was given: %q", got)
		}

		second, shop := m.supplier(t, "coffee", vouched)
		if err := m.Describe(t.Context(), second, nil, new("https://coffee.example"), nil); err != nil {
			t.Fatal(err)
		}
		if got := m.nameByList(t, shop.ID, strings.Repeat("ж", 150)); got != strings.Repeat("ж", 100) {
			t.Errorf("after an address alone: %q", got)
		}

		named, shop := m.supplier(t, "named", vouched)
		if err := m.Describe(t.Context(), named, new("named"), nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := m.nameByList(t, shop.ID, "Связной"); got != "named" {
			t.Errorf("the name that a person kept: %q", got)
		}
	})
}

func names(list []partner.Shop) []string {
	all := []string{}
	for _, s := range list {
		all = append(all, s.Name)
	}
	return all
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		ctx := t.Context()
		var ids []partner.ShopID
		for _, name := range []string{"b", "Я", "closed", "а", "waiting", "a"} {
			who, shop := m.supplier(t, name, name != "waiting")
			if name == "closed" {
				if err := m.Accept(ctx, who, false); err != nil {
					t.Fatal(err)
				}
			}
			ids = append(ids, shop.ID)
		}
		twin := m.join(t, account.User{Email: "twin@example.com", Type: account.Shop, Company: "b"}, vouched)
		ordered := []string{"а", "Я", "b", "b", "a"} // by code points, so in every database
		for _, page := range []struct {
			limit, offset int64
			want          []string
		}{{100, 0, ordered}, {2, 0, ordered[:2]}, {2, 2, ordered[2:4]}, {2, 4, ordered[4:]}, {2, 6, []string{}}} {
			list, total, err := m.List(ctx, page.limit, page.offset)
			if err != nil || total != int64(len(ordered)) {
				t.Fatalf("total %d, %v", total, err)
			}
			if diff := cmp.Diff(page.want, names(list)); diff != "" {
				t.Errorf("from %d (-want +got)\n%s", page.offset, diff)
			}
		}
		// One name: the newer first, on whatever page.
		list, _, err := m.List(ctx, 2, 2)
		if err != nil || list[0].ID != m.of(t, twin).ID || list[1].ID != ids[0] {
			t.Errorf("twins: %+v, %v", list, err)
		}

		all, err := m.All(ctx, 0, 4)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"b", "Я", "closed", "а"}, names(all)); diff != "" {
			t.Errorf("all (-want +got)\n%s", diff)
		}
		if all, err = m.All(ctx, all[3].ID, 4); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"waiting", "a", "b"}, names(all)); diff != "" {
			t.Errorf("the rest of all (-want +got)\n%s", diff)
		}
	})
}

// A shop that an order holds is not closed until the order ended.
func TestHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		who, tea := m.supplier(t, "tea", vouched)
		_, coffee := m.supplier(t, "coffee", vouched)
		closed := make(chan error, 1)
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			held, err := partner.Hold(t.Context(), tx, []partner.ShopID{coffee.ID, tea.ID, coffee.ID + 1})
			if err != nil {
				return err
			}
			if diff := cmp.Diff(map[partner.ShopID]partner.Shop{tea.ID: tea, coffee.ID: coffee}, held); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			// Who would close it now waits: in half a second it has not.
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			if err := m.Accept(ctx, who, false); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("closed while held: %v", err)
			}
			go func() { closed <- m.Accept(t.Context(), who, false) }()
			again, err := partner.Find(t.Context(), tx, tea.ID)
			if !again.Open {
				t.Error("closed under an order")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-closed; err != nil {
			t.Errorf("closing after the order: %v", err)
		}
		if m.of(t, who).Open {
			t.Error("still open")
		}
	})
}
