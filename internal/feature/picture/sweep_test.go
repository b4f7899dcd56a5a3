package picture_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/feature/picture"
	"zakup/internal/platform/fault"
)

// Sweep takes what nothing names, and leaves alone what is on its way.
func TestSweep(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, offer := g.offer(t, "North")
		anna := g.Buyer(t, "Anna")
		kept, err := g.SetOffer(t.Context(), shop.ID, offer, files(2))
		avatar, err2 := g.SetAvatar(t.Context(), anna.ID, file(1))
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		want := append(names(kept), avatar.Name)
		slices.Sort(want)
		g.Change(t, `insert into pictures (name, state, source, width, height, created_at) values ('onitsway', 'storing', '', 1, 1, $1)`, g.now.Add(-23*time.Hour))
		g.store.files["onitsway/96.jpg"] = []byte{1}
		sweep := func() {
			t.Helper()
			if err := g.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			g.checkStore(t, "swept")
		}
		sweep()
		if g.store.files["onitsway/96.jpg"] == nil {
			t.Error("what is on its way was swept")
		}
		g.now = g.now.Add(300 * 24 * time.Hour)
		sweep()
		if got := g.names(t, ""); !slices.Equal(got, want) || len(g.store.files) != len(want)*len(picture.Sides()) {
			t.Errorf("left are %v and %d files, want %v", got, len(g.store.files), want)
		}
		if err := g.RemoveAvatar(t.Context(), anna.ID); err != nil {
			t.Fatal(err)
		}
		if err := g.Has(t.Context(), avatar.Name, 96); !errors.Is(err, fault.Absent) {
			t.Errorf("a removed one is shown: %v", err)
		}
		// A store that fails on the way: the next round goes on.
		for g.store.left = 2; g.store.left > 0; g.store.left++ {
			left := g.store.left
			err := g.Sweep(t.Context())
			g.checkStore(t, fmt.Sprint("after ", left))
			if err == nil {
				break
			}
			if !errors.Is(err, errStore) {
				t.Fatal(err)
			}
			g.store.left = left
		}
		if got := g.names(t, ""); slices.Contains(got, avatar.Name) || len(g.store.files) != 2*len(picture.Sides()) {
			t.Errorf("left are %v", got)
		}
	})
}

// Whatever is interrupted wherever, the store has nothing without a row, nothing
// is shown that is not whole, and a day later nothing of it is left.
func TestCrash(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, offer := g.offer(t, "North")
		anna := g.Buyer(t, "Anna")
		act := func(ctx context.Context) error {
			_, err := g.SetAvatar(ctx, anna.ID, file(1))
			if err == nil {
				_, err = g.SetOffer(ctx, shop.ID, offer, files(2))
			}
			return err
		}
		if err := act(t.Context()); err != nil {
			t.Fatal(err)
		}
		for n, ended := int64(1), false; !ended; n++ {
			ended = act(g.Dying(t, n)) == nil
			g.checkStore(t, fmt.Sprint("dead after statement ", n))
		}
		for n, ended := 2, false; !ended; n++ {
			g.store.left = n
			ended = act(t.Context()) == nil
			g.store.left = 0
			g.checkStore(t, fmt.Sprint("a store that failed after ", n))
		}
		g.now = g.now.Add(25 * time.Hour)
		if err := g.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.checkStore(t, "at last")
		if got := g.names(t, ""); len(got) != 3 || len(g.store.files) != 3*len(picture.Sides()) {
			t.Errorf("left are %v and %d files, want one avatar and two pictures", got, len(g.store.files))
		}
		if list, err := picture.OfOffer(t.Context(), g.DB, offer); err != nil || len(list) != 2 {
			t.Errorf("the offer has %v, %v", list, err)
		}
	})
}

// A picture that was taken for nobody's before it was stored is not shown after all.
func TestTooLate(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		anna := g.Buyer(t, "Anna")
		g.store.put = func(name string) {
			if !strings.HasSuffix(name, "/96.jpg") { // the last
				return
			}
			g.now = g.now.Add(25 * time.Hour)
			g.store.left = 1
			if err := g.Sweep(t.Context()); !errors.Is(err, errStore) {
				t.Error(err)
			}
			g.store.left = 0
		}
		if p, err := g.SetAvatar(t.Context(), anna.ID, file(1)); err == nil {
			t.Errorf("%v is shown", p)
		}
		g.store.put = nil
		if err := g.Sweep(t.Context()); err != nil || len(g.store.files) != 0 || len(g.names(t, "")) != 0 {
			t.Errorf("left are %v, %v", g.store.files, err)
		}
	})
}
