package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

// errOvertaken ends a run of an import that another run has brought to its end.
var errOvertaken = errors.New("pricelist: another run was faster")

// work brings an import to a final state. It may be run again after a crash at
// any point: until the merge nothing but the staging has changed. It may even
// run twice at once, when a process falls silent for a while: both stage the same
// bytes, and the first to apply them ends it for both.
func (l *Lists) work(ctx context.Context, job workJob) error {
	i, err := scanImport(l.db.QueryRow(ctx, selectImport+` where id = $1`, job.Import))
	if err != nil {
		return fmt.Errorf("pricelist: import %d: %w", job.Import, err)
	}
	if i.State.Final() {
		return nil
	}
	if jobs.Exhausted(ctx) {
		return l.refuse(ctx, i, Failed, nil)
	}
	err = l.run(ctx, &i)
	switch refusal := fault.As(err); {
	case err == nil, errors.Is(err, errOvertaken):
		return nil
	case refusal != nil:
		return l.refuse(ctx, i, refusal, nil)
	case jobs.LastTry(ctx):
		return errors.Join(err, l.refuse(context.WithoutCancel(ctx), i, Failed, nil))
	}
	return fmt.Errorf("pricelist: import %d: %w", i.ID, err)
}

func (l *Lists) run(ctx context.Context, i *Import) error {
	file, err := l.obtain(ctx, *i)
	if err != nil {
		return err
	}
	defer file.drop()
	r, err := reading.Open(file, reading.Options{Bytes: MaxBytes})
	if err != nil {
		return err
	}
	i.Format = r.Format()
	if err := l.stage(ctx, i, r, file); err != nil {
		return err
	}
	if r.Failed() {
		return l.refuse(ctx, *i, BrokenList, r.Problems())
	}
	if err := catalog.Settle(ctx, l.db); err != nil {
		return err
	}
	return l.apply(ctx, *i, r)
}

// batch is how many rows are staged in one transaction: SQLite has one writer,
// and parsing must not keep it from others.
const batch = 2000

func (l *Lists) stage(ctx context.Context, i *Import, r *reading.Reader, file *spooled) error {
	err := l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, i.ID); err != nil {
			return err
		}
		return catalog.Unstage(ctx, tx, catalog.Staging(i.ID))
	})
	if err != nil {
		return err
	}
	i.Rows, i.Done = 0, 0 // an earlier run may have counted
	next, stop := iter.Pull2(listings(r))
	defer stop()
	for more := true; more; {
		var rows []catalog.Listing
		for len(rows) < batch && more {
			row, err, ok := next()
			if err != nil {
				return err
			}
			if more = ok; ok {
				rows = append(rows, row)
			}
		}
		i.Rows += int64(len(rows))
		var err error
		if i.Done, err = file.Seek(0, io.SeekCurrent); err != nil {
			return err
		}
		if err := l.stageBatch(ctx, *i, rows); err != nil {
			return err
		}
	}
	return nil
}

// hold keeps the import for tx; errOvertaken when it is final.
func hold(ctx context.Context, tx db.Tx, id ID) error {
	var state State
	if err := tx.QueryRow(ctx, `select state from imports where id = $1`+db.ForUpdate(tx), id).Scan(&state); err != nil {
		return err
	}
	if state.Final() {
		return errOvertaken
	}
	return nil
}

