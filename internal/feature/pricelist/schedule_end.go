package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
)

// ended tells the schedule whose last import i is how that went: i is as it is
// written in tx, in a final state or held. For other imports it does nothing.
func (l *Lists) ended(ctx context.Context, tx db.Tx, i Import) error {
	var id ScheduleID
	err := tx.QueryRow(ctx, `select id from price_schedules where last_import = $1`+db.ForUpdate(tx), i.ID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pricelist: schedule of import %d: %w", i.ID, err)
	}
	switch {
	case i.State == Applied:
		_, err = tx.Exec(ctx, `update price_schedules set failing_since = null where id = $1`, id)
	case i.Code == Superseded.Code: // the supplier sent a later list by hand
	case i.Code == Failed.Code: // our own trouble: the same bytes are worth another try
		_, err = tx.Exec(ctx, `update price_schedules set etag = '', last_modified = '', hash = '' where id = $1`, id)
		if err == nil {
			err = l.scheduleFailed(ctx, tx, id, i.ID, i.Reason)
		}
	case i.State == Held:
		err = l.scheduleFailed(ctx, tx, id, i.ID, i.WhyHeld())
	case i.State == Refused:
		err = l.scheduleFailed(ctx, tx, id, i.ID, i.Reason)
	}
	return err
}

// scheduleFailed notes a failure, of the import given or (0) of the fetch itself,
// and tells the supplier of the first of a row.
func (l *Lists) scheduleFailed(ctx context.Context, tx db.Tx, id ScheduleID, of ID, why fault.Text) error {
	now := l.now()
	var since time.Time
	err := tx.QueryRow(ctx, `
		update price_schedules set failing_since = coalesce(failing_since, $2), failed_at = $2,
			checked_at = case when $3 = 0 then $2 else checked_at end, failed_import = nullif($3, 0),
			failure_ru = $4, failure_en = $5
		where id = $1 returning failing_since`, id, now, of, why.RU, why.EN).Scan(&since)
	if errors.Is(err, db.ErrNoRows) {
		return nil // it was ended or set anew meanwhile
	}
	if err != nil {
		return fmt.Errorf("pricelist: schedule %d: %w", id, err)
	}
	var to, lang string
	err = tx.QueryRow(ctx, `
		select u.email, u.language from price_schedules s join shops h on h.id = s.shop_id join users u on u.id = h.user_id
		where s.id = $1`, id).Scan(&to, &lang)
	if err != nil {
		return fmt.Errorf("pricelist: owner of schedule %d: %w", id, err)
	}
	return l.post.Send(ctx, tx, mail.Note{
		Key:  fmt.Sprintf("%s/%d/%d", scheduleLetter, id, since.UnixMicro()), // one for a row of failures
		Kind: scheduleLetter, Ref: int64(id), To: to, Lang: lang,
	})
}
