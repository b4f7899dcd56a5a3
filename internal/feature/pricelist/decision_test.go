package pricelist_test

import (
	"fmt"
	"slices"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/db"
)

// A decision is about what was shown: when the list would do something else by
// now, somebody has to look again.
func TestADecisionIsAboutWhatWasShown(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, m *markettest.Market, w waiting){
		"other offers": func(t *testing.T, m *markettest.Market, w waiting) {
			t.Helper()
			rollBack(t, m, w.shop, w.before.ID)
		},
		"another profile": func(t *testing.T, m *markettest.Market, w waiting) {
			t.Helper()
			_, err := m.Lists.SetProfile(t.Context(), w.shop.Owner, func(p *pricelist.Profile) { p.Limits.PricePercent = 150 })
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			markettest.Each(t, func(t *testing.T, m *markettest.Market) {
				w := waiting{shop: m.Shop(t, "shop")}
				load(t, m, w.shop, list("shop", 10, 10))
				w.before = load(t, m, w.shop, list("shop", 10, 11))
				held := try(t, m, w.shop, list("shop", 10, 1100))
				if held.State != pricelist.Held {
					t.Fatalf("%+v", held)
				}
				change(t, m, w)
				var states []pricelist.State
				for range 2 { // the second time it is what was shown
					if err := m.Lists.Apply(t.Context(), w.shop.Owner, held.ID); err != nil {
						t.Fatal(err)
					}
					if err := m.Lists.Work(t.Context(), held.ID); err != nil {
						t.Fatal(err)
					}
					i := get(t, m, w.shop, held.ID)
					if states = append(states, i.State); i.State == pricelist.Held && (i.DecidedBy != 0 || sold(t, m, w.shop) == ofList(10, "1100")) {
						t.Errorf("%+v, sold %s", i, sold(t, m, w.shop))
					}
				}
				if !slices.Equal(states, []pricelist.State{pricelist.Held, pricelist.Applied}) || sold(t, m, w.shop) != ofList(10, "1100") {
					t.Errorf("%s, sold %s", states, sold(t, m, w.shop))
				}
			})
		})
	}
}

// waiting is a shop with a list that waits, and the one before it.
type waiting struct {
	shop   partner.Shop
	before pricelist.Import
}

// One list of a shop waits for a decision: the latest.
func TestTheLatestListWaits(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 10, 10))
		first, second := try(t, m, shop, list("shop", 10, 1000)), try(t, m, shop, list("shop", 10, 2000))
		if i := get(t, m, shop, first.ID); i.State != pricelist.Refused || i.Code != pricelist.Superseded.Code || second.State != pricelist.Held {
			t.Errorf("%+v\n%+v", i, second)
		}
		if n := m.Number(t, `select count(*) from import_chunks where import_id = $1`, first.ID); n != 0 {
			t.Errorf("%d chunks of it are kept", n)
		}
	})
}

// What a partial list does not say stays, also of goods that it describes.
func TestAPartialListWithoutStock(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, "categories: [{id: 1, name: Чай}]\ngoods: [{id: 1, category: 1, name: Чай, price: 10, quantity: 7}]\n")
		i := load(t, m, shop, "partial: true\ncategories: [{id: 1, name: Чай}]\ngoods:\n"+
			"- {id: 1, category: 1, name: Зелёный чай, price: 11}\n- {id: 2, category: 1, name: Кофе, price: 12}\n")
		offers := m.Offers(t, shop)
		if i.State != pricelist.Applied || offers["1"].OnHand != 7 || offers["1"].Price != 1100 || offers["2"].OnHand != 0 {
			t.Errorf("%s %s: %+v", i.State, i.Reason.EN, offers)
		}
	})
}

// An import whose job is gone is worked on again, and only then.
func TestLostImports(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		lost, waits := receive(t, m, shop, list("shop", 3, 10)), receive(t, m, shop, list("shop", 3, 11))
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `delete from river_job where `+jobOf(m, lost))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := m.Lists.FindLost(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range []pricelist.ID{lost, waits} {
			if n := m.Number(t, `select count(*) from river_job where kind = 'import' and `+jobOf(m, id)); n != 1 {
				t.Errorf("import %d has %d jobs", id, n)
			}
		}
	})
}

// An export whose job is gone is written when it is asked for again.
func TestLostExports(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		ask := func() (id pricelist.ExportID) {
			t.Helper()
			id, err := m.Lists.Export(t.Context(), shop.Owner, shop.ID, writing.CSV)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		jobs := func() int64 { return m.Number(t, `select count(*) from river_job where kind = 'export'`) }
		first := ask()
		if again := ask(); again != first || jobs() != 1 {
			t.Errorf("%d again is %d, with %d jobs", first, again, jobs())
		}
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `delete from river_job where kind = 'export'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if again := ask(); again != first || jobs() != 1 {
			t.Errorf("%d lost is %d, with %d jobs", first, again, jobs())
		}
	})
}

func jobOf(m *markettest.Market, id pricelist.ID) string {
	if m.DB.Dialect() == db.SQLite {
		return fmt.Sprintf(`json_extract(args, '$.Import') = %d`, id)
	}
	return fmt.Sprintf(`args ->> 'Import' = '%d'`, id)
}
