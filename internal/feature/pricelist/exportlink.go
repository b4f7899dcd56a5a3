package pricelist

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// maxLinks is how many links to one file work at once: a further one ends the
// oldest.
const maxLinks = 20

// ExportLink makes a secret that leads to the file of an export until that
// expires; fault.Absent unless it is ready and the person's own. Only the hash
// of it is kept, so that each call makes another one.
func (l *Lists) ExportLink(ctx context.Context, who account.ID, id ExportID) (secret string, err error) {
	secret = rand.Text()
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `
			insert into export_links (export_id, hash)
			select id, $4 from exports where id = $1 and user_id = $2 and state = 'ready' and expires_at > $3`,
			id, who, l.now(), linkHash(secret))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Absent
		}
		_, err = tx.Exec(ctx, `
			delete from export_links where export_id = $1 and id not in (
				select id from export_links where export_id = $1 order by id desc limit $2)`, id, maxLinks)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("pricelist: export link: %w", err)
	}
	return secret, nil
}

// linkHash is what is kept of a secret. A fast hash is enough: nobody can guess
// its 130 bits.
func linkHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Exported returns the export that a secret leads to, and its file, which is
// read from the database piece by piece; fault.Absent when there is none, or not
// any more, or who asked for it is blocked.
func (l *Lists) Exported(ctx context.Context, secret string) (Export, io.Reader, error) {
	e, err := scanExport(l.db.QueryRow(ctx, selectExport+`
		where id = (select export_id from export_links where hash = $1) and state = 'ready' and expires_at > $2
			and exists (select 1 from users u where u.id = exports.user_id and not u.blocked)`,
		linkHash(secret), l.now()))
	if errors.Is(err, db.ErrNoRows) {
		return Export{}, nil, fault.Absent
	}
	if err != nil {
		return Export{}, nil, fmt.Errorf("pricelist: exported: %w", err)
	}
	return e, &exportedFile{ctx: ctx, db: l.db, export: e}, nil
}

// exportedFile reads the file of an export, a row of the database at a time.
type exportedFile struct {
	ctx    context.Context //nolint:containedctx // of the one request that reads it
	db     *db.DB
	export Export
	n      int    // of the next piece
	done   int64  // bytes of the pieces so far
	rest   []byte // of the present one
}

// Read returns io.ErrUnexpectedEOF when the file is deleted meanwhile.
func (f *exportedFile) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		if f.done == f.export.Size {
			return 0, io.EOF
		}
		err := f.db.QueryRow(f.ctx, `select data from export_chunks where export_id = $1 and n = $2`, f.export.ID, f.n).Scan(&f.rest)
		if errors.Is(err, db.ErrNoRows) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, fmt.Errorf("pricelist: exported: %w", err)
		}
		f.n++
		f.done += int64(len(f.rest))
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
