package pricelist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
)

const none = "categories: [{id: 1, name: Чай}]\ngoods: []\n"

// codes are those of the reasons why an import is held.
func codes(i pricelist.Import) string {
	var list []string
	for _, r := range i.Held {
		list = append(list, r.Code)
		if r.Text.RU == "" || r.Text.EN == "" {
			list = append(list, "of no text")
		}
	}
	return strings.Join(list, " ")
}

// try works on a list until it rests.
func try(t *testing.T, m *markettest.Market, shop partner.Shop, text string) pricelist.Import {
	t.Helper()
	id := receive(t, m, shop, text)
	if err := m.Lists.Work(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	i := get(t, m, shop, id)
	if !i.Rests() {
		t.Fatalf("the import is still %s", i.State)
	}
	return i
}

// held has the shop get a list that waits for a person: its prices double.
func held(t *testing.T, m *markettest.Market, shop partner.Shop) pricelist.Import {
	t.Helper()
	load(t, m, shop, list("shop", 3, 1000))
	i := try(t, m, shop, list("shop", 3, 2000))
	if i.State != pricelist.Held {
		t.Fatalf("it is not held: %+v", i)
	}
	return i
}

// administrator makes one.
func administrator(t *testing.T, m *markettest.Market) account.User {
	t.Helper()
	email, password, name := "boss@example.com", "Vb7-dom.Karta", "Вера"
	u, err := m.Accounts.AddActive(t.Context(), account.Profile{
		Email: &email, Password: &password, FirstName: &name, LastName: &name,
	}, account.Admin)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhatIsHeld(t *testing.T) {
	dollars := func(text string) string { return "currency: USD\n" + text }
	cases := []struct {
		name, before, after string
		limits              pricelist.Limits // none: the usual ones
		want                string
	}{
		{"half withdrawn", list("x", 10, 1000), list("x", 5, 1000), pricelist.Limits{}, ""},
		{"more than half", list("x", 10, 1000), list("x", 4, 1000), pricelist.Limits{}, "many_withdrawn"},
		{"five of nine", list("x", 9, 1000), list("x", 4, 1000), pricelist.Limits{}, "many_withdrawn"},
		{"a few of a few", list("x", 5, 1000), list("x", 1, 1000), pricelist.Limits{}, ""},
		{"another limit", list("x", 10, 1000), list("x", 4, 1000), pricelist.Limits{WithdrawnPercent: 60, PricePercent: 200}, ""},
		{"just over another", list("x", 10, 1000), list("x", 4, 1000), pricelist.Limits{WithdrawnPercent: 59, PricePercent: 200}, "many_withdrawn"},
		{"none may go", list("x", 50, 1000), list("x", 45, 1000), pricelist.Limits{WithdrawnPercent: 0, PricePercent: 200}, "many_withdrawn"},
		{"all may go", list("x", 50, 1000), list("x", 1, 1000), pricelist.Limits{WithdrawnPercent: 100, PricePercent: 200}, ""},

		{"twice the price", list("x", 3, 1000), list("x", 3, 2000), pricelist.Limits{}, "price_moved"},
		{"a little less", list("x", 3, 1000), list("x", 3, 1999.99), pricelist.Limits{}, ""},
		{"half the price", list("x", 3, 1000), list("x", 3, 500), pricelist.Limits{}, "price_moved"},
		{"a little more", list("x", 3, 1000), list("x", 3, 500.01), pricelist.Limits{}, ""},
		{"two goods", list("x", 2, 1000), list("x", 2, 100_000), pricelist.Limits{}, ""},
		{"one of three", list("x", 3, 1000), strings.Replace(list("x", 3, 1000), "price: 1000", "price: 100000", 1), pricelist.Limits{}, ""},
		{"two of three", list("x", 3, 1000), strings.Replace(list("x", 3, 1000), "price: 1000", "price: 100000", 2), pricelist.Limits{}, "price_moved"},
		{"another limit of prices", list("x", 3, 1000), list("x", 3, 2000), pricelist.Limits{WithdrawnPercent: 50, PricePercent: 201}, ""},
		{"a low one", list("x", 3, 1000), list("x", 3, 1010), pricelist.Limits{WithdrawnPercent: 50, PricePercent: 101}, "price_moved"},
		{"just below it", list("x", 3, 1000), list("x", 3, 1009.99), pricelist.Limits{WithdrawnPercent: 50, PricePercent: 101}, ""},

		{"no goods", list("x", 1, 1000), none, pricelist.Limits{}, "empty_list"},
		{"no goods, and all may go", list("x", 1, 1000), none, pricelist.Limits{WithdrawnPercent: 100, PricePercent: 200}, "empty_list"},

		{"dollars", list("x", 1, 1000), dollars(list("x", 1, 1000)), pricelist.Limits{}, "currency_changed"},
		{"the first in dollars", "", dollars(list("x", 1, 1000)), pricelist.Limits{}, "currency_changed"},
		{"roubles", list("x", 1, 1000), "currency: RUB\n" + list("x", 1, 1001), pricelist.Limits{}, ""},

		{"everything", list("x", 20, 1000), dollars(list("x", 3, 10)), pricelist.Limits{}, "many_withdrawn price_moved currency_changed"},
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		for n, c := range cases {
			shop := m.Shop(t, strings.ReplaceAll(c.name, " ", "-"))
			if c.before != "" {
				if i := load(t, m, shop, c.before); i.State != pricelist.Applied {
					t.Fatalf("%s: %+v", c.name, i)
				}
			}
			if c.limits != (pricelist.Limits{}) {
				if _, err := m.Lists.SetProfile(t.Context(), shop.Owner, as(pricelist.Profile{Limits: c.limits})); err != nil {
					t.Fatal(err)
				}
			}
			before := m.Tables(t, markettest.Catalogue...)
			i := try(t, m, shop, c.after)
			if got := codes(i); got != c.want {
				t.Errorf("%d, %s: held for %q, want %q (%+v)", n, c.name, got, c.want, i.Difference)
				continue
			}
			if c.want == "" {
				if i.State != pricelist.Applied || i.WhyHeld().RU != "" {
					t.Errorf("%s: %+v", c.name, i)
				}
				continue
			}
			if i.State != pricelist.Held || i.Final() || i.WhyHeld().RU == "" || i.WhyHeld().EN == "" || i.Difference == nil {
				t.Errorf("%s: %+v", c.name, i)
			}
			if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
				t.Errorf("%s: the catalogue was changed (-before +after)\n%s", c.name, diff)
			}
		}
	})
}

