package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/platform/money"
)

func TestCardOrdersItsOffers(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		// In the order in which the card is to show them: in stock first, then the
		// cheapest, then the oldest. They are made in another.
		shelves := []struct {
			shop     string
			price    money.Kopecks
			quantity int64
			made     int
		}{
			{"cheap", 100, 1, 3}, {"older", 200, 1, 1}, {"younger", 200, 9, 4}, {"dear", 300, 5, 0}, {"sold-out", 50, 2, 5}, {"empty", 60, 0, 2},
		}
		for made := range shelves {
			for _, s := range shelves {
				if s.made == made {
					m.Sell(t, m.Shop(t, s.shop), with(markettest.Good("x", s.price, s.quantity), func(l *catalog.Listing) {
						l.Model, l.Description = "of "+s.shop, "Описание"
					}))
				}
			}
		}
		shops, _, err := m.Shops.List(t.Context(), 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		var last catalog.OfferID
		for _, s := range shops {
			last = m.Offers(t, s)["x"].ID
			if s.Name == "sold-out" {
				if err := reserve(t, m, m.Want(t, s, "x", 2)); err != nil {
					t.Fatal(err)
				}
			}
		}
		card, err := m.Catalog.Card(t.Context(), last)
		if err != nil {
			t.Fatal(err)
		}
		var want []catalog.CardOffer
		for _, s := range shelves {
			left := s.quantity
			if s.shop == "sold-out" {
				left = 0
			}
			want = append(want, catalog.CardOffer{ShopName: s.shop, Model: "of " + s.shop, Price: s.price, Available: left, Match: catalog.ByName})
		}
		if diff := cmp.Diff(want, card.Offers, cmpopts.IgnoreFields(catalog.CardOffer{}, "ID", "Shop")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if card.ID != last || !strings.HasPrefix(card.Details, `"description":"Описание","url":"","pictures":[],"vendor":""`) {
			t.Errorf("card %d of %d: %s", card.ID, last, card.Details)
		}
	})
}
