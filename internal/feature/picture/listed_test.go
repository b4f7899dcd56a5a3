package picture_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/platform/db"
)

// photos is a server of a supplier: it answers addresses with pictures, and those
// that contain a number with that status.
type photos struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
	slow  bool          // begins to answer, and goes no further
	gate  chan struct{} // the next request waits for it
}

func newPhotos(t *testing.T) *photos {
	t.Helper()
	p := &photos{asked: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.Path]++
		slow, gate := p.slow, p.gate
		p.gate = nil
		p.mu.Unlock()
		if gate != nil {
			<-gate
		}
		switch {
		case strings.Contains(r.URL.Path, "404"):
			http.NotFound(w, r)
		case strings.Contains(r.URL.Path, "html"):
			_, _ = io.WriteString(w, "<html>")
		case slow:
			<-r.Context().Done()
		default:
			_, _ = io.Copy(w, file(len(r.URL.Path)))
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *photos) times(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// list sells goods by their external ids, each with the pictures at paths.
func (g *gallery) list(t *testing.T, shop partner.Shop, at *photos, goods map[string][]string) {
	t.Helper()
	var all []catalog.Listing
	for id, paths := range goods {
		l := markettest.Good(id, 100, 1)
		for _, path := range paths {
			l.Pictures = append(l.Pictures, at.URL+path)
		}
		all = append(all, l)
	}
	g.Sell(t, shop, all...)
	if err := g.DB.InTx(t.Context(), func(tx db.Tx) error { return picture.Walk(t.Context(), tx, shop.ID, g.now) }); err != nil {
		t.Fatal(err)
	}
}

// rounds do what is done from time to time.
func (g *gallery) rounds(t *testing.T) {
	t.Helper()
	for _, f := range []func(context.Context) error{g.WalkDue, g.CopyDue, g.Sweep} {
		if err := f(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	g.checkStore(t, "after the rounds")
}

// shown are the pictures of an offer.
func (g *gallery) shown(t *testing.T, shop partner.Shop, external string) []string {
	t.Helper()
	list, err := picture.OfOffer(t.Context(), g.DB, int64(g.Offers(t, shop)[external].ID))
	if err != nil {
		t.Fatal(err)
	}
	return names(list)
}

func TestPicturesOfLists(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, other, at := g.Shop(t, "North"), g.Shop(t, "South"), newPhotos(t)
		g.list(t, shop, at, map[string][]string{"1": {"/a", "/b"}, "2": {"/b"}, "3": nil})
		g.list(t, other, at, map[string][]string{"1": {"/b"}})
		g.rounds(t)
		one, two := g.shown(t, shop, "1"), g.shown(t, shop, "2")
		if len(one) != 2 || len(two) != 1 || one[1] != two[0] || g.shown(t, shop, "3") != nil {
			t.Errorf("shown are %v, %v and %v", one, two, g.shown(t, shop, "3"))
		}
		if south := g.shown(t, other, "1"); len(south) != 1 || south[0] == two[0] {
			t.Errorf("the other shop's are %v", south)
		}
		// Tomorrow's list is much the same: nothing is fetched again.
		g.now = g.now.Add(24 * time.Hour)
		g.list(t, shop, at, map[string][]string{"1": {"/b", "/c"}, "2": {"/b"}, "3": {"/a"}})
		g.rounds(t)
		if got := g.shown(t, shop, "1"); len(got) != 2 || got[0] != one[1] || got[1] == one[0] {
			t.Errorf("another order: %v, was %v", got, one)
		}
		if got := g.shown(t, shop, "3"); !slices.Equal(got, one[:1]) {
			t.Errorf("the picture that moved is %v, was %v", got, one[0])
		}
		for path, want := range map[string]int{"/a": 1, "/b": 2, "/c": 1} { // b is in the lists of two shops
			if got := at.times(path); got != want {
				t.Errorf("%s was asked for %d times, want %d", path, got, want)
			}
		}
		// What no offer names is let go.
		g.list(t, shop, at, map[string][]string{"1": {"/b"}, "2": nil, "3": nil})
		g.rounds(t)
		if got := g.names(t, ""); len(got) != 2 || g.Number(t, `select count(*) from picture_copies`) != 2 || len(g.store.files) != 2*len(picture.Sides()) {
			t.Errorf("left are %v", got)
		}
		// An absent offer keeps its picture: it may be back tomorrow.
		g.list(t, shop, at, map[string][]string{"2": nil})
		g.rounds(t)
		if got := g.shown(t, shop, "1"); !slices.Equal(got, one[1:]) || at.times("/b") != 2 {
			t.Errorf("the withdrawn one has %v", got)
		}
	})
}

// Pictures by hand win, and give way when they are removed.
func TestHandWins(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		g.list(t, shop, at, map[string][]string{"1": {"/a", "/b", "/c"}})
		g.rounds(t)
		listed, offer := g.shown(t, shop, "1"), int64(g.Offers(t, shop)["1"].ID)
		hand, err := g.SetOffer(t.Context(), shop.ID, offer, files(1))
		if err != nil {
			t.Fatal(err)
		}
		if got := g.shown(t, shop, "1"); !slices.Equal(got, names(hand)) {
			t.Errorf("shown are %v, by hand are %v", got, hand)
		}
		g.list(t, shop, at, map[string][]string{"1": {"/a", "/b", "/c", "/d"}})
		g.rounds(t)
		if got := g.shown(t, shop, "1"); !slices.Equal(got, names(hand)) {
			t.Errorf("after a list shown are %v, by hand are %v", got, hand)
		}
		if err := g.RemoveOffer(t.Context(), shop.ID, offer, hand[0].Name); err != nil {
			t.Fatal(err)
		}
		if got := g.shown(t, shop, "1"); len(got) != 4 || !slices.Equal(got[:3], listed) {
			t.Errorf("shown are %v, listed are %v", got, listed)
		}
	})
}

