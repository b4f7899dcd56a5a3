package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/apptest/ledgertest"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// letterWorkers are the letters that one process has on their way at once.
const letterWorkers = 8

// plenty is what there is of each good: nothing runs out.
const plenty = 1_000_000

// Killed at any moment while buyers order and cancel and suppliers go on with
// their parts, the program loses nothing that it answered and does nothing
// twice: the ledger proves it from the database and the letters.
func TestKilledUnderOrders(t *testing.T) {
	t.Parallel()
	kills := 20
	if apptest.Race {
		kills = 3
	}
	const buyers, pause = 4, 1500 * time.Millisecond
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		p := serve(t, env)
		var m market
		for n, name := range []string{"Первый", "Второй"} {
			list := strings.ReplaceAll(apptest.List(name, "Чай", 2), "quantity: 10,", fmt.Sprintf("quantity: %d,", plenty))
			m.shops[n] = p.supplier(t, fmt.Sprintf("shop%d@example.com", n), list)
		}
		m.offers = p.offers(t)
		for n := range buyers {
			m.buyers = append(m.buyers, p.buyer(t, fmt.Sprintf("buyer%d@example.com", n)))
		}
		processes := []*process{p}
		l := &load{process: p, market: m, answered: map[int64]string{}, canceled: map[int64]bool{}}
		var all sync.WaitGroup
		stop := make(chan struct{})
		for _, b := range m.buyers {
			all.Go(func() { l.orders(b, stop) })
		}
		for _, s := range m.shops {
			all.Go(func() { l.supplies(s, stop) })
		}
		for range kills {
			time.Sleep(rand.N(pause)) //nolint:forbidigo // any moment will do: that is what is tested
			p.kill()
			p = serve(t, env)
			processes = append(processes, p)
			l.use(p)
		}
		// The last process sees at least as much as every one before it.
		before := l.count()
		eventually(t, "orders after the last kill", func() bool { return l.count() > before })
		close(stop)
		all.Wait()

		d, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		number := func(query string) (n int64) {
			if err := d.QueryRow(t.Context(), query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		eventually(t, "all jobs are done", func() bool { return number(`select count(*) from river_job where state <> 'completed'`) == 0 })
		p.stop(t)
		wrong, err := ledgertest.Check(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		letters, err := ledgertest.CheckLetters(t.Context(), d, os.DirFS(filepath.Join(p.DataDir, "mail")))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range append(wrong, letters...) {
			t.Error(w)
		}
		l.check(t, d)
		// A letter whose process died between the server's yes and our record goes
		// out again, under the same Message-ID: those that were on their way, at most.
		twice := 0
		for _, n := range deliveries(t, processes...) {
			twice += n - 1
		}
		if most := kills * letterWorkers; twice > most {
			t.Errorf("%d letters were handed over again after %d kills", twice, kills)
		}
		t.Logf("%d kills; %d letters handed over again; %d orders were answered, %d are there, %d canceled", kills, twice, len(l.answered), number(`select count(*) from orders`), len(l.canceled))
	})
}

// load is people at work, who remember what they were told.
type load struct {
	market market

	mu       sync.Mutex
	process  *process
	answered map[int64]string // numbers of orders by id
	canceled map[int64]bool
}

func (l *load) use(p *process) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.process = p
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answered)
}

// ask makes a request of whichever process there is; 0 when it was not answered
// whole.
func (l *load) ask(who apptest.Person, method, path string, body any) (status int, answer []byte) {
	l.mu.Lock()
	url := l.process.URL
	l.mu.Unlock()
	text, _ := json.Marshal(body)
	r, err := http.NewRequest(method, url+"/api/v1/"+path, bytes.NewReader(text)) //nolint:noctx // it ends with the process
	if err != nil {
		return 0, nil
	}
	r.Header.Set("Authorization", "Token "+who.Token)
	r.Header.Set("Content-Type", "application/json")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = got.Body.Close() }()
	if answer, err = io.ReadAll(got.Body); err != nil {
		return 0, nil
	}
	return got.StatusCode, answer
}

// found is what the requests here read of answers.
type found struct {
	ID      int64  `json:"id"`
	Number  string `json:"number"`
	State   string `json:"state"`
	Version int64  `json:"version"`
}

// orders has a buyer order again and again, and cancel one order in three.
func (l *load) orders(b buyer, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		var items []map[string]int64
		for _, o := range l.market.offers {
			items = append(items, map[string]int64{"product_info": o, "quantity": 1})
		}
		l.ask(b.Person, "POST", "basket", map[string]any{"items": items})
		_, text := l.ask(b.Person, "GET", "basket", nil)
		var baskets []found
		if json.Unmarshal(text, &baskets) != nil || len(baskets) == 0 {
			continue
		}
		status, text := l.ask(b.Person, "POST", "order", map[string]int64{"id": baskets[0].ID, "contact": b.contact})
		var placed found
		if status != http.StatusOK || json.Unmarshal(text, &placed) != nil {
			continue
		}
		l.mu.Lock()
		l.answered[placed.ID] = placed.Number
		l.mu.Unlock()
		if n%3 != 0 {
			continue
		}
		if status, _ := l.ask(b.Person, "POST", fmt.Sprintf("order/%d/cancel", placed.ID), map[string]int64{"version": 1}); status == http.StatusOK {
			l.mu.Lock()
			l.canceled[placed.ID] = true
			l.mu.Unlock()
		}
	}
}

// supplies has a supplier take its new parts a step or two forward.
func (l *load) supplies(s apptest.Person, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		_, text := l.ask(s, "GET", "partner/orders?limit=5&state=new", nil)
		var parts []found
		if json.Unmarshal(text, &parts) != nil {
			continue
		}
		for _, p := range parts {
			to := []string{"confirmed", "sent"}[rand.IntN(2)]
			l.ask(s, "POST", fmt.Sprintf("partner/orders/%d/state", p.ID), map[string]any{"state": to, "version": p.Version})
		}
	}
}

// check finds everything that was answered.
func (l *load) check(t *testing.T, d *db.DB) {
	t.Helper()
	if len(l.answered) == 0 {
		t.Error("nothing was ordered")
	}
	for id, number := range l.answered {
		var got, state string
		err := d.QueryRow(t.Context(), `select number, state from orders where id = $1`, id).Scan(&got, &state)
		if err != nil || got != number || l.canceled[id] && state != "canceled" {
			t.Errorf("order %d, %s (canceled: %v): %s %s %v", id, number, l.canceled[id], got, state, err)
		}
	}
	rows, err := d.Query(t.Context(), `
		select f.external_id || ': ' || f.on_hand from offers f where f.on_hand <> $1`, plenty)
	wrong, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
	if err != nil || len(wrong) > 0 {
		t.Errorf("stock that no list said: %s, %v", strings.Join(wrong, ", "), err)
	}
}
