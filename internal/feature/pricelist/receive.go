package pricelist

import (
	"context"
	"fmt"
	"io"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

type workJob struct{ Import ID }

func (workJob) Kind() string { return "import" }

// FromURL takes a price list that is to be fetched. A wrong address is a fault
// at once; what the fetch meets is found in the import.
func (l *Lists) FromURL(ctx context.Context, who account.ID, shop partner.ShopID, url string) (ID, error) {
	if err := fetch.CheckURL(url); err != nil {
		return 0, err
	}
	return l.receive(ctx, who, shop, Import{URL: url}, nil)
}

// FromFile takes a price list as it was uploaded. reading.TooLarge over MaxBytes.
func (l *Lists) FromFile(ctx context.Context, who account.ID, shop partner.ShopID, name string, body io.Reader) (ID, error) {
	file, err := spool(body)
	if err != nil {
		return 0, err
	}
	defer file.drop()
	return l.receive(ctx, who, shop, Import{FileName: cleanName(name), Size: file.size}, file)
}

func (l *Lists) receive(ctx context.Context, who account.ID, shop partner.ShopID, i Import, file *spooled) (ID, error) {
	err := l.db.InTx(ctx, func(tx db.Tx) error {
		err := tx.QueryRow(ctx, `
			insert into imports (shop_id, user_id, url, file_name, format, state, code, reason_ru, reason_en,
				size, done, rows, errors, warnings, created, updated, unchanged, withdrawn, created_at)
			values ($1, $2, $3, $4, '', 'received', '', '', '', $5, 0, 0, 0, 0, 0, 0, 0, 0, $6)
			returning id`, shop, who, i.URL, i.FileName, i.Size, l.now()).Scan(&i.ID)
		if err != nil {
			return err
		}
		if file != nil {
			if err := keep(ctx, tx, i.ID, file); err != nil {
				return err
			}
		}
		return l.queue.Enqueue(ctx, tx, workJob{i.ID}, jobs.Options{Queue: jobs.Imports, Tries: workTries})
	})
	if err != nil {
		return 0, fmt.Errorf("pricelist: receive: %w", err)
	}
	return i.ID, nil
}
