package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// deep is the number of the page that is compared with the first.
const deep = 1000

// loaded is how a turn of load went.
type loaded struct {
	took  []time.Duration // sorted
	all   time.Duration
	bytes int64 // of the answers
}

// size is how long an answer was in the mean, in bytes.
func (l loaded) size() float64 { return float64(l.bytes) / float64(max(1, len(l.took))) }

func (l loaded) perSecond() float64 { return float64(len(l.took)) / l.all.Seconds() }

// ms is a percentile in milliseconds.
func (l loaded) ms(percent int) float64 {
	if len(l.took) == 0 {
		return 0
	}
	return micros(l.took[(len(l.took)-1)*percent/100]) / 1000
}

// loader asks over so many connections as there are in all turns.
type loader struct{ http.Client }

func newLoader() *loader {
	return &loader{http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}, Timeout: time.Minute}}
}

// turn asks for the addresses one after the other, over all connections, until the
// time is over and each has had an answer. A tenth of it before that warms up and is
// not counted.
func (l *loader) turn(ctx context.Context, addresses []string, lasts time.Duration) (loaded, error) {
	took := make([][]time.Duration, connections)
	errs := make([]error, connections)
	var bytes atomic.Int64
	begin := time.Now().Add(lasts / 10)
	end := begin.Add(lasts)
	var all sync.WaitGroup
	for worker := range connections {
		all.Go(func() {
			for n := worker * len(addresses) / connections; ; n++ {
				start := time.Now()
				if start.After(end) && len(took[worker]) > 0 || ctx.Err() != nil {
					return
				}
				var length counted
				if errs[worker] = l.get(ctx, addresses[n%len(addresses)], &length); errs[worker] != nil {
					return
				}
				if start.After(begin) {
					bytes.Add(int64(length))
					took[worker] = append(took[worker], time.Since(start))
				}
			}
		})
	}
	all.Wait()
	r := loaded{slices.Concat(took...), time.Since(begin), bytes.Load()}
	slices.Sort(r.took)
	return r, errors.Join(errors.Join(errs...), ctx.Err())
}

// counted is the length of what is written to it.
type counted int64

func (c *counted) Write(p []byte) (int, error) {
	*c += counted(len(p))
	return len(p), nil
}

// get reads an answer whole.
func (l *loader) get(ctx context.Context, address string, to io.Writer) error {
	answer, err := l.ask(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, answer.Body)
	return errors.Join(err, answer.Body.Close())
}

// ask returns an answer that is 200.
func (l *loader) ask(ctx context.Context, method, address string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	answer, err := l.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return nil, errors.Join(fmt.Errorf("%s: %d: %s", address, answer.StatusCode, text), err, answer.Body.Close())
	}
	return answer, nil
}

// deep is the address of a page far from the first one, by the links of the pages
// before it.
func (l *loader) deep(ctx context.Context, url string) (asked, bool) {
	path := fmt.Sprintf("products?limit=%d", pageOf)
	n := 1
	for ; n < deep; n++ {
		answer, err := l.ask(ctx, http.MethodGet, url+"/api/v1/"+path, nil)
		if err != nil {
			break
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_, query, more := strings.Cut(answer.Header.Get("Link"), "?")
		query, _, _ = strings.Cut(query, ">")
		if err = errors.Join(err, answer.Body.Close()); err != nil || !more {
			break
		}
		path = "products?" + query
	}
	return asked{name: fmt.Sprintf("%s%d", farPage, n), paths: []string{path}, page: true}, n > 1
}
