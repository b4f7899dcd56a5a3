package catalog_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// Whatever changes an offer, it is found by what it is now.
func TestIndexFollows(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		found := func(step, search, want string) {
			t.Helper()
			if err := catalog.Index(t.Context(), m.DB); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(ids(t, m, catalog.Filter{Search: search}), " "); got != want {
				t.Errorf("%s: %q finds %q, want %q", step, search, got, want)
			}
		}
		first := []catalog.Listing{named("1", "Стол дубовый"), named("2", "Стул дубовый")}
		if _, err := markettest.Apply(t.Context(), m.DB, 1, shop.ID, first); err != nil {
			t.Fatal(err)
		}
		found("a first list", "дубовый", "1 2")
		if _, err := markettest.Apply(t.Context(), m.DB, 2, shop.ID, []catalog.Listing{named("1", "Стол сосновый")}); err != nil {
			t.Fatal(err)
		}
		found("another name", "сосновый", "1")
		found("the former name, and one that was withdrawn", "дубовый", "")
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, _, err := catalog.Rollback(t.Context(), tx, 2, shop.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		found("taken back", "дубовый", "1 2")
		found("taken back", "сосновый", "")
		id := m.Offers(t, shop)["1"].ID
		if err := m.Catalog.SetValues(t.Context(), shop.ID, id, []catalog.Parameter{{Name: "Цвет", Value: "венге"}}); err != nil {
			t.Fatal(err)
		}
		found("a value by hand", "венге", "1")
		if err := m.Catalog.RemoveValues(t.Context(), shop.ID, id, []string{"Цвет"}); err != nil {
			t.Fatal(err)
		}
		found("without it", "венге", "")
		m.Sell(t, shop, append(first, named("3", strings.Repeat("ы", 5000)+" сейф"))...)
		found("beside a word that is too long", "сейф", "3")
		m.Sell(t, shop)
		found("all withdrawn", "дубовый", "")
		m.Sell(t, shop, first...)
		found("all there again", "дубовый", "1 2")
	})
}

// What changes while it is being indexed is indexed again: a merge that is not
// done yet keeps its marks from whoever indexes.
func TestIndexBesideMerge(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		if m.DB.Dialect() == db.SQLite {
			return // it has one writer: nobody indexes beside a merge
		}
		shop := m.Shop(t, "shop")
		if _, err := markettest.Apply(t.Context(), m.DB, 1, shop.ID, []catalog.Listing{named("1", "Стол дубовый")}); err != nil {
			t.Fatal(err)
		}
		// The offer is marked already, when a merge changes it; somebody indexes before it is done.
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			known, err := catalog.Look(t.Context(), tx, shop.ID)
			if err != nil {
				return err
			}
			if err := catalog.Stage(t.Context(), tx, 2, shop.ID, known, []catalog.Listing{named("1", "Стол сосновый")}); err != nil {
				return err
			}
			if _, err := catalog.Merge(t.Context(), tx, 2, shop.ID, known, false, markettest.Now); err != nil {
				return err
			}
			return catalog.Index(context.WithoutCancel(t.Context()), m.DB)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := catalog.Index(t.Context(), m.DB); err != nil {
			t.Fatal(err)
		}
		if got := ids(t, m, catalog.Filter{Search: "сосновый"}); len(got) != 1 {
			t.Errorf("the name that came meanwhile finds %v", got)
		}
	})
}

// Any number may index at once: each offer is found once.
func TestIndexAtOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		if _, err := markettest.Apply(t.Context(), m.DB, 1, shop.ID, markettest.Goods(2500, 100, 1)); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		for range 8 {
			go func() { done <- catalog.Index(t.Context(), m.DB) }()
		}
		for range 8 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if got := ids(t, m, catalog.Filter{Search: "товар", Limit: 1000}); len(got) != 2500 {
			t.Errorf("%d offers are found, want 2500", len(got))
		}
	})
}

// A word that has just begun finds what all words that begin so find, be they few
// or many.
func TestBegun(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		list := []catalog.Listing{named("0", "Санкт-Петербургский адаптер"), named("1", "Камерный стол"), named("2", "Камень"), named("3", "Каменный стол")}
		for i := range 80 {
			list = append(list, named(fmt.Sprint("n", i), fmt.Sprintf("Насос мод%c%cк", 'а'+rune(i/10), 'а'+rune(i%10))))
		}
		m.Sell(t, m.Shop(t, "shop"), list...)
		for search, want := range map[string]int{
			"кам": 3, "каме": 3, "камен": 2, "стол кам": 2, "санкт-пет": 1, "санкт-петербургский": 1, "адаптер санкт-петер": 1, "мод": 80, "насос мод": 80, "мода": 10, "модаб": 1, "нас": 80,
		} {
			if got := ids(t, m, catalog.Filter{Search: search, Limit: 1000}); len(got) != want {
				t.Errorf("%q finds %d, want %d: %v", search, len(got), want, got)
			}
		}
	})
}

