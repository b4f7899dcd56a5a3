package mail

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"os"
	"path/filepath"

	gomail "github.com/wneessen/go-mail"
)

// Folder writes letters as .eml files, for when there is no mail server.
// A letter that is delivered again replaces its own file.
type Folder struct {
	dir  string
	from mail.Address
	log  *slog.Logger
}

// NewFolder makes a transport into the folder dir, which it makes if absent.
func NewFolder(dir string, from mail.Address, log *slog.Logger) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Folder{dir: dir, from: from, log: log}, nil
}

// Deliver writes the file whole or not at all.
func (f *Folder) Deliver(_ context.Context, e Envelope) error {
	m, err := message(f.from, e, gomail.NoEncoding)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return fmt.Errorf("mail: write: %w", err)
	}
	path := filepath.Join(f.dir, fmt.Sprintf("%06d-%s.eml", e.ID, e.Kind))
	if err := os.WriteFile(path+".part", b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("mail: write: %w", err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		return fmt.Errorf("mail: write: %w", err)
	}
	f.log.Info("letter written", "kind", e.Kind, "to", e.To, "file", path)
	return nil
}
