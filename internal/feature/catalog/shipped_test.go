package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
)

// What has left the supplier is in stock nowhere: not in the list of what is, and
// not first on the card.
func TestShippedIsNotInStock(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		cheap, dear := m.Shop(t, "cheap"), m.Shop(t, "dear")
		m.Sell(t, cheap, markettest.Good("1", 100, 10))
		m.Sell(t, dear, markettest.Good("1", 200, 10))
		m.Change(t, `update offers set shipped = 10 where shop_id = $1`, cheap.ID)
		gone, there := m.Want(t, cheap, "1", 1).Offer, m.Want(t, dear, "1", 1).Offer
		if diff := cmp.Diff([]int64{10}, quantities(t, m, catalog.Filter{InStock: true, Limit: 10})); diff != "" {
			t.Errorf("in stock (-want +got)\n%s", diff)
		}
		card, err := m.Catalog.Card(t.Context(), there)
		if err != nil {
			t.Fatal(err)
		}
		var order []catalog.OfferID
		for _, o := range card.Offers {
			order = append(order, o.ID)
		}
		if diff := cmp.Diff([]catalog.OfferID{there, gone}, order); diff != "" {
			t.Errorf("the card (-want +got)\n%s", diff)
		}
	})
}
