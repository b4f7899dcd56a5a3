// Package pricelist owns price lists from their arrival to the catalogue: who
// sent them, their bytes, what was wrong in them, and what they changed.
//
// A list is applied whole or not at all. Of two lists of one shop the one that
// arrived later wins, in whatever order they are worked on. Package reading,
// below, understands the files.
package pricelist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// ID names an import: one price list on its way.
type ID int64

// Kind tells a price list from what else changes the offers of a shop.
type Kind string

// The kinds.
const (
	List     Kind = "list"
	Rollback Kind = "rollback" // an earlier version was restored
)

// State is how far an import has come. Applied and refused are final, and so is
// checked of a dry run.
type State string

// The states, in their order.
const (
	Received State = "received" // its bytes, or the address to fetch them from, are kept
	Read     State = "read"     // its rows are being staged
	Checked  State = "checked"  // the difference is known
	Held     State = "held"     // something looks wrong: a person decides
	Applied  State = "applied"  // the catalogue is what the list says
	Refused  State = "refused"  // nothing was changed
)

// MaxBytes is the longest price list.
const MaxBytes = 200 << 20

// The faults of this feature.
var (
	BrokenList = fault.New(fault.Invalid, "price_list_refused",
		"В прайс-листе есть ошибки; ничего не изменено", "The price list has errors; nothing was changed")
	Superseded = fault.New(fault.Conflict, "price_list_superseded",
		"После этого прайс-листа прислан другой", "Another price list was sent after this one")
	Discarded = fault.New(fault.Conflict, "price_list_discarded",
		"Прайс-лист отклонён человеком; ничего не изменено", "A person discarded the price list; nothing was changed")
	NotHeld = fault.New(fault.Conflict, "price_list_not_held",
		"Этот прайс-лист не ждёт решения", "This price list does not wait for a decision")
	NotCurrent = fault.New(fault.Conflict, "not_the_current_version",
		"Отменить можно только последний применённый прайс-лист", "Only the price list that was applied last can be rolled back")
	Forgotten = fault.New(fault.Conflict, "version_forgotten",
		"Этот прайс-лист применён слишком давно: чем были товары до него, уже не известно",
		"This price list was applied too long ago: what the offers were before is not known any more")
	Busy = fault.New(fault.TooMany, "too_many_price_lists",
		"Слишком много прайс-листов ждут обработки; дождитесь их", "Too many price lists are waiting; let them be done first")
	Failed = fault.New(fault.Unavailable, "price_list_failed",
		"Прайс-лист не удалось обработать; пришлите его ещё раз", "The price list could not be processed; send it again")
)

// Import is a price list and what became of it.
type Import struct {
	ID       ID
	Shop     partner.ShopID
	Kind     Kind
	URL      string // where it was fetched from, or
	FileName string // what was uploaded
	Options
	Format   string
	Partial  bool   // it names only what has changed
	Currency string // that the list says, ISO 4217; "" when it says none
	State    State
	Code     string     // of the refusal
	Reason   fault.Text // of the refusal
	Size     int64      // bytes
	Done     int64      // bytes read so far
	Rows     int64      // goods without errors read so far
	Errors   int64
	Warnings int64

	Created, Updated, Unchanged, Withdrawn int64

	Difference *catalog.Difference // from checked on
	Held       []Reason            // why it waited, or waits, for a person
	DecidedBy  account.ID          // who let it pass or discarded it; 0: nobody had to
	Repeats    ID                  // the import of the same bytes, whose result this is; 0: none

	CreatedAt    time.Time
	FinishedAt   *time.Time
	RolledBackAt *time.Time

	hash    string // SHA-256 of the bytes, in hexadecimal digits
	profile int64  // version of the profile that it was read by
	kept    int64  // goods with errors whose offers stay as they are
	known   *catalog.Known
}

// Final tells whether nothing more will happen by itself or by decision.
func (i Import) Final() bool { return i.FinishedAt != nil }

// Rests tells whether nothing more will happen by itself.
func (i Import) Rests() bool { return i.Final() || i.State == Held }

// Problem is one thing that is wrong in a list.
type Problem struct {
	Line       int64  // 0: the whole file
	Cell       string // of a workbook: "Лист1!B5"
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
	post  *mail.Post
	trail *audit.Log
	now   func() time.Time

	explaining chan struct{} // those that are at work
	doors      sync.Map      // of shops: see enter
}

const (
	// workTimeout is the time of one try of an import.
	workTimeout = 10 * time.Minute
	// workTries is how often an import is tried when something else fails.
	workTries = 5
)

