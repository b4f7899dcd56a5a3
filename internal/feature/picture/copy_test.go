package picture_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What fails is asked for a few times, later and later, and then no more; the log
// does not tell what the address was.
func TestGivenUp(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		g.list(t, shop, at, map[string][]string{"1": {"/404/a?key=Secret", "/html", "/good", "/b"}, "2": {"/404/a?key=Secret"}})
		for range 100 {
			g.rounds(t)
			g.now = g.now.Add(time.Hour)
		}
		for path, want := range map[string]int{"/404/a": 4, "/html": 4, "/good": 1, "/b": 1} {
			if got := at.times(path); got != want {
				t.Errorf("%s was asked for %d times, want %d", path, got, want)
			}
		}
		if got := g.shown(t, shop, "1"); len(got) != 2 {
			t.Errorf("shown are %v", got)
		}
		if n := g.Number(t, `select count(*) from picture_copies where tries = 4 and next_at is null and picture_id is null`); n != 2 {
			t.Errorf("%d are given up, want 2", n)
		}
		log := g.log.String()
		if strings.Count(log, "given up") != 2 || strings.Contains(log, "Secret") || strings.Contains(log, at.URL) {
			t.Errorf("the log: %s", log)
		}
	})
}

// The end of the program is no failure of an address, and neither is a store that
// does not answer.
func TestOwnTroubles(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		g.list(t, shop, at, map[string][]string{"1": {"/a"}})
		if err := g.WalkDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.store.left = 1
		if err := g.CopyDue(t.Context()); err == nil {
			t.Error("a store that does not answer is no error")
		}
		g.store.left = 0
		if err := g.CopyDue(t.Context()); err != nil || at.times("/a") != 1 {
			t.Errorf("asked for %d times while another may be at it: %v", at.times("/a"), err)
		}
		g.now = g.now.Add(time.Hour)
		at.slow = true
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- g.CopyDue(ctx) }()
		for at.times("/a") < 2 {
			<-time.After(time.Millisecond)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		at.mu.Lock()
		at.slow = false
		at.mu.Unlock()
		if n := g.Number(t, `select sum(tries) from picture_copies`); n != 0 {
			t.Errorf("%d failures were counted", n)
		}
		g.now = g.now.Add(time.Hour)
		g.rounds(t)
		if got := g.shown(t, shop, "1"); len(got) != 1 {
			t.Errorf("shown are %v", got)
		}
	})
}

// Two processes that walk and fetch at once do it once.
func TestRounds(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		goods := map[string][]string{}
		for i := range 60 {
			goods[fmt.Sprint(i)] = []string{fmt.Sprint("/", i)}
		}
		g.list(t, shop, at, goods)
		for _, f := range []func(context.Context) error{g.WalkDue, g.CopyDue} {
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					for range 3 {
						if err := f(t.Context()); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
		}
		g.rounds(t)
		for i := range 60 {
			if n := at.times(fmt.Sprint("/", i)); n != 1 {
				t.Errorf("%d was asked for %d times", i, n)
			}
		}
		if got := g.names(t, "ready"); len(got) != 60 {
			t.Errorf("%d are shown", len(got))
		}
	})
}

// A process that comes back when its time was over finds that another has done it.
func TestLateCopy(t *testing.T) {
	eachGallery(t, func(t *testing.T, g *gallery) {
		shop, at := g.Shop(t, "North"), newPhotos(t)
		g.list(t, shop, at, map[string][]string{"1": {"/a"}})
		if err := g.WalkDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		gate := make(chan struct{})
		at.gate = gate
		late := make(chan error)
		go func() { late <- g.CopyDue(t.Context()) }()
		for at.times("/a") < 1 {
			<-time.After(time.Millisecond)
		}
		g.Change(t, `update picture_copies set next_at = $1`, g.now)
		g.rounds(t)
		first := g.shown(t, shop, "1")
		close(gate)
		if err := <-late; err != nil {
			t.Error(err)
		}
		if got := g.shown(t, shop, "1"); len(first) != 1 || !slices.Equal(got, first) {
			t.Errorf("shown is %v, was %v", got, first)
		}
		g.rounds(t)
		if got := g.names(t, ""); len(got) != 1 {
			t.Errorf("left are %v", got)
		}
	})
}
