package main

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// What was answered is there after a crash: the orders, their letters and the
// stock, even if the process is killed at once, with letters half sent.
func TestCrashAfterOrders(t *testing.T) {
	t.Parallel()
	const rounds, buyers = 3, 3
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		p := serve(t, env)
		m := newMarket(t, p, buyers)
		want, all := map[string]int{}, []*process{p}
		for range rounds {
			for letter := range m.order(t, p) {
				want[letter] = 1
			}
			p.kill()
			p = serve(t, env)
			all = append(all, p)
		}
		delivered(t, want, all...)
		p.stop(t)

		// A letter that was handed over but not recorded is handed over again: it
		// takes the place of its own file, so that each is there once.
		got := map[string]int{}
		for _, l := range p.Letters(t, len(want)) {
			got[l.To+" "+l.Subject]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("letters: %s", diff)
		}
		p = serve(t, env, "--no-jobs")
		for _, b := range m.buyers {
			if n := len(p.Get(t, b.Person, "order").Want(t, 200).Array(t)); n != rounds {
				t.Errorf("%s has %d orders", b.Email, n)
			}
		}
		for _, s := range m.shops {
			if n := len(p.Get(t, s, "partner/orders").Want(t, 200).Array(t)); n != rounds*buyers {
				t.Errorf("%s has %d orders", s.Email, n)
			}
		}
		for _, o := range m.offers {
			if n := p.left(t, o); n != stock-rounds*buyers {
				t.Errorf("%d left of offer %d", n, o)
			}
		}
		p.stop(t)
	})
}

// A list that was being fetched when the process was killed is fetched anew.
func TestCrashInImport(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		p := serve(t, env)
		s := p.person(t, shopEmail, "shop")
		list := newSlowList(t, apptest.List("Чайная", "Чай", 2))
		record := p.Do(t, s, "POST", "partner/update", apptest.Form("url", list.url), "Prefer", "respond-async").
			Want(t, http.StatusAccepted).Header.Get("Location")
		list.isAsked(t)
		p.kill()
		p = serve(t, env)
		list.isAsked(t)
		close(list.release)
		eventually(t, "the list is applied", func() bool {
			return p.Get(t, s, record).Want(t, 200).Object(t)["state"] == "applied"
		})
		if n := len(p.offers(t)); n != 2 {
			t.Errorf("%d offers", n)
		}
		p.stop(t)
	})
}
