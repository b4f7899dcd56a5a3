package pricelist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

// errOvertaken ends a run of an import that another run has brought to its end.
var errOvertaken = errors.New("pricelist: another run was faster")

// turn is how long a list waits before it looks again whether it is its turn.
const turn = 500 * time.Millisecond

// work brings an import to rest. It may be run again after a crash at any
// point: until the merge nothing but the staging has changed. It may even
// run twice at once, when a process falls silent for a while: both stage the same
// bytes, and the first to apply them ends it for both.
//
// The lists of one shop are worked on in the order in which they came, since a
// partial one builds on those before.
func (l *Lists) work(ctx context.Context, job workJob) error {
	i, err := scanImport(l.db.QueryRow(ctx, selectImport+` where id = $1`, job.Import))
	if errors.Is(err, db.ErrNoRows) {
		return nil // taken back: see KeepForLater
	}
	if err != nil {
		return fmt.Errorf("pricelist: import %d: %w", job.Import, err)
	}
	if i.Rests() {
		return nil
	}
	if jobs.Exhausted(ctx) {
		return l.refuse(ctx, i, Failed, nil)
	}
	var earlier bool
	err = l.db.QueryRow(ctx, `
		select exists (select 1 from imports where shop_id = $1 and id < $2 and finished_at is null and state <> 'held')`,
		i.Shop, i.ID).Scan(&earlier)
	if err == nil && earlier {
		return jobs.Later(turn)
	}
	if err == nil {
		err = l.run(ctx, &i)
	}
	switch refusal := fault.As(err); {
	case err == nil, errors.Is(err, errOvertaken):
		return nil
	case refusal != nil:
		return l.refuse(ctx, i, refusal, nil)
	case jobs.LastTry(ctx) && ctx.Err() == nil: // a stop of the program is no failure: see lost.go
		return errors.Join(err, l.refuse(ctx, i, Failed, nil))
	}
	return fmt.Errorf("pricelist: import %d: %w", i.ID, err)
}

func (l *Lists) run(ctx context.Context, i *Import) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("an import panicked: %v\n%s", broken, debug.Stack())
		}
	}()
	file, err := l.obtain(ctx, *i)
	if err != nil {
		return err
	}
	defer file.Drop()
	i.hash = file.Hash
	if i.URL != "" {
		first, err := repeated(ctx, l.db, *i)
		if err != nil {
			return err
		}
		if first != nil && first.State == Applied {
			return l.repeat(ctx, *i, *first)
		}
	}
	profile, err := profileOf(ctx, l.db, i.Shop)
	if err != nil {
		return err
	}
	r, err := reading.Open(file, reading.Options{Bytes: MaxBytes, Profile: profile.Layout})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	i.Format = r.Format()
	if err := l.stage(ctx, i, r, file); err != nil {
		return err
	}
	i.Partial, i.Currency = r.Partial(), r.Head().Currency
	if r.Failed() && (!i.GoodRows || r.Broken() || i.Rows == 0) {
		return l.refuse(ctx, *i, BrokenList, r)
	}
	if err := catalog.Settle(ctx, l.db); err != nil {
		return err
	}
	reasons, err := l.check(ctx, i, profile.Limits)
	switch {
	case err != nil:
		return err
	case i.Rows == 0 && i.Difference.Before == 0: // nothing was, nothing would be
		return l.refuse(ctx, *i, BrokenList, r)
	case i.DryRun:
		return l.rest(ctx, *i, r, `state = 'checked', finished_at = $2`, l.now())
	case len(reasons) > 0:
		passes, err := l.letPass(ctx, *i, profile.version)
		if err == nil && !passes {
			err = l.wait(ctx, *i, r, reasons, profile.version)
		}
		if err != nil || !passes {
			return err
		}
	}
	return l.apply(ctx, *i, r)
}

