package catalog_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// said are the characteristics of the shop's offer as a page shows them.
func said(t *testing.T, m *markettest.Market, shop partner.Shop, external string) string {
	t.Helper()
	page, err := m.Catalog.Page(t.Context(), catalog.Filter{Shops: []partner.ShopID{shop.ID}, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		External   string `json:"external_id"`
		Parameters []struct{ Parameter, Value string }
	}
	var raw []map[string]json.RawMessage
	if err := json.Unmarshal(page.Body, &list); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(page.Body, &raw); err != nil {
		t.Fatal(err)
	}
	for i, o := range list {
		if o.External == external {
			if err := json.Unmarshal(raw[i]["product_parameters"], &o.Parameters); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(o.Parameters)
		}
	}
	return "none"
}

func parameters(l catalog.Listing, list ...string) catalog.Listing {
	l.Parameters = nil
	for i := 0; i < len(list); i += 2 {
		l.Parameters = append(l.Parameters, catalog.Parameter{Name: list[i], Value: list[i+1]})
	}
	return l
}

func expectSaid(t *testing.T, m *markettest.Market, shop partner.Shop, when, want string) {
	t.Helper()
	if got := said(t, m, shop, "1"); got != want {
		t.Errorf("%s: %s, want %s", when, got, want)
	}
	traits := m.Number(t, `select count(*) from offers where id = $1 and traits <> ''`, m.Offers(t, shop)["1"].ID)
	if (traits == 1) != (want != "[]") {
		t.Errorf("%s: the offer has traits: %d", when, traits)
	}
}

// What is set by hand wins over every list until it is removed; an unchanged list
// is unchanged all the same.
func TestValuesByHandWin(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "Чайная"), m.Shop(t, "Кофейня")
		one := parameters(markettest.Good("1", 100, 5), "Цвет", "синий", `Знак ,"product_parameters":[`, "x")
		two := markettest.Good("2", 100, 5)
		m.Sell(t, shop, one, two)
		id := m.Offers(t, shop)["1"].ID
		rest := ` {Знак ,"product_parameters":[ x}`
		set := func(shop partner.ShopID, list ...string) {
			t.Helper()
			if err := m.Catalog.SetValues(t.Context(), shop, id, parameters(one, list...).Parameters); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.Catalog.SetValues(t.Context(), other.ID, id, one.Parameters); markettest.Code(t, err) != "not_found" {
			t.Errorf("another shop sets values: %v", err)
		}
		if err := m.Catalog.RemoveValues(t.Context(), other.ID, id, []string{"Цвет"}); markettest.Code(t, err) != "not_found" {
			t.Errorf("another shop removes values: %v", err)
		}
		expectSaid(t, m, shop, "of the list", "[{Цвет синий}"+rest+"]")
		set(shop.ID, "цвет ", "красный", "Вес", "2 кг")
		byHand := "[{Цвет красный}" + rest + " {Вес 2 кг}]"
		expectSaid(t, m, shop, "by hand", byHand)
		if diff := cmp.Diff(catalog.Counts{Unchanged: 2}, m.Sell(t, shop, one, two)); diff != "" {
			t.Errorf("the same list: (-want +got)\n%s", diff)
		}
		expectSaid(t, m, shop, "after the same list", byHand)
		changed := parameters(markettest.Good("1", 100, 5), "Вес", "3 кг", "Цвет", "белый")
		as := catalog.Staging(77)
		if _, err := markettest.Apply(t.Context(), m.DB, as, shop.ID, []catalog.Listing{changed, two}); err != nil {
			t.Fatal(err)
		}
		expectSaid(t, m, shop, "after another list", "[{Вес 2 кг} {Цвет красный}]")
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, _, err := catalog.Rollback(t.Context(), tx, as, shop.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		expectSaid(t, m, shop, "after the rollback", byHand)
		set(0, "Цвет", "")
		expectSaid(t, m, shop, "hidden by the administrator", "["+rest[1:]+" {Вес 2 кг}]")
		if err := m.Catalog.RemoveValues(t.Context(), shop.ID, id, []string{"ВЕС", "Цвет", "Нет такой"}); err != nil {
			t.Fatal(err)
		}
		expectSaid(t, m, shop, "removed", "[{Цвет синий}"+rest+"]")
		if n := m.Number(t, `select count(*) from audit_log where action = 'offer.parameters'`); n != 1 {
			t.Errorf("%d records of the administrator's change, want 1", n)
		}
		m.Sell(t, shop, changed, two)
		expectSaid(t, m, shop, "after a list, nothing by hand", "[{Вес 3 кг} {Цвет белый}]")
	})
}
