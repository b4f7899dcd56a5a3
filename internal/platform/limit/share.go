package limit

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"zakup/internal/platform/db"
)

const (
	// shareEvery is how long an instance does not know what the others count.
	shareEvery = time.Second
	// shareTime is how long telling them may take.
	shareTime = 5 * time.Second
	// sharePart: a key is of interest to others from this part of its limit on, so
	// that the database never hears of an honest client, nor of a crowd of
	// addresses that send a request each.
	sharePart = 20
	// maxShared is how many keys of a window are told at a time.
	maxShared = 2000
)

// Run tells the other instances what this one has counted, and learns what they
// have, until ctx ends. On SQLite there are no others.
func (r *Requests) Run(ctx context.Context, log *slog.Logger) {
	if r.db.Dialect() != db.Postgres || r.Address == nil && r.Account == nil {
		return
	}
	tick := time.NewTicker(shareEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		once, cancel := context.WithTimeout(ctx, shareTime)
		err := r.share(once)
		cancel()
		if err != nil && ctx.Err() == nil {
			log.Warn("limit: the instances do not know of each other's requests", "error", err)
		}
	}
}

// share is one exchange.
func (r *Requests) share(ctx context.Context) error {
	for _, l := range []*Limiter{r.Address, r.Account} {
		if l == nil {
			continue
		}
		if err := l.share(ctx, r.db); err != nil {
			return fmt.Errorf("limit: share %s: %w", l.name, err)
		}
	}
	return nil
}

func (l *Limiter) share(ctx context.Context, d *db.DB) error {
	at, told := l.counter.untold(max(1, l.rate.Count/sharePart))
	if len(told) == 0 {
		return nil
	}
	var rows [][]any
	for _, key := range slices.Sorted(maps.Keys(told)) { // in one order, so that no two instances wait for each other
		rows = append(rows, []any{l.name + " " + key, at.UnixMicro(), int64(told[key])})
	}
	list, args := db.Values(nil, rows)
	sums := map[string]int32{}
	err := d.InTx(ctx, func(tx db.Tx) error {
		got, err := tx.Query(ctx, `
			insert into request_counts (key, window_at, count) values `+list+`
			on conflict (key, window_at) do update set count = request_counts.count + excluded.count
			returning key, count`, args...)
		_, err = db.Collect(got, err, func(row db.Row) (key string, err error) {
			var count int32
			err = row.Scan(&key, &count)
			sums[strings.TrimPrefix(key, l.name+" ")] = count
			return key, err
		})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from request_counts where window_at < $1 and key like $2`,
			at.Add(-2*l.rate.Per).UnixMicro(), l.name+" %")
		return err
	})
	if err != nil {
		return err
	}
	l.counter.learn(at, told, sums)
	return nil
}

// untold is what the others have not been told of the window that runs, of keys
// that have been counted so often or more.
func (c *counter) untold(least int) (at time.Time, told map[string]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	told = map[string]int32{}
	for key, one := range c.current.keys {
		if one.own > one.told && one.sum() >= least {
			if told[key] = one.own - one.told; len(told) == maxShared {
				break
			}
		}
	}
	return c.current.at, told
}

// learn notes what was told, and the sums of all.
func (c *counter) learn(at time.Time, told, sums map[string]int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range []*window{&c.current, &c.before} {
		if !w.at.Equal(at) {
			continue
		}
		for key, n := range told {
			one := w.keys[key]
			one.told += n
			one.others = sums[key] - one.told
			w.keys[key] = one
		}
	}
}
