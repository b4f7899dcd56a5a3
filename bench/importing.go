package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/db"
)

// Importing are the settings of the benchmark of imports.
type Importing struct {
	Dir      string // for its files; they stay there
	Database string // an empty one; "": a SQLite file in Dir
	Goods    int
	Formats  []writing.Format
}

// steps of one format: the first import and the imports after it.
var steps = []struct {
	name    string
	changed int // see made
}{{"first", 0}, {"0 % changed", 0}, {"5 % changed", 20}, {"100 % changed", 1}}

// Run imports a list in each format, four times, and tells of each how fast it
// was, beside its floor: to copy the same bytes into a table without indexes, and
// to read the file with nothing done about it.
func (o Importing) Run(ctx context.Context, out io.Writer) (err error) {
	p, err := open(ctx, o.Dir, o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(), p.db.Close()) }()
	if err := p.StartJobs(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.StopJobs(context.WithoutCancel(ctx))) }()
	machine(out, p)
	fmt.Fprintf(out, "%d offers of %d characteristics\n\n", o.Goods, parameters)
	fmt.Fprintln(out, "| format | import | MB | s | offers/s | floor: copy s | read s | import by floor | peak MiB | found s |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, format := range o.Formats {
		if err := o.format(ctx, p, format, out); err != nil {
			return fmt.Errorf("%s: %w", format, err)
		}
	}
	return o.reads(ctx, p, out)
}

func (o Importing) format(ctx context.Context, p *place, format writing.Format, out io.Writer) error {
	who, shop, err := supplier(ctx, p, string(format))
	if err != nil {
		return err
	}
	for n, s := range steps {
		path := filepath.Join(o.Dir, fmt.Sprintf("%s-%d%s", format, n, format.Extension()))
		if err := (made{goods: o.Goods, changed: s.changed, mark: fmt.Sprint(n)}).write(path, format); err != nil {
			return err
		}
		r, err := measure(ctx, p, who, shop, path)
		if err != nil {
			return err
		}
		seconds := r.took.Seconds()
		fmt.Fprintf(out, "| %s | %s | %.1f | %.2f | %.0f | %.2f | %.2f | %.2f | %d | %.2f |\n", format, s.name, float64(r.size)/1e6,
			seconds, float64(o.Goods)/seconds, r.copying.Seconds(), r.reading.Seconds(),
			seconds/(r.copying+r.reading).Seconds(), r.peak, r.found.Seconds())
	}
	return nil
}

func supplier(ctx context.Context, p *place, name string) (account.ID, partner.ShopID, error) {
	first, last, email, phrase := name, "Поставщик", name+"@example.com", "Длинный-"+name
	u, err := p.Accounts.AddActive(ctx, account.Profile{
		FirstName: &first, LastName: &last, Email: &email, Password: &phrase,
	}, account.Shop)
	if err != nil {
		return 0, 0, err
	}
	shop, err := p.Shops.Of(ctx, u.ID)
	return u.ID, shop.ID, err
}

type result struct {
	size                   int64
	took, copying, reading time.Duration
	peak                   int64         // MiB
	found                  time.Duration // after it was applied: until searches follow it
}

// measure imports a file after the two floors of it.
func measure(ctx context.Context, p *place, who account.ID, shop partner.ShopID, path string) (r result, err error) {
	f, err := os.Open(path) //nolint:gosec // a file of the benchmark's own folder
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	r.size = info.Size()
	if r.copying, err = copyFloor(ctx, p.db, f); err != nil {
		return r, err
	}
	if r.reading, err = readFloor(f); err != nil {
		return r, err
	}
	if err := settle(ctx, p.db); err != nil {
		return r, err
	}
	resetPeak()
	start := time.Now()
	err = apply(ctx, p, who, shop, f)
	r.took, r.peak = time.Since(start), peakMemory()
	if err == nil {
		err = follow(ctx, p.db)
		r.found = time.Since(start) - r.took
	}
	return r, err
}

// follow waits until searches follow the list, which is a job's work.
func follow(ctx context.Context, d *db.DB) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		var behind bool
		if err := d.QueryRow(ctx, `select exists (select 1 from unindexed_offers)`).Scan(&behind); err != nil || !behind {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

// settle brings PostgreSQL to where it is by itself a minute after an import.
func settle(ctx context.Context, d *db.DB) error {
	if d.Dialect() != db.Postgres {
		return nil
	}
	_, err := d.Pool().Exec(ctx, `vacuum (analyze) offers, offer_versions, products, staged_offers, import_chunks, bench_floor`)
	return err
}

// apply imports a file from its arrival to the catalogue.
func apply(ctx context.Context, p *place, who account.ID, shop partner.ShopID, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	id, err := p.Lists.FromFile(ctx, who, shop, filepath.Base(f.Name()), f, pricelist.Options{})
	if err != nil {
		return err
	}
	i, err := p.Lists.Wait(ctx, who, id, time.Hour, nil)
	if err == nil && i.State != pricelist.Applied {
		err = fmt.Errorf("the import is %s: %s %s", i.State, i.Reason.EN, i.WhyHeld().EN)
	}
	return err
}

// piece is how many bytes a row of the copied file has, as a good of a list.
const piece = 800

// copyFloor copies the bytes into a table with no index and no other work.
func copyFloor(ctx context.Context, d *db.DB, f *os.File) (time.Duration, error) {
	err := d.InTx(ctx, func(tx db.Tx) error {
		if _, err := tx.Exec(ctx, `drop table if exists bench_floor`); err != nil {
			return err
		}
		blob := map[db.Dialect]string{db.Postgres: `bytea`, db.SQLite: `blob`}[d.Dialect()]
		_, err := tx.Exec(ctx, `create table bench_floor (n bigint, data `+blob+`)`)
		return err
	})
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = d.InTx(ctx, func(tx db.Tx) error {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err := tx.CopyIn(ctx, "bench_floor", []string{"n", "data"}, func(yield func([]any, error) bool) {
			for n := 0; ; n++ {
				data := make([]byte, piece)
				size, err := io.ReadFull(f, data)
				if size > 0 && !yield([]any{n, data[:size]}, nil) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
					return
				}
				if err != nil {
					yield(nil, err)
					return
				}
			}
		})
		return err
	})
	return time.Since(start), err
}

// readFloor reads the goods of the file and drops them.
func readFloor(f *os.File) (time.Duration, error) {
	start := time.Now()
	r, err := reading.Open(f, reading.Options{})
	if err != nil {
		return 0, err
	}
	for err == nil {
		_, err = r.Next()
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return time.Since(start), errors.Join(err, r.Close())
}
