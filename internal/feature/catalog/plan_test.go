package catalog_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/money"
)

// No page reads a big table from one end to the other, in whatever way it is read.
func TestPlans(t *testing.T) {
	const offers = 9000
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		var shops []partner.Shop
		for s := range 3 {
			shops = append(shops, m.Shop(t, fmt.Sprint("shop", s)))
			list := make([]catalog.Listing, offers/3)
			for i := range list {
				list[i] = with(named(fmt.Sprintf("%d-%d", s, i), fmt.Sprintf("%s %d", []string{"Стол", "Стул", "Шкаф"}[i%3], i)), func(l *catalog.Listing) {
					l.Category, l.Price = fmt.Sprint("Раздел ", i%38), money.Kopecks(i)
					if i%2 == 1 { // half of all are in one category
						l.Category = "Большой раздел"
					}
					l.Parameters = []catalog.Parameter{{Name: "Цвет", Value: []string{"белый", "чёрный", "серый", "синий"}[i%4]}}
				})
			}
			m.Sell(t, shops[s], list...)
		}
		if m.DB.Dialect() == db.Postgres {
			if _, err := m.DB.Pool().Exec(t.Context(), `vacuum analyze`); err != nil {
				t.Fatal(err)
			}
		}
		few, many := new(money.Kopecks(1000)), new(money.Kopecks(1010))
		filters := map[string]catalog.Filter{
			"first page":            {},
			"far page":              {Cursor: "8000"},
			"shop":                  {Shops: []partner.ShopID{shops[1].ID}},
			"category":              {Categories: []catalog.CategoryID{3}},
			"shop and category":     {Shops: []partner.ShopID{shops[1].ID}, Categories: []catalog.CategoryID{3}},
			"shops and categories":  {Shops: []partner.ShopID{shops[1].ID, shops[2].ID}, Categories: []catalog.CategoryID{3, 4}},
			"few of a price":        {PriceMin: few, PriceMax: many},
			"few of a category":     {PriceMin: few, PriceMax: many, Categories: []catalog.CategoryID{3}},
			"many of a price":       {PriceMin: few},
			"in stock":              {InStock: true},
			"characteristic":        {Characteristics: []catalog.Chosen{{ID: 1, Values: []string{"белый"}}}},
			"search":                {Search: "стол"},
			"search of one":         {Search: "стол 1998"},
			"search in a category":  {Search: "стол", Categories: []catalog.CategoryID{3}},
			"code":                  {Search: "1-77"},
			"price of a category":   {Sort: catalog.SortPrice, Categories: []catalog.CategoryID{3}},
			"price of two":          {Sort: catalog.SortPriceDown, Categories: []catalog.CategoryID{3, 4}},
			"name of the largest":   {Sort: catalog.SortName, Categories: []catalog.CategoryID{2}},
			"price of the largest":  {Sort: catalog.SortPrice, Categories: []catalog.CategoryID{2}},
			"the largest":           {Categories: []catalog.CategoryID{2}},
			"name of a category":    {Sort: catalog.SortName, Categories: []catalog.CategoryID{3}},
			"newest of a shop":      {Sort: catalog.SortNewest, Shops: []partner.ShopID{shops[1].ID}},
			"price":                 {Sort: catalog.SortPrice},
			"name":                  {Sort: catalog.SortName},
			"search by price":       {Search: "стол", Sort: catalog.SortPrice},
			"search by name":        {Search: "стол", Sort: catalog.SortName},
			"search, newest":        {Search: "стол", Sort: catalog.SortNewest},
			"a slip":                {Search: "столл"},
			"characteristic, price": {Characteristics: []catalog.Chosen{{ID: 1, Values: []string{"белый"}}}, Sort: catalog.SortPrice},
		}
		for name, ways := range map[string][2]int64{"sorted": {2000, 100_000}, "streamed": {0, 100_000}, "walked": {0, 0}} {
			m.Catalog.SetWays(ways[0], ways[1])
			for what, f := range filters {
				if name != "sorted" && f.Search == "" && f.Characteristics == nil {
					continue // these have one way
				}
				var sent []catalog.Asked
				m.Catalog.Watch(func(a catalog.Asked) { sent = append(sent, a) })
				f.Limit = 40
				_, err := m.Catalog.Page(t.Context(), f)
				if err == nil && what == "search of one" { // of few, which no part of such a small catalogue is
					_, err = m.Catalog.Facets(t.Context(), catalog.Filter{Search: f.Search, Cursor: name})
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range sent {
					if strings.Contains(a.Query, `count(*)`) && name != "sorted" {
						continue // whether there is one: any will do
					}
					if plan := explain(t, m, a); wholeTable(m.DB.Dialect(), plan) {
						t.Errorf("%s, %s:\n%s\n%v\n%s", what, name, a.Query, a.Args, plan)
					}
				}
			}
		}
		m.Catalog.Watch(func(a catalog.Asked) {
			if plan := explain(t, m, a); wholeTable(m.DB.Dialect(), plan) {
				t.Errorf("categories:\n%s\n%s", a.Query, plan)
			}
		})
		if _, total, err := m.Catalog.Categories(t.Context(), 40, 0); total != 20 || err != nil {
			t.Errorf("%d categories, %v", total, err)
		}
	})
}

