package limit

import (
	"hash/maphash"
	"sync"
	"time"
)

// The bounds of what one counter holds, whatever comes: some 30 MB at the most.
const (
	maxKeys = 100_000
	// cells is how many sums there are, in each of two rows, for keys beyond maxKeys.
	// Keys that share a cell are counted as one, and the smaller of a key's two
	// counts: it may be held too early, never too late.
	cells = 1 << 16
)

// counter counts requests in two windows, the one that runs and the one before,
// as github.com/go-chi/httprate asks for. On several instances it also holds
// what the others have counted.
type counter struct {
	seed   maphash.Seed
	length time.Duration

	mu      sync.Mutex
	current window
	before  window
}

// window is what was counted in a window of time.
type window struct {
	at    time.Time
	keys  map[string]count
	cells [2][]int32
}

// count is of one key.
type count struct {
	own    int32 // here
	told   int32 // of those, how many the others have been told
	others int32 // elsewhere
}

func (c count) sum() int { return int(c.own) + int(c.others) }

func newCounter() *counter {
	return &counter{
		seed:    maphash.MakeSeed(),
		current: window{keys: map[string]count{}},
		before:  window{keys: map[string]count{}},
	}
}

// Config tells the length of a window.
func (c *counter) Config(_ int, length time.Duration) { c.length = length }

// Increment counts one request.
func (c *counter) Increment(key string, at time.Time) error { return c.IncrementBy(key, at, 1) }

// IncrementBy counts some requests in the window that begins at the time.
func (c *counter) IncrementBy(key string, at time.Time, n int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn(at)
	w := &c.current
	one, ok := w.keys[key]
	if !ok && len(w.keys) >= maxKeys {
		for row, cell := range c.cellsOf(key) {
			if w.cells[row] == nil {
				w.cells[row] = make([]int32, cells)
			}
			w.cells[row][cell] += int32(n) //nolint:gosec // one at a time
		}
		return nil
	}
	one.own += int32(n) //nolint:gosec // one at a time
	w.keys[key] = one
	return nil
}

// Get returns what was counted of the key in the window and in the one before.
func (c *counter) Get(key string, at, before time.Time) (current, previous int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range []*window{&c.current, &c.before} {
		switch {
		case w.at.Equal(at):
			current = c.in(w, key)
		case w.at.Equal(before):
			previous = c.in(w, key)
		}
	}
	return current, previous, nil
}

// in is what was counted of the key in the window, in the map or beyond it.
func (c *counter) in(w *window, key string) int {
	if one, ok := w.keys[key]; ok || w.cells[0] == nil {
		return one.sum()
	}
	at := c.cellsOf(key)
	return int(min(w.cells[0][at[0]], w.cells[1][at[1]]))
}

// cellsOf finds the cells of a key, one in each row, by a hash that nobody outside
// can foresee.
func (c *counter) cellsOf(key string) [2]uint64 {
	h := maphash.String(c.seed, key)
	return [2]uint64{h % cells, h >> 32 % cells}
}

// turn begins a new window when its time has come. The memory of the older one
// is used again, so that an attack leaves nothing to collect.
func (c *counter) turn(at time.Time) {
	if !at.After(c.current.at) {
		return
	}
	next := c.before
	c.before = c.current
	if !c.before.at.Equal(at.Add(-c.length)) {
		c.before.clear()
	}
	next.clear()
	next.at = at
	c.current = next
}

func (w *window) clear() {
	clear(w.keys)
	w.cells = [2][]int32{}
}