// A list in dollars that was let pass once is what the shop sends.
func TestTheCurrencyIsAskedForOnce(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		text := func(price any) string { return "currency: USD\n" + list("shop", 2, price) }
		first := try(t, m, shop, text(1))
		if err := m.Lists.Apply(t.Context(), shop.Owner, first.ID); err != nil {
			t.Fatal(err)
		}
		if i := work(t, m, shop, first.ID); i.State != pricelist.Applied || i.Currency != "USD" {
			t.Errorf("%+v", i)
		}
		if i := load(t, m, shop, text(1.1)); i.State != pricelist.Applied {
			t.Errorf("%+v", i)
		}
		load(t, m, shop, "currency: RUB\n"+list("shop", 2, 1))
		if i := try(t, m, shop, text(1.1)); codes(i) != "currency_changed" {
			t.Errorf("back to dollars: %+v", i)
		}
	})
}

func TestAHeldListIsApplied(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		i := held(t, m, shop)
		if again := receive(t, m, shop, list("shop", 3, 2000)); again != i.ID {
			t.Errorf("sent again it is %d, not %d", again, i.ID)
		}
		if err := m.Lists.Work(t.Context(), i.ID); err != nil || get(t, m, shop, i.ID).State != pricelist.Held {
			t.Errorf("a further run: %v", err)
		}
		if err := m.Lists.Apply(t.Context(), shop.Owner, i.ID); err != nil {
			t.Fatal(err)
		}
		if got := sold(t, m, shop); got != ofList(3, "1000") {
			t.Errorf("before the work: %s", got)
		}
		decide := func(when string) {
			t.Helper()
			for name, f := range map[string]error{
				"apply": m.Lists.Apply(t.Context(), shop.Owner, i.ID), "discard": m.Lists.Discard(t.Context(), shop.Owner, i.ID),
			} {
				if code := markettest.Code(t, f); code != "price_list_not_held" {
					t.Errorf("%s %s: %q", name, when, code)
				}
			}
		}
		decide("when it was let pass")
		i = work(t, m, shop, i.ID)
		if i.State != pricelist.Applied || i.DecidedBy != shop.Owner || codes(i) != "price_moved" || sold(t, m, shop) != ofList(3, "2000") {
			t.Errorf("%+v; sold %s", i, sold(t, m, shop))
		}
		decide("when it is applied")
	})
}

func TestAHeldListIsDiscarded(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		i := held(t, m, shop)
		before := m.Tables(t, markettest.Catalogue...)
		if err := m.Lists.Discard(t.Context(), shop.Owner, i.ID); err != nil {
			t.Fatal(err)
		}
		i = get(t, m, shop, i.ID)
		if i.State != pricelist.Refused || i.Code != pricelist.Discarded.Code || i.Reason != pricelist.Discarded.Text || i.DecidedBy != shop.Owner || !i.Final() {
			t.Errorf("%+v", i)
		}
		for range 2 {
			if code := markettest.Code(t, m.Lists.Discard(t.Context(), shop.Owner, i.ID)); code != "price_list_not_held" {
				t.Errorf("again: %q", code)
			}
		}
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
		again := try(t, m, shop, list("shop", 3, 2000))
		if again.ID == i.ID || again.State != pricelist.Held {
			t.Errorf("sent again: %+v", again)
		}
		load(t, m, shop, list("shop", 3, 1001))
		if n := m.Number(t, `select count(*) from import_chunks where import_id in ($1, $2)`, i.ID, again.ID); n != 0 {
			t.Errorf("the bytes of %d are kept", n)
		}
	})
}

