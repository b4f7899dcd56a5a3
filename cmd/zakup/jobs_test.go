package main

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// market is two shops and the buyers of both.
type market struct {
	shops  [2]apptest.Person
	offers []int64 // one of each shop
	buyers []buyer
}

// stock is how many pieces of each good apptest.List has.
const stock = 10

func newMarket(t *testing.T, p *process, buyers int) market {
	t.Helper()
	var m market
	m.shops[0] = p.supplier(t, "one@example.com", apptest.List("Первый", "Чай", 1))
	m.shops[1] = p.supplier(t, "two@example.com", apptest.List("Второй", "Кофе", 1))
	m.offers = p.offers(t)
	for i := range buyers {
		m.buyers = append(m.buyers, p.buyer(t, fmt.Sprintf("buyer%d@example.com", i)))
	}
	return m
}

// order has every buyer order one piece of each offer, all at once, from the
// processes in turn. It returns the letters that must follow: recipient and
// subject.
func (m market) order(t *testing.T, all ...*process) map[string]int {
	t.Helper()
	baskets := make([]int64, len(m.buyers))
	for i, b := range m.buyers {
		baskets[i] = all[0].fill(t, b, m.offers)
	}
	answers := make([]apptest.Answer, len(m.buyers))
	var wg sync.WaitGroup
	for i, b := range m.buyers {
		wg.Go(func() { answers[i] = all[i%len(all)].place(t, b, baskets[i]) })
	}
	wg.Wait()
	letters := map[string]int{}
	for i, a := range answers {
		n := text(t, a.Want(t, 200).Object(t)["number"])
		letters[m.buyers[i].Email+" Заказ "+n+" принят"]++
		letters["office@example.com Накладная к заказу "+n]++
		letters[m.shops[0].Email+" Новый заказ "+n+"/1"]++
		letters[m.shops[1].Email+" Новый заказ "+n+"/2"]++
	}
	return letters
}

// delivered waits until the letters have gone out, each at least once, and
// returns how often each did.
func delivered(t *testing.T, want map[string]int, all ...*process) map[string]int {
	t.Helper()
	var got map[string]int
	eventually(t, "letters", func() bool {
		got = deliveries(t, all...)
		for letter := range want {
			if got[letter] == 0 {
				return false
			}
		}
		return true
	})
	return got
}

// Without jobs nothing is sent, and nothing is lost.
func TestServeNoJobs(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		dir := t.TempDir()
		env := settings(url, dir)
		first := serve(t, env)
		m := newMarket(t, first, 2)
		first.stop(t)

		idle := serve(t, env, "--no-jobs")
		want := m.order(t, idle)
		accepted := idle.Do(t, m.shops[0], "POST", "partner/update",
			apptest.File("list.yaml", apptest.List("Первый", "Чай", 3)), "Prefer", "wait=1").Want(t, 202)
		if s := importState(t, accepted); s != "received" {
			t.Errorf("the list is %s", s)
		}
		if n := deliveries(t, idle); len(n) != 0 {
			t.Errorf("sent: %v", n)
		}
		idle.stop(t)
		// Stopping is no reason to send either.
		if n := deliveries(t, idle); len(n) != 0 {
			t.Errorf("sent at the end: %v", n)
		}

		busy := serve(t, env)
		if diff := cmp.Diff(want, delivered(t, want, busy)); diff != "" {
			t.Errorf("letters: %s", diff)
		}
		apptest.Until(t, "the list is applied", func() bool { return len(busy.offers(t)) == 4 })
		busy.stop(t)
	})
}

// Two processes share the work: an order's letters go out once each, whoever
// took the order.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	one, two := serve(t, settings(url, t.TempDir())), serve(t, settings(url, t.TempDir()))
	m := newMarket(t, one, 5)
	want := m.order(t, one, two)
	delivered(t, want, one, two)
	one.stop(t)
	two.stop(t) // from here on nothing more is sent
	got := deliveries(t, one, two)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("letters: %s", diff)
	}
	// Both say the same of the stock.
	three := serve(t, settings(url, t.TempDir()), "--no-jobs")
	for _, o := range m.offers {
		if n := three.left(t, o); n != stock-int64(len(m.buyers)) {
			t.Errorf("%d left of offer %d", n, o)
		}
	}
	three.stop(t)
}
