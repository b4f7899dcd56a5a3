package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// Folder keeps everything as files below a folder. Several instances may share it
// where their machines do.
type Folder struct{ root *os.Root }

// unfinished is the folder of files that are being written: no name begins with a
// dot.
const unfinished = ".unfinished"

// abandoned is how long nothing is written to a file whose process was killed.
const abandoned = time.Hour

// NewFolder makes a store in the folder dir, which it makes if absent, and removes
// what killed processes have left half written.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	f := &Folder{root}
	if err := f.tidy(); err != nil {
		return nil, errors.Join(fmt.Errorf("blob: %w", err), root.Close())
	}
	return f, nil
}

// Close ends the use of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Put writes beside, and renames once every byte is on the disk.
func (f *Folder) Put(ctx context.Context, name string, body io.Reader, size int64, _ string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	whole, err := measure(ctx, body, size)
	if err != nil {
		return fmt.Errorf("blob: put %s: %w", name, err)
	}
	part := path.Join(unfinished, rand.Text())
	if err = f.write(part, whole); err == nil {
		err = f.publish(part, name)
	}
	if err != nil {
		if gone := f.root.Remove(part); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return fmt.Errorf("blob: put %s: %w", name, err)
	}
	return nil
}

func (f *Folder) write(part string, body io.Reader) error {
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	if _, err = io.Copy(file, body); err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// publish gives a finished file its name. The disk is told folder by folder: one
// that another process has made a moment ago may not be there after a loss of power.
func (f *Folder) publish(part, name string) error {
	dir := path.Dir(name)
	if err := f.root.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if err := f.root.Rename(part, name); err != nil {
		return err
	}
	for ; dir != "."; dir = path.Dir(dir) {
		if err := f.sync(dir); err != nil {
			return err
		}
	}
	return f.sync(".")
}

func (f *Folder) sync(folder string) error {
	dir, err := f.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Open reads a file; a renamed or removed one is read to its end.
func (f *Folder) Open(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	if err := errors.Join(CheckName(name), ctx.Err()); err != nil {
		return nil, Info{}, err
	}
	file, err := f.root.Open(name)
	if none(err) {
		return nil, Info{}, fmt.Errorf("%w: %s", ErrAbsent, name)
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("blob: open %s: %w", name, err)
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, Info{}, errors.Join(fmt.Errorf("blob: open %s: %w", name, err), file.Close())
	case !info.Mode().IsRegular():
		return nil, Info{}, errors.Join(fmt.Errorf("%w: %s", ErrAbsent, name), file.Close())
	}
	return reader{ctx, file}, Info{Size: info.Size()}, nil
}

// none tells whether the name, or a folder on the way to it, is not there.
func none(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// Delete removes the file, and leaves its folder to those that are put meanwhile.
func (f *Folder) Delete(ctx context.Context, name string) error {
	if err := errors.Join(CheckName(name), ctx.Err()); err != nil {
		return err
	}
	info, err := f.root.Lstat(name)
	if err == nil && info.IsDir() {
		return nil // Remove would take an empty one
	}
	if err == nil {
		err = f.root.Remove(name)
	}
	if err != nil && !none(err) {
		return fmt.Errorf("blob: delete %s: %w", name, err)
	}
	return nil
}

// Names walks the folder. It holds the names of one subfolder at a time.
func (f *Folder) Names(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := checkPrefix(prefix)
		if err == nil {
			err = fs.WalkDir(f.root.FS(), path.Dir(prefix+"-"), func(name string, found fs.DirEntry, err error) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return visit(name, found, err, prefix, yield)
			})
		}
		if err != nil {
			yield(Entry{}, fmt.Errorf("blob: list: %w", err))
		}
	}
}

// visit is one step of the walk. What is removed meanwhile is no failure.
func visit(name string, found fs.DirEntry, err error, prefix string, yield func(Entry, error) bool) error {
	if err != nil {
		return unlessNone(err)
	}
	switch {
	case found.IsDir() && name == unfinished:
		return fs.SkipDir
	case !found.Type().IsRegular() || !strings.HasPrefix(name, prefix) || !isName(name):
		return nil
	}
	info, err := found.Info()
	if err != nil {
		return unlessNone(err)
	}
	if !yield(Entry{Name: name, Changed: info.ModTime().UTC()}, nil) {
		return fs.SkipAll
	}
	return nil
}

func unlessNone(err error) error {
	if none(err) {
		return nil
	}
	return err
}

// tidy removes unfinished files that nobody writes any more.
func (f *Folder) tidy() error {
	if err := f.root.MkdirAll(unfinished, 0o750); err != nil {
		return err
	}
	parts, err := fs.ReadDir(f.root.FS(), unfinished)
	if err != nil {
		return err
	}
	for _, part := range parts {
		info, err := part.Info()
		if err == nil && time.Since(info.ModTime()) > abandoned {
			err = f.root.Remove(path.Join(unfinished, part.Name()))
		}
		if err != nil && !none(err) {
			return err
		}
	}
	return nil
}
