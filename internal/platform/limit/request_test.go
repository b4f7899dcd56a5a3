package limit_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/limit"
)

// ask sends a request of the key, and returns what was told of it.
func ask(l *limit.Limiter, key string) (*httptest.ResponseRecorder, *fault.Error) {
	w := httptest.NewRecorder()
	return w, fault.As(l.Allow(w, get(), key))
}

// get is any request.
func get() *http.Request {
	return httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", http.NoBody)
}

// later waits in a bubble of synctest, whose time costs none.
func later(d time.Duration) { <-time.After(d) }

// open opens a database of its own connections.
func open(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func address(count int, per time.Duration) limit.Rules {
	return limit.Rules{Address: limit.Rate{Count: count, Per: per}}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.NewRequests(nil, address(3, time.Minute)).Address
		for _, want := range []string{`"address";r=2`, `"address";r=1`, `"address";r=0`} {
			w, f := ask(l, "a")
			if got := w.Header().Get("RateLimit"); got != want || f != nil {
				t.Errorf("%s, %v; want %s", got, f, want)
			}
			if got := w.Header().Get("RateLimit-Policy"); got != `"address";q=3;w=60` {
				t.Error(got)
			}
		}
		w, f := ask(l, "a")
		if f == nil || f.Kind != fault.TooMany {
			t.Fatalf("the fourth: %v", f)
		}
		if got, want := w.Header().Get("RateLimit"), fmt.Sprintf(`"address";r=0;t=%d`, limit.Wait(f)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if len(w.Header()) != 2 {
			t.Errorf("%v", w.Header())
		}
		if _, f := ask(l, "b"); f != nil {
			t.Errorf("another key: %v", f)
		}
		if _, f := ask(l, ""); f != nil {
			t.Errorf("nobody: %v", f)
		}
		both := httptest.NewRecorder()
		both.Header().Set("RateLimit", `"x";r=1`)
		if err := l.Allow(both, get(), "c"); err != nil {
			t.Fatal(err)
		}
		if got := both.Header().Get("RateLimit"); got != `"x";r=1, "address";r=2` {
			t.Errorf("two limits: %s", got)
		}
	})
}

// Whoever waits as long as they are told is let through, and not much earlier.
func TestRetryAfterIsTrue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			count := 1 + random.IntN(40)
			l := limit.NewRequests(nil, address(count, time.Minute)).Address
			for range 4 * count { // at any times within a few windows
				later(time.Duration(random.Int64N(int64(2 * time.Minute / time.Duration(count)))))
				_, _ = ask(l, "a")
			}
			var f *fault.Error
			for f == nil {
				_, f = ask(l, "a")
			}
			told := time.Duration(limit.Wait(f)) * time.Second
			if told > 2*time.Minute {
				t.Fatalf("told to wait %s", told)
			}
			if early := told - 2*time.Second; early > 0 {
				later(early)
				if _, f := ask(l, "a"); f == nil {
					t.Fatalf("let through after %s, told %s", early, told)
				}
				later(told - early)
			} else {
				later(told)
			}
			if _, f := ask(l, "a"); f != nil {
				t.Fatalf("limit %d: waited %s as told, and told to wait %d s more", count, told, limit.Wait(f))
			}
		}
	})
}

// A burst at the end of one window and the beginning of the next is one burst.
func TestSliding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.NewRequests(nil, address(100, time.Minute)).Address
		later(59 * time.Second)
		passed := 0
		for range 2 {
			for range 200 {
				if _, f := ask(l, "a"); f == nil {
					passed++
				}
			}
			later(2 * time.Second)
		}
		if passed < 100 || passed > 105 {
			t.Errorf("%d passed in two seconds", passed)
		}
		later(3 * time.Minute)
		if w, f := ask(l, "a"); f != nil || w.Header().Get("RateLimit") != `"address";r=99` {
			t.Errorf("after a rest: %v, %v", w.Header(), f)
		}
	})
}

// A million addresses fill neither the memory nor the counts of those who were
// there before; and beyond what is kept a limit still holds.
func TestMillionAddresses(t *testing.T) { //nolint:paralleltest // memory is measured
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var l *limit.Limiter
	synctest.Test(t, func(t *testing.T) {
		l = limit.NewRequests(nil, address(1000, time.Minute)).Address
		for range 1000 {
			_, _ = ask(l, "honest")
		}
		if _, f := ask(l, "honest"); f == nil {
			t.Fatal("the limit does not hold")
		}
		w, r := httptest.NewRecorder(), get()
		for n := range 2 { // in two windows
			held := 0
			for i := range 1_000_000 / (1 + 4*n) {
				clear(w.Header())
				if err := l.Allow(w, r, fmt.Sprintf("2001:db8:%x:%x::/64", n, i)); err != nil {
					held++
				}
			}
			if held > 0 {
				t.Errorf("%d strangers with a request each were held", held)
			}
			if n == 0 {
				if _, f := ask(l, "honest"); f == nil {
					t.Error("the attack has wiped out what was counted before")
				}
			}
			passed := 0
			for range 2000 {
				if l.Allow(httptest.NewRecorder(), r, "late") == nil {
					passed++
				}
			}
			if passed > 1000 || passed < 900 {
				t.Errorf("%d requests of one address passed while the counts were full", passed)
			}
			later(2 * time.Minute)
		}
	})
	if used := heap() - before; used > 64<<20 {
		t.Errorf("%d MB are held", used>>20)
	}
	runtime.KeepAlive(l)
}

