package picture

import (
	"context"
	"errors"
	"io"
	"slices"

	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/blob"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// File is a picture on one side, as it is sent. It must be closed.
type File struct {
	io.ReadCloser
	Size int64
}

// Has tells whether there is such a picture; fault.Absent otherwise.
func (p *Pictures) Has(ctx context.Context, name string, side int) error {
	if !isName(name) || !slices.Contains(raster.Sides[:], side) {
		return fault.Absent
	}
	var ready bool
	err := p.db.QueryRow(ctx, `select true from pictures where name = $1 and state = 'ready'`, name).Scan(&ready)
	if errors.Is(err, db.ErrNoRows) {
		return fault.Absent
	}
	return wrapped("has", err)
}

// Open reads a side of a picture that there is; fault.Absent when the store has
// lost it.
func (p *Pictures) Open(ctx context.Context, name string, side int) (File, error) {
	if err := p.Has(ctx, name, side); err != nil {
		return File{}, err
	}
	body, info, err := p.store.Open(ctx, stored(name, side))
	if errors.Is(err, blob.ErrAbsent) {
		p.log.Error("a picture is not in the store", "picture", name, "side", side)
		return File{}, fault.Absent
	}
	if err != nil {
		return File{}, wrapped("open", err)
	}
	return File{body, info.Size}, nil
}
