package pricelist_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
)

// stock tells what the shop sells as "id:price x quantity", by ids.
func stock(t *testing.T, m *markettest.Market, shop partner.Shop, ids ...string) string {
	t.Helper()
	all := m.Offers(t, shop)
	var list []string
	for _, id := range ids {
		if o, is := all[id]; is && !o.Withdrawn {
			list = append(list, fmt.Sprintf("%s:%sx%d", id, o.Price, o.OnHand))
		}
	}
	return strings.Join(list, " ")
}

func TestAPartialListChangesOnlyWhatItNames(t *testing.T) {
	const text = `partial: true
goods:
- {id: 1, price: 1100}
- {id: 2, quantity: 3}
- {id: 3, price: 1200, quantity: 0, price_rrc: 1300}
- {id: 4, price: 1000, quantity: 10}
- {id: 99, price: 5}
`
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 6, 1000))
		load(t, m, shop, list("shop", 5, 1000)) // 6 is withdrawn
		content := func() int64 { return m.Number(t, `select sum(content % 1000000007) from offers`) }
		before := content()
		i := load(t, m, shop, text+"- {id: 6, price: 5}\n")
		want := "applied rows 6 created 0 updated 3 unchanged 1 withdrawn 0 errors 0 warnings 2"
		if got := counts(i); got != want || !i.Partial {
			t.Errorf("%s\nwant %s", got, want)
		}
		if got := stock(t, m, shop, "1", "2", "3", "4", "5", "6", "99"); got != "1:1100x10 2:1000x3 3:1200x0 4:1000x10 5:1000x10" {
			t.Errorf("sold %s", got)
		}
		if n := m.Number(t, `select count(*) from offers where price_rrc = 130000`); n != 1 || content() != before {
			t.Errorf("%d recommended prices; the content is the same: %v", n, content() == before)
		}
		problems, err := m.Lists.Problems(t.Context(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%d %s %s of %s", p.Line, p.Severity, p.Code, p.ExternalID))
		}
		if diff := cmp.Diff([]string{"7 warning unknown_offer of 99", "8 warning unknown_offer of 6"}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if i.Difference.Unknown != 2 || i.Difference.PriceUp != 2 || i.Difference.StockDown != 2 || i.Difference.SoldOut != 1 {
			t.Errorf("%+v", i.Difference)
		}
		rollBack(t, m, shop, i.ID)
		if got := stock(t, m, shop, "1", "2", "3", "4", "5", "6"); got != "1:1000x10 2:1000x10 3:1000x10 4:1000x10 5:1000x10" {
			t.Errorf("rolled back: %s", got)
		}
	})
}

// A partial list of 1C names what is to be withdrawn; with a good go its variants.
func TestAPartialListWithdrawsWhatItSays(t *testing.T) {
	gone := func(ids ...string) string {
		var b strings.Builder
		b.WriteString(`<КоммерческаяИнформация><ПакетПредложений СодержитТолькоИзменения="true"><Предложения>`)
		for _, id := range ids {
			fmt.Fprintf(&b, "<Предложение Статус=\"Удален\"><Ид>%s</Ид></Предложение>\n", id)
		}
		return b.String() + `</Предложения></ПакетПредложений></КоммерческаяИнформация>`
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		ids := []string{"g", "g#a", "g#б", "g1", "g$", "h#a", "h#b", "1", "2", "3"}
		var b strings.Builder
		b.WriteString("categories: [{id: 1, name: Чай}]\ngoods:\n")
		for _, id := range ids {
			fmt.Fprintf(&b, "- {id: \"%s\", category: 1, name: \"Товар %s\", price: 1, quantity: 1}\n", id, id)
		}
		load(t, m, shop, b.String())
		i := load(t, m, shop, gone("g", "h", "k"))
		want := "applied rows 3 created 0 updated 0 unchanged 0 withdrawn 5 errors 0 warnings 1"
		if got := counts(i); got != want || i.Difference.Withdrawn != 5 {
			t.Errorf("%s\nwant %s; %+v", got, want, i.Difference)
		}
		if got := stock(t, m, shop, ids...); got != "g1:1x1 g$:1x1 1:1x1 2:1x1 3:1x1" {
			t.Errorf("sold %s", got)
		}
		rollBack(t, m, shop, i.ID)
		if got := stock(t, m, shop, ids...); strings.Count(got, ":") != len(ids) {
			t.Errorf("rolled back: %s", got)
		}
	})
}

