package pricelist_test

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/pricelist"
)

// large writes a list of n goods as long as suppliers' own: some 500 bytes each.
func large(n, price int) string {
	var b strings.Builder
	b.WriteString("shop: Большой\ncategories:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  - {id: %d, name: Раздел %d}\n", i, i)
	}
	b.WriteString("goods:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - id: %d
    category: %d
    model: vendor/line-%d/model-%d
    name: Товар номер %d с длинным названием, как у поставщиков
    price: %d.%02d
    price_rrc: %d
    quantity: %d
    parameters:
      "Диагональ (дюйм)": 6.5
      "Разрешение (пикс)": 2688x1242
      "Встроенная память (Гб)": 512
      "Цвет": "номер %d"
`, 1000+i, i%100, i%7, i, i, price, i%100, price+50, i%90, i)
	}
	return b.String()
}

// peak runs f and returns by how many bytes the heap grew meanwhile. Garbage
// counts until it is collected: no more than what lives, by the default pace.
func peak(f func()) int64 {
	const heap = "/memory/classes/heap/objects:bytes"
	now := func() int64 {
		s := []metrics.Sample{{Name: heap}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	runtime.GC()
	base := now()
	stop, top := make(chan struct{}), make(chan int64)
	go func() {
		most := base
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, now())
			select {
			case <-tick.C:
			case <-stop:
				top <- most
				return
			}
		}
	}()
	f()
	close(stop)
	return <-top - base
}

// A list of a large supplier goes through in the memory of a short one.
func TestALargeList(t *testing.T) {
	const bound = 64 << 20
	goods := 30_000
	if apptest.Race {
		goods = 4_000
	}
	first, second := large(goods, 100), large(goods, 110)
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		for n, text := range []string{first, second} {
			id := receive(t, m, shop, text)
			start := time.Now()
			var i pricelist.Import
			grown := peak(func() { i = work(t, m, shop, id) })
			t.Logf("%d MiB: %s in %v, the heap grew by %d MiB", len(text)>>20, counts(i), time.Since(start).Round(time.Millisecond), grown>>20)
			want := fmt.Sprintf("applied rows %d created %d updated %d unchanged 0 withdrawn 0 errors 0 warnings 0",
				goods, []int{goods, 0}[n], []int{0, goods}[n])
			if got := counts(i); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
			if grown > bound {
				t.Errorf("the heap grew by %d MiB, over %d", grown>>20, bound>>20)
			}
		}
		if n := m.Number(t, `select count(*) from offers where not withdrawn`); n != int64(goods) {
			t.Errorf("%d offers", n)
		}
		if n := m.Number(t, `select count(*) from categories`); n != 100 {
			t.Errorf("%d categories", n)
		}
	})
}
