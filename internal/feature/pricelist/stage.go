package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/spool"
)

// batch is how many rows are staged in one transaction: SQLite has one writer,
// and parsing must not keep it from others.
const batch = 2000

// portion is a batch that is read, and how far in the file that was.
type portion struct {
	rows []catalog.Listing
	done int64
	err  error
}

// stage reads the list into the staging: one portion is read while the one
// before is written.
func (l *Lists) stage(ctx context.Context, i *Import, r *reading.Reader, file *spool.File) error {
	var err error
	if i.known, err = catalog.Look(ctx, l.db, i.Shop); err != nil {
		return err
	}
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, *i); err != nil {
			return err
		}
		// This may have slept since it looked, and what another run stages is not to be mixed with it.
		if err := i.known.Current(ctx, tx, i.Shop); err != nil {
			return err
		}
		return catalog.Unstage(ctx, tx, catalog.Staging(i.ID))
	})
	if err != nil {
		return err
	}
	i.Rows, i.Done = 0, 0 // an earlier run may have counted
	ctx, cancel := context.WithCancel(ctx)
	portions := read(ctx, r, file)
	defer func() { // nobody reads the file when this has returned
		cancel()
		for range portions {
		}
	}()
	for p := range portions {
		if p.err != nil {
			return p.err
		}
		i.Rows += int64(len(p.rows))
		i.Done = p.done
		if err := l.stagePortion(ctx, *i, p.rows); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil || !i.GoodRows {
		return err
	}
	return l.stageBad(ctx, i, r.Problems())
}

// stageBad stages the goods that were left out for their errors, so that their
// offers stay as they are: they are not absent.
func (l *Lists) stageBad(ctx context.Context, i *Import, problems []reading.Problem) error {
	var ids []string
	for _, p := range problems {
		if p.Severity == reading.Error && p.ExternalID != "" {
			ids = append(ids, p.ExternalID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil
	}
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, *i); err != nil {
			return err
		}
		n, err := catalog.StageKept(ctx, tx, catalog.Staging(i.ID), i.Shop, i.known, ids)
		i.kept = n
		return err
	})
}

// read yields the list in portions until its end, an error, or that of ctx.
func read(ctx context.Context, r *reading.Reader, file *spool.File) <-chan portion {
	out := make(chan portion, 1)
	go func() {
		defer close(out)
		for more := true; more; {
			var p portion
			p, more = next(r)
			if p.err == nil {
				p.done, p.err = file.Seek(0, io.SeekCurrent)
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// next reads one portion; false after the last. A panic of a reader's library is
// an error of this list alone.
func next(r *reading.Reader) (p portion, more bool) {
	defer func() {
		if broken := recover(); broken != nil {
			p, more = portion{err: fmt.Errorf("reading panicked: %v\n%s", broken, debug.Stack())}, false
		}
	}()
	p.rows = make([]catalog.Listing, 0, batch)
	for len(p.rows) < batch {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return p, false
		}
		if err != nil {
			return portion{err: err}, false
		}
		p.rows = append(p.rows, listing(row, r.Partial()))
	}
	return p, true
}

func (l *Lists) stagePortion(ctx context.Context, i Import, rows []catalog.Listing) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, i); err != nil {
			return err
		}
		if err := catalog.Stage(ctx, tx, catalog.Staging(i.ID), i.Shop, i.known, rows); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update imports set state = 'read', format = $2, rows = $3, done = $4 where id = $1`,
			i.ID, i.Format, i.Rows, i.Done)
		return err
	})
}

// listing is a good in the catalogue's terms. What a partial list does not say
// stays as it is.
func listing(row reading.Row, partial bool) catalog.Listing {
	l := catalog.Listing{
		Line: row.Line, ExternalID: row.ExternalID, Category: row.Category, Name: row.Name, Model: row.Model,
		Price: row.Price, KeepPrice: !row.HasPrice, Quantity: row.Quantity, KeepStock: (partial || row.Slim()) && !row.HasQuantity,
		AtLeast: row.AtLeast, Description: row.Description, URL: row.URL, Pictures: row.Pictures,
		UnitCode: row.Unit.Code, UnitName: row.Unit.Name, VAT: row.VAT, Barcodes: row.Barcodes,
		Vendor: row.Vendor, VendorCode: row.VendorCode, MinQuantity: row.MinQuantity, Multiple: row.Multiple,
		Slim: row.Slim(), Gone: row.Gone,
	}
	if row.HasRRC {
		l.PriceRRC = &row.PriceRRC
	}
	if len(row.Parameters) > 0 {
		l.Parameters = make([]catalog.Parameter, len(row.Parameters))
		for n, p := range row.Parameters {
			l.Parameters[n] = catalog.Parameter(p)
		}
	}
	return l
}
