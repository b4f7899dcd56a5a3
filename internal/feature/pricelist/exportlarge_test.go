package pricelist_test

import (
	"fmt"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/db"
)

// sellMany sells long goods, each some 2 kB.
func sellMany(t *testing.T, m *markettest.Market, shop partner.Shop, n int) {
	t.Helper()
	goods := make([]catalog.Listing, n)
	for i := range goods {
		goods[i] = markettest.Good(fmt.Sprint(i+1), 100, 5)
		for p := range 10 {
			goods[i].Pictures = append(goods[i].Pictures, fmt.Sprintf("https://example.com/%d/%d/%s", i, p, strings.Repeat("p", 150)))
		}
	}
	m.Sell(t, shop, goods...)
}

// Many offers are exported in the memory of few.
func TestALargeExport(t *testing.T) {
	bounds := map[writing.Format]int64{writing.XLSX: 96 << 20} // it fills 16 MiB, by doubling, before it takes a file
	n := 20_000
	if apptest.Race {
		n = 2_000
	}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		sellMany(t, m, shop, n)
		formats := writing.Formats
		if m.DB.Dialect() == db.Postgres { // the writers do not know it
			formats = []writing.Format{writing.JSON, writing.XLSX}
		}
		for _, format := range formats {
			id := export(t, m, shop.Owner, shop.ID, format)
			grown := peak(func() {
				if err := m.Lists.WorkExport(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
			e, err := m.Lists.GetExport(t.Context(), shop.Owner, id)
			if err != nil || e.State != pricelist.ExportReady || e.Rows != int64(n) {
				t.Fatalf("%s: %+v, %v", format, e, err)
			}
			t.Logf("%s: %d MiB, the heap grew by %d MiB", format, e.Size>>20, grown>>20)
			bound := bounds[format]
			if bound == 0 {
				bound = 24 << 20
			}
			if grown > bound {
				t.Errorf("%s: the heap grew by %d MiB, over %d", format, grown>>20, bound>>20)
			}
		}
	})
}