func explain(t *testing.T, m *markettest.Market, a catalog.Asked) string {
	t.Helper()
	begin := `explain `
	if m.DB.Dialect() == db.SQLite {
		begin = `explain query plan `
	}
	rows, err := m.DB.Query(t.Context(), begin+a.Query, a.Args...)
	lines, err := db.Collect(rows, err, func(r db.Row) (line string, err error) {
		if m.DB.Dialect() == db.Postgres {
			return line, r.Scan(&line)
		}
		var id, parent, none int64
		return line, r.Scan(&id, &parent, &none, &line)
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.DB.Dialect() == db.Postgres {
		lines = append(lines, "once it is kept:")
		lines = append(lines, explainKept(t, m, a)...)
	}
	return strings.Join(lines, "\n")
}

// explainKept is the plan of PostgreSQL for a statement that it has planned often
// enough, which is one for all arguments. It is to keep it then: to plan takes longer
// than to read a page.
func explainKept(t *testing.T, m *markettest.Market, a catalog.Asked) []string {
	t.Helper()
	c, err := m.DB.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Release()
	said := func(query string, args ...any) []string {
		rows, err := c.Query(t.Context(), query, append([]any{pgx.QueryExecModeSimpleProtocol}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	do := func(statement string) {
		if _, err := c.Exec(t.Context(), statement, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	do(`prepare asked as ` + a.Query)
	defer do(`deallocate asked`)
	asked := `execute asked`
	if len(a.Args) > 0 {
		places := make([]string, len(a.Args))
		for i := range places {
			places[i] = fmt.Sprintf("$%d", i+1)
		}
		asked += ` (` + strings.Join(places, `, `) + `)`
	}
	// What it plans anew for the first five times is like what explain shows.
	for range 6 {
		said(`explain `+asked, a.Args...)
	}
	if said(`select (generic_plans > 0)::text from pg_prepared_statements where name = 'asked'`)[0] != "true" {
		t.Errorf("planned anew each time:\n%s\n%v", a.Query, a.Args)
	}
	do(`set plan_cache_mode = force_generic_plan`)
	defer do(`reset plan_cache_mode`)
	return said(`explain `+asked, a.Args...)
}

var (
	sequential = regexp.MustCompile(`Seq Scan on (offers|offer_words|offer_names)\b`)
	scanned    = regexp.MustCompile(`(?m)^SCAN (o|n|offers|offer_names|l)$`)
)

// wholeTable tells whether a plan reads all of a big table. SQLite calls it a scan
// too when it reads offers by their ids until it has enough.
func wholeTable(dialect db.Dialect, plan string) bool {
	if dialect == db.Postgres {
		return sequential.MatchString(plan)
	}
	return scanned.MatchString(plan) && strings.Contains(plan, "TEMP B-TREE FOR ORDER BY")
}
