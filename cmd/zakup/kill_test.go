package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// manyGoods are enough to be staged in several transactions.
const manyGoods = 5000

// manyAt is a list of goods at one price; the first ones are left out.
func manyAt(price, without int) string {
	var b strings.Builder
	b.WriteString(`{"categories": [{"id": 1, "name": "Чай"}], "goods": [`)
	for i := without; i < manyGoods; i++ {
		if i > without {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"id": %d, "category": 1, "name": "Чай %d за %d", "price": %d, "quantity": 1}`, i, i, price, price)
	}
	return b.String() + "]}"
}

// Killed at any moment of an import the program never shows half of a list, and
// finishes it after the next start.
func TestKilledInImports(t *testing.T) {
	t.Parallel()
	kills := 20
	if apptest.Race {
		kills = 4
	}
	const before, after, without = 1000, 1100, 10
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		p := serve(t, env)
		old, list := manyAt(before, 0), manyAt(after, without)
		shops := make([]apptest.Person, kills)
		ids := make([]int64, kills)
		var longest time.Duration
		for n := range shops {
			shops[n] = p.person(t, fmt.Sprintf("shop%d@example.com", n), "shop")
			ids[n] = number(t, p.Get(t, shops[n], "partner/shop").Want(t, 200).Object(t)["id"])
			start := time.Now()
			p.Do(t, shops[n], "POST", "partner/update", apptest.File("old.json", old), "Prefer", "wait=30").Want(t, 200)
			longest = max(longest, time.Since(start))
		}
		// sells tells whether the shop sells something at that price.
		sells := func(shop int64, price int) bool {
			path := fmt.Sprintf("products?shop_id=%d&price_min=%d&price_max=%d&limit=1", shop, price, price)
			return len(p.Get(t, apptest.Person{}, path).Want(t, 200).Array(t)) > 0
		}
		records := make([]string, kills)
		inTheMiddle := 0
		for n, s := range shops {
			records[n] = p.Do(t, s, "POST", "partner/update", apptest.File("new.json", list), "Prefer", "respond-async").
				Want(t, http.StatusAccepted).Header.Get("Location")
			time.Sleep(rand.N(longest)) //nolint:forbidigo // any moment will do: that is what is tested
			p.kill()
			p = serve(t, env)
			if sells(ids[n], before) == sells(ids[n], after) {
				t.Errorf("kill %d: the shop sells goods of both lists or of none", n)
			}
			if p.Get(t, s, records[n]).Want(t, 200).Object(t)["finished_at"] == nil {
				inTheMiddle++
			}
		}
		t.Logf("%d of %d kills were before the end of the import", inTheMiddle, kills)
		for n, s := range shops {
			eventually(t, "the import is over", func() bool {
				return p.Get(t, s, records[n]).Want(t, 200).Object(t)["finished_at"] != nil
			})
			i := p.Get(t, s, records[n]).Want(t, 200).Object(t)
			if i["state"] != "applied" || number(t, i["updated"]) != manyGoods-without || number(t, i["withdrawn"]) != without {
				t.Errorf("import %d: %v", n, i)
			}
			if sells(ids[n], before) || !sells(ids[n], after) {
				t.Errorf("shop %d does not sell what its list says", n)
			}
		}
		p.stop(t)
	})
}