// Two instances on one database let through together about what one would.
func TestTwoInstances(t *testing.T) {
	url := dbtest.Postgres(t)
	var both []*limit.Requests
	for range 2 {
		both = append(both, limit.NewRequests(open(t, url), address(1000, time.Hour)))
	}
	share := func() {
		t.Helper()
		for _, r := range both {
			if err := r.Share(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	passed := 0
	for range 40 {
		for _, r := range both {
			for range 50 {
				if _, f := ask(r.Address, "a"); f == nil {
					passed++
				}
			}
		}
		share()
	}
	if passed < 1000 || passed > 1100 {
		t.Errorf("%d of 1000 passed", passed)
	}
	for i, r := range both {
		if _, f := ask(r.Address, "a"); f == nil {
			t.Errorf("instance %d lets one more through", i)
		}
		if _, f := ask(r.Address, "b"); f != nil {
			t.Errorf("instance %d holds another: %v", i, f)
		}
	}
}

// An exchange costs one statement for all who send much, and none for anybody
// else; what is no longer counted is deleted.
func TestExchange(t *testing.T) {
	d := open(t, dbtest.Postgres(t))
	r := limit.NewRequests(d, address(1000, time.Hour))
	statements := func() int64 {
		t.Helper()
		before := d.Statements()
		if err := r.Share(t.Context()); err != nil {
			t.Fatal(err)
		}
		return d.Statements() - before
	}
	for i := range 500 {
		for range 20 {
			_, _ = ask(r.Address, fmt.Sprint("quiet ", i))
		}
	}
	if n := statements(); n != 0 {
		t.Errorf("%d statements for quiet clients", n)
	}
	for i := range 100 {
		for range 60 {
			_, _ = ask(r.Address, fmt.Sprint("busy ", i))
		}
	}
	err := d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into request_counts (key, window_at, count) values ('address old', 5, 7)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := statements(); n != 2 {
		t.Errorf("%d statements for a hundred busy clients", n)
	}
	if n := statements(); n != 0 {
		t.Errorf("%d statements with nothing new", n)
	}
	var rows, sum int64
	if err := d.QueryRow(t.Context(), `select count(*), cast(sum(count) as bigint) from request_counts`).Scan(&rows, &sum); err != nil {
		t.Fatal(err)
	}
	if rows != 100 || sum != 6000 {
		t.Errorf("%d rows with the sum %d", rows, sum)
	}
}

// Without others, or without a limit, there is nothing to tell.
func TestRunAlone(t *testing.T) {
	lite := open(t, dbtest.SQLite(t))
	limit.NewRequests(lite, address(1, time.Hour)).Run(t.Context(), slog.New(slog.DiscardHandler))
	limit.NewRequests(open(t, dbtest.Postgres(t)), limit.Rules{}).Run(t.Context(), slog.New(slog.DiscardHandler))
}

// Instances tell each other by themselves while they run.
func TestRun(t *testing.T) {
	url := dbtest.Postgres(t)
	one, two := limit.NewRequests(open(t, url), address(10, time.Hour)), limit.NewRequests(open(t, url), address(10, time.Hour))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, r := range []*limit.Requests{one, two} {
		running.Go(func() { r.Run(ctx, slog.New(slog.DiscardHandler)) })
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		end, again := time.After(30*time.Second), time.NewTicker(10*time.Millisecond)
		defer again.Stop()
		for !holds() {
			select {
			case <-end:
				t.Fatal(what)
			case <-again.C:
			}
		}
	}
	for range 10 {
		_, _ = ask(one.Address, "a")
	}
	d := open(t, url)
	until("the first instance has told nothing", func() bool {
		var told int
		err := d.QueryRow(t.Context(), `select coalesce(sum(count), 0) from request_counts`).Scan(&told)
		return err == nil && told == 10
	})
	// An instance hears of others when it tells: it must have heard of the client itself.
	if _, f := ask(two.Address, "a"); f != nil {
		t.Fatal("held before anything was told")
	}
	until("the second instance has not heard of the first", func() bool { return two.Address.Count("a") == 11 })
	if _, f := ask(two.Address, "a"); f == nil {
		t.Error("the second instance lets through what the first has counted")
	}
	stop()
	running.Wait()
}
