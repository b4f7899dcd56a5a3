package pricelist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/spool"
)

// maxExchangeFiles is how many files one session may hold.
const maxExchangeFiles = 100

// checkExchangeName returns BadExchangeName unless the name is one that 1C gives
// to its files. It is never a path of ours all the same.
func checkExchangeName(name string) error {
	if name == "" || len(name) > maxFileName || !utf8.ValidString(name) {
		return BadExchangeName
	}
	for _, r := range name {
		latin := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !latin && !unicode.Is(unicode.Cyrillic, r) && !strings.ContainsRune("_.-/", r) {
			return BadExchangeName
		}
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.Trim(part, ".") == "" || strings.Contains(part, "..") {
			return BadExchangeName
		}
	}
	return nil
}

// isList tells files of a price list from pictures and other things.
func isList(name string) bool {
	return isArchive(name) || strings.EqualFold(path.Ext(name), ".xml")
}

// AddToExchange takes a file of the session, or a further part of it: a name
// that comes again goes on, until an import has taken the file. What is no part
// of a price list, such as pictures, is dropped. The files of a session are
// together no longer than MaxBytes: reading.TooLarge.
func (l *Lists) AddToExchange(ctx context.Context, x Exchange, name string, body io.Reader) error {
	if err := checkExchangeName(name); err != nil {
		return err
	}
	if !isList(name) {
		if _, err := io.Copy(io.Discard, io.LimitReader(body, MaxBytes)); err != nil {
			return fmt.Errorf("pricelist: exchange: %w", err)
		}
		return nil
	}
	part, err := spoolList(body)
	if err != nil {
		return err
	}
	defer part.Drop()
	return l.db.InTx(ctx, func(tx db.Tx) error { return addToExchange(ctx, tx, x, name, part) })
}

func addToExchange(ctx context.Context, tx db.Tx, x Exchange, name string, part *spool.File) error {
	if err := holdExchange(ctx, tx, x); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from exchange_files where session_id = $1 and name = $2 and closed`, x.ID, name)
	if err != nil {
		return err
	}
	var size, files int64
	err = tx.QueryRow(ctx, `select cast(coalesce(sum(size), 0) as bigint), count(*) from exchange_files where session_id = $1`, x.ID).
		Scan(&size, &files)
	if err != nil {
		return err
	}
	if size+part.Size > MaxBytes {
		return reading.TooLarge
	}
	var id, n int64
	err = tx.QueryRow(ctx, `select id, chunks from exchange_files where session_id = $1 and name = $2`, x.ID, name).Scan(&id, &n)
	if errors.Is(err, db.ErrNoRows) {
		if files >= maxExchangeFiles {
			return TooManyExchangeFiles
		}
		err = tx.QueryRow(ctx, `
			insert into exchange_files (session_id, name, size, chunks, closed) values ($1, $2, 0, 0, $3)
			returning id`, x.ID, name, false).Scan(&id)
	}
	if err != nil {
		return err
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("pricelist: exchange: %w", err)
	}
	for buf := make([]byte, chunk); ; n++ {
		k, err := io.ReadFull(part, buf)
		if k > 0 {
			if _, err := tx.Exec(ctx, `insert into exchange_chunks (file_id, n, data) values ($1, $2, $3)`, id, n, buf[:k]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("pricelist: exchange: %w", err)
		}
	}
	_, err = tx.Exec(ctx, `update exchange_files set size = size + $2, chunks = $3 where id = $1`, id, part.Size, n)
	return err
}
