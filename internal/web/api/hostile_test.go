package api_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// How many requests TestHostileRequests makes, and the seed of its chance:
// ZAKUP_HOSTILE_REQUESTS and ZAKUP_HOSTILE_SEED in the environment say others.
const (
	hostileRequests = 2000
	hostileSeed     = 2026
	// oneWorld is how many requests a world lives through: most of what is in it
	// should be as it was made.
	oneWorld = 500
	// spared is how many different failures are told.
	spared = 20
)

// TestHostileRequests calls every operation of the document with right and
// hostile values, by chance: never a failure of the service, no answer that the
// document does not name, nothing of others. Most requests are handed to the
// program directly, on SQLite; a part comes by HTTP, to a program that works on
// jobs, and a part goes to PostgreSQL.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	n, seed := number(t, "ZAKUP_HOSTILE_REQUESTS", hostileRequests), number(t, "ZAKUP_HOSTILE_SEED", hostileSeed)
	h := &hostility{
		t: t, seed: uint64(seed), doc: newContract(t, openAPI(t, apptest.SQLite(t, apptest.NoJobs()))),
		told: map[string]bool{}, statuses: map[int]int{}, called: map[string]int{},
	}
	began := time.Now()
	t.Cleanup(func() {
		t.Logf("%d requests of %d operations in %s: seed %d, %d worlds, %d that were no HTTP; answers %v",
			h.sent, len(h.called), time.Since(began).Round(time.Second), seed, h.worlds, h.unread, h.statuses)
		for _, op := range h.doc.list {
			if n >= 10*hostileRequests && h.called[op.method+" "+op.path] == 0 && !t.Failed() {
				t.Errorf("%s %s was never called", op.method, op.path)
			}
		}
	})
	part := max(n/20, 100)
	t.Run("http", func(t *testing.T) { t.Parallel(); h.onSQLite(t, part, overHTTP) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); h.onPostgres(t, part) })
	for worker := range 2 {
		t.Run(fmt.Sprint("direct ", worker+1), func(t *testing.T) { t.Parallel(); h.onSQLite(t, (n-2*part+1)/2, direct, apptest.NoJobs()) })
	}
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q", name, text)
	}
	return n
}

// hostility is a run of the test.
type hostility struct {
	t    *testing.T
	seed uint64
	doc  *contract

	mu                   sync.Mutex
	told                 map[string]bool
	statuses             map[int]int
	called               map[string]int
	sent, worlds, unread int
}

// onSQLite makes so many requests, each some hundred of them in a fresh copy of
// the world.
func (h *hostility) onSQLite(t *testing.T, n int, way func(*testing.T, *apptest.App) sender, opts ...apptest.Option) {
	w := inWorld(t)
	for n > 0 {
		t.Run("in a world", func(t *testing.T) {
			n -= h.attack(t, w, min(n, oneWorld), func(t *testing.T) (*apptest.App, sender) {
				a := apptest.New(t, "sqlite:"+w.copy(t), opts...)
				return a, way(t, a)
			})
		})
	}
}

func (h *hostility) onPostgres(t *testing.T, n int) {
	for url := dbtest.Postgres(t); n > 0; url = dbtest.Postgres(t) {
		t.Run("in a world", func(t *testing.T) {
			w, made := newWorld(t, url), false
			n -= h.attack(t, w, min(n, 4*oneWorld), func(t *testing.T) (*apptest.App, sender) {
				if made {
					return nil, nil // a second one would not be a fresh one
				}
				made = true
				a := apptest.New(t, url, apptest.NoJobs())
				return a, direct(t, a)
			})
		})
	}
}

// attack makes at most so many requests, until too many of the roles are signed
// out, and returns how many there were.
func (h *hostility) attack(t *testing.T, w *world, n int, open func(*testing.T) (*apptest.App, sender)) int {
	a, send := open(t)
	by, judge := newAttacker(h.dice(t), w, h.doc), newJudge(t, w, h.doc, a)
	var before []request
	var said strings.Builder // all that was answered
	for len(before) < n && len(judge.ends) < 2 {
		q := by.next()
		r := send(q)
		said.WriteString(r.text)
		wrong := judge.wrong(q, r)
		by.learn(q, r)
		if h.count(q, r, wrong) {
			h.t.Errorf("as the %s, in %s:\n%s\nanswered %d %.700q\n%s\n%s", q.role, t.Name(), q.curl("http://localhost:8080"), r.status, r.text,
				strings.Join(wrong, "\n"), h.shrunk(t, w, q, before, open))
		}
		before = append(before, q)
	}
	for _, l := range a.Letters(t, 0) {
		if l.Token() != "" && strings.Contains(said.String(), l.Token()) {
			h.t.Errorf("an answer shows the secret that was mailed to %s", l.To)
		}
	}
	return len(before)
}

// dice are those of a world: of the seed and the name of the test.
func (h *hostility) dice(t *testing.T) dice {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.worlds++
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(t.Name())) // a hash takes everything
	return dice{rand.New(rand.NewPCG(h.seed, sum.Sum64()))}
}

// count notes a request, and tells whether it fails as none has before.
func (h *hostility) count(q request, r reply, wrong []string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent++
	if r.unread {
		h.unread++
		return false
	}
	h.statuses[r.status]++
	path, _, _ := strings.Cut(q.target, "?")
	key := ""
	if op := h.doc.of(q.method, path); op != nil {
		key = op.method + " " + op.path
		h.called[key]++
	}
	if len(wrong) == 0 {
		return false
	}
	key = fmt.Sprint(key, r.status, len(wrong))
	if h.told[key] || len(h.told) >= spared {
		return false
	}
	h.told[key] = true
	return true
}

// shrunk tries the request alone in a fresh world, and with more and more of
// those before it, and tells how many it takes.
func (h *hostility) shrunk(t *testing.T, w *world, q request, before []request, open func(*testing.T) (*apptest.App, sender)) string {
	for n := 0; ; n = max(1, 2*n) {
		first := before[max(0, len(before)-n):]
		a, send := open(t)
		if a == nil {
			return "(not tried again: the database is not a fresh one)"
		}
		judge := newJudge(t, w, h.doc, a)
		for _, q := range first {
			judge.wrong(q, send(q))
		}
		switch {
		case len(judge.wrong(q, send(q))) == 0 && len(first) < len(before):
		case n == 0:
			return "It takes nothing before it."
		default:
			var all strings.Builder
			fmt.Fprintf(&all, "It takes the %d requests before it, or some of them:\n", len(first))
			for _, q := range first[max(0, len(first)-10):] {
				fmt.Fprintf(&all, "%s\n", q.curl("http://localhost:8080"))
			}
			return all.String()
		}
	}
}
