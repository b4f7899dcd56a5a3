package pricelist_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// A held list that is let pass while a later one is on its way does not replace
// that one.
func TestLetPassTooLate(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		older := held(t, m, shop)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := m.Lists.Apply(r.Context(), shop.Owner, older.ID); err != nil {
				t.Error(err)
			}
			_, _ = fmt.Fprint(w, list("shop", 3, 1001))
		}))
		defer server.Close()
		newer, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, server.URL, pricelist.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if i := work(t, m, shop, newer); i.State != pricelist.Applied {
			t.Fatalf("%+v", i)
		}
		if i := work(t, m, shop, older.ID); i.State != pricelist.Refused || i.Code != pricelist.Superseded.Code || i.DecidedBy != shop.Owner {
			t.Errorf("%+v", i)
		}
		if got := sold(t, m, shop); got != ofList(3, "1001") {
			t.Errorf("sold %s", got)
		}
	})
}

// The offers change between the reading of a list and its merge, because an
// older one is let pass: the list is read again, and is the catalogue in the end.
func TestRaceOfAListAndOneThatIsLetPass(t *testing.T) {
	const rounds = 2
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		stale := 0
		for round := range rounds {
			shop := m.Shop(t, fmt.Sprint("shop", round))
			load(t, m, shop, long(1000))
			older := try(t, m, shop, strings.NewReplacer("Товар", "Вещь", `{"categories"`, `{"currency": "USD", "categories"`).Replace(long(1002)))
			newer := receive(t, m, shop, long(1001))
			errs := markettest.AtOnce(2, func(i int) error {
				if i == 0 {
					if err := m.Lists.Apply(t.Context(), shop.Owner, older.ID); err != nil {
						return err
					}
					return inTurn(t.Context(), m, older.ID)
				}
				return inTurn(t.Context(), m, newer)
			})
			if err := errs[0]; err != nil && !errors.Is(err, catalog.ErrStale) && markettest.Code(t, err) != "price_list_not_held" {
				t.Fatal(err) // it was superseded first
			}
			if errors.Is(errs[1], catalog.ErrStale) {
				stale++
			} else if errs[1] != nil {
				t.Fatal(errs[1])
			}
			for unfinished(t, m, shop, newer) { // as the queue tries it again
				if err := m.Lists.Work(t.Context(), newer); err != nil && !errors.Is(err, jobs.Later(0)) {
					t.Fatal(err)
				}
			}
			for unfinished(t, m, shop, older.ID) {
				if err := m.Lists.Work(t.Context(), older.ID); err != nil {
					t.Fatal(err)
				}
			}
			if i := get(t, m, shop, older.ID); !i.Final() {
				t.Errorf("the older one: %+v", i)
			}
			if i := get(t, m, shop, newer); i.State != pricelist.Applied || sold(t, m, shop) != ofList(twoBatches, "1001") {
				t.Errorf("%+v", i)
			}
			n := m.Number(t, `
				select count(*) from offers o join products p on p.id = o.product_id
				where o.shop_id = $1 and p.name like 'Товар%' and o.document like '%Товар%'`, shop.ID)
			if n != twoBatches {
				t.Errorf("%d of the names are those of the newer list", n)
			}
		}
		t.Logf("%d of %d were read again", stale, rounds)
	})
}

// Many requests about one shop, whose list is being merged, leave connections of
// the database to everybody else.
func TestOneShopDoesNotTakeAllConnections(t *testing.T) {
	const requests = 40 // a process has 20 connections
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		if m.DB.Dialect() != db.Postgres {
			return // there is one that writes, and it does not wait inside
		}
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 10, 10))
		held := try(t, m, shop, list("shop", 10, 1000))
		var all sync.WaitGroup
		err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
			if err := tx.Serialize(t.Context(), fmt.Sprintf("price list of shop %d", shop.ID)); err != nil {
				return err
			}
			for n := range requests {
				all.Go(func() {
					if n%2 == 0 {
						_ = m.Lists.Discard(t.Context(), shop.Owner, held.ID)
						return
					}
					_, _ = m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 3, n)), pricelist.Options{})
				})
			}
			for m.DB.Pool().Stat().AcquiredConns() < 2 { // one waits inside, the others outside
				runtime.Gosched()
			}
			for range 200 {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				err := m.DB.Ping(ctx)
				cancel()
				if err != nil {
					return err
				}
			}
			return nil
		})
		all.Wait()
		if err != nil {
			t.Error(err)
		}
	})
}