// Many offers are looked through in pieces, wherever the walk is interrupted; what
// is enqueued is one row.
func TestWalk(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		goods := map[string][]string{}
		for i := range 450 {
			goods[fmt.Sprint(i)] = []string{fmt.Sprint("/", i), "/all"}
		}
		g.list(t, shop, at, goods)
		if n := g.Number(t, `select count(*) from picture_walks`); n != 1 {
			t.Errorf("%d rows wait", n)
		}
		for n := int64(1); ; n++ {
			err := g.WalkDue(g.Dying(t, n))
			if err == nil && g.Number(t, `select count(*) from picture_walks`) == 0 {
				break
			}
			g.now = g.now.Add(time.Hour)
		}
		if n := g.Number(t, `select count(*) from listed_pictures`); n != 900 {
			t.Errorf("%d are listed, want 900", n)
		}
		if n := g.Number(t, `select count(*) from picture_copies where next_at is not null`); n != 451 {
			t.Errorf("%d wait, want 451", n)
		}
	})
}

// A list that is applied while the shop is being looked through has it begin anew.
func TestWalkAnew(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		goods := map[string][]string{}
		for i := range 450 {
			goods[fmt.Sprint(i)] = []string{"/all"}
		}
		g.list(t, shop, at, goods)
		next := g.Steps(t.Context(), t)
		if err := next(); err != nil {
			t.Fatal(err)
		}
		first, all := "0", g.Offers(t, shop)
		for id, o := range all {
			if o.ID < all[first].ID {
				first = id
			}
		}
		goods[first] = []string{"/new"}
		g.list(t, shop, at, goods)
		if err := next(); !errors.Is(err, picture.ErrOther) {
			t.Errorf("the old walk goes on: %v", err)
		}
		if err := g.WalkDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := g.Number(t, `select count(*) from picture_copies where address like '%/new'`); n != 1 {
			t.Error("the new address is not known")
		}
	})
}
