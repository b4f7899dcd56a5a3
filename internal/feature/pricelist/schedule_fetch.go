package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

const (
	// scheduleTimeout is the time of one try: a download, and keeping its bytes.
	scheduleTimeout = 3 * time.Minute
	// scheduleTries is how often a fetch is tried when our own side fails.
	scheduleTries = 5
	// dueBatch is how many schedules one round begins.
	dueBatch = 200
)

type scheduleJob struct{ Schedule ScheduleID }

func (scheduleJob) Kind() string { return "price_schedule" }

// supplied restricts schedules to those of people who may still send a list.
const supplied = ` exists (select 1 from shops h join users u on u.id = h.user_id
	where h.id = price_schedules.shop_id and u.type = 'shop' and not u.blocked)`

// beginDue enqueues the fetch of every list whose time has come. All processes
// do this all the time: the one that moves a schedule to its next time has it,
// in the same transaction as the job. Times that passed while no process ran
// are one.
func (l *Lists) beginDue(ctx context.Context) error {
	type due struct {
		id          ScheduleID
		times, zone string
		at          time.Time
	}
	now := l.now()
	rows, err := l.db.Query(ctx, `
		select id, times, time_zone, next_at from price_schedules where next_at <= $1 and`+supplied+` order by next_at limit $2`, now, dueBatch)
	list, err := db.Collect(rows, err, func(r db.Row) (d due, err error) {
		return d, r.Scan(&d.id, &d.times, &d.zone, &d.at)
	})
	for _, d := range list {
		next, bad := nextTime(d.times, d.zone, now)
		if bad == nil {
			bad = l.db.InTx(ctx, func(tx db.Tx) error {
				n, err := tx.Exec(ctx, `update price_schedules set next_at = $3 where id = $1 and next_at = $2 and`+supplied, d.id, d.at, next)
				if err != nil || n == 0 {
					return err
				}
				return l.queue.Enqueue(ctx, tx, scheduleJob{d.id}, jobs.Options{Queue: jobs.Imports, Tries: scheduleTries})
			})
		}
		err = errors.Join(err, bad)
	}
	return err
}

// scheduled is a schedule as its job needs it.
type scheduled struct {
	id      ScheduleID
	shop    partner.ShopID
	owner   account.ID
	url     string
	version fetch.Version
	hash    string
}

// fetchScheduled fetches a list. What is wrong with the address or the file
// ends the job, since its next time comes; our own troubles are tried again.
func (l *Lists) fetchScheduled(ctx context.Context, job scheduleJob) error {
	s := scheduled{id: job.Schedule}
	err := l.db.QueryRow(ctx, `
		select shop_id, (select user_id from shops h where h.id = shop_id), url, etag, last_modified, hash
		from price_schedules where id = $1 and`+supplied, s.id).
		Scan(&s.shop, &s.owner, &s.url, &s.version.ETag, &s.version.LastModified, &s.hash)
	if errors.Is(err, db.ErrNoRows) {
		return nil // it was ended or set anew meanwhile, or its supplier blocked
	}
	if err != nil {
		return fmt.Errorf("pricelist: schedule %d: %w", s.id, err)
	}
	failed := func(ctx context.Context, why *fault.Error) error {
		return l.db.InTx(ctx, func(tx db.Tx) error { return l.scheduleFailed(ctx, tx, s.id, 0, why.Text) })
	}
	if jobs.Exhausted(ctx) {
		return failed(ctx, Failed)
	}
	err = l.fetchNew(ctx, s)
	switch why := fault.As(err); {
	case err == nil:
		return nil
	case why != nil:
		return failed(ctx, why)
	case jobs.LastTry(ctx):
		return errors.Join(err, failed(context.WithoutCancel(ctx), Failed))
	}
	return fmt.Errorf("pricelist: schedule %d: %w", s.id, err)
}

// fetchNew begins an import of what the address gives, unless that is what it
// gave before. Run twice, it begins one: the bytes are the same then.
func (l *Lists) fetchNew(ctx context.Context, s scheduled) error {
	res, err := l.fetch.GetIfChanged(ctx, s.url, MaxBytes, s.version)
	if errors.Is(err, fetch.ErrUnchanged) {
		return l.scheduleUnchanged(ctx, s, s.version)
	}
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	file, err := spoolList(res.Body)
	if err != nil {
		return err
	}
	defer file.Drop()
	if file.Hash == s.hash {
		return l.scheduleUnchanged(ctx, s, res.Version)
	}
	leave, err := l.enter(ctx, s.shop)
	if err != nil {
		return err
	}
	defer leave()
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		id, err := l.take(ctx, tx, s.owner, s.shop, Import{
			URL: s.url, FileName: cleanName(res.FileName), Size: file.Size, hash: file.Hash, Options: Options{Scheduled: true},
		}, file)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			update price_schedules set etag = $2, last_modified = $3, hash = $4, checked_at = $5, last_import = $6 where id = $1`,
			s.id, res.Version.ETag, res.Version.LastModified, file.Hash, l.now(), id)
		if err == nil && n == 0 {
			err = errOvertaken // it was ended or set anew meanwhile
		}
		if err != nil {
			return err
		}
		// The shop may have sent the same bytes before: that import is over already.
		i, err := scanImport(tx.QueryRow(ctx, selectImport+` where id = $1`, id))
		if err != nil || !i.Rests() {
			return err
		}
		return l.ended(ctx, tx, i)
	})
	if errors.Is(err, errOvertaken) {
		return nil
	}
	return err
}

// scheduleUnchanged notes that there is nothing new. A list that was applied, and
// whose address failed since, goes well again; one that was refused does not.
func (l *Lists) scheduleUnchanged(ctx context.Context, s scheduled, v fetch.Version) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `
			update price_schedules set checked_at = $2, etag = $3, last_modified = $4, failing_since = case
				when exists (select 1 from imports i where i.id = last_import and i.state <> 'applied') then failing_since end
			where id = $1`, s.id, l.now(), v.ETag, v.LastModified)
		return err
	})
}
