package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"zakup/internal/platform/blob"
	"zakup/internal/platform/config"
)

// keeper is a store that is closed at the end.
type keeper interface {
	blob.Store
	io.Closer
}

// keep opens where pictures are kept. A store that can't be used stops the start:
// later only those who wait for pictures would notice.
func keep(ctx context.Context, cfg config.Config) (keeper, error) {
	if cfg.Blob == nil {
		f, err := blob.NewFolder(filepath.Join(cfg.DataDir, "pictures"))
		if err != nil {
			return nil, fmt.Errorf("pictures need ZAKUP_DATA_DIR or ZAKUP_BLOB_URL: %w", err)
		}
		return f, nil
	}
	s, err := blob.NewS3(*cfg.Blob)
	if err != nil {
		return nil, fmt.Errorf("ZAKUP_BLOB_URL: %w", err)
	}
	if err := s.Check(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("ZAKUP_BLOB_URL: %w", err), s.Close())
	}
	return s, nil
}
