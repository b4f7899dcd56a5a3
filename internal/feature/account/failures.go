package account

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
)

// maxFailures is how many pairs of a person and an address are told apart
// between two writings; all others are counted together.
const maxFailures = 200

// failures counts sign-ins that failed since it was last written down, so that
// whoever tries a thousand passwords fills a line of the log and not a thousand.
// It holds nothing of what was tried, and takes the same time for every person.
type failures struct {
	mu  sync.Mutex
	all map[failure]failed
}

// failure is what makes failures one record.
type failure struct {
	who     ID // 0: nobody who is known
	address string
	how     string
}

type failed struct {
	times   int
	request string // the first one's id
}

func (f *failures) note(ctx context.Context, who ID, how string) {
	client := audit.ActorOf(ctx)
	k := failure{who, clipped(client.Address, maxAddress), how}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = map[failure]failed{}
	}
	one, there := f.all[k]
	if !there && len(f.all) >= maxFailures {
		k = failure{how: how}
		one, there = f.all[k]
	}
	if !there {
		one.request = client.Request
	}
	one.times++
	f.all[k] = one
}

func (f *failures) take() map[failure]failed {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.all
	f.all = nil
	return all
}

// writeFailures records how often sign-ins failed, one record for a person and an
// address.
func (a *Accounts) writeFailures(ctx context.Context) error {
	all := a.failures.take()
	if len(all) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(all), func(x, y failure) int {
		return cmp.Or(cmp.Compare(x.who, y.who), cmp.Compare(x.address, y.address), cmp.Compare(x.how, y.how))
	})
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		for _, k := range keys {
			client := audit.Actor{Address: k.address, Request: all[k].request}
			err := a.trail.Record(audit.With(ctx, client), tx, audit.Entry{
				Action: "user.sign_in_failed", Subject: userSubject(k.who), Details: fmt.Sprintf("%s, times: %d", k.how, all[k].times),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("account: failures: %w", err)
	}
	return nil
}

// Flush writes down what is gathered in memory: when tokens were used, and which
// sign-ins failed. The process calls it every minute, and when it stops.
func (a *Accounts) Flush(ctx context.Context) error {
	return cmp.Or(a.writeFailures(ctx), a.writeUses(ctx))
}
