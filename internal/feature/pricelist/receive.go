package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/spool"
)

type workJob struct{ Import ID }

func (workJob) Kind() string { return "import" }

// Options are what the sender of a list decides.
type Options struct {
	DryRun    bool // stop before the catalogue is changed: only the difference is shown
	GoodRows  bool // apply the goods without errors, though others have some; else as the profile says
	AllRows   bool // refuse the list for one error, whatever the profile says
	Scheduled bool // the shop's schedule has fetched it, nobody waits
}

// maxUnfinished is how many lists of one shop may wait for their turn.
const maxUnfinished = 20

// FromURL takes a price list that is to be fetched. A wrong address is a fault
// at once; what the fetch meets is found in the import. Busy when too many wait.
func (l *Lists) FromURL(ctx context.Context, who account.ID, shop partner.ShopID, url string, o Options) (ID, error) {
	if err := fetch.CheckURL(url); err != nil {
		return 0, err
	}
	return l.receive(ctx, who, shop, Import{URL: url, Options: o}, nil)
}

// FromFile takes a price list as it was uploaded. The same file sent again, when
// nothing else has come in between, is not worked on again: the id is that of
// the first. reading.TooLarge over MaxBytes, Busy when too many wait.
func (l *Lists) FromFile(ctx context.Context, who account.ID, shop partner.ShopID, name string, body io.Reader, o Options) (ID, error) {
	file, err := spoolList(body)
	if err != nil {
		return 0, err
	}
	defer file.Drop()
	return l.receive(ctx, who, shop, Import{FileName: cleanName(name), Size: file.Size, Options: o, hash: file.Hash}, file)
}

func (l *Lists) receive(ctx context.Context, who account.ID, shop partner.ShopID, i Import, file *spool.File) (id ID, err error) {
	leave, err := l.enter(ctx, shop)
	if err != nil {
		return 0, err
	}
	defer leave()
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		id, err = l.take(ctx, tx, who, shop, i, file)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("pricelist: receive: %w", err)
	}
	return id, nil
}

// take begins an import in tx, or returns the one that it repeats; file is nil
// when its address is to be fetched.
func (l *Lists) take(ctx context.Context, tx db.Tx, who account.ID, shop partner.ShopID, i Import, file *spool.File) (ID, error) {
	i.Shop = shop
	if err := serialize(ctx, tx, shop); err != nil {
		return 0, err
	}
	p, err := profileOf(ctx, tx, shop)
	if err != nil {
		return 0, err
	}
	i.profile, i.GoodRows = p.version, (i.GoodRows || p.GoodRows) && !i.AllRows
	first, err := repeated(ctx, tx, i)
	if err != nil {
		return 0, err
	}
	if first != nil {
		return first.ID, nil
	}
	if err := notBusy(ctx, tx, shop); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		insert into imports (shop_id, user_id, url, file_name, dry_run, good_rows, scheduled, hash, profile, format, state, code,
			reason_ru, reason_en, size, done, rows, errors, warnings, created, updated, unchanged, withdrawn, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 'received', '', '', '', $10, 0, 0, 0, 0, 0, 0, 0, 0, $11)
		returning id`, shop, who, i.URL, i.FileName, i.DryRun, i.GoodRows, i.Scheduled, i.hash, i.profile, i.Size, l.now()).Scan(&i.ID)
	if err != nil {
		return 0, err
	}
	if file != nil {
		if err := keep(ctx, tx, i.ID, file); err != nil {
			return 0, err
		}
	}
	if err := l.note(ctx, tx, "import.start", i); err != nil {
		return 0, err
	}
	return i.ID, l.enqueue(ctx, tx, i.ID)
}

func (l *Lists) enqueue(ctx context.Context, tx db.Tx, id ID) error {
	return l.queue.Enqueue(ctx, tx, workJob{id}, jobs.Options{Queue: jobs.Imports, Tries: workTries})
}

// enter lets one request of this process at a time wait for serialize of a shop:
// each that waits there keeps a connection of the database from everybody else.
func (l *Lists) enter(ctx context.Context, shop partner.ShopID) (leave func(), err error) {
	v, _ := l.doors.LoadOrStore(shop, make(chan struct{}, 1))
	door, _ := v.(chan struct{})
	select {
	case door <- struct{}{}:
		return func() { <-door }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serialize lets one transaction at a time decide about the lists of a shop.
func serialize(ctx context.Context, tx db.Tx, shop partner.ShopID) error {
	return tx.Serialize(ctx, fmt.Sprintf("price list of shop %d", shop))
}

// repeated returns the import before i when it is of the same bytes and would end
// the same way; nil otherwise.
func repeated(ctx context.Context, q db.Queryer, i Import) (*Import, error) {
	if i.hash == "" {
		return nil, nil
	}
	before := i.ID
	if before == 0 {
		before = 1<<63 - 1
	}
	first, err := scanImport(q.QueryRow(ctx, selectImport+` where shop_id = $1 and id < $2 order by id desc limit 1`, i.Shop, before))
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case first.hash != i.hash, first.Kind != List, first.DryRun != i.DryRun, first.GoodRows != i.GoodRows,
		first.profile != i.profile, first.RolledBackAt != nil,
		first.State == Refused && (first.DecidedBy != 0 || first.Code != BrokenList.Code):
		return nil, nil
	}
	if first.Repeats == 0 {
		return &first, nil
	}
	var rolledBack bool // the one whose result it is
	err = q.QueryRow(ctx, `select rolled_back_at is not null from imports where id = $1`, first.Repeats).Scan(&rolledBack)
	if err != nil || rolledBack {
		return nil, err
	}
	return &first, nil
}

func notBusy(ctx context.Context, q db.Queryer, shop partner.ShopID) error {
	var n int
	err := q.QueryRow(ctx, `select count(*) from imports where shop_id = $1 and finished_at is null and state <> 'held'`, shop).Scan(&n)
	if err == nil && n >= maxUnfinished {
		return Busy
	}
	return err
}
