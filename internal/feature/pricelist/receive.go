package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

// chunk is how much of a file one row of the database holds.
const chunk = 512 << 10

// maxFileName is the longest name that is kept, in bytes.
const maxFileName = 255

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

// keep stores the bytes, so that any instance can go on after a crash of this.
func keep(ctx context.Context, tx db.Tx, id ID, file *spooled) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from import_chunks where import_id = $1`, id); err != nil {
		return err
	}
	buf := make([]byte, chunk)
	for n := 0; ; n++ {
		size, err := io.ReadFull(file, buf)
		if size > 0 {
			if _, err := tx.Exec(ctx, `insert into import_chunks (import_id, n, data) values ($1, $2, $3)`, id, n, buf[:size]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// kept returns the bytes of an import; nil when they are still to be fetched.
func (l *Lists) kept(ctx context.Context, i Import) (*spooled, error) {
	pr, pw := io.Pipe()
	chunks := 0
	go func() {
		for {
			var data []byte
			err := l.db.QueryRow(ctx, `select data from import_chunks where import_id = $1 and n = $2`, i.ID, chunks).Scan(&data)
			if errors.Is(err, db.ErrNoRows) {
				err = io.EOF
			}
			if err == nil {
				chunks++
				_, err = pw.Write(data)
			}
			if err != nil {
				pw.CloseWithError(err)
				return
			}
		}
	}()
	file, err := spool(pr)
	pr.CloseWithError(io.ErrClosedPipe)
	if err != nil {
		return nil, err
	}
	if file.size == 0 && i.URL != "" {
		file.drop()
		return nil, nil
	}
	return file, nil
}

// spooled is a file of our own that is gone when it is dropped.
type spooled struct {
	*os.File
	size int64
}

func (s *spooled) drop() {
	_ = s.Close()
	_ = os.Remove(s.Name())
}

// spool copies a body of at most MaxBytes to a file.
func spool(body io.Reader) (*spooled, error) {
	f, err := os.CreateTemp("", "zakup-list-*")
	if err != nil {
		return nil, fmt.Errorf("pricelist: spool: %w", err)
	}
	s := &spooled{File: f}
	s.size, err = io.Copy(f, io.LimitReader(body, MaxBytes+1))
	if err == nil && s.size > MaxBytes {
		err = reading.TooLarge
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		s.drop()
		return nil, fmt.Errorf("pricelist: spool: %w", err)
	}
	return s, nil
}

// cleanName keeps the last element of a file's name, for people to read.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, name), "")
	for len(name) > maxFileName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name == "." || name == "/" {
		return ""
	}
	return name
}