func TestADryRun(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 10, 1000))
		before := m.Tables(t, append([]string{"offer_versions"}, markettest.Catalogue...)...)
		for text, want := range map[string]string{
			list("shop", 3, 2000):   "checked rows 3 created 0 updated 0 unchanged 0 withdrawn 0 errors 0 warnings 0",
			"shop: Другой\n" + none: "checked rows 0 created 0 updated 0 unchanged 0 withdrawn 0 errors 0 warnings 1",
			list("shop", 3, "bad"):  "refused rows 0 created 0 updated 0 unchanged 0 withdrawn 0 errors 3 warnings 0",
			"partial: true\ngoods: [{id: 1, price: 5}, {id: 99, price: 5}]": "checked rows 2 created 0 updated 0 unchanged 0 withdrawn 0 errors 0 warnings 1",
		} {
			id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(text), pricelist.Options{DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			i := work(t, m, shop, id)
			if got := counts(i); got != want || !i.DryRun {
				t.Errorf("%s\nwant %s", got, want)
			}
			if i.State == pricelist.Checked && i.Difference == nil {
				t.Errorf("no difference: %+v", i)
			}
			if i.Rows == 3 && (i.Difference.Withdrawn != 7 || i.Difference.PriceUp != 3 || i.Difference.Median != 2) {
				t.Errorf("%+v", i.Difference)
			}
			if code := markettest.Code(t, m.Lists.Apply(t.Context(), shop.Owner, id)); code != "price_list_not_held" {
				t.Errorf("apply: %q", code)
			}
		}
		if diff := cmp.Diff(before, m.Tables(t, append([]string{"offer_versions"}, markettest.Catalogue...)...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
	})
}

func TestGoodRows(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		good := pricelist.Options{GoodRows: true}
		send := func(text string, o pricelist.Options) pricelist.Import {
			t.Helper()
			id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(text), o)
			if err != nil {
				t.Fatal(err)
			}
			return work(t, m, shop, id)
		}
		some := strings.Replace(list("shop", 3, 1000), "price: 1000", "price: bad", 1)
		if i := send(some, pricelist.Options{}); i.State != pricelist.Refused {
			t.Errorf("%+v", i)
		}
		i := send(some, good)
		if got := counts(i); got != "applied rows 2 created 2 updated 0 unchanged 0 withdrawn 0 errors 1 warnings 0" || !i.GoodRows {
			t.Errorf("%s", got)
		}
		if got := stock(t, m, shop, "1", "2", "3"); got != "2:1000x10 3:1000x10" {
			t.Errorf("sold %s", got)
		}
		for name, text := range map[string]string{
			"none is good": list("shop", 3, "bad"), "broken in the middle": list("shop", 3, 1000) + "- {id: [",
		} {
			if i := send(text, good); i.State != pricelist.Refused || i.Code != pricelist.BrokenList.Code {
				t.Errorf("%s: %+v", name, i)
			}
		}
		if _, err := m.Lists.SetProfile(t.Context(), shop.Owner, as(pricelist.Profile{
			Limits: pricelist.Limits{WithdrawnPercent: 50, PricePercent: 200}, GoodRows: true,
		})); err != nil {
			t.Fatal(err)
		}
		if i := send(some, pricelist.Options{}); i.State != pricelist.Applied || !i.GoodRows {
			t.Errorf("by the profile: %+v", i)
		}
		if i := send(some, pricelist.Options{AllRows: true}); i.State != pricelist.Refused || i.GoodRows {
			t.Errorf("the sender's word counts before the profile: %+v", i)
		}
		// What was for sale stays so, though its good has an error.
		send(list("shop", 3, 1001), good)
		i = send(strings.Replace(list("shop", 3, 1002), "price: 1002", "price: bad", 1), good)
		if got := counts(i); got != "applied rows 2 created 0 updated 2 unchanged 1 withdrawn 0 errors 1 warnings 0" {
			t.Errorf("%s", got)
		}
		if got := stock(t, m, shop, "1", "2", "3"); got != "1:1001x10 2:1002x10 3:1002x10" {
			t.Errorf("sold %s", got)
		}
	})
}

// An empty first list is a mistake, and nothing that a person could decide about.
func TestAnEmptyFirstListIsRefused(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		if i := try(t, m, shop, none); i.State != pricelist.Refused || i.Code != pricelist.BrokenList.Code {
			t.Errorf("%+v", i)
		}
	})
}