func (l *Lists) stageBatch(ctx context.Context, i Import, rows []catalog.Listing) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, i.ID); err != nil {
			return err
		}
		if err := catalog.Stage(ctx, tx, catalog.Staging(i.ID), i.Shop, rows); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update imports set state = 'read', format = $2, rows = $3, done = $4 where id = $1`,
			i.ID, i.Format, i.Rows, i.Done)
		return err
	})
}

// listings yields the goods of a file in the catalogue's terms.
func listings(r *reading.Reader) iter.Seq2[catalog.Listing, error] {
	return func(yield func(catalog.Listing, error) bool) {
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(catalog.Listing{}, err)
				return
			}
			if !yield(listing(row), nil) {
				return
			}
		}
	}
}

func listing(row reading.Row) catalog.Listing {
	l := catalog.Listing{
		Line: row.Line, ExternalID: row.ExternalID, Category: row.Category, Name: row.Name, Model: row.Model,
		Price: row.Price, Quantity: row.Quantity, Description: row.Description, URL: row.URL, Pictures: row.Pictures,
	}
	if row.HasRRC {
		l.PriceRRC = &row.PriceRRC
	}
	for _, p := range row.Parameters {
		l.Parameters = append(l.Parameters, catalog.Parameter(p))
	}
	return l
}

// apply makes the catalogue what the list says, in one transaction.
func (l *Lists) apply(ctx context.Context, i Import, r *reading.Reader) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := tx.Serialize(ctx, fmt.Sprintf("price list of shop %d", i.Shop)); err != nil {
			return err
		}
		if err := hold(ctx, tx, i.ID); err != nil {
			return err
		}
		var later bool
		err := tx.QueryRow(ctx, `select exists (select 1 from imports where shop_id = $1 and id > $2 and state = 'applied')`,
			i.Shop, i.ID).Scan(&later)
		if err != nil {
			return err
		}
		if later {
			return Superseded
		}
		problems := r.Problems()
		if said := r.Head().Shop; said != "" {
			name, err := partner.NameByList(ctx, tx, i.Shop, said)
			if err != nil {
				return err
			}
			if catalog.Key(name) != catalog.Key(said) {
				problems = append(problems, otherName(said, name))
			}
		}
		counts, err := catalog.Merge(ctx, tx, catalog.Staging(i.ID), i.Shop)
		if err != nil {
			return err
		}
		if n := counts.Created + counts.Updated + counts.Unchanged; n != i.Rows {
			return fmt.Errorf("another run is staging: %d of %d rows", n, i.Rows)
		}
		if err := note(ctx, tx, i.ID, problems); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update imports set state = 'applied', created = $2, updated = $3, unchanged = $4, withdrawn = $5,
				warnings = $6, finished_at = $7
			where id = $1`,
			i.ID, counts.Created, counts.Updated, counts.Unchanged, counts.Withdrawn, len(problems), l.now())
		if err != nil {
			return err
		}
		return forget(ctx, tx, i)
	})
}

// otherName tells that the list names the shop otherwise than its owner.
func otherName(said, name string) reading.Problem {
	return reading.Problem{
		Severity: reading.Warning, Code: "other_shop_name", Field: "shop",
		Text: fault.Text{
			RU: fmt.Sprintf("В прайс-листе магазин назван «%s», а называется он «%s»; название меняет PUT partner/shop", said, name),
			EN: fmt.Sprintf("The list calls the shop %q, but its name is %q; PUT partner/shop changes the name", said, name),
		},
	}
}

// refuse ends an import with nothing changed.
func (l *Lists) refuse(ctx context.Context, i Import, why *fault.Error, problems []reading.Problem) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		if err := hold(ctx, tx, i.ID); err != nil {
			if errors.Is(err, errOvertaken) {
				return nil
			}
			return err
		}
		if err := catalog.Unstage(ctx, tx, catalog.Staging(i.ID)); err != nil {
			return err
		}
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
			update imports set state = 'refused', format = $2, rows = $3, code = $4, reason_ru = $5, reason_en = $6,
				errors = $7, warnings = $8, finished_at = $9
			where id = $1`,
			i.ID, i.Format, i.Rows, why.Code, why.Text.RU, why.Text.EN, failed, len(problems)-failed, l.now())
		if err != nil {
			return err
		}
		return forget(ctx, tx, i)
	})
}

// note keeps the problems of a list.
func note(ctx context.Context, tx db.Tx, id ID, problems []reading.Problem) error {
	if _, err := tx.Exec(ctx, `delete from import_problems where import_id = $1`, id); err != nil {
		return err
	}
	columns := []string{"import_id", "n", "line", "severity", "code", "field", "external_id", "text_ru", "text_en"}
	_, err := tx.CopyIn(ctx, "import_problems", columns, func(yield func([]any, error) bool) {
		for n, p := range problems {
			if !yield([]any{id, n, p.Line, p.Severity.String(), p.Code, p.Field, p.ExternalID, p.Text.RU, p.Text.EN}, nil) {
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
			select id from imports where shop_id = $1 and id < $2 and state in ('applied', 'refused'))`, i.Shop, i.ID)
	return err
}
