package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/spool"
)

// workExport brings an export to a final state. Until its file is whole nothing
// of it is kept, so that it may be run again after a crash at any point, and even
// twice at once: the first to keep its file wins.
func (l *Lists) workExport(ctx context.Context, job exportJob) error {
	e, err := scanExport(l.db.QueryRow(ctx, selectExport+` where id = $1`, job.Export))
	if errors.Is(err, db.ErrNoRows) {
		return nil // it has expired
	}
	if err != nil {
		return fmt.Errorf("pricelist: export %d: %w", job.Export, err)
	}
	if e.State != ExportQueued {
		return nil
	}
	if jobs.Exhausted(ctx) {
		return l.failExport(ctx, e.ID, NotExported)
	}
	err = l.makeExport(ctx, e)
	switch refusal := fault.As(err); {
	case err == nil, errors.Is(err, errOvertaken):
		return nil
	case refusal != nil:
		return l.failExport(ctx, e.ID, refusal)
	case jobs.LastTry(ctx):
		return errors.Join(err, l.failExport(context.WithoutCancel(ctx), e.ID, NotExported))
	}
	return fmt.Errorf("pricelist: export %d: %w", e.ID, err)
}

// dropExpired deletes the exports whose time is over, with their files.
func (l *Lists) dropExpired(ctx context.Context) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from exports where expires_at <= $1`, l.now())
		return err
	})
}

// makeExport writes the list to a file of our own, and that into the database
// once it is whole.
func (l *Lists) makeExport(ctx context.Context, e Export) error {
	f, err := spool.New("zakup-export-*")
	if err != nil {
		return err
	}
	defer f.Drop()
	if e.Rows, err = l.WriteList(ctx, f, e.Shop, e.Format); err != nil {
		return err
	}
	if e.Size, err = f.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := holdExport(ctx, tx, e.ID); err != nil {
			return err
		}
		if err := keepExport(ctx, tx, e.ID, f); err != nil {
			return err
		}
		now := l.now()
		_, err := tx.Exec(ctx, `
			update exports set state = 'ready', size = $2, rows = $3, finished_at = $4, expires_at = $5 where id = $1`,
			e.ID, e.Size, e.Rows, now, now.Add(ExportLife))
		return err
	})
}

// holdExport keeps the export for tx; errOvertaken when it is final or gone.
func holdExport(ctx context.Context, tx db.Tx, id ExportID) error {
	var state ExportState
	err := tx.QueryRow(ctx, `select state from exports where id = $1`+db.ForUpdate(tx), id).Scan(&state)
	if errors.Is(err, db.ErrNoRows) || err == nil && state != ExportQueued {
		return errOvertaken
	}
	return err
}

func keepExport(ctx context.Context, tx db.Tx, id ExportID, file *spool.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, chunk)
	for n := 0; ; n++ {
		size, err := io.ReadFull(file, buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into export_chunks (export_id, n, data) values ($1, $2, $3)`, id, n, buf[:size]); err != nil {
			return err
		}
	}
}

// failExport ends an export without a file.
func (l *Lists) failExport(ctx context.Context, id ExportID, why *fault.Error) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `
			update exports set state = 'failed', code = $2, reason_ru = $3, reason_en = $4, finished_at = $5
			where id = $1 and state = 'queued'`, id, why.Code, why.Text.RU, why.Text.EN, l.now())
		return err
	})
}
