package catalog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// with is the good with a change.
func with(l catalog.Listing, change func(l *catalog.Listing)) catalog.Listing {
	change(&l)
	return l
}

func TestMergeCountsWhatItDoes(t *testing.T) {
	one, two, three := markettest.Good("1", 100, 5), markettest.Good("2", 200, 5), markettest.Good("3", 300, 5)
	steps := []struct {
		name string
		list []catalog.Listing
		want catalog.Counts
		sold string // the external ids that are for sale then
	}{
		{"first", []catalog.Listing{one, two}, catalog.Counts{Created: 2}, "1 2"},
		{"the same", []catalog.Listing{two, one}, catalog.Counts{Unchanged: 2}, "1 2"},
		{"a new one", []catalog.Listing{one, two, three}, catalog.Counts{Created: 1, Unchanged: 2}, "1 2 3"},
		{"one is gone", []catalog.Listing{one, three}, catalog.Counts{Unchanged: 2, Withdrawn: 1}, "1 3"},
		{"it is still gone", []catalog.Listing{one, three}, catalog.Counts{Unchanged: 2}, "1 3"},
		{"it is back", []catalog.Listing{one, two, three}, catalog.Counts{Updated: 1, Unchanged: 2}, "1 2 3"},
		{
			"everything at once",
			[]catalog.Listing{one, with(three, func(l *catalog.Listing) { l.Price = 301 }), markettest.Good("4", 1, 0)},
			catalog.Counts{Created: 1, Updated: 1, Unchanged: 1, Withdrawn: 1},
			"1 3 4",
		},
		{"nothing is left", nil, catalog.Counts{Withdrawn: 3}, ""},
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		ids := map[string]catalog.OfferID{}
		for _, s := range steps {
			if diff := cmp.Diff(s.want, m.Sell(t, shop, s.list...)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", s.name, diff)
			}
			var sold string
			all := m.Offers(t, shop)
			for _, external := range []string{"1", "2", "3", "4"} {
				o, known := all[external]
				if !known {
					continue
				}
				if first, known := ids[external]; known && first != o.ID {
					t.Errorf("%s: offer %s was %d and is %d", s.name, external, first, o.ID)
				}
				ids[external] = o.ID
				if !o.Withdrawn {
					sold += " " + external
				}
			}
			if sold != "" {
				sold = sold[1:]
			}
			if sold != s.sold {
				t.Errorf("%s: %q is for sale, want %q", s.name, sold, s.sold)
			}
			if n := m.Number(t, `select count(*) from staged_offers`); n != 0 {
				t.Errorf("%s: %d rows are still staged", s.name, n)
			}
		}
	})
}

