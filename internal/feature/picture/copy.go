package picture

import (
	"context"
	"errors"
	"sync"
	"time"

	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

const (
	// copyBatch is how many addresses are asked for at once.
	copyBatch = 4
	// copyTime is for one of them, from the first byte to the last that is stored.
	copyTime = 25 * time.Second
	// copyRound is for how long a round begins further ones: it ends well before
	// its time is over.
	copyRound = 25 * time.Second
	// copyLease is how long the others leave an address to the process that asks.
	copyLease = 5 * time.Minute
)

// copyAgain is how long to wait after each failure; after the last one the address
// is given up.
var copyAgain = []time.Duration{10 * time.Minute, 2 * time.Hour, 12 * time.Hour}

// address is one that this process has taken.
type address struct {
	id    int64
	shop  partner.ShopID
	url   string
	tries int64
	at    time.Time
}

// CopyDue fetches the addresses whose time has come, a few at once: there is no
// job for each of them. All processes do so.
func (p *Pictures) CopyDue(ctx context.Context) error {
	for start := time.Now(); ctx.Err() == nil && time.Since(start) < copyRound; {
		list, err := p.takeAddresses(ctx)
		if err != nil || len(list) == 0 {
			return wrapped("copy", err)
		}
		failed := make([]error, len(list))
		var all sync.WaitGroup
		for i, a := range list {
			all.Go(func() { failed[i] = p.copyOne(ctx, a) })
		}
		all.Wait()
		if err := errors.Join(failed...); err != nil {
			return wrapped("copy", err)
		}
	}
	return nil
}

func (p *Pictures) takeAddresses(ctx context.Context) (taken []address, err error) {
	now := p.now()
	rows, err := p.db.Query(ctx, `
		select id, shop_id, address, tries, next_at from picture_copies where next_at <= $1 order by next_at, id limit $2`, now, copyBatch)
	list, err := db.Collect(rows, err, func(r db.Row) (a address, err error) {
		return a, r.Scan(&a.id, &a.shop, &a.url, &a.tries, &a.at)
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		taken = nil
		for _, a := range list {
			n, err := tx.Exec(ctx, `update picture_copies set next_at = $3 where id = $1 and next_at = $2`, a.id, a.at, now.Add(copyLease))
			if err != nil {
				return err
			}
			if n > 0 {
				taken = append(taken, a)
			}
		}
		return nil
	})
	return taken, err
}

// copyOne fetches an address. What is wrong with it, or with what it gives, is
// tried again a few times; our own troubles are until they are over.
func (p *Pictures) copyOne(ctx context.Context, a address) error {
	limited, cancel := context.WithTimeout(ctx, copyTime)
	defer cancel()
	k, err := p.download(limited, a.url)
	switch {
	case ctx.Err() != nil:
		return nil // the program ends: whoever comes next asks again
	case errors.Is(err, raster.Busy):
		return p.wait(ctx, a, a.tries, time.Minute)
	case fault.As(err) != nil || err != nil && limited.Err() != nil:
		return p.failed(ctx, a, err)
	case err != nil:
		return err
	}
	err = p.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `update picture_copies set picture_id = $2, next_at = null where id = $1 and picture_id is null`, a.id, k.id)
		if err == nil && n == 0 {
			err = errOther // no list names it any more, or another has fetched it
		}
		if err != nil {
			return err
		}
		return show(ctx, tx, k)
	})
	if err == nil {
		return nil
	}
	if dropped := p.drop(ctx, k); dropped != nil || !errors.Is(err, errOther) {
		return errors.Join(err, dropped)
	}
	return nil
}

func (p *Pictures) download(ctx context.Context, url string) (kept, error) {
	res, err := p.fetch.Get(ctx, url, raster.MaxBytes)
	if err != nil {
		return kept{}, err
	}
	defer func() { _ = res.Body.Close() }()
	return p.keep(ctx, res.Body)
}

// failed counts a failure. The log is told of an address that is given up, and not
// which it is: it may hold a password of the supplier's.
func (p *Pictures) failed(ctx context.Context, a address, why error) error {
	if int(a.tries) < len(copyAgain) {
		return p.wait(ctx, a, a.tries+1, copyAgain[a.tries])
	}
	code := "timeout"
	if f := fault.As(why); f != nil {
		code = f.Code
	}
	p.log.Info("a picture of a price list is given up", "shop", a.shop, "copy", a.id, "code", code)
	return p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `update picture_copies set tries = $2, next_at = null where id = $1 and picture_id is null`, a.id, a.tries+1)
		return err
	})
}

func (p *Pictures) wait(ctx context.Context, a address, tries int64, wait time.Duration) error {
	return p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `update picture_copies set tries = $2, next_at = $3 where id = $1 and picture_id is null`, a.id, tries, p.now().Add(wait))
		return err
	})
}
