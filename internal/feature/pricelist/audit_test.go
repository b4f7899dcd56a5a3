package pricelist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// decisions are what an administrator may do with lists, each about one that it
// can be done with.
var decisions = map[string]func(t *testing.T, m *markettest.Market, who func(owner account.ID) account.ID) (about string, err error){
	"import.apply": func(t *testing.T, m *markettest.Market, who func(account.ID) account.ID) (string, error) {
		t.Helper()
		i := held(t, m, m.Shop(t, "shop"))
		owner := m.Number(t, `select user_id from shops where id = $1`, i.Shop)
		return fmt.Sprintf("import/%d: shop/%d", i.ID, i.Shop), m.Lists.Apply(t.Context(), who(account.ID(owner)), i.ID)
	},
	"import.discard": func(t *testing.T, m *markettest.Market, who func(account.ID) account.ID) (string, error) {
		t.Helper()
		i := held(t, m, m.Shop(t, "shop"))
		owner := m.Number(t, `select user_id from shops where id = $1`, i.Shop)
		return fmt.Sprintf("import/%d: shop/%d", i.ID, i.Shop), m.Lists.Discard(t.Context(), who(account.ID(owner)), i.ID)
	},
	"import.rollback": func(t *testing.T, m *markettest.Market, who func(account.ID) account.ID) (string, error) {
		t.Helper()
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 10))
		i := load(t, m, shop, list("shop", 3, 11))
		_, err := m.Lists.Roll(t.Context(), who(shop.Owner), i.ID)
		return fmt.Sprintf("import/%d: shop/%d", i.ID, i.Shop), err
	},
	"import.start": func(t *testing.T, m *markettest.Market, who func(account.ID) account.ID) (string, error) {
		t.Helper()
		shop := m.Shop(t, "shop")
		id, err := m.Lists.FromFile(t.Context(), who(shop.Owner), shop.ID, "x", strings.NewReader(list("shop", 3, 10)), pricelist.Options{})
		return fmt.Sprintf("import/%d: shop/%d", id, shop.ID), err
	},
	"export.start": func(t *testing.T, m *markettest.Market, who func(account.ID) account.ID) (string, error) {
		t.Helper()
		shop := m.Shop(t, "shop")
		id, err := m.Lists.Export(t.Context(), who(shop.Owner), shop.ID, writing.CSV)
		return fmt.Sprintf("export/%d: shop/%d", id, shop.ID), err
	},
}

// A decision about a list is recorded, whoever makes it; a supplier's export of
// their own is not.
func TestDecisionsAreRecorded(t *testing.T) {
	for action, decide := range decisions {
		for _, byAdmin := range []bool{true, false} {
			t.Run(fmt.Sprint(action, ", by an administrator: ", byAdmin), func(t *testing.T) {
				markettest.Each(t, func(t *testing.T, m *markettest.Market) {
					boss := administrator(t, m)
					about, err := decide(t, m, func(owner account.ID) account.ID {
						if byAdmin {
							return boss.ID
						}
						return owner
					})
					if err != nil {
						t.Fatal(err)
					}
					var want []string
					if byAdmin || action != "export.start" {
						want = []string{action + " " + about}
					}
					records, err := m.Trail.List(t.Context(), audit.Filter{Action: action}, 0, 10)
					var got []string
					for _, r := range records {
						got = append(got, fmt.Sprintf("%s %s: %s", r.Action, r.Subject, r.Details))
					}
					if diff := cmp.Diff(want, got); diff != "" || err != nil {
						t.Errorf("%v (-want +got)\n%s", err, diff)
					}
				})
			})
		}
	}
}

// A decision that can't be recorded is not made.
func TestADecisionAndItsRecordAreOne(t *testing.T) {
	for action, decide := range decisions {
		t.Run(action, func(t *testing.T) {
			markettest.Each(t, func(t *testing.T, m *markettest.Market) {
				boss := administrator(t, m)
				var before map[string][]string
				tables := []string{"imports", "exports", "offers", "river_job"}
				_, err := decide(t, m, func(account.ID) account.ID {
					err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
						_, err := tx.Exec(t.Context(), `drop table audit_log`)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					before = m.Tables(t, tables...)
					return boss.ID
				})
				if err == nil || fault.As(err) != nil {
					t.Errorf("decided: %v", err)
				}
				if diff := cmp.Diff(before, m.Tables(t, tables...)); diff != "" {
					t.Errorf("(-before +after)\n%s", diff)
				}
			})
		})
	}
}

// A session of 1C works no longer than its supplier may sign in as one.
func TestAnExchangeEndsWithItsSupplier(t *testing.T) {
	type way struct {
		name string
		end  func(t *testing.T, m *markettest.Market, id account.ID) error
	}
	for _, x := range []way{
		{"blocked", func(t *testing.T, m *markettest.Market, id account.ID) error {
			t.Helper()
			_, err := m.Shops.Block(t.Context(), id)
			return err
		}},
		{"made a buyer", func(t *testing.T, m *markettest.Market, id account.ID) error {
			t.Helper()
			_, err := m.Shops.ChangeRole(t.Context(), id, account.Buyer)
			return err
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			markettest.Each(t, func(t *testing.T, m *markettest.Market) {
				shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
				var secrets []string
				for _, owner := range []account.ID{shop.Owner, other.Owner} {
					stamp, err := account.StampOf(t.Context(), m.DB, owner)
					if err != nil {
						t.Fatal(err)
					}
					secret, err := m.Lists.OpenExchange(t.Context(), owner, stamp)
					if err != nil {
						t.Fatal(err)
					}
					secrets = append(secrets, secret)
				}
				works := func() []bool {
					var all []bool
					for _, secret := range secrets {
						_, err := m.Lists.ExchangeOf(t.Context(), secret)
						if code := markettest.Code(t, err); code != "" && code != "exchange_session" {
							t.Error(err)
						}
						all = append(all, err == nil)
					}
					return all
				}
				if got := works(); !slices.Equal(got, []bool{true, true}) {
					t.Fatalf("before: %v", got)
				}
				if err := x.end(t, m, shop.Owner); err != nil {
					t.Fatal(err)
				}
				if got := works(); !slices.Equal(got, []bool{false, true}) {
					t.Errorf("after: %v", got)
				}
			})
		})
	}
}