// letPass tells whether somebody has let the list pass, as it would be applied
// now: to the same offers, read by the same profile.
func (l *Lists) letPass(ctx context.Context, i Import, profile int64) (bool, error) {
	if i.DecidedBy == 0 {
		return false, nil
	}
	var offers, read int64
	err := l.db.QueryRow(ctx, `select held_generation, held_profile from imports where id = $1`, i.ID).Scan(&offers, &read)
	return err == nil && offers == i.known.Generation() && read == profile, err
}

// wait holds the list until somebody decides. One waits at a time: the latest.
func (l *Lists) wait(ctx context.Context, i Import, r *reading.Reader, reasons []Reason, profile int64) error {
	held, err := json.Marshal(reasons)
	if err != nil {
		return err
	}
	i.State, i.Held, i.Reason = Held, reasons, together(reasons)
	return l.rest(ctx, i, r, `state = 'held', held = $2, held_generation = $3, held_profile = $4, decided_by = null`,
		string(held), i.known.Generation(), profile)
}

// check finds the difference and what about it looks wrong.
func (l *Lists) check(ctx context.Context, i *Import, limits Limits) ([]Reason, error) {
	var d catalog.Difference
	var before string
	err := l.db.InTx(ctx, func(tx db.Tx) (err error) {
		if err := hold(ctx, tx, *i); err != nil {
			return err
		}
		d, err = catalog.Compare(ctx, tx, catalog.Staging(i.ID), i.Shop, i.Partial)
		if err != nil {
			return err
		}
		if err := i.known.Current(ctx, tx, i.Shop); err != nil {
			return err
		}
		if d.Staged != i.Rows+i.kept { // what is not staged yet would seem to be withdrawn
			return fmt.Errorf("another run is staging: %d of %d rows", d.Staged, i.Rows)
		}
		difference, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update imports set state = 'checked', partial = $2, currency = $3, difference = $4 where id = $1`,
			i.ID, i.Partial, i.Currency, string(difference))
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `
			select currency from imports
			where shop_id = $1 and state = 'applied' and kind = 'list' and rolled_back_at is null order by id desc limit 1`, i.Shop).Scan(&before)
		if errors.Is(err, db.ErrNoRows) {
			err = nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	i.Difference = &d
	return limits.hold(*i, before, d), nil
}

// hold keeps the import for tx; errOvertaken when it rests, or somebody has
// decided about it since.
func hold(ctx context.Context, tx db.Tx, i Import) error {
	var over bool
	err := tx.QueryRow(ctx, `
		select finished_at is not null or state = 'held' or coalesce(decided_by, 0) <> $2 from imports where id = $1`+db.ForUpdate(tx),
		i.ID, i.DecidedBy).Scan(&over)
	if err == nil && over {
		err = errOvertaken
	}
	return err
}

// rest ends a run with the catalogue as it was: the import becomes what set says.
// Its arguments are numbered from $2.
func (l *Lists) rest(ctx context.Context, i Import, r *reading.Reader, set string, args ...any) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, i); err != nil {
			return err
		}
		problems, err := l.problems(ctx, tx, i, r)
		if err != nil {
			return err
		}
		if err := catalog.Unstage(ctx, tx, catalog.Staging(i.ID)); err != nil {
			return err
		}
		if i.State == Held {
			err := notSuperseded(ctx, tx, i)
			if err == nil {
				err = l.supersede(ctx, tx, i)
			}
			if err != nil {
				return err
			}
		}
		return l.finish(ctx, tx, i, problems, set, args...)
	})
}

// refuse ends an import with nothing changed; r is nil when it was not read.
func (l *Lists) refuse(ctx context.Context, i Import, why *fault.Error, r *reading.Reader) error {
	i.State, i.Code, i.Reason = Refused, why.Code, why.Text
	err := l.rest(ctx, i, r, `state = 'refused', code = $2, reason_ru = $3, reason_en = $4, finished_at = $5`,
		why.Code, why.Text.RU, why.Text.EN, l.now())
	if errors.Is(err, errOvertaken) {
		return nil
	}
	return err
}

// repeat ends an import of the bytes that were applied last.
func (l *Lists) repeat(ctx context.Context, i, first Import) error {
	i.State, i.Format, i.Rows, i.Done = Applied, first.Format, first.Rows, i.Size
	return l.rest(ctx, i, nil, `state = 'applied', partial = $2, currency = $3, unchanged = $4, repeats = $5, finished_at = $6`,
		first.Partial, first.Currency, first.Rows, first.ID, l.now())
}

// finish writes the record of an import that has come to rest.
func (l *Lists) finish(ctx context.Context, tx db.Tx, i Import, problems []reading.Problem, set string, args ...any) error {
	if err := note(ctx, tx, i.ID, problems); err != nil {
		return err
	}
	failed := 0
	for _, p := range problems {
		if p.Severity == reading.Error {
			failed++
		}
	}
	_, err := tx.Exec(ctx, `
		update imports set format = $2, rows = $3, done = $4, errors = $5, warnings = $6 where id = $1`,
		i.ID, i.Format, i.Rows, i.Done, failed, len(problems)-failed)
	if err == nil {
		_, err = tx.Exec(ctx, `update imports set `+set+` where id = $1`, append([]any{i.ID}, args...)...)
	}
	if err == nil {
		err = forget(ctx, tx, i)
	}
	if err == nil {
		err = l.ended(ctx, tx, i)
	}
	return err
}

// problems are those of the file, and of the shop it is for.
func (l *Lists) problems(ctx context.Context, tx db.Tx, i Import, r *reading.Reader) ([]reading.Problem, error) {
	if r == nil {
		return nil, nil
	}
	list := r.Problems()
	if err := noteLayout(ctx, tx, i.Shop, r.Layout()); err != nil {
		return nil, err
	}
	if !i.Partial {
		return list, nil
	}
	unknown, err := catalog.Unknown(ctx, tx, catalog.Staging(i.ID), i.Shop, maxUnknown)
	for _, u := range unknown {
		list = append(list, unknownOffer(u))
	}
	return list, err
}

// maxUnknown is how many unknown offers of a partial list are named.
const maxUnknown = 1000

// unknownOfferCode is a problem that the catalogue tells, not the file.
const unknownOfferCode = "unknown_offer"

func unknownOffer(u catalog.UnknownRow) reading.Problem {
	return reading.Problem{
		Line: u.Line, Severity: reading.Warning, Code: unknownOfferCode, Field: "id", ExternalID: u.ExternalID,
		Text: fault.Text{
			RU: "Такого товара в продаже нет, а здесь только его цена или остаток: пропущено",
			EN: "There is no such offer for sale, and this is only its price or stock: passed over",
		},
	}
}

// note keeps the problems of a list.
func note(ctx context.Context, tx db.Tx, id ID, problems []reading.Problem) error {
	if _, err := tx.Exec(ctx, `delete from import_problems where import_id = $1`, id); err != nil {
		return err
	}
	columns := []string{"import_id", "n", "line", "cell", "severity", "code", "field", "external_id", "text_ru", "text_en"}
	_, err := tx.CopyIn(ctx, "import_problems", columns, func(yield func([]any, error) bool) {
		for n, p := range problems {
			if !yield([]any{id, n, p.Line, p.Cell, p.Severity.String(), p.Code, p.Field, p.ExternalID, p.Text.RU, p.Text.EN}, nil) {
				return
			}
		}
	})
	return err
}

// forget drops the bytes of the shop's earlier lists; those of the last stay.
func forget(ctx context.Context, tx db.Tx, i Import) error {
	_, err := tx.Exec(ctx, `
		delete from import_chunks where import_id in (
			select id from imports where shop_id = $1 and id < $2 and finished_at is not null)`, i.Shop, i.ID)
	return err
}