// Whatever a list says of a good is noticed when it changes.
func TestMergeNoticesEachChange(t *testing.T) {
	rrc := money.Kopecks(999)
	changes := map[string]func(l *catalog.Listing){
		"category":         func(l *catalog.Listing) { l.Category = "Кофе" },
		"category's case":  func(l *catalog.Listing) { l.Category = "ЧАЙ" },
		"name":             func(l *catalog.Listing) { l.Name = "Другой" },
		"name's case":      func(l *catalog.Listing) { l.Name = "ТОВАР 1" },
		"model":            func(l *catalog.Listing) { l.Model = "other" },
		"price":            func(l *catalog.Listing) { l.Price++ },
		"recommended":      func(l *catalog.Listing) { l.PriceRRC = &rrc },
		"quantity":         func(l *catalog.Listing) { l.Quantity = 0 },
		"parameter":        func(l *catalog.Listing) { l.Parameters = []catalog.Parameter{{Name: "Цвет", Value: "белый"}} },
		"parameter's name": func(l *catalog.Listing) { l.Parameters = []catalog.Parameter{{Name: "Тон", Value: "синий"}} },
		"no parameters":    func(l *catalog.Listing) { l.Parameters = nil },
		"description":      func(l *catalog.Listing) { l.Description = "Вкусный." },
		"address":          func(l *catalog.Listing) { l.URL = "https://example.com/1" },
		"pictures":         func(l *catalog.Listing) { l.Pictures = []string{"https://example.com/1.jpg"} },
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		for name, change := range changes {
			before := markettest.Good("1", 100, 5)
			m.Sell(t, shop, before)
			after := with(before, change)
			if diff := cmp.Diff(catalog.Counts{Updated: 1}, m.Sell(t, shop, after)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", name, diff)
			}
			o := m.Offers(t, shop)["1"]
			got := []any{o.Model, o.Price, o.OnHand, m.Number(t, `
				select count(*) from products p join categories c on c.id = p.category_id
				where p.id = $1 and c.id = $2 and p.name_key = $3 and c.name_key = $4`,
				o.Product, o.Category, catalog.Key(after.Name), catalog.Key(after.Category))}
			if diff := cmp.Diff([]any{after.Model, after.Price, after.Quantity, int64(1)}, got); diff != "" {
				t.Errorf("%s: the offer (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestUnchangedOffersAreNotWritten(t *testing.T) {
	const n = 300
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		list := markettest.Goods(n, 100, 5)
		m.Sell(t, shop, list...)
		before := writes(t, m)
		m.Sell(t, shop, list...)
		if diff := cmp.Diff(before, writes(t, m)); m.DB.Dialect() == db.Postgres && diff != "" {
			t.Errorf("rows were written anew:\n%s", diff)
		}
		// On SQLite all that is written is counted: into the staging and out of it, and that
		// there was a list.
		if got := writes(t, m)["all"] - before["all"]; m.DB.Dialect() == db.SQLite && got != 2*n+1 {
			t.Errorf("%d rows were written, want %d", got, 2*n+1)
		}
	})
}

// writes tells of each row of the catalogue which transaction wrote it; SQLite
// only knows the number of rows written so far.
func writes(t *testing.T, m *markettest.Market) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	if m.DB.Dialect() == db.SQLite {
		var n int64
		if err := m.DB.Writer().QueryRowContext(t.Context(), `select total_changes()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		all["all"] = n
		return all
	}
	for _, table := range []string{"categories", "products", "offers"} {
		rows, err := m.DB.Query(t.Context(), `select id, xmin::text::bigint from `+table)
		_, err = db.Collect(rows, err, func(r db.Row) (struct{}, error) {
			var id, tx int64
			err := r.Scan(&id, &tx)
			all[fmt.Sprint(table, id)] = tx
			return struct{}{}, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestReservedStockSurvivesAList(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		m.Sell(t, shop, markettest.Good("1", 100, 10), markettest.Good("2", 100, 10))
		if err := reserve(t, m, m.Want(t, shop, "1", 4), m.Want(t, shop, "2", 3)); err != nil {
			t.Fatal(err)
		}
		m.Sell(t, shop, markettest.Good("1", 90, 3)) // 2 is withdrawn, and of 1 there is less than was sold
		m.Sell(t, shop, markettest.Good("1", 90, 6), markettest.Good("2", 100, 10))
		got := m.Offers(t, shop)
		if got["1"].Reserved != 4 || got["1"].OnHand != 6 || got["2"].Reserved != 3 || got["2"].Withdrawn {
			t.Errorf("%+v", got)
		}
		if diff := cmp.Diff([]int64{2, 7}, quantities(t, m, catalog.Filter{Limit: 10})); diff != "" {
			t.Errorf("available (-want +got)\n%s", diff)
		}
	})
}

// A supplier's list touches no offer of another.
func TestAListIsOfOneShop(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		one, two := m.Shop(t, "one"), m.Shop(t, "two")
		m.Sell(t, one, markettest.Goods(3, 100, 1)...)
		before := m.Offers(t, one)
		m.Sell(t, two, markettest.Goods(2, 200, 2)...)
		m.Sell(t, two, markettest.Goods(1, 300, 3)...)
		if diff := cmp.Diff(before, m.Offers(t, one)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
	})
}

// A first list is merged in steps of its length, not of its square: PostgreSQL has
// found all products before it adds the first to the table that it takes for empty,
// and reads again for each row.
func TestAFirstListIsNotComparedWithItself(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Ромашка")
		var plans []string
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			known, err := catalog.Look(t.Context(), tx, shop.ID)
			if err == nil {
				err = catalog.Stage(t.Context(), tx, 1, shop.ID, known, markettest.Goods(200, 100, 1))
			}
			if err == nil && tx.Dialect() == db.Postgres { // SQLite finds each row by its key
				tx = explained{tx, &plans}
			}
			if err == nil {
				_, err = catalog.Merge(t.Context(), tx, 1, shop.ID, known, false, markettest.Now)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if m.DB.Dialect() == db.Postgres && len(plans) < 3 {
			t.Errorf("only %d plans", len(plans))
		}
		for _, plan := range plans {
			if sorted := strings.Index(plan, "Sort "); sorted < 0 || sorted > strings.Index(plan, "Join") {
				t.Errorf("rows are added while others are looked for:\n%s", plan)
			}
		}
	})
}

// explained keeps the plans of what is added to staged_products by what is known.
type explained struct {
	db.Tx
	plans *[]string
}

func (e explained) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if strings.Contains(query, "insert into staged_products") && strings.Contains(query, "product_keys") {
		rows, err := e.Query(ctx, `explain `+query, args...)
		lines, err := db.Collect(rows, err, func(r db.Row) (line string, err error) { return line, r.Scan(&line) })
		if err != nil {
			return 0, err
		}
		*e.plans = append(*e.plans, strings.Join(lines, "\n"))
	}
	return e.Tx.Exec(ctx, query, args...)
}