// A cursor is written by whoever likes: one that is far beyond all ids costs what any
// other does.
func TestCursorBeyondAllIDs(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		m.Sell(t, m.Shop(t, "shop"), markettest.Goods(400, 100, 1)...)
		m.Catalog.SetWays(0, 1_000_000)
		for _, sort := range []catalog.Sort{catalog.SortRelevance, catalog.SortNewest} {
			f := catalog.Filter{Search: "товар", Sort: sort, Limit: 5}
			_, next := page(t, m, f)
			text, err := base64.RawURLEncoding.DecodeString(next)
			var at map[string]json.RawMessage
			if err == nil {
				err = json.Unmarshal(text, &at)
			}
			if at["ID"] = json.RawMessage(fmt.Sprint(int64(1) << 40)); err == nil {
				text, err = json.Marshal(at)
			}
			if err != nil {
				t.Fatal(err)
			}
			f.Cursor = base64.RawURLEncoding.EncodeToString(text)
			if n := m.Statements(func() { page(t, m, f) }); n > 10 {
				t.Errorf("%s: %d statements", sort, n)
			}
		}
	})
}

// Offers whose ids lie far apart are found in their order, all of them and each once.
func TestFoundAcrossRuns(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		var list []catalog.Listing
		if m.DB.Dialect() == db.Postgres {
			if _, err := m.DB.Pool().Exec(t.Context(), `alter sequence offers_id_seq increment by 1000`); err != nil {
				t.Fatal(err)
			}
		}
		for n := range 750 {
			list = append(list, with(named(fmt.Sprintf("%03d", n), "Стол"), func(l *catalog.Listing) { l.Quantity = int64(n % 2) }))
		}
		m.Sell(t, shop, list...)
		m.Catalog.SetWays(0, 1_000_000)
		byID := func(pass func(l catalog.Listing) bool) (want []string) {
			for _, l := range list {
				if pass(l) {
					want = append(want, l.ExternalID)
				}
			}
			return want
		}
		all := byID(func(catalog.Listing) bool { return true })
		newest := slices.Clone(all)
		slices.Reverse(newest)
		inStock := byID(func(l catalog.Listing) bool { return l.Quantity > 0 })
		late := byID(func(l catalog.Listing) bool { return l.Quantity == 0 })
		for name, c := range map[string]struct {
			f    catalog.Filter
			want []string
		}{
			"in stock first":      {catalog.Filter{Search: "стол"}, append(slices.Clone(inStock), late...)},
			"in stock":            {catalog.Filter{Search: "стол", InStock: true}, inStock},
			"newest":              {catalog.Filter{Search: "стол", Sort: catalog.SortNewest}, newest},
			"newest of one price": {catalog.Filter{PriceMin: new(money.Kopecks(100)), PriceMax: new(money.Kopecks(100)), Sort: catalog.SortNewest}, newest},
		} {
			for _, limit := range []int{40, 100} {
				c.f.Limit = limit
				if name == "newest of one price" {
					m.Catalog.SetWays(1000, 1_000_000) // all are few
				}
				if diff := cmp.Diff(c.want, ids(t, m, c.f)); diff != "" {
					t.Errorf("%s, %d a page (-want +got)\n%s", name, limit, diff)
				}
				m.Catalog.SetWays(0, 1_000_000)
			}
		}
	})
}

// What is to be indexed is chosen once, even where PostgreSQL takes the table for
// empty, as it does when it looked last after all were indexed.
func TestWhatToIndexIsChosenOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		const goods = 3000
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(goods, 100, 1)...)
		if err := catalog.Index(t.Context(), m.DB); err != nil {
			t.Fatal(err)
		}
		m.Change(t, `analyze unindexed_offers`)
		m.Change(t, `insert into unindexed_offers (offer_id) select id from offers`)
		read := func(tx db.Tx) (n int64) {
			if tx.Dialect() == db.Postgres {
				err := tx.QueryRow(t.Context(), `
					select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'unindexed_offers'`).Scan(&n)
				if err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			before := read(tx)
			n, err := catalog.IndexSome(t.Context(), tx)
			if err != nil {
				return err
			}
			if got := read(tx) - before; n == goods || got > 10*goods {
				t.Errorf("%d of %d are indexed at once, %d rows were read to choose them", n, goods, got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
