package pricelist_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
)

// The same bytes sent again are the import that they were.
func TestTheSameFileAgain(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		send := func(text string, o pricelist.Options) pricelist.ID {
			t.Helper()
			id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(text), o)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		a, b, bad := list("shop", 3, 1000), list("shop", 3, 1001), list("shop", 3, "bad")
		repeats := func(when, text string, o pricelist.Options, id pricelist.ID) {
			t.Helper()
			before := m.Tables(t)
			if got := send(text, o); got != id {
				t.Errorf("%s: it is %d, want %d", when, got, id)
			}
			if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
				t.Errorf("%s (-before +after)\n%s", when, diff)
			}
		}
		last := pricelist.ID(0)
		differs := func(when, text string, o pricelist.Options) pricelist.ID {
			t.Helper()
			id := send(text, o)
			if id <= last {
				t.Errorf("%s: it is the old one", when)
			}
			last = id
			return id
		}
		first := differs("first", a, pricelist.Options{})
		repeats("waiting", a, pricelist.Options{}, first)
		work(t, m, shop, first)
		repeats("applied", a, pricelist.Options{}, first)
		if id := receive(t, m, other, a); id == first {
			t.Error("another shop's")
		}
		dry := differs("a dry run", a, pricelist.Options{DryRun: true})
		work(t, m, shop, dry)
		repeats("a dry run again", a, pricelist.Options{DryRun: true}, dry)
		work(t, m, shop, differs("another policy", a, pricelist.Options{DryRun: true, GoodRows: true}))
		work(t, m, shop, differs("another list", b, pricelist.Options{}))
		work(t, m, shop, differs("the first again", a, pricelist.Options{}))
		refused := differs("a bad one", bad, pricelist.Options{})
		work(t, m, shop, refused)
		repeats("a bad one again", bad, pricelist.Options{}, refused)
		if _, err := m.Lists.SetProfile(t.Context(), shop.Owner, as(pricelist.Profile{Limits: pricelist.Limits{PricePercent: 200}})); err != nil {
			t.Fatal(err)
		}
		differs("after a change of the profile", bad, pricelist.Options{})
	})
}

func TestRaceOfTheSameFile(t *testing.T) {
	const n = 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		ids := make([]pricelist.ID, n)
		markettest.Codes(t, markettest.AtOnce(n, func(i int) (err error) {
			ids[i], err = m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 3, 1)), pricelist.Options{})
			return err
		}))
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("imports %v", ids)
				break
			}
		}
		if n := m.Number(t, `select count(*) from imports`); n != 1 {
			t.Errorf("%d imports", n)
		}
	})
}

// An address that gives the bytes of the list before gives its result.
func TestTheSameBytesFromAnAddress(t *testing.T) {
	text := list("shop", 3, 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, text) }))
	defer server.Close()
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		fetched := func() pricelist.Import {
			t.Helper()
			id, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, server.URL, pricelist.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return work(t, m, shop, id)
		}
		first := fetched()
		before := m.Tables(t, markettest.Catalogue...)
		again := fetched()
		if again.ID == first.ID || again.State != pricelist.Applied || again.Repeats != first.ID || again.Unchanged != 3 || again.Format != "yaml" {
			t.Errorf("%+v", again)
		}
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
		cannot(t, m, shop, again.ID, "not_the_current_version")
		waiting, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, server.URL, pricelist.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rollBack(t, m, shop, first.ID)
		if i := work(t, m, shop, waiting); i.Repeats != 0 || i.Updated != 3 || sold(t, m, shop) != ofList(3, "1000") {
			t.Errorf("sent before the rollback: %+v", i)
		}
		rollBack(t, m, shop, waiting)
		if third := fetched(); third.Repeats != 0 || third.Updated != 3 || sold(t, m, shop) != ofList(3, "1000") {
			t.Errorf("after a rollback: %+v", third)
		}
	})
}

func TestTooManyListsWait(t *testing.T) {
	const most = 20
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		send := func(shop partner.Shop, n int) (pricelist.ID, error) {
			return m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 2, 1000+n)), pricelist.Options{})
		}
		var first pricelist.ID
		for n := range most {
			id, err := send(shop, n)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = id
			}
		}
		before := m.Tables(t)
		if _, err := send(shop, most); markettest.Code(t, err) != "too_many_price_lists" {
			t.Errorf("one more: %v", err)
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
		if _, err := send(other, 0); err != nil {
			t.Errorf("another shop's: %v", err)
		}
		work(t, m, shop, first)
		if _, err := send(shop, most); err != nil {
			t.Errorf("when one is done: %v", err)
		}
	})
}
