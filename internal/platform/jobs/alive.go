package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"zakup/internal/platform/db"
)

// River gives the jobs of a killed process to another one only when their whole
// time is over, ten minutes for an import. So every process that runs jobs says
// every few seconds that it lives, and jobs of those that have fallen silent are
// made available at once.
const (
	beat     = 2 * time.Second
	silence  = 12 * time.Second // several beats: a busy process is not a dead one
	oblivion = 24 * time.Hour   // when a silent process is forgotten
)

// pulse is the sign of life of one process.
type pulse struct {
	db   *db.DB
	log  *slog.Logger
	id   string
	stop context.CancelFunc
	done chan struct{}

	last  time.Time // of the last sign
	since time.Time // of the first sign in an unbroken row
}

func (p *pulse) start(ctx context.Context) error {
	// The sign is there before the first job is taken.
	if err := p.tick(ctx); err != nil {
		return err
	}
	ctx, p.stop = context.WithCancel(ctx)
	p.done = make(chan struct{})
	go p.run(ctx)
	return nil
}

func (p *pulse) run(ctx context.Context) {
	defer close(p.done)
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := p.tick(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("jobs: no sign of life given", "error", err)
		}
	}
}

// end takes the sign back, once the jobs of this process have ended.
func (p *pulse) end(ctx context.Context) error {
	if p.stop == nil {
		return nil
	}
	p.stop()
	<-p.done
	return p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from job_runners where id = $1`, p.id)
		return err
	})
}

// steady tells, with a sign just given, whether the database has been there for
// long enough to trust the silence of others: after a time without it everybody
// seems dead.
func (p *pulse) steady(now time.Time) bool {
	if now.Sub(p.last) > silence/2 {
		p.since = now
	}
	p.last = now
	return now.Sub(p.since) > silence
}

// tick gives the sign, and rescues the jobs of silent processes.
func (p *pulse) tick(ctx context.Context) error {
	// Times are the database's, so that clocks of machines need not agree.
	now, runner := `now()`, `attempted_by[array_length(attempted_by, 1)]`
	before := func(d time.Duration) string { return `now() - interval '` + d.String() + `'` }
	if p.db.Dialect() == db.SQLite {
		now, runner = `unixepoch()`, `json_extract(attempted_by, '$[#-1]')`
		before = func(d time.Duration) string { return fmt.Sprintf(`unixepoch() - %d`, int(d.Seconds())) }
	}
	var rescued int64
	err := p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `insert into job_runners (id, seen_at) values ($1, `+now+`)
			on conflict (id) do update set seen_at = excluded.seen_at`, p.id)
		if err != nil {
			return err
		}
		if !p.steady(time.Now()) {
			return nil
		}
		rescued, err = tx.Exec(ctx, `
			update river_job set state = 'available'
			where state = 'running' and `+runner+` not in (
				select id from job_runners where seen_at > `+before(silence)+`)`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from job_runners where seen_at < `+before(oblivion))
		return err
	})
	if rescued > 0 && err == nil {
		p.log.Warn("jobs of a process that fell silent are run again", "jobs", rescued)
	}
	return err
}
