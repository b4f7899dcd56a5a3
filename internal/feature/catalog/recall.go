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
	recallFor  = 5 * time.Second
	recallMost = 200
	countTime  = 30 * time.Second
)

// recall remembers facets: many buyers look at the same category at a time.
type recall struct {
	mu    sync.Mutex
	known map[recallKey]recalled
	once  singleflight.Group
}

// recallKey is what was counted, and how often price lists had changed offers.
type recallKey struct {
	filter     uint64
	generation int64
}

type recalled struct {
	facets Facets
	at     time.Time
}

// of returns what is remembered, or what count says.
func (r *recall) of(ctx context.Context, key recallKey, now time.Time, count func(context.Context) (Facets, error)) (Facets, error) {
	r.mu.Lock()
	has, is := r.known[key]
	r.mu.Unlock()
	if is && now.Sub(has.at) < recallFor {
		return has.facets, nil
	}
	// Who is first counts for all, and goes on when it is itself gone.
	v, err, _ := r.once.Do(fmt.Sprint(key), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTime)
		defer cancel()
		all, err := count(ctx)
		if err == nil {
			r.keep(key, recalled{all, now})
		}
		return all, err
	})
	all, _ := v.(Facets)
	return all, err
}

func (r *recall) keep(key recallKey, f recalled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= recallMost {
		maps.DeleteFunc(r.known, func(_ recallKey, old recalled) bool { return f.at.Sub(old.at) >= recallFor })
	}
	if r.known == nil || len(r.known) >= recallMost {
		r.known = map[recallKey]recalled{}
	}
	r.known[key] = f
}
