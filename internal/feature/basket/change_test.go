package basket_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	amount "zakup/internal/platform/money"
)

func money(n int64) amount.Kopecks { return amount.Kopecks(n) }

func TestSet(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who, other, none := m.Shop(t, "shop"), m.Buyer(t, "buyer"), m.Buyer(t, "other"), m.Buyer(t, "none")
		m.Sell(t, shop, markettest.Goods(3, 100, 10)...)
		lines := m.Fill(t, who, m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 2), m.Want(t, shop, "3", 3)).Lines
		foreign := m.Fill(t, other, m.Want(t, shop, "1", 7)).Lines[0].ID
		before := m.Tables(t)
		for _, c := range []struct {
			name string
			list []basket.Quantity
			code string
		}{
			{"unknown", []basket.Quantity{{Line: 1 << 40, Quantity: 1}}, "not_found"},
			{"foreign", []basket.Quantity{{Line: foreign, Quantity: 1}}, "not_found"},
			{"none", []basket.Quantity{{Line: lines[1].ID, Quantity: 0}}, "bad_arguments"},
			{"fewer than none", []basket.Quantity{{Line: lines[1].ID, Quantity: -5}}, "bad_arguments"},
			{"too many", []basket.Quantity{{Line: lines[1].ID, Quantity: basket.MaxQuantity + 1}}, "bad_arguments"},
			{"an offer's id", []basket.Quantity{{Line: basket.LineID(lines[0].Offer.ID) + 1000, Quantity: 1}}, "not_found"},
		} {
			good := basket.Quantity{Line: lines[0].ID, Quantity: 9}
			for _, list := range [][]basket.Quantity{c.list, slices.Concat(c.list, []basket.Quantity{good}), slices.Concat([]basket.Quantity{good}, c.list)} {
				_, err := m.Baskets.Set(t.Context(), who.ID, list)
				if code := markettest.Code(t, err); code != c.code {
					t.Errorf("%s: %q, want %q", c.name, code, c.code)
				}
			}
		}
		if _, err := m.Baskets.Set(t.Context(), none.ID, []basket.Quantity{{Line: lines[0].ID, Quantity: 1}}); markettest.Code(t, err) != "not_found" {
			t.Errorf("of somebody without a basket: %v", err)
		}
		if n, err := m.Baskets.Set(t.Context(), who.ID, nil); n != 0 || err != nil {
			t.Errorf("nothing: %d, %v", n, err)
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("something was changed (-before +after)\n%s", diff)
		}
		n, err := m.Baskets.Set(t.Context(), who.ID, []basket.Quantity{
			{Line: lines[2].ID, Quantity: basket.MaxQuantity},
			{Line: lines[0].ID, Quantity: 5},
			{Line: lines[2].ID, Quantity: 8}, // the last word counts
		})
		if err != nil || n != 2 {
			t.Fatalf("%d lines, %v", n, err)
		}
		want := map[catalog.OfferID]int64{lines[0].Offer.ID: 5, lines[1].Offer.ID: 2, lines[2].Offer.ID: 8}
		if diff := cmp.Diff(want, held(t, m, who)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestRemoveCounts(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who, other, none := m.Shop(t, "shop"), m.Buyer(t, "buyer"), m.Buyer(t, "other"), m.Buyer(t, "none")
		m.Sell(t, shop, markettest.Goods(3, 100, 10)...)
		k := m.Fill(t, who, m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 2), m.Want(t, shop, "3", 3))
		foreign := m.Fill(t, other, m.Want(t, shop, "1", 7)).Lines[0].ID
		one, two, three := k.Lines[0].ID, k.Lines[1].ID, k.Lines[2].ID
		for _, c := range []struct {
			name string
			ids  []basket.LineID
			want int64
			left int
		}{
			{"foreign and unknown", []basket.LineID{foreign, 1 << 40, -1, 0}, 0, 3},
			{"one, twice named, among others", []basket.LineID{two, foreign, two}, 1, 2},
			{"it again", []basket.LineID{two}, 0, 2},
			{"the rest", []basket.LineID{one, two, three}, 2, 0},
			{"of an empty basket", []basket.LineID{one}, 0, 0},
		} {
			n, err := m.Baskets.Remove(t.Context(), who.ID, c.ids)
			if err != nil || n != c.want {
				t.Errorf("%s: %d, want %d; %v", c.name, n, c.want, err)
			}
			if left := of(t, m, who); len(left.Lines) != c.left || left.ID != k.ID {
				t.Errorf("%s: %d lines are left of the basket %d", c.name, len(left.Lines), left.ID)
			}
		}
		if n, err := m.Baskets.Remove(t.Context(), none.ID, []basket.LineID{foreign}); n != 0 || err != nil {
			t.Errorf("without a basket: %d, %v", n, err)
		}
		if _, found, err := m.Baskets.Of(t.Context(), none.ID); found || err != nil {
			t.Errorf("a removal made a basket: %v", err)
		}
		if got := held(t, m, other); len(got) != 1 {
			t.Errorf("the other's basket: %v", got)
		}
	})
}

func TestTake(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who, other := m.Shop(t, "shop"), m.Buyer(t, "buyer"), m.Buyer(t, "other")
		m.Sell(t, shop, markettest.Goods(2, 100, 10)...)
		k := m.Fill(t, who, m.Want(t, shop, "2", 2), m.Want(t, shop, "1", 1))
		if _, err := take(t, m, other, k.ID); markettest.Code(t, err) != "not_found" {
			t.Errorf("another's: %v", err)
		}
		if _, err := take(t, m, who, k.ID+1000); markettest.Code(t, err) != "not_found" {
			t.Errorf("unknown: %v", err)
		}
		got, err := take(t, m, who, k.ID)
		if err != nil {
			t.Fatal(err)
		}
		var want []basket.Taken
		for _, l := range k.Lines {
			want = append(want, basket.Taken{ID: l.ID, Offer: l.Offer.ID, Shop: l.Shop, Quantity: l.Quantity})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if n := m.Number(t, `select (select count(*) from baskets) + (select count(*) from basket_lines)`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if _, err := take(t, m, who, k.ID); markettest.Code(t, err) != "not_found" {
			t.Errorf("again: %v", err)
		}
		m.Fill(t, who, m.Want(t, shop, "1", 1))
		next := of(t, m, who)
		if next.ID == k.ID {
			t.Errorf("the id %d is used again", k.ID)
		}
		if _, err := m.Baskets.Remove(t.Context(), who.ID, []basket.LineID{next.Lines[0].ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := take(t, m, who, next.ID); markettest.Code(t, err) != basket.Empty.Code {
			t.Errorf("empty: %v", err)
		}
	})
}
