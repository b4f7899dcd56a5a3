package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// roundTime is how long one round may take.
const roundTime = time.Minute

// Every has f run in every process that works on jobs: when it starts, and then
// a period after the end of each round. All processes do so, so f takes what it
// finds by statements that only one of them can win. An error is logged, and the
// next round tries again. It is called before Start.
func (q *Queue) Every(name string, period time.Duration, f func(ctx context.Context) error) {
	q.rounds.list = append(q.rounds.list, round{name, period, f})
}

type round struct {
	name   string
	period time.Duration
	f      func(ctx context.Context) error
}

// rounds are what one process does from time to time.
type rounds struct {
	log  *slog.Logger
	list []round
	stop context.CancelFunc
	all  sync.WaitGroup
}

func (r *rounds) start(ctx context.Context) {
	ctx, r.stop = context.WithCancel(ctx)
	for _, one := range r.list {
		r.all.Go(func() { r.run(ctx, one) })
	}
}

func (r *rounds) run(ctx context.Context, one round) {
	for {
		once, cancel := context.WithTimeout(ctx, roundTime)
		err := one.f(once)
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			r.log.Warn("jobs: a round failed", "round", one.name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(one.period):
		}
	}
}

// end waits for the rounds that run.
func (r *rounds) end() {
	if r.stop != nil {
		r.stop()
		r.all.Wait()
	}
}
