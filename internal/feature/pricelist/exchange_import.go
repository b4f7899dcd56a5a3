package pricelist

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/spool"
)

// exchangeFile is a file that a session has sent and no import has used.
type exchangeFile struct {
	id   int64
	name string
	size int64
}

// ImportExchange begins an import of all files of the session that none has used
// yet, and returns it. While one of the session is on its way, and when there is
// nothing new, it returns that one: 1C asks again and again until it hears how
// it ended. NoExchangeFile when nothing was sent, Busy when too many lists wait.
func (l *Lists) ImportExchange(ctx context.Context, x Exchange, name string) (ID, error) {
	if err := checkExchangeName(name); err != nil {
		return 0, err
	}
	last, files, err := exchangeState(ctx, l.db, x)
	if err != nil || last != 0 && len(files) == 0 {
		return last, err
	}
	if len(files) == 0 {
		return 0, NoExchangeFile
	}
	bundle, err := l.bundle(ctx, files)
	if err != nil {
		return 0, err
	}
	defer bundle.Drop()
	begin := Import{FileName: "1c.zip", Size: bundle.Size, hash: bundle.Hash}
	if len(files) == 1 {
		begin.FileName = cleanName(files[0].name)
	}
	leave, err := l.enter(ctx, x.Shop)
	if err != nil {
		return 0, err
	}
	var id ID
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		if err := holdExchange(ctx, tx, x); err != nil {
			return err
		}
		// Another request of the session may have been faster, or sent more.
		now, same, err := exchangeState(ctx, tx, x)
		if err != nil {
			return err
		}
		if id = 0; len(same) == 0 {
			id = now
		}
		if !slices.Equal(same, files) {
			return nil
		}
		if id, err = l.take(ctx, tx, x.User, x.Shop, begin, bundle); err != nil {
			return err
		}
		for _, f := range files {
			if _, err := tx.Exec(ctx, `update exchange_files set import_id = $2, closed = $3 where id = $1`, f.id, id, true); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `update exchange_sessions set import_id = $2 where id = $1`, x.ID, id)
		return err
	})
	leave()
	if err == nil && id == 0 {
		return l.ImportExchange(ctx, x, name)
	}
	if err != nil {
		return 0, fmt.Errorf("pricelist: exchange: %w", err)
	}
	return id, nil
}

// exchangeState returns the last import of the session, and the files that none
// has used; none while that import is on its way.
func exchangeState(ctx context.Context, q db.Queryer, x Exchange) (last ID, files []exchangeFile, err error) {
	// The files first: an import that takes them in between is then seen.
	rows, err := q.Query(ctx, `
		select id, name, size from exchange_files where session_id = $1 and import_id is null and size > 0 order by id`, x.ID)
	files, err = db.Collect(rows, err, func(r db.Row) (f exchangeFile, err error) {
		return f, r.Scan(&f.id, &f.name, &f.size)
	})
	if err != nil {
		return 0, nil, err
	}
	var ended bool
	err = q.QueryRow(ctx, `
		select coalesce(s.import_id, 0), i.id is null or i.finished_at is not null or i.state = 'held'
		from exchange_sessions s left join imports i on i.id = s.import_id where s.id = $1`, x.ID).Scan(&last, &ended)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil, BadExchange
	}
	if err != nil || !ended {
		return last, nil, err
	}
	return last, files, nil
}

// KeepForLater takes back an import that was refused because its prices were
// still to come: its files wait for the next one. It tells whether it did.
func (l *Lists) KeepForLater(ctx context.Context, x Exchange, id ID) (kept bool, err error) {
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `
			delete from imports where id = $1 and shop_id = $2 and state = 'refused' and code = $3
				and exists (select 1 from exchange_files f where f.import_id = imports.id and f.session_id = $4)`,
			id, x.Shop, reading.NoPrices.Code, x.ID)
		kept = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("pricelist: exchange: %w", err)
	}
	return kept, nil
}

// bundle makes one file of several: itself, or a ZIP of them, into which ZIPs
// are emptied. The same files always make the same bytes.
func (l *Lists) bundle(ctx context.Context, files []exchangeFile) (*spool.File, error) {
	if len(files) == 1 {
		return l.exchanged(ctx, files[0])
	}
	pr, pw := io.Pipe()
	go func() {
		archive := zip.NewWriter(pw)
		var err error
		for _, f := range files {
			if err = l.pack(ctx, archive, f); err != nil {
				break
			}
		}
		pw.CloseWithError(errors.Join(err, archive.Close()))
	}()
	file, err := spoolList(pr)
	pr.CloseWithError(io.ErrClosedPipe)
	return file, err
}

// pack adds a file to an archive, or the files in it.
func (l *Lists) pack(ctx context.Context, archive *zip.Writer, f exchangeFile) error {
	file, err := l.exchanged(ctx, f)
	if err != nil {
		return err
	}
	defer file.Drop()
	if !isArchive(f.name) {
		w, err := archive.Create(f.name)
		if err == nil {
			_, err = io.Copy(w, file)
		}
		return err
	}
	inner, err := reading.OpenZip(file, file.Size)
	if err != nil {
		return err
	}
	for _, entry := range inner.File {
		if !isList(entry.Name) || isArchive(entry.Name) {
			continue
		}
		if err := archive.Copy(entry); err != nil {
			return reading.BadArchive.Because(err)
		}
	}
	return nil
}

func isArchive(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// exchanged returns the bytes of a file.
func (l *Lists) exchanged(ctx context.Context, f exchangeFile) (*spool.File, error) {
	return spoolChunks(func(n int) ([]byte, error) {
		var data []byte
		err := l.db.QueryRow(ctx, `select data from exchange_chunks where file_id = $1 and n = $2`, f.id, n).Scan(&data)
		return data, err
	})
}
