package catalog

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// How long facets are remembered, and how many. Price lists make them forgotten;
// what is ordered and what is written by hand shows a little later.
const (
	facetsFor  = 5 * time.Second
	facetsMost = 200
)

// How long it is remembered how many offers a search finds, or that a price leaves few,
// and of how many filters. It decides how a page is read, and not what is on it.
const (
	amountFor  = time.Minute
	amountMost = 10_000
)

// countTime is how long a count may take.
const countTime = 30 * time.Second

// recall remembers what was counted: many buyers look at the same at a time.
type recall[K comparable, V any] struct {
	keepFor  time.Duration
	keepMost int

	mu    sync.Mutex
	known map[K]recalled[V]
	once  singleflight.Group
}

type recalled[V any] struct {
	value V
	at    time.Time
}

// of returns what is remembered, or what count says.
func (r *recall[K, V]) of(ctx context.Context, key K, now time.Time, count func(context.Context) (V, error)) (V, error) {
	if v, is := r.recent(key, now); is {
		return v, nil
	}
	// Who is first counts for all, and goes on when it is itself gone.
	v, err, _ := r.once.Do(fmt.Sprint(key), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTime)
		defer cancel()
		counted, err := count(ctx)
		if err == nil {
			r.keep(key, recalled[V]{counted, now})
		}
		return counted, err
	})
	counted, _ := v.(V)
	return counted, err
}

// recent returns what is remembered.
func (r *recall[K, V]) recent(key K, now time.Time) (v V, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	has, is := r.known[key]
	if !is || now.Sub(has.at) >= r.keepFor {
		return v, false
	}
	return has.value, true
}

func (r *recall[K, V]) keep(key K, v recalled[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= r.keepMost {
		maps.DeleteFunc(r.known, func(_ K, old recalled[V]) bool { return v.at.Sub(old.at) >= r.keepFor })
	}
	if r.known == nil || len(r.known) >= r.keepMost {
		r.known = map[K]recalled[V]{}
	}
	r.known[key] = v
}