// A list that waits for a person ends when a later one is applied.
func TestAHeldListIsSuperseded(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		i, elsewhere := held(t, m, shop), held(t, m, other)
		load(t, m, shop, list("shop", 3, "bad"))
		if get(t, m, shop, i.ID).State != pricelist.Held {
			t.Error("a refused list ended it")
		}
		load(t, m, shop, list("shop", 3, 1001))
		got := get(t, m, shop, i.ID)
		if got.State != pricelist.Refused || got.Code != pricelist.Superseded.Code || !got.Final() {
			t.Errorf("%+v", got)
		}
		if code := markettest.Code(t, m.Lists.Apply(t.Context(), shop.Owner, i.ID)); code != "price_list_not_held" {
			t.Errorf("%q", code)
		}
		if get(t, m, other, elsewhere.ID).State != pricelist.Held {
			t.Error("that of another shop was ended too")
		}
	})
}

func TestWhoDecides(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		other, buyer, boss := m.Shop(t, "other"), m.Buyer(t, "buyer"), administrator(t, m)
		i := held(t, m, shop)
		before := m.Tables(t)
		for _, who := range []account.ID{other.Owner, buyer.ID} {
			_, roll := m.Lists.Roll(t.Context(), who, i.ID-1)
			for name, err := range map[string]error{
				"apply": m.Lists.Apply(t.Context(), who, i.ID), "discard": m.Lists.Discard(t.Context(), who, i.ID), "roll": roll,
			} {
				if code := markettest.Code(t, err); code != "not_found" {
					t.Errorf("%s by %d: %q", name, who, code)
				}
			}
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
		if err := m.Lists.Apply(t.Context(), boss.ID, i.ID); err != nil {
			t.Fatal(err)
		}
		if i := work(t, m, shop, i.ID); i.State != pricelist.Applied || i.DecidedBy != boss.ID {
			t.Errorf("%+v", i)
		}
		if _, err := m.Lists.Roll(t.Context(), boss.ID, i.ID); err != nil {
			t.Error(err)
		}
	})
}

// as makes a profile the same as p.
func as(p pricelist.Profile) func(*pricelist.Profile) {
	return func(now *pricelist.Profile) { now.Layout, now.Limits, now.GoodRows = p.Layout, p.Limits, p.GoodRows }
}

func TestBadLimits(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		first, err := m.Lists.ProfileOf(t.Context(), shop.Owner)
		if err != nil || first.Limits != (pricelist.Limits{WithdrawnPercent: 50, PricePercent: 200}) {
			t.Fatalf("%+v, %v", first, err)
		}
		good := pricelist.Profile{
			Layout: reading.Profile{Sheet: "Прайс*", HeaderRow: 3, Columns: []reading.Column{{Header: "Цена", Field: reading.FieldPrice}}},
			Limits: pricelist.Limits{WithdrawnPercent: 0, PricePercent: 101}, GoodRows: true,
		}
		if _, err := m.Lists.SetProfile(t.Context(), shop.Owner, as(good)); err != nil {
			t.Fatal(err)
		}
		for _, limits := range []pricelist.Limits{
			{WithdrawnPercent: -1, PricePercent: 200},
			{WithdrawnPercent: 101, PricePercent: 200},
			{WithdrawnPercent: 50, PricePercent: 100},
			{WithdrawnPercent: 50, PricePercent: 100_001},
			{},
		} {
			_, err := m.Lists.SetProfile(t.Context(), shop.Owner, as(pricelist.Profile{Limits: limits}))
			if code := markettest.Code(t, err); code != "bad_limits" {
				t.Errorf("%+v: %q", limits, code)
			}
		}
		got, err := m.Lists.ProfileOf(t.Context(), shop.Owner)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]any{good.Layout, good.Limits, true}, []any{got.Layout, got.Limits, got.GoodRows}); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		buyer := m.Buyer(t, "buyer")
		if _, err := m.Lists.SetProfile(t.Context(), buyer.ID, as(good)); markettest.Code(t, err) != "not_found" {
			t.Errorf("a buyer's: %v", err)
		}
		if _, err := m.Lists.ProfileOf(t.Context(), buyer.ID); markettest.Code(t, err) != "not_found" {
			t.Errorf("a buyer's: %v", err)
		}
	})
}
