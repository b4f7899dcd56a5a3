package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

// ExportID names an export: a price list that the service writes.
type ExportID int64

// ExportState is how far an export has come. Ready and failed are final.
type ExportState string

// The states of an export.
const (
	ExportQueued ExportState = "queued"
	ExportReady  ExportState = "ready"
	ExportFailed ExportState = "failed"
)

// ExportLife is how long an export is kept from when it is ready.
const ExportLife = 24 * time.Hour

// NotExported is told when an export could not be made, for a reason of our own.
var NotExported = fault.New(fault.Unavailable, "export_failed",
	"Выгрузку не удалось сделать; запросите её ещё раз", "The export could not be made; ask for it again")

// Export is a price list that the service writes, of the offers that are not
// withdrawn. Only who asked for it sees it, and who has a link to its file.
type Export struct {
	ID         ExportID
	Shop       partner.ShopID // 0: all shops, such a file is not meant to be read back
	Format     writing.Format
	State      ExportState
	Code       string     // of the failure
	Reason     fault.Text // of the failure
	Size       int64      // bytes
	Rows       int64      // goods
	CreatedAt  time.Time
	FinishedAt *time.Time
	ExpiresAt  time.Time // then it is gone
}

// FileName is how the file is called.
func (e Export) FileName() string {
	name := "price-lists"
	if e.Shop != 0 {
		name = fmt.Sprintf("price-list-%d", e.Shop)
	}
	return name + "-" + e.CreatedAt.Format(time.DateOnly) + e.Format.Extension()
}

type exportJob struct{ Export ExportID }

func (exportJob) Kind() string { return "export" }

const (
	// exportTimeout is the time of one try of an export.
	exportTimeout = 10 * time.Minute
	// exportTries is how often an export is tried.
	exportTries = 5
	// expiredEvery is how often expired exports are looked for.
	expiredEvery = 15 * time.Minute
)

// exports takes over the jobs of the exports.
func (l *Lists) exports() {
	jobs.Handle(l.queue, exportTimeout, l.workExport)
	l.queue.Every("expired exports", expiredEvery, l.dropExpired)
}

// Export begins to write the offers of a shop, or of all shops if it is 0. The
// same that is being written already is not written twice: its id is returned.
// fault.Absent when there is no such shop; who may ask is the caller's business.
func (l *Lists) Export(ctx context.Context, who account.ID, shop partner.ShopID, format writing.Format) (id ExportID, err error) {
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		var of *partner.ShopID
		if shop != 0 {
			if _, err := partner.Find(ctx, tx, shop); err != nil {
				return err
			}
			of = &shop
		}
		now := l.now()
		err := tx.QueryRow(ctx, `
			insert into exports (shop_id, user_id, format, state, code, reason_ru, reason_en, size, rows, created_at, expires_at)
			values ($1, $2, $3, 'queued', '', '', '', 0, 0, $4, $5)
			on conflict do nothing
			returning id`, of, who, format, now, now.Add(ExportLife)).Scan(&id)
		if errors.Is(err, db.ErrNoRows) {
			err = tx.QueryRow(ctx, `
				select id from exports
				where user_id = $1 and format = $2 and coalesce(shop_id, 0) = $3 and state = 'queued'`,
				who, format, shop).Scan(&id)
			lives := false
			if err == nil { // its job may have died with its process, in the last try
				lives, err = l.queue.Lives(ctx, tx, exportJob{id})
			}
			if lives {
				return nil
			}
		}
		if err != nil {
			return err
		}
		e := audit.Entry{Action: "export.start", Subject: fmt.Sprintf("export/%d", id), Details: "all shops"}
		if shop != 0 {
			e.Details = fmt.Sprintf("shop/%d", shop)
		}
		if err := l.noteOfAdmin(ctx, tx, who, e); err != nil {
			return err
		}
		return l.queue.Enqueue(ctx, tx, exportJob{id}, jobs.Options{Queue: jobs.Exports, Tries: exportTries})
	})
	if err != nil {
		return 0, fmt.Errorf("pricelist: export: %w", err)
	}
	return id, nil
}

const selectExport = `
	select id, coalesce(shop_id, 0), format, state, code, reason_ru, reason_en, size, rows, created_at, finished_at, expires_at
	from exports`

func scanExport(r db.Row) (e Export, err error) {
	return e, r.Scan(&e.ID, &e.Shop, &e.Format, &e.State, &e.Code, &e.Reason.RU, &e.Reason.EN, &e.Size, &e.Rows,
		&e.CreatedAt, &e.FinishedAt, &e.ExpiresAt)
}

// GetExport returns an export that the person asked for; fault.Absent when it is
// not there, not theirs, or expired.
func (l *Lists) GetExport(ctx context.Context, who account.ID, id ExportID) (Export, error) {
	e, err := scanExport(l.db.QueryRow(ctx, selectExport+` where id = $1 and user_id = $2 and expires_at > $3`, id, who, l.now()))
	if errors.Is(err, db.ErrNoRows) {
		return Export{}, fault.Absent
	}
	return e, err
}

// WaitExport returns the export when it is ready or has failed, or as it is when
// the time has run out or stop is closed.
func (l *Lists) WaitExport(ctx context.Context, who account.ID, id ExportID, limit time.Duration, stop <-chan struct{}) (Export, error) {
	return await(ctx, limit, stop, func() (Export, bool, error) {
		e, err := l.GetExport(ctx, who, id)
		return e, e.State != ExportQueued, err
	})
}
