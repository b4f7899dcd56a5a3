package account

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"zakup/internal/platform/db"
)

const (
	// useGrain is how exactly it is kept when a token was last used.
	useGrain = time.Minute
	// maxUses is how many tokens are remembered between two writings; the uses of
	// more are not.
	maxUses = 20_000
	// usesAtOnce is how many of them one statement writes.
	usesAtOnce = 500
)

// uses are the tokens that were used since it was last written down.
type uses struct {
	mu  sync.Mutex
	all map[TokenID]time.Time
}

func (u *uses) note(id TokenID, now time.Time) {
	at := now.Truncate(useGrain)
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, there := u.all[id]; !there && len(u.all) >= maxUses {
		return
	}
	if u.all == nil {
		u.all = map[TokenID]time.Time{}
	}
	u.all[id] = at
}

// take returns the tokens by when they were used, and forgets them.
func (u *uses) take() map[time.Time][]TokenID {
	u.mu.Lock()
	all := u.all
	u.all = nil
	u.mu.Unlock()
	byTime := map[time.Time][]TokenID{}
	for id, at := range all {
		byTime[at] = append(byTime[at], id)
	}
	return byTime
}

// writeUses writes down when tokens were used.
func (a *Accounts) writeUses(ctx context.Context) error {
	for at, ids := range a.uses.take() {
		slices.Sort(ids)
		for some := range slices.Chunk(ids, usesAtOnce) {
			list, args := db.In([]any{at}, some)
			err := a.db.InTx(ctx, func(tx db.Tx) error {
				// Nothing of it is in a sign-in.
				_, err := db.About(tx, 0).Exec(ctx, `
					update tokens set last_used_at = $1
					where id in (`+list+`) and (last_used_at is null or last_used_at < $1)`, args...)
				return err
			})
			if err != nil {
				return fmt.Errorf("account: uses: %w", err)
			}
		}
	}
	return nil
}
