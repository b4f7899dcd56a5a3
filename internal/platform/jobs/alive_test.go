package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/jobs"
)

type orphan struct{ N int }

func (orphan) Kind() string { return "orphan" }

// A process that is killed leaves its job running; the next process that starts
// takes it over long before the time of the job is over.
func TestJobsOfASilentProcessAreRunAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Parallel() // it takes the seconds after which silence is trusted
		ctx := t.Context()
		log := slog.New(slog.DiscardHandler)
		q, err := jobs.New(d, log, jobs.All())
		if err != nil {
			t.Fatal(err)
		}
		ran := make(chan int, 4)
		jobs.Handle(q, time.Hour, func(_ context.Context, o orphan) error {
			ran <- o.N
			return nil
		})
		err = d.InTx(ctx, func(tx db.Tx) error {
			for n := range 2 {
				if err := q.Enqueue(ctx, tx, orphan{n}, jobs.Options{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// As a killed process leaves them: both run, one for a runner that lives.
		by, seen := `array['dead']`, `now() + interval '1 hour'`
		alive := `array['alive']`
		if d.Dialect() == db.SQLite {
			by, alive, seen = `jsonb('["dead"]')`, `jsonb('["alive"]')`, `unixepoch() + 3600`
		}
		err = d.InTx(ctx, func(tx db.Tx) error {
			if _, err := tx.Exec(ctx, `insert into job_runners (id, seen_at) values ('alive', `+seen+`)`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update river_job set state = 'running', attempt = 1, attempted_by = case id
				when (select min(id) from river_job) then `+by+` else `+alive+` end`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Start(ctx); err != nil {
			t.Fatal(err)
		}
		select {
		case n := <-ran:
			if n != 0 {
				t.Errorf("the job of a living process was taken")
			}
		case <-time.After(40 * time.Second):
			t.Error("the job was not run again")
		}
		if err := q.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		var runners int
		if err := d.QueryRow(ctx, `select count(*) from job_runners`).Scan(&runners); err != nil || runners != 1 {
			t.Errorf("%d signs of life left, %v", runners, err)
		}
		if len(ran) > 0 {
			t.Error("a job ran twice, or one of a living process did")
		}
	})
}
