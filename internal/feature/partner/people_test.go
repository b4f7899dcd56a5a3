package partner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// chief is who administers in these tests.
var chief = audit.Actor{User: 77, Address: "203.0.113.5", Request: "R1"}

// recorded are the acts in the log, oldest first, each "action subject: details".
func (m market) recorded(t *testing.T) []string {
	t.Helper()
	list, err := m.trail.List(t.Context(), audit.Filter{}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	acts := []string{}
	for _, r := range slices.Backward(list) {
		acts = append(acts, fmt.Sprintf("%s %s: %s", r.Action, r.Subject, r.Details))
		if r.Actor != chief {
			t.Errorf("done by %+v", r.Actor)
		}
	}
	return acts
}

// told is what an answer says of a person.
func told(p partner.Person) string {
	text := fmt.Sprintf("%s, blocked %v", p.Type, p.Blocked)
	if p.Shop != nil {
		text += ", " + state(*p.Shop)
	}
	return text
}

// step is an act of an administrator about somebody, and what they are then.
type step struct {
	name string
	do   func(context.Context, account.ID) (partner.Person, error)
	want string
}

func (m market) play(t *testing.T, who account.ID, steps []step) {
	t.Helper()
	for i, s := range steps {
		p, err := s.do(audit.With(t.Context(), chief), who)
		if err != nil {
			t.Fatalf("%d, %s: %v", i, s.name, err)
		}
		if got := told(p); got != s.want {
			t.Errorf("%d, %s: %s, want %s", i, s.name, got, s.want)
		}
		if now, err := m.Person(t.Context(), who); err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(p, now); diff != "" {
			t.Errorf("%d, %s: the answer is not what is there (-answer +there)\n%s", i, s.name, diff)
		}
	}
}

func (m market) role(to account.Type) func(context.Context, account.ID) (partner.Person, error) {
	return func(ctx context.Context, id account.ID) (partner.Person, error) { return m.ChangeRole(ctx, id, to) }
}

const (
	openShop   = ", approved true, accepting true, open true"
	closedShop = ", approved false, accepting true, open false"
)

func TestBlockClosesTheShop(t *testing.T) {
	for _, approval := range []bool{manual, auto} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			m := open(d, approval)
			who, shop := m.supplier(t, "tea", vouched)
			_, other := m.supplier(t, "coffee", vouched)
			approve := func(ctx context.Context, id account.ID) (partner.Person, error) {
				if err := m.Approve(ctx, shop.ID, true); err != nil {
					return partner.Person{}, err
				}
				return m.Person(ctx, id)
			}
			m.play(t, who, []step{
				{"block", m.Block, "shop, blocked true" + closedShop},
				{"block again", m.Block, "shop, blocked true" + closedShop},
				{"unblock", m.Unblock, "shop, blocked false" + closedShop},
				{"unblock again", m.Unblock, "shop, blocked false" + closedShop},
				{"approve", approve, "shop, blocked false" + openShop},
			})
			user := fmt.Sprintf("user/%d", who)
			want := []string{"user.block " + user + ": ", "user.unblock " + user + ": ", fmt.Sprintf("shop.approve shop/%d: tea", shop.ID)}
			if diff := cmp.Diff(want, m.recorded(t)); diff != "" {
				t.Errorf("recorded (-want +got)\n%s", diff)
			}
			if got, err := partner.Find(t.Context(), d, other.ID); err != nil || !got.Open {
				t.Errorf("another shop: %s, %v", state(got), err)
			}
		})
	}
}

func TestChangeRole(t *testing.T) {
	for _, c := range []struct {
		approval bool
		fresh    string // the shop of a new supplier
	}{{manual, closedShop}, {auto, openShop}} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			m := open(d, c.approval)
			who := m.join(t, account.User{Email: "anna@example.com", Type: account.Buyer}, vouched)
			m.play(t, who, []step{
				{"buyer", m.role(account.Buyer), "buyer, blocked false"},
				{"shop", m.role(account.Shop), "shop, blocked false" + c.fresh},
				{"buyer", m.role(account.Buyer), "buyer, blocked false" + closedShop},
				{"shop", m.role(account.Shop), "shop, blocked false" + c.fresh},
				{"buyer", m.role(account.Buyer), "buyer, blocked false" + closedShop},
				{"block", m.Block, "buyer, blocked true" + closedShop},
				{"shop", m.role(account.Shop), "shop, blocked true" + closedShop},
			})
			user := fmt.Sprintf("user/%d: ", who)
			want := []string{"now shop", "now buyer", "now shop", "now buyer", "", "now shop"}
			for i := range want {
				want[i] = "user.role " + user + want[i]
			}
			want[4] = "user.block " + user
			if diff := cmp.Diff(want, m.recorded(t)); diff != "" {
				t.Errorf("recorded (-want +got)\n%s", diff)
			}
		})
	}
}

