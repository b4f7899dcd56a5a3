package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/s2"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/spool"
)

// chunk is how much of a file one row of the database holds.
const chunk = 512 << 10

// maxFileName is the longest name that is kept, in bytes.
const maxFileName = 255

// obtain returns the bytes, fetching them first if need be.
func (l *Lists) obtain(ctx context.Context, i Import) (*spool.File, error) {
	file, err := l.kept(ctx, i)
	if file != nil || err != nil {
		return file, err
	}
	res, err := l.fetch.Get(ctx, i.URL, MaxBytes)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	file, err = spoolList(res.Body)
	if err != nil {
		return nil, err
	}
	var first bool
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `update imports set file_name = $2, size = $3, hash = $4 where id = $1 and size = 0`,
			i.ID, cleanName(res.FileName), file.Size, file.Hash)
		if first = n > 0; err != nil || !first {
			return err
		}
		return keep(ctx, tx, i.ID, file)
	})
	if err == nil && first {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err == nil && first {
		return file, nil
	}
	file.Drop()
	if err == nil { // another run has fetched it: those bytes count
		file, err = l.kept(ctx, i)
	}
	if err == nil && file == nil {
		err = errors.New("pricelist: the bytes are gone") // another run has ended it, as the next try will see
	}
	return file, err
}

// keep stores the bytes, so that any instance can go on after a crash of this.
func keep(ctx context.Context, tx db.Tx, id ID, file *spool.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from import_chunks where import_id = $1`, id); err != nil {
		return err
	}
	buf := make([]byte, chunk)
	var packed []byte
	for n := 0; ; n++ {
		size, err := io.ReadFull(file, buf)
		if size > 0 {
			packed = s2.Encode(packed, buf[:size])
			if _, err := tx.Exec(ctx, `insert into import_chunks (import_id, n, data) values ($1, $2, $3)`, id, n, packed); err != nil {
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
func (l *Lists) kept(ctx context.Context, i Import) (*spool.File, error) {
	var plain []byte
	file, err := spoolChunks(func(n int) ([]byte, error) {
		var data []byte
		err := l.db.QueryRow(ctx, `select data from import_chunks where import_id = $1 and n = $2`, i.ID, n).Scan(&data)
		if err == nil {
			plain, err = s2.Decode(plain[:cap(plain)], data)
		}
		return plain, err
	})
	if err != nil {
		return nil, err
	}
	if file.Size == 0 && i.URL != "" {
		file.Drop()
		return nil, nil
	}
	return file, nil
}

// spoolList copies a body of at most MaxBytes to a file.
func spoolList(body io.Reader) (*spool.File, error) {
	f, err := spool.Copy("zakup-list-*", body, MaxBytes, reading.TooLarge)
	if err != nil {
		return nil, fmt.Errorf("pricelist: spool: %w", err)
	}
	return f, nil
}

// spoolChunks spools what next returns for 0, 1 and so on, until db.ErrNoRows. A
// chunk may be overwritten by the next.
func spoolChunks(next func(n int) ([]byte, error)) (*spool.File, error) {
	pr, pw := io.Pipe()
	go func() {
		for n := 0; ; n++ {
			data, err := next(n)
			if errors.Is(err, db.ErrNoRows) {
				err = io.EOF
			}
			if err == nil {
				_, err = pw.Write(data)
			}
			if err != nil {
				pw.CloseWithError(err)
				return
			}
		}
	}()
	file, err := spoolList(pr)
	pr.CloseWithError(io.ErrClosedPipe)
	return file, err
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
