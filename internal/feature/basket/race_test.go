package basket_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

func take(t *testing.T, m *markettest.Market, who account.User, id basket.ID) (lines []basket.Taken, err error) {
	t.Helper()
	err = m.DB.InTx(t.Context(), func(tx db.Tx) (err error) {
		lines, err = basket.Take(t.Context(), tx, who.ID, id)
		return err
	})
	return lines, err
}

// The first items of a person at once make one basket, and add up.
func TestRaceOfFirstItems(t *testing.T) {
	const rounds = 3
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(3, 100, 1)...)
		one, two, three := m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 2), m.Want(t, shop, "3", 3)
		for _, who := range m.Buyers(t, rounds) {
			errs := markettest.AtOnce(markettest.Crowd, func(i int) error {
				list := []catalog.Want{one, two, three}
				if i%2 == 1 { // in the other order
					list = []catalog.Want{three, two, one}
				}
				_, err := m.Baskets.Add(t.Context(), who.ID, list)
				return err
			})
			if diff := cmp.Diff(map[string]int{"": markettest.Crowd}, markettest.Codes(t, errs)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			want := map[catalog.OfferID]int64{one.Offer: markettest.Crowd, two.Offer: 2 * markettest.Crowd, three.Offer: 3 * markettest.Crowd}
			if diff := cmp.Diff(want, held(t, m, who)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if n := m.Number(t, `select count(*) from baskets where user_id = $1`, who.ID); n != 1 {
				t.Errorf("%d baskets", n)
			}
		}
	})
}

// The limits of a basket hold against many at once.
func TestRaceToTheLimits(t *testing.T) {
	const part = basket.MaxQuantity / 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Good("1", 100, 1))
		want := m.Want(t, shop, "1", part)
		errs := markettest.AtOnce(markettest.Crowd, func(int) error {
			_, err := m.Baskets.Add(t.Context(), who.ID, []catalog.Want{want})
			return err
		})
		if diff := cmp.Diff(map[string]int{"": 10, "bad_arguments": markettest.Crowd - 10}, markettest.Codes(t, errs)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if got := held(t, m, who)[want.Offer]; got != basket.MaxQuantity {
			t.Errorf("%d pieces", got)
		}
	})
}

// What is added while baskets are taken is in one that was taken, or in the one
// that is left, and never in two or none.
func TestRaceOfItemsAndOrders(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Good("1", 100, 1))
		want := m.Want(t, shop, "1", 1)
		m.Fill(t, who, want) // so that there is one to take from the beginning
		added, taken := make([]int64, markettest.Crowd), make([]int64, markettest.Crowd)
		errs := markettest.AtOnce(markettest.Crowd, func(i int) error {
			for range 5 {
				if i%5 != 0 {
					if _, err := m.Baskets.Add(t.Context(), who.ID, []catalog.Want{want}); err != nil {
						return err
					}
					added[i]++
					continue
				}
				k, found, err := m.Baskets.Of(t.Context(), who.ID)
				if err != nil || !found {
					return err
				}
				lines, err := take(t, m, who, k.ID)
				if err != nil && !errors.Is(err, fault.Absent) {
					return err
				}
				for _, l := range lines {
					taken[i] += l.Quantity
				}
			}
			return nil
		})
		markettest.Codes(t, errs)
		in, out := int64(1), int64(0)
		for i := range added {
			in, out = in+added[i], out+taken[i]
		}
		if left := held(t, m, who)[want.Offer]; in != out+left || out == 0 {
			t.Errorf("%d added, %d taken, %d left", in, out, left)
		}
	})
}

// One who edits and one who takes the same basket have one order in time.
func TestRaceOfEditsAndOrders(t *testing.T) {
	const rounds = 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Goods(2, 100, 1)...)
		for range rounds {
			k := m.Fill(t, who, m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 1))
			var taken []basket.Taken
			errs := markettest.AtOnce(12, func(i int) (err error) {
				switch {
				case i == 0:
					taken, err = take(t, m, who, k.ID)
				case i%2 == 0:
					_, err = m.Baskets.Set(t.Context(), who.ID, []basket.Quantity{{Line: k.Lines[1].ID, Quantity: int64(i)}, {Line: k.Lines[0].ID, Quantity: int64(i)}})
				default:
					_, err = m.Baskets.Add(t.Context(), who.ID, []catalog.Want{{Offer: k.Lines[1].Offer.ID, Quantity: 1}, {Offer: k.Lines[0].Offer.ID, Quantity: 1}})
				}
				return err
			})
			for code := range markettest.Codes(t, errs) {
				if code != "" && code != "not_found" { // an edit after the order
					t.Errorf("%s", code)
				}
			}
			if len(taken) != 2 || taken[0].Quantity != taken[1].Quantity {
				t.Fatalf("taken in the middle of an edit: %+v", taken)
			}
			if left := of(t, m, who); len(left.Lines) > 0 {
				if left.ID == k.ID || left.Lines[0].Quantity != left.Lines[1].Quantity {
					t.Fatalf("left: %+v", left)
				}
				if _, err := take(t, m, who, left.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// An edit that succeeded is in the order, one that came too late fails.
func TestRaceOfAnEditAndAnOrder(t *testing.T) {
	const rounds = 100
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, who := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		m.Sell(t, shop, markettest.Goods(2, 100, 1)...)
		one, two := m.Want(t, shop, "1", 1), m.Want(t, shop, "2", 1)
		for range rounds {
			k := m.Fill(t, who, one, two)
			var taken []basket.Taken
			errs := markettest.AtOnce(3, func(i int) (err error) {
				switch i {
				case 0:
					taken, err = take(t, m, who, k.ID)
				case 1:
					_, err = m.Baskets.Set(t.Context(), who.ID, []basket.Quantity{{Line: k.Lines[0].ID, Quantity: 5}})
				default:
					var n int64
					if n, err = m.Baskets.Remove(t.Context(), who.ID, []basket.LineID{k.Lines[1].ID}); err == nil && n == 0 {
						err = fault.Absent
					}
				}
				return err
			})
			codes := markettest.Codes(t, errs)
			want, lines := int64(1), 2
			if errs[1] == nil {
				want = 5
			}
			if errs[2] == nil {
				lines = 1
			}
			if errs[0] != nil || len(taken) != lines || taken[0].Quantity != want {
				t.Fatalf("%v: taken %+v", codes, taken)
			}
		}
	})
}
