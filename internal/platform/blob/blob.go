// Package blob owns where pictures, and whatever else is too large for a row, are
// kept: a folder of this machine, or a store that speaks S3.
//
// It promises that a reader gets what one Put brought, whole, or nothing, whoever
// writes at the same time and whenever the program is killed, and that no name
// leads out of the place that the operator gave. A password of the store is in no
// text that it makes.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"
)

// Store keeps bytes under names. It is safe for concurrent use. Names are those
// that CheckName accepts, and none of them is a folder of another: where there is
// a/b there is no a.
type Store interface {
	// Put keeps size bytes of body, in place of what had the name before. A body
	// that is shorter or longer fails, and changes nothing. The media type is for
	// whoever reads the store without this program.
	Put(ctx context.Context, name string, body io.Reader, size int64, media string) error

	// Open reads from the beginning. ErrAbsent. The reader must be closed; it
	// fails when ctx ends, and goes on when the name is put or deleted meanwhile.
	Open(ctx context.Context, name string) (io.ReadCloser, Info, error)

	// Delete forgets; what is absent is no error.
	Delete(ctx context.Context, name string) error

	// Names lists what begins with the prefix, "" for all, in no order. An error
	// ends it. What is listed may be deleted on the way.
	Names(ctx context.Context, prefix string) iter.Seq2[Entry, error]
}

// Info is what is known of something that is kept.
type Info struct {
	Size int64 // in bytes
}

// Entry is one line of a listing.
type Entry struct {
	Name    string
	Changed time.Time // when it was put, by the clock of the store
}

var (
	// ErrAbsent tells that nothing has this name.
	ErrAbsent = errors.New("blob: not there")
	// ErrName tells that the name is not one that CheckName accepts.
	ErrName = errors.New("blob: not a name")
	// ErrSize tells that the body was not as long as was said.
	ErrSize = errors.New("blob: the body is not of the size that was said")
)

// maxName is the longest name, in bytes: the prefix of a store's settings has
// room beside it.
const maxName = 200

// nameForm is parts between slashes, none of which begins with a dot: those are
// for files that are still being written.
var nameForm = regexp.MustCompile(`^[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*$`)

// CheckName refuses what is no name for every store alike. ErrName.
func CheckName(name string) error {
	if !isName(name) {
		return fmt.Errorf("%w: %.*q", ErrName, maxName, name)
	}
	return nil
}

func isName(text string) bool {
	return len(text) <= maxName && nameForm.MatchString(text) && !strings.Contains(text, "..")
}

// checkPrefix refuses what no name begins with. ErrName.
func checkPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	return CheckName(strings.TrimSuffix(prefix, "/"))
}

// reader is read as long as somebody wants it, whatever is on its way already.
type reader struct {
	ctx context.Context // of Open
	io.ReadCloser
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.ReadCloser.Read(p)
}
