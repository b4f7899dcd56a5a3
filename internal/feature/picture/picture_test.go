package picture_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"sync"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

func names(list []picture.Picture) (names []string) {
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}

// offer sells something and returns its id.
func (g *gallery) offer(t *testing.T, name string) (partner.Shop, int64) {
	t.Helper()
	shop := g.Shop(t, name)
	g.Sell(t, shop, markettest.Good("1", 100, 1))
	return shop, int64(g.Offers(t, shop)["1"].ID)
}

func TestNames(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		anna := g.Buyer(t, "Anna")
		seen := map[string]bool{}
		for i := range 3 {
			p, err := g.SetAvatar(t.Context(), anna.ID, file(1)) // the same file
			if err != nil || seen[p.Name] || !regexp.MustCompile(`^[a-z2-7]{26}$`).MatchString(p.Name) {
				t.Errorf("%d: %q, %v", i, p.Name, err)
			}
			seen[p.Name] = true
		}
	})
}

func TestOffer(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, offer := g.offer(t, "North")
		first, err := g.SetOffer(t.Context(), shop.ID, offer, files(10))
		if err != nil || len(first) != 10 {
			t.Fatal(first, err)
		}
		shown := func() []string {
			list, err := picture.OfOffer(t.Context(), g.DB, offer)
			if err != nil {
				t.Fatal(err)
			}
			return names(list)
		}
		if got := shown(); !slices.Equal(got, names(first)) {
			t.Errorf("shown are %v, want %v", got, names(first))
		}
		// What is wrong changes nothing, and is not kept.
		if _, err := g.SetOffer(t.Context(), shop.ID, offer, files(11)); !errors.Is(err, picture.TooMany) {
			t.Errorf("eleven: %v", err)
		}
		if _, err := g.SetOffer(t.Context(), shop.ID, offer, files(0)); !errors.Is(err, fault.Missing) {
			t.Errorf("none: %v", err)
		}
		spoilt := func(yield func(io.Reader, error) bool) {
			_ = yield(file(1), nil) && yield(bytes.NewReader([]byte("no picture")), nil)
		}
		if _, err := g.SetOffer(t.Context(), shop.ID, offer, spoilt); !errors.Is(err, raster.NotPicture) {
			t.Errorf("a spoilt one: %v", err)
		}
		if got := shown(); !slices.Equal(got, names(first)) {
			t.Errorf("after refusals: %v", got)
		}
		// One is removed by its name, the next is the main one.
		if err := g.RemoveOffer(t.Context(), shop.ID, offer, first[0].Name); err != nil {
			t.Fatal(err)
		}
		if got := shown(); !slices.Equal(got, names(first[1:])) {
			t.Errorf("without the first: %v", got)
		}
		if err := g.RemoveOffer(t.Context(), shop.ID, offer, first[0].Name); !errors.Is(err, fault.Absent) {
			t.Errorf("again: %v", err)
		}
		second, err := g.SetOffer(t.Context(), shop.ID, offer, files(2))
		if got := shown(); err != nil || !slices.Equal(got, names(second)) {
			t.Errorf("replaced: %v, %v", got, err)
		}
		if err := g.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := len(g.store.files), 2*len(picture.Sides()); got != want {
			t.Errorf("%d files are in the store, want %d", got, want)
		}
		if err := g.RemoveOffer(t.Context(), shop.ID, offer, ""); err != nil || shown() != nil {
			t.Errorf("removed: %v, %v", shown(), err)
		}
	})
}

// An offer of another shop is as one that there is not, before anything is drawn.
func TestForeignOffer(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, offer := g.offer(t, "North")
		other, _ := g.offer(t, "South")
		own, err := g.SetOffer(t.Context(), shop.ID, offer, files(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []int64{offer, 99999, 0, -1} {
			if _, err := g.SetOffer(t.Context(), other.ID, id, func(func(io.Reader, error) bool) { t.Error("the file is read") }); !errors.Is(err, fault.Absent) {
				t.Errorf("set %d: %v", id, err)
			}
			for _, name := range []string{"", own[0].Name} {
				if err := g.RemoveOffer(t.Context(), other.ID, id, name); !errors.Is(err, fault.Absent) {
					t.Errorf("remove %d: %v", id, err)
				}
			}
		}
		if got := g.names(t, "ready"); !slices.Equal(got, names(own)) {
			t.Errorf("the pictures are %v", got)
		}
	})
}

// Of many that set pictures at once one stays, and nothing of the others.
func TestAtOnce(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, offer := g.offer(t, "North")
		anna := g.Buyer(t, "Anna")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := g.SetAvatar(t.Context(), anna.ID, file(1))
				_, err2 := g.SetOffer(t.Context(), shop.ID, offer, files(2))
				if err := errors.Join(err, err2); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := g.names(t, "ready"); len(got) != 3 {
			t.Errorf("shown are %v", got)
		}
		if err := g.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.checkStore(t, "swept")
		if len(g.store.files) != 3*len(picture.Sides()) {
			t.Errorf("%d files are left", len(g.store.files))
		}
	})
}

// Who deletes their account has no picture any more, nor one that was on its way.
func TestLeave(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		anna := g.Buyer(t, "Anna")
		p, err := g.SetAvatar(t.Context(), anna.ID, file(1))
		if err != nil {
			t.Fatal(err)
		}
		if err := g.DB.InTx(t.Context(), func(tx db.Tx) error { return picture.Leave(t.Context(), tx, anna.ID) }); err != nil {
			t.Fatal(err)
		}
		g.Change(t, `update users set active = $2 where id = $1`, anna.ID, false)
		if err := g.Has(t.Context(), p.Name, 96); !errors.Is(err, fault.Absent) {
			t.Errorf("it is shown: %v", err)
		}
		if _, err := g.SetAvatar(t.Context(), anna.ID, file(1)); !errors.Is(err, fault.Absent) {
			t.Errorf("another one: %v", err)
		}
		if err := g.Sweep(t.Context()); err != nil || len(g.store.files) != 0 {
			t.Errorf("left are %v, %v", g.store.files, err)
		}
	})
}
