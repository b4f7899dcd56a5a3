// Package pricelist owns price lists from their arrival to the catalogue: who
// sent them, their bytes, what was wrong in them, and what they changed.
//
// A list is applied whole or not at all. Of two lists of one shop the one that
// arrived later wins, in whatever order they are worked on. Package reading,
// below, understands the files.
package pricelist

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

// ID names an import: one price list on its way.
type ID int64

// State is how far an import has come. Applied and refused are final.
type State string

// The states, in their order.
const (
	Received State = "received" // its bytes, or the address to fetch them from, are kept
	Read     State = "read"     // its rows are staged
	Applied  State = "applied"  // the catalogue is what the list says
	Refused  State = "refused"  // nothing was changed
)

// Final tells whether nothing more will happen.
func (s State) Final() bool { return s == Applied || s == Refused }

// MaxBytes is the longest price list.
const MaxBytes = 64 << 20

// The faults of this feature.
var (
	BrokenList = fault.New(fault.Invalid, "price_list_refused",
		"В прайс-листе есть ошибки; ничего не изменено", "The price list has errors; nothing was changed")
	Superseded = fault.New(fault.Conflict, "price_list_superseded",
		"Уже применён прайс-лист, присланный позже", "A price list that was sent later has been applied already")
	Failed = fault.New(fault.Unavailable, "price_list_failed",
		"Прайс-лист не удалось обработать; пришлите его ещё раз", "The price list could not be processed; send it again")
)

// Import is a price list and what became of it.
type Import struct {
	ID       ID
	Shop     partner.ShopID
	URL      string // where it was fetched from, or
	FileName string // what was uploaded
	Format   string
	State    State
	Code     string     // of the refusal
	Reason   fault.Text // of the refusal
	Size     int64      // bytes
	Done     int64      // bytes read so far
	Rows     int64      // goods read so far
	Errors   int64
	Warnings int64

	Created, Updated, Unchanged, Withdrawn int64

	CreatedAt  time.Time
	FinishedAt *time.Time
}

// Problem is one thing that is wrong in a list.
type Problem struct {
	Line       int64 // 0: the whole file
	Severity   string
	Code       string
	Field      string
	ExternalID string
	Text       fault.Text
}

// Lists is the feature.
type Lists struct {
	db    *db.DB
	queue *jobs.Queue
	fetch *fetch.Client
	now   func() time.Time
}

const (
	// workTimeout is the time of one try of an import.
	workTimeout = 10 * time.Minute
	// workTries is how often an import is tried when something else fails.
	workTries = 5
)

// New makes the feature and takes over its jobs.
func New(d *db.DB, q *jobs.Queue, f *fetch.Client, now func() time.Time) *Lists {
	l := &Lists{db: d, queue: q, fetch: f, now: now}
	jobs.Handle(q, workTimeout, l.work)
	return l
}

const selectImport = `
	select id, shop_id, url, file_name, format, state, code, reason_ru, reason_en, size, done, rows, errors, warnings,
		created, updated, unchanged, withdrawn, created_at, finished_at
	from imports`

func scanImport(r db.Row) (i Import, err error) {
	return i, r.Scan(&i.ID, &i.Shop, &i.URL, &i.FileName, &i.Format, &i.State, &i.Code, &i.Reason.RU, &i.Reason.EN,
		&i.Size, &i.Done, &i.Rows, &i.Errors, &i.Warnings,
		&i.Created, &i.Updated, &i.Unchanged, &i.Withdrawn, &i.CreatedAt, &i.FinishedAt)
}

// Get returns an import of the supplier's shop; fault.Absent when it is not
// there or not theirs.
func (l *Lists) Get(ctx context.Context, who account.ID, id ID) (Import, error) {
	i, err := scanImport(l.db.QueryRow(ctx, selectImport+`
		where id = $1 and shop_id = (select id from shops where user_id = $2)`, id, who))
	if errors.Is(err, db.ErrNoRows) {
		return Import{}, fault.Absent
	}
	return i, err
}

// History returns the imports of the supplier's shop, newest first, before the
// id given (0: from the newest).
func (l *Lists) History(ctx context.Context, who account.ID, before ID, limit int) ([]Import, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := l.db.Query(ctx, selectImport+`
		where shop_id = (select id from shops where user_id = $1) and id < $2
		order by id desc limit $3`, who, before, limit)
	list, err := db.Collect(rows, err, scanImport)
	if err != nil {
		return nil, fmt.Errorf("pricelist: history: %w", err)
	}
	return list, nil
}

// Problems returns what is wrong in a list, in the order of the file; the
// reader keeps two thousand at most.
func (l *Lists) Problems(ctx context.Context, id ID) ([]Problem, error) {
	rows, err := l.db.Query(ctx, `
		select line, severity, code, field, external_id, text_ru, text_en
		from import_problems where import_id = $1 order by n`, id)
	list, err := db.Collect(rows, err, func(r db.Row) (p Problem, err error) {
		return p, r.Scan(&p.Line, &p.Severity, &p.Code, &p.Field, &p.ExternalID, &p.Text.RU, &p.Text.EN)
	})
	if err != nil {
		return nil, fmt.Errorf("pricelist: problems: %w", err)
	}
	return list, nil
}

// waitStep is how often Wait looks.
const waitStep = 40 * time.Millisecond

// Wait returns the import when it is final, or as it is when the time has run
// out or stop is closed. Another instance may be the one that works on it.
func (l *Lists) Wait(ctx context.Context, who account.ID, id ID, limit time.Duration, stop <-chan struct{}) (Import, error) {
	timeout := time.After(limit)
	tick := time.NewTicker(waitStep)
	defer tick.Stop()
	for {
		i, err := l.Get(ctx, who, id)
		if err != nil || i.State.Final() {
			return i, err
		}
		select {
		case <-ctx.Done():
			return i, ctx.Err()
		case <-timeout:
			return i, nil
		case <-stop:
			return i, nil
		case <-tick.C:
		}
	}
}
