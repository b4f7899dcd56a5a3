package limit

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"zakup/internal/platform/db"
)

// Requests limits the requests of addresses and of accounts.
type Requests struct {
	Address, Account *Limiter

	db *db.DB
}

// NewRequests makes the limiters of the rules; their counters are those of this
// process, and shared over a PostgreSQL database while Run runs.
func NewRequests(d *db.DB, r Rules) *Requests {
	return &Requests{Address: newLimiter("address", r.Address), Account: newLimiter("account", r.Account), db: d}
}

// Limiter holds whoever sends more requests than its rate. A nil one holds nobody.
type Limiter struct {
	name    string
	rate    Rate
	counter *counter
	limiter *httprate.RateLimiter
}

func newLimiter(name string, rate Rate) *Limiter {
	if rate.Count == 0 {
		return nil
	}
	l := &Limiter{name: name, rate: rate, counter: newCounter()}
	l.limiter = httprate.NewRateLimiter(rate.Count, rate.Per,
		httprate.WithLimitCounter(l.counter), httprate.WithResponseHeaders(httprate.ResponseHeaders{}))
	return l
}

// The headers of an answer, as the IETF's draft of RateLimit fields for HTTP has them.
const (
	policyHeader = "RateLimit-Policy"
	stateHeader  = "RateLimit"
)

// Allow counts the request of the key, and tells by the headers how many are
// left; it returns TooMany when it is one too many, which is not counted then.
// One of nobody, "", is let through.
func (l *Limiter) Allow(w http.ResponseWriter, r *http.Request, key string) error {
	if l == nil || key == "" {
		return nil
	}
	over := l.limiter.OnLimit(w, r, key)
	left, wait := l.state(key, time.Now())
	h := w.Header()
	add(h, policyHeader, fmt.Sprintf(`"%s";q=%d;w=%d`, l.name, l.rate.Count, int64(math.Ceil(l.rate.Per.Seconds()))))
	if !over {
		add(h, stateHeader, fmt.Sprintf(`"%s";r=%d`, l.name, left))
		return nil
	}
	e := tooMany(wait)
	add(h, stateHeader, fmt.Sprintf(`"%s";r=0;t=%d`, l.name, Wait(e)))
	return e
}

// add joins the item to the list of the header.
func add(h http.Header, name, item string) {
	h.Set(name, strings.TrimPrefix(h.Get(name)+", "+item, ", "))
}

// state is how many requests are left, and how long to wait for the next when
// there is none. The rate is httprate's: the window that runs, and of the one
// before the part that lies within the last length of a window.
func (l *Limiter) state(key string, now time.Time) (left int, wait time.Duration) {
	length := l.rate.Per
	start := now.UTC().Truncate(length)
	current, previous, _ := l.counter.Get(key, start, start.Add(-length)) // never fails
	passed := now.Sub(start)
	share := float64(length-passed) / float64(length)
	left = l.rate.Count - int(math.Round(float64(previous)*share+float64(current)))
	if left > 0 {
		return left, 0
	}
	// One passes as soon as the rate, rounded, leaves room for it.
	room := float64(l.rate.Count) - 0.5
	fades := func(n int, room float64) time.Duration { // how far into the next window n has faded to the room
		return max(0, time.Duration((1-room/float64(n))*float64(length)))
	}
	if rest := room - float64(current); rest > 0 && previous > 0 {
		if at := fades(previous, rest); at <= length {
			return 0, at - passed + time.Millisecond
		}
	}
	return 0, length - passed + fades(max(current, 1), room) + time.Millisecond
}
