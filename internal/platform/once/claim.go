package once

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
)

// Claim is the right to work on a request. It ends with Keep or Free, one of
// which must be called.
type Claim struct {
	keys   *Keys
	key    Key
	holder string
	stop   context.CancelFunc
	done   chan struct{}
}

// errLost tells that another has taken the claim over: this process was silent
// for longer than the lease.
var errLost = errors.New("once: the claim was taken over by another request")

// renew holds the claim while the process works, however long that takes.
func (c *Claim) renew(ctx context.Context) {
	ctx, c.stop = context.WithCancel(ctx)
	c.done = make(chan struct{})
	go func() {
		defer close(c.done)
		tick := time.NewTicker(c.keys.renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := c.extend(ctx)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				c.keys.log.Warn("once: a claim is not extended", "error", err)
			}
			if errors.Is(err, errLost) {
				return
			}
		}
	}()
}

func (c *Claim) extend(ctx context.Context) error {
	return c.exec(ctx, `update idempotency_keys set held_until = $3 where hash = $1 and holder = $2 and status = 0`,
		c.keys.now().Add(lease))
}

// Keep stores the answer for the repeats, whether or not its own request goes on.
// Request is the sum of Key.Hash over the request.
func (c *Claim) Keep(ctx context.Context, request []byte, a Answer) error {
	c.end()
	sealed, err := c.key.seal(request, a)
	if err != nil {
		return err
	}
	return c.exec(context.WithoutCancel(ctx), `
		update idempotency_keys set request = $3, status = $4, answer = $5, held_until = $6
		where hash = $1 and holder = $2 and status = 0`, request, a.Status, sealed, c.keys.now())
}

// Free lets the next request with the key be worked on.
func (c *Claim) Free(ctx context.Context) error {
	c.end()
	return c.exec(context.WithoutCancel(ctx), `delete from idempotency_keys where hash = $1 and holder = $2 and status = 0`)
}

// end waits for the renewal to end.
func (c *Claim) end() {
	c.stop()
	<-c.done
}

// exec runs a statement about the claim.
func (c *Claim) exec(ctx context.Context, statement string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	var n int64
	err := c.keys.db.InTx(ctx, func(tx db.Tx) (err error) {
		n, err = tx.Exec(ctx, statement, append([]any{c.key.hash[:], c.holder}, args...)...)
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("once: %w", err)
	case n == 0:
		return errLost
	}
	return nil
}
