package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// portion is how many goods are staged in a transaction.
const portion = 2000

// filled says whether the database holds exactly these goods, made by a program
// with the same schema. An error when it holds anything else.
func (p *place) filled(ctx context.Context, w wares) (bool, error) {
	err := p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `create table if not exists bench_wares (
			offers bigint not null, suppliers bigint not null, categories bigint not null, seed bigint not null, version bigint not null)`)
		return err
	})
	if err != nil {
		return false, err
	}
	var has wares
	var version, current int64
	err = p.db.QueryRow(ctx, `select offers, suppliers, categories, seed, version, (select max(version_id) from goose_db_version) from bench_wares`).
		Scan(&has.offers, &has.suppliers, &has.categories, &has.seed, &version, &current)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return false, p.empty(ctx)
	case err != nil:
		return false, err
	case has != w || version != current:
		return false, fmt.Errorf("the database has %d offers of %d suppliers in %d categories by seed %d, of schema %d, not %d: give an empty one",
			has.offers, has.suppliers, has.categories, has.seed, version, current)
	}
	return true, nil
}

// fill has every supplier's goods staged and merged as those of a price list, and
// then marks the database as filled.
func (p *place) fill(ctx context.Context, w wares, log io.Writer) error {
	for s := range w.suppliers {
		start := time.Now()
		_, shop, err := supplier(ctx, p, fmt.Sprint("supplier", s))
		if err != nil {
			return err
		}
		c, err := p.merge(ctx, shop, w.of(s))
		if err != nil {
			return err
		}
		merged := time.Since(start)
		if err := catalog.Index(ctx, p.db); err != nil {
			return err
		}
		fmt.Fprintf(log, "supplier %d of %d: %d offers in %.1f s, found by words after %.1f s more\n",
			s+1, w.suppliers, c.Created, merged.Seconds(), (time.Since(start) - merged).Seconds())
	}
	if err := p.tidy(ctx); err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into bench_wares (offers, suppliers, categories, seed, version)
			select $1, $2, $3, $4, max(version_id) from goose_db_version`, w.offers, w.suppliers, w.categories, w.seed)
		return err
	})
}

// merge makes the goods offers of the shop, which has none yet.
func (p *place) merge(ctx context.Context, shop partner.ShopID, goods iter.Seq[catalog.Listing]) (c catalog.Counts, err error) {
	as := catalog.Staging(-shop)
	known, err := catalog.Look(ctx, p.db, shop)
	if err != nil {
		return c, err
	}
	list := make([]catalog.Listing, 0, portion)
	stage := func() error {
		err := p.db.InTx(ctx, func(tx db.Tx) error { return catalog.Stage(ctx, tx, as, shop, known, list) })
		list = list[:0]
		return err
	}
	for l := range goods {
		if list = append(list, l); len(list) == portion {
			if err := stage(); err != nil {
				return c, err
			}
		}
	}
	if err := stage(); err != nil {
		return c, err
	}
	if err := catalog.Settle(ctx, p.db); err != nil {
		return c, err
	}
	err = p.db.InTx(ctx, func(tx db.Tx) (err error) {
		c, err = catalog.Merge(ctx, tx, as, shop, known, false, time.Now())
		return err
	})
	if err != nil {
		return c, err
	}
	return c, catalog.Grown(ctx, p.db, c)
}

// tidy brings the database to where it is by itself some time after imports.
func (p *place) tidy(ctx context.Context) (err error) {
	if p.db.Dialect() == db.Postgres {
		_, err = p.db.Pool().Exec(ctx, `vacuum (analyze)`)
	} else {
		_, err = p.db.Writer().ExecContext(ctx, `pragma wal_checkpoint(truncate)`)
	}
	return err
}

// size is how many bytes the database has on disk.
func (p *place) size(ctx context.Context) (n int64, err error) {
	query := `select pg_database_size(current_database())`
	if p.db.Dialect() == db.SQLite {
		query = `select page_count * page_size from pragma_page_count(), pragma_page_size()`
	}
	return n, p.db.QueryRow(ctx, query).Scan(&n)
}
