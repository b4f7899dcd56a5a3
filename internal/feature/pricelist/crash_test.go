package pricelist_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
)

// twoBatches is more goods than are staged in one transaction.
const twoBatches = 2001

// long writes a list of so many goods at one price, in the faster format.
func long(price any) string {
	var b strings.Builder
	b.WriteString(`{"categories": [{"id": 1, "name": "Чай"}], "goods": [`)
	for i := 1; i <= twoBatches; i++ {
		if i > 1 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"id": %d, "category": 1, "name": "Товар %d", "price": %v, "quantity": 1}`, i, i, price)
	}
	return b.String() + "]}"
}

// A run that ends at any statement changes nothing, and the next one applies
// the list exactly once.
func TestACrashAtEveryStatement(t *testing.T) {
	tables := []string{"shops", "categories", "products"}
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, long(1000))
		step := int64(1)
		if apptest.Race {
			step = 5
		}
		for n := int64(1); ; n += step {
			id := receive(t, m, shop, long(1000+n))
			before, offers := m.Tables(t, tables...), sold(t, m, shop)
			ctx := m.Dying(t, n)
			err := m.Lists.Work(ctx, id)
			if ctx.Err() == nil {
				if err != nil || n < 10 {
					t.Fatalf("ended after fewer than %d statements: %v", n, err)
				}
				return
			}
			if err == nil || !errors.Is(err, context.Canceled) {
				t.Fatalf("statement %d: %v", n, err)
			}
			if i := get(t, m, shop, id); i.State == pricelist.Applied { // only what comes after was lost
				once(t, m, shop, i, fmt.Sprint(1000+n))
				continue
			}
			if diff := cmp.Diff(before, m.Tables(t, tables...)); diff != "" || sold(t, m, shop) != offers {
				t.Fatalf("statement %d: the catalogue was changed (-before +after)\n%s", n, diff)
			}
			i := work(t, m, shop, id)
			want := fmt.Sprintf("applied rows %d created 0 updated %d unchanged 0 withdrawn 0 errors 0 warnings 0", twoBatches, twoBatches)
			if got := counts(i); got != want {
				t.Errorf("statement %d: %s\nwant %s", n, got, want)
			}
			once(t, m, shop, i, fmt.Sprint(1000+n))
		}
	})
}

// once checks that the import was applied, and that a further run does nothing.
func once(t *testing.T, m *markettest.Market, shop partner.Shop, i pricelist.Import, price string) {
	t.Helper()
	if sold(t, m, shop) != ofList(twoBatches, price) {
		t.Errorf("import %d: the offers are not those of the list", i.ID)
	}
	if n := m.Number(t, `select count(*) from staged_offers`); n != 0 {
		t.Errorf("import %d: %d rows are still staged", i.ID, n)
	}
	before := m.Number(t, `select count(*) from offers`)
	if again := work(t, m, shop, i.ID); !cmp.Equal(again, i, public) || m.Number(t, `select count(*) from offers`) != before {
		t.Errorf("run again: %s", cmp.Diff(i, again, public))
	}
}

// A process that falls silent for a while wakes up when another one has its
// job: both run, and the list is applied whole, once.
func TestRaceOfRunsOfOneImport(t *testing.T) {
	const runs, rounds = 3, 4
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, long(1000))
		for round := range rounds {
			price := 1001 + round
			id := receive(t, m, shop, long(price))
			for unfinished(t, m, shop, id) {
				// They may stumble over each other and be run again, as by the queue.
				markettest.AtOnce(runs, func(int) error { return m.Lists.Work(t.Context(), id) })
				if got := sold(t, m, shop); got != ofList(twoBatches, price) && got != ofList(twoBatches, price-1) {
					t.Fatal("the list was applied in part")
				}
			}
			i := get(t, m, shop, id)
			want := fmt.Sprintf("applied rows %d created 0 updated %d unchanged 0 withdrawn 0 errors 0 warnings 0", twoBatches, twoBatches)
			if got := counts(i); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
			once(t, m, shop, i, fmt.Sprint(price))
		}
	})
}

// Runs that fetch different bytes from one address apply those that were kept
// first, never a mixture.
func TestRaceOfRunsOfOneAddress(t *testing.T) {
	const runs, rounds = 3, 5
	var version atomic.Int64
	version.Store(1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, long(version.Add(1)))
	}))
	defer server.Close()
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		for range rounds {
			from := version.Load() + 1
			id, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, server.URL, pricelist.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for unfinished(t, m, shop, id) {
				markettest.AtOnce(runs, func(int) error { return m.Lists.Work(t.Context(), id) })
			}
			got, whole := sold(t, m, shop), false
			for v := from; v <= version.Load(); v++ {
				whole = whole || got == ofList(twoBatches, v)
			}
			if i := get(t, m, shop, id); !whole || i.State != pricelist.Applied {
				t.Errorf("%s; the offers are those of one answer: %v", counts(i), whole)
			}
		}
	})
}
