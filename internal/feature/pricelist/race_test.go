package pricelist_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/jobs"
)

// A list waits for those that came before it: a partial one builds on them.
func TestListsOfAShopKeepTheirOrder(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		before := m.Tables(t, markettest.Catalogue...)
		older := receive(t, m, shop, list("shop", 5, 1))
		newer := receive(t, m, shop, list("shop", 3, 1.5))
		waits(t, m, newer)
		if diff := cmp.Diff(before, m.Tables(t, markettest.Catalogue...)); diff != "" {
			t.Errorf("the catalogue was changed (-before +after)\n%s", diff)
		}
		if i := load(t, m, other, list("other", 1, 1)); i.State != pricelist.Applied {
			t.Errorf("that of another shop: %+v", i)
		}
		if i := work(t, m, shop, older); i.State != pricelist.Applied || sold(t, m, shop) != ofList(5, "1") {
			t.Errorf("%+v; sold: %s", i, sold(t, m, shop))
		}
		// One that was refused stands in nobody's way.
		bad := receive(t, m, shop, list("shop", 1, "bad"))
		last := receive(t, m, shop, list("shop", 4, 1.8))
		waits(t, m, last)
		if i := work(t, m, shop, newer); i.State != pricelist.Applied || sold(t, m, shop) != ofList(3, "1.50") {
			t.Errorf("%+v; sold: %s", i, sold(t, m, shop))
		}
		waits(t, m, last)
		if i := work(t, m, shop, bad); i.State != pricelist.Refused {
			t.Errorf("%+v", i)
		}
		if i := work(t, m, shop, last); i.State != pricelist.Applied || sold(t, m, shop) != ofList(4, "1.80") {
			t.Errorf("%+v; sold: %s", i, sold(t, m, shop))
		}
	})
}

// inTurn works on an import until it is at its end, as the queue does.
func inTurn(ctx context.Context, m *markettest.Market, id pricelist.ID) error {
	for {
		err := m.Lists.Work(ctx, id)
		if !errors.Is(err, jobs.Later(0)) || ctx.Err() != nil {
			return err
		}
	}
}

// Lists of one shop at once are applied in the order in which they came.
func TestRaceOfListsOfOneShop(t *testing.T) {
	const rounds = 3
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		for _, n := range []int{2, 10} {
			for round := range rounds {
				shop := m.Shop(t, fmt.Sprintf("shop%d-%d", n, round))
				ids := make([]pricelist.ID, n)
				for i := range ids {
					ids[i] = receive(t, m, shop, list(shop.Name, 20-i, 1000+i))
				}
				markettest.Codes(t, markettest.AtOnce(n, func(i int) error { return inTurn(t.Context(), m, ids[i]) }))
				if got, want := sold(t, m, shop), ofList(20-n+1, 1000+n-1); got != want {
					t.Errorf("%d at once: sold %s\nwant %s", n, got, want)
				}
				for i, id := range ids {
					state := get(t, m, shop, id)
					if want := min(int64(i), 1); state.State != pricelist.Applied || state.Withdrawn != want {
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
			ids[i], err = m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 10+i, 1000+i)), pricelist.Options{})
			return err
		}))
		newest := 0
		for i, id := range ids {
			if got, err := m.Lists.Wait(t.Context(), shop.Owner, id, patience, nil); err != nil || got.State != pricelist.Applied {
				t.Fatalf("%+v, %v", got, err)
			}
			if id > ids[newest] {
				newest = i
			}
		}
		if got, want := sold(t, m, shop), ofList(10+newest, 1000+newest); got != want {
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