// The shop of who may not sell can't be approved.
func TestApproveOfWhoMayNotSell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		blocked, one := m.supplier(t, "tea", vouched)
		former, two := m.supplier(t, "coffee", vouched)
		if _, err := m.Block(t.Context(), blocked); err != nil {
			t.Fatal(err)
		}
		if _, err := m.ChangeRole(t.Context(), former, account.Buyer); err != nil {
			t.Fatal(err)
		}
		for _, shop := range []partner.Shop{one, two} {
			if err := m.Approve(t.Context(), shop.ID, true); !errors.Is(err, partner.OwnerGone) {
				t.Errorf("%s: %v", shop.Name, err)
			}
			if err := m.Approve(t.Context(), shop.ID, false); err != nil {
				t.Errorf("%s, closed: %v", shop.Name, err)
			}
			if now := m.of(t, shop.Owner); now.Open {
				t.Errorf("%s: %s", shop.Name, state(now))
			}
		}
	})
}

// Whatever the order of an approval and a block at once: the shop of the blocked
// is closed.
func TestApproveAndBlockAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		for i := range 20 {
			who, shop := m.supplier(t, fmt.Sprint("shop", i), !vouched)
			blocked := make(chan error)
			go func() {
				_, err := m.Block(t.Context(), who)
				blocked <- err
			}()
			if err := m.Approve(t.Context(), shop.ID, true); err != nil && !errors.Is(err, partner.OwnerGone) {
				t.Error(err)
			}
			if err := <-blocked; err != nil {
				t.Error(err)
			}
			if now := m.of(t, who); now.Open {
				t.Errorf("%d: %s", i, state(now))
			}
		}
	})
}

// An approval that began before a block waits for it.
func TestApproveWaitsForABlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		who, shop := m.supplier(t, "tea", !vouched)
		approved := make(chan error, 1)
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			if _, err := account.Block(t.Context(), tx, who, true); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if err := m.Approve(ctx, shop.ID, true); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("approved during the block: %v", err)
			}
			go func() { approved <- m.Approve(t.Context(), shop.ID, true) }()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-approved; !errors.Is(err, partner.OwnerGone) {
			t.Errorf("approved after the block: %v", err)
		}
	})
}

// What is refused changes nothing and is not recorded.
func TestRefusedAdministration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		admin := m.join(t, account.User{Email: "chief@example.com", Type: account.Admin}, vouched)
		buyer := m.join(t, account.User{Email: "anna@example.com", Type: account.Buyer}, vouched)
		for _, c := range []struct {
			name string
			who  account.ID
			do   func(context.Context, account.ID) (partner.Person, error)
			want *fault.Error
		}{
			{"block an administrator", admin, m.Block, account.OfAdmin},
			{"unblock an administrator", admin, m.Unblock, account.OfAdmin},
			{"an administrator made a buyer", admin, m.role(account.Buyer), account.OfAdmin},
			{"a buyer made an administrator", buyer, m.role(account.Admin), fault.BadArguments},
			{"block nobody", 999, m.Block, fault.Absent},
			{"unblock nobody", 999, m.Unblock, fault.Absent},
			{"nobody made a supplier", 999, m.role(account.Shop), fault.Absent},
			{"see nobody", 999, m.Person, fault.Absent},
		} {
			if _, err := c.do(t.Context(), c.who); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %s", c.name, err, c.want.Code)
			}
		}
		if err := m.Approve(t.Context(), 999, true); !errors.Is(err, fault.Absent) {
			t.Errorf("approve nothing: %v", err)
		}
		for id, want := range map[account.ID]string{admin: "admin, blocked false", buyer: "buyer, blocked false"} {
			if p, err := m.Person(t.Context(), id); err != nil || told(p) != want {
				t.Errorf("%s, %v", told(p), err)
			}
		}
		if acts := m.recorded(t); len(acts) != 0 {
			t.Errorf("recorded: %v", acts)
		}
	})
}

// An act that can't be recorded is not done.
func TestAnActAndItsRecordAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, manual)
		who, shop := m.supplier(t, "tea", vouched)
		buyer := m.join(t, account.User{Email: "anna@example.com", Type: account.Buyer}, vouched)
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `drop table audit_log`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := []string{told(m.person(t, who)), told(m.person(t, buyer))}
		_, blocked := m.Block(t.Context(), who)
		_, changed := m.ChangeRole(t.Context(), buyer, account.Shop)
		for name, err := range map[string]error{"block": blocked, "role": changed, "close": m.Approve(t.Context(), shop.ID, false)} {
			if err == nil || fault.As(err) != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(before, []string{told(m.person(t, who)), told(m.person(t, buyer))}); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
	})
}

func (m market) person(t *testing.T, id account.ID) partner.Person {
	t.Helper()
	p, err := m.Person(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
