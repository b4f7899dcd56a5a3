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

func TestAnOlderListDoesNotReplaceANewerOne(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		older := receive(t, m, shop, list("Старое имя", 5, 1))
		load(t, m, shop, list("shop", 3, 2))
		before := m.Tables(t, markettest.Catalogue...)
		i := work(t, m, shop, older)
		if i.State != pricelist.Refused || i.Code != pricelist.Superseded.Code || i.Reason != pricelist.Superseded.Text {
			t.Errorf("%+v", i)
		}
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
		// A newer one that was refused stands in nobody's way.
		last := receive(t, m, shop, list("shop", 1, 3))
		load(t, m, shop, list("shop", 1, "bad"))
		if i := work(t, m, shop, last); i.State != pricelist.Applied || sold(t, m, shop) != "1@3" {
			t.Errorf("%+v; sold: %s", i, sold(t, m, shop))
		}
	})
}

// Of lists of one shop at once the newest is the catalogue in the end.
func TestRaceOfListsOfOneShop(t *testing.T) {
	const rounds = 5
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		for _, n := range []int{2, 10} {
			for round := range rounds {
				shop := m.Shop(t, fmt.Sprintf("shop%d-%d", n, round))
				ids := make([]pricelist.ID, n)
				for i := range ids {
					ids[i] = receive(t, m, shop, list(shop.Name, 20-i, i+1))
				}
				markettest.Codes(t, markettest.AtOnce(n, func(i int) error { return m.Lists.Work(t.Context(), ids[i]) }))
				if got, want := sold(t, m, shop), ofList(20-n+1, n); got != want {
					t.Errorf("%d at once: sold %s\nwant %s", n, got, want)
				}
				for i, id := range ids {
					state := get(t, m, shop, id)
					superseded := state.State == pricelist.Refused && state.Code == pricelist.Superseded.Code
					if state.State != pricelist.Applied && (!superseded || i == n-1) {
						t.Errorf("list %d of %d: %+v", i, n, state)
					}
				}
			}
		}
		if n := m.Number(t, `select count(*) from staged_offers`); n != 0 {
			t.Errorf("%d rows are still staged", n)
		}
	})
}

// The same through the queue, which works on two of them at once on PostgreSQL.
func TestListsOfOneShopThroughTheQueue(t *testing.T) {
	const n = 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Work(t)
		ids := make([]pricelist.ID, n)
		markettest.Codes(t, markettest.AtOnce(n, func(i int) (err error) {
			ids[i], err = m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 5+i, i+1)))
			return err
		}))
		newest := 0
		for i, id := range ids {
			if got, err := m.Lists.Wait(t.Context(), shop.Owner, id, patience, nil); err != nil || !got.State.Final() {
				t.Fatalf("%+v, %v", got, err)
			}
			if id > ids[newest] {
				newest = i
			}
		}
		if got, want := sold(t, m, shop), ofList(5+newest, newest+1); got != want {
			t.Errorf("sold %s\nwant %s", got, want)
		}
	})
}

// Shops that bring the same new categories and products at once share them.
func TestRaceOfShopsWithTheSameNews(t *testing.T) {
	const rounds, goods = 20, 8
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shops := []partner.Shop{m.Shop(t, "one"), m.Shop(t, "two")}
		for round := range rounds {
			ids := make([]pricelist.ID, len(shops))
			for i, shop := range shops {
				text := list(shop.Name, goods, 1)
				text = strings.NewReplacer("Чай", fmt.Sprint("Чай ", round), "Кофе", fmt.Sprint("Кофе ", round)).Replace(text)
				if i == 1 { // in the other order
					head, body, _ := strings.Cut(text, "goods:\n")
					lines := strings.SplitAfter(body, "\n")
					text = head + "goods:\n"
					for n := len(lines) - 1; n >= 0; n-- {
						text += lines[n]
					}
				}
				ids[i] = receive(t, m, shop, text)
			}
			markettest.Codes(t, markettest.AtOnce(len(shops), func(i int) error { return m.Lists.Work(t.Context(), ids[i]) }))
			for i, shop := range shops {
				if got := get(t, m, shop, ids[i]); got.State != pricelist.Applied {
					t.Fatalf("%+v", got)
				}
			}
			one, two := m.Offers(t, shops[0]), m.Offers(t, shops[1])
			for id := range one {
				if one[id].Product != two[id].Product || one[id].Category != two[id].Category {
					t.Fatalf("good %s: %+v and %+v", id, one[id], two[id])
				}
			}
		}
		if n := m.Number(t, `select count(*) from categories`); n != 2*rounds {
			t.Errorf("%d categories, want %d", n, 2*rounds)
		}
		if n := m.Number(t, `select count(*) from products`); n != goods*rounds {
			t.Errorf("%d products, want %d", n, goods*rounds)
		}
	})
}
