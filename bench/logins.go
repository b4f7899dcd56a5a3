package bench

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
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"zakup/internal/platform/db"
)

// Logins measures what signing in costs, what the time of answers tells, and what a
// storm of sign-ins leaves to others.
type Logins struct {
	Dir      string
	Database string        // "" is a new SQLite file
	Storm    int           // sign-ins at once
	Rounds   int           // turns of reading alone and reading under the storm
	Turn     time.Duration // of each
}

// readers read the catalogue all the time, each over a connection of its own.
const readers = 8

// hashes are the parameters of argon2id to choose from: OWASP's five, RFC 9106's
// second, and ours with two threads. The first are ours.
var hashes = []struct {
	mib, passes uint32
	threads     uint8
	of          string
}{
	{19, 2, 1, "OWASP; ours"},
	{46, 1, 1, "OWASP"},
	{12, 3, 1, "OWASP"},
	{9, 4, 1, "OWASP"},
	{7, 5, 1, "OWASP"},
	{19, 2, 2, "ours on two cores"},
	{64, 3, 4, "RFC 9106, little memory"},
}

// Run prints what hashes cost, and the rate of pages of the catalogue alone and
// while so many people sign in at once, again and again.
func (o Logins) Run(ctx context.Context, out io.Writer) (err error) {
	p, err := open(ctx, o.Dir, o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(), p.db.Close()) }()
	machine(out, p)
	tellHashes(out)
	_, shop, err := supplier(ctx, p, "supplier")
	if err != nil {
		return err
	}
	if _, err := sell(ctx, p, shop); err != nil {
		return err
	}
	var people []*customer
	for n := range o.Storm {
		c, err := newCustomer(ctx, p, fmt.Sprint("buyer", n))
		if err != nil {
			return err
		}
		people = append(people, c)
	}
	if p.db.Dialect() == db.Postgres {
		if _, err := p.db.Pool().Exec(ctx, `vacuum (analyze)`); err != nil {
			return err
		}
	}
	if err := tellTokens(ctx, p, people, out); err != nil {
		return err
	}
	server := httptest.NewServer(p.API)
	defer server.Close()
	if err := o.tellAnswers(ctx, server.URL, people, out); err != nil {
		return err
	}
	return o.storm(ctx, server.URL, people, out)
}

func tellHashes(out io.Writer) {
	fmt.Fprint(out, "\n| argon2id | MiB | passes | threads | ms |\n| --- | --- | --- | --- | --- |\n")
	for _, h := range hashes {
		var took []time.Duration
		for range 15 {
			start := time.Now()
			argon2.IDKey([]byte("password"), make([]byte, 16), h.passes, h.mib<<10, h.threads, 32)
			took = append(took, time.Since(start))
		}
		fmt.Fprintf(out, "| %s | %d | %d | %d | %.1f |\n", h.of, h.mib, h.passes, h.threads, float64(at(took, 50).Microseconds())/1000)
	}
}

// storm takes turns of reading alone and of reading while everybody signs in.
func (o Logins) storm(ctx context.Context, url string, people []*customer, out io.Writer) error {
	fmt.Fprintf(out, "\n%d readers, %d sign-ins at once, %d turns of %s\n\n", readers, len(people), o.Rounds, o.Turn)
	fmt.Fprint(out, "| turn | pages/s alone | under the storm | share | logins/s | p50 ms | p95 ms | refused/s |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	var shares []float64
	for n := range o.Rounds + 1 {
		alone, err := o.turn(ctx, url, nil)
		if err != nil {
			return err
		}
		under, err := o.turn(ctx, url, people)
		if err != nil {
			return err
		}
		if n == 0 {
			continue // the first warms up
		}
		share := under.pages / alone.pages
		shares = append(shares, share)
		ms := func(percent int) float64 { return float64(at(under.logins, percent).Microseconds()) / 1000 }
		fmt.Fprintf(out, "| %d | %.0f | %.0f | %.2f | %.1f | %.0f | %.0f | %.1f |\n", n, alone.pages, under.pages, share,
			float64(len(under.logins))/o.Turn.Seconds(), ms(50), ms(95), float64(under.refused)/o.Turn.Seconds())
	}
	slices.Sort(shares)
	fmt.Fprintf(out, "\nmedian of the shares: %.2f\n", shares[len(shares)/2])
	return nil
}

// turned is what came of a turn.
type turned struct {
	pages   float64 // a second
	logins  []time.Duration
	refused int64
}

// turn has the readers read, and the people sign in, as fast as they are served.
func (o Logins) turn(ctx context.Context, url string, people []*customer) (t turned, err error) {
	ctx, cancel := context.WithTimeout(ctx, o.Turn)
	defer cancel()
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers + len(people)}}
	defer c.CloseIdleConnections()
	var all sync.WaitGroup
	var pages, refused atomic.Int64
	var mu sync.Mutex
	fail := func(e error) {
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() == nil {
			err = errors.Join(err, e)
			cancel()
		}
	}
	for range readers {
		all.Go(func() {
			for ctx.Err() == nil {
				switch status, err := o.send(ctx, c, http.MethodGet, url+"/api/v1/products?limit=40&in_stock=true", ""); {
				case err != nil || status != http.StatusOK:
					fail(fmt.Errorf("reading: %d, %w", status, err))
				default:
					pages.Add(1)
				}
			}
		})
	}
	for _, p := range people {
		body := fmt.Sprintf(`{"email": %q, "password": %q}`, p.who.Email, passwordOf(p.who.FirstName))
		all.Go(func() {
			for ctx.Err() == nil {
				start := time.Now()
				switch status, err := o.send(ctx, c, http.MethodPost, url+"/api/v1/user/login", body); {
				case err != nil:
					fail(err)
				case status == http.StatusOK:
					mu.Lock()
					t.logins = append(t.logins, time.Since(start))
					mu.Unlock()
				case status == http.StatusServiceUnavailable:
					refused.Add(1)
				default:
					fail(fmt.Errorf("login: %d", status))
				}
			}
		})
	}
	all.Wait()
	t.pages, t.refused = float64(pages.Load())/o.Turn.Seconds(), refused.Load()
	return t, err
}

// send makes a request and reads the answer whole.
func (o Logins) send(ctx context.Context, c *http.Client, method, url, body string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, errors.Join(err, answer.Body.Close())
}