// New makes the feature and takes over its jobs and letters.
func New(d *db.DB, q *jobs.Queue, f *fetch.Client, post *mail.Post, trail *audit.Log, now func() time.Time) *Lists {
	l := &Lists{db: d, queue: q, fetch: f, post: post, trail: trail, now: now, explaining: make(chan struct{}, explainings)}
	jobs.Handle(q, workTimeout, l.work)
	l.schedules()
	l.exports()
	q.Every("expired exchanges with 1C", dropExchangesEvery, l.dropExchanges)
	q.Every("lost imports", lostEvery, l.findLost)
	return l
}

const selectImport = `
	select id, shop_id, kind, url, file_name, dry_run, good_rows, scheduled, format, partial, currency, state, code, reason_ru, reason_en,
		size, done, rows, errors, warnings, created, updated, unchanged, withdrawn, difference, held,
		coalesce(decided_by, 0), coalesce(repeats, 0), created_at, finished_at, rolled_back_at, hash, profile
	from imports`

func scanImport(r db.Row) (i Import, err error) {
	var difference, held string
	err = r.Scan(&i.ID, &i.Shop, &i.Kind, &i.URL, &i.FileName, &i.DryRun, &i.GoodRows, &i.Scheduled, &i.Format, &i.Partial, &i.Currency,
		&i.State, &i.Code, &i.Reason.RU, &i.Reason.EN,
		&i.Size, &i.Done, &i.Rows, &i.Errors, &i.Warnings, &i.Created, &i.Updated, &i.Unchanged, &i.Withdrawn, &difference, &held,
		&i.DecidedBy, &i.Repeats, &i.CreatedAt, &i.FinishedAt, &i.RolledBackAt, &i.hash, &i.profile)
	if err == nil && difference != "" {
		err = json.Unmarshal([]byte(difference), &i.Difference)
	}
	if err == nil && held != "" {
		err = json.Unmarshal([]byte(held), &i.Held)
	}
	return i, err
}

// visible restricts imports to what the person $2 may see and decide about: a
// supplier those of the own shop, a member those of the owner's, an administrator
// all.
const visible = ` (shop_id = (
		select id from shops where user_id = coalesce((select owner_id from members where user_id = $2), $2))
	or exists (select 1 from users where id = $2 and type = 'admin'))`

// Get returns an import; fault.Absent when it is not there or not for them.
func (l *Lists) Get(ctx context.Context, who account.ID, id ID) (Import, error) {
	return get(ctx, l.db, who, id)
}

func get(ctx context.Context, q db.Queryer, who account.ID, id ID) (Import, error) {
	i, err := scanImport(q.QueryRow(ctx, selectImport+` where id = $1 and`+visible, id, who))
	if errors.Is(err, db.ErrNoRows) {
		return Import{}, fault.Absent
	}
	return i, err
}

// History returns the imports of the supplier's shop, or of all shops for an
// administrator, newest first, before the id given (0: from the newest).
func (l *Lists) History(ctx context.Context, who account.ID, before ID, limit int) ([]Import, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := l.db.Query(ctx, selectImport+` where id < $1 and`+visible+` order by id desc limit $3`, before, who, limit)
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
		select line, cell, severity, code, field, external_id, text_ru, text_en
		from import_problems where import_id = $1 order by n`, id)
	list, err := db.Collect(rows, err, func(r db.Row) (p Problem, err error) {
		return p, r.Scan(&p.Line, &p.Cell, &p.Severity, &p.Code, &p.Field, &p.ExternalID, &p.Text.RU, &p.Text.EN)
	})
	if err != nil {
		return nil, fmt.Errorf("pricelist: problems: %w", err)
	}
	return list, nil
}

// waitStep is how often Wait looks.
const waitStep = 40 * time.Millisecond

// Wait returns the import when it rests, or as it is when the time has run
// out or stop is closed. Another instance may be the one that works on it.
func (l *Lists) Wait(ctx context.Context, who account.ID, id ID, limit time.Duration, stop <-chan struct{}) (Import, error) {
	return await(ctx, limit, stop, func() (Import, bool, error) {
		i, err := l.Get(ctx, who, id)
		return i, i.Rests(), err
	})
}

// await looks until what it sees is done, the time has run out, or stop is closed.
func await[T any](ctx context.Context, limit time.Duration, stop <-chan struct{}, look func() (seen T, done bool, err error)) (T, error) {
	timeout := time.After(limit)
	tick := time.NewTicker(waitStep)
	defer tick.Stop()
	for {
		seen, done, err := look()
		if err != nil || done {
			return seen, err
		}
		select {
		case <-ctx.Done():
			return seen, ctx.Err()
		case <-timeout:
			return seen, nil
		case <-stop:
			return seen, nil
		case <-tick.C:
		}
	}
}
