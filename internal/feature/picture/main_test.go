package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"iter"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/picture"
	"zakup/internal/platform/blob"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gallery is the feature on a market, with a store in memory.
type gallery struct {
	*markettest.Market
	*picture.Pictures
	store *memory
	now   time.Time
	log   bytes.Buffer
}

func newGallery(t *testing.T, m *markettest.Market) *gallery {
	t.Helper()
	g := &gallery{Market: m, store: &memory{files: map[string][]byte{}}, now: markettest.Now}
	log := slog.New(slog.NewTextHandler(&g.log, nil))
	queue, err := jobs.New(m.DB, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")})
	g.Pictures = picture.New(m.DB, queue, g.store, client, log, func() time.Time { return g.now })
	return g
}

func eachGallery(t *testing.T, f func(t *testing.T, g *gallery)) {
	t.Helper()
	markettest.Each(t, func(t *testing.T, m *markettest.Market) { f(t, newGallery(t, m)) })
}

// names are the pictures that the database has, by state; "" is all.
func (g *gallery) names(t *testing.T, state string) []string {
	t.Helper()
	rows, err := g.DB.Query(t.Context(), `select name from pictures where $1 = '' or state = $1 order by name`, state)
	list, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// checkStore: nothing in the store is without a row, and what is shown is whole.
func (g *gallery) checkStore(t *testing.T, when string) {
	t.Helper()
	all := g.names(t, "")
	for name := range g.store.files {
		if owner, _, _ := strings.Cut(name, "/"); !slices.Contains(all, owner) {
			t.Errorf("%s: %s is in the store, and has no row", when, name)
		}
	}
	for _, name := range g.names(t, "ready") {
		for _, side := range picture.Sides() {
			if g.store.files[name+"/"+picture.FileName(side)] == nil {
				t.Errorf("%s: %s is shown, and has no side %d", when, name, side)
			}
		}
	}
}

// memory is a store that can be made to fail.
type memory struct {
	sync.Mutex
	files map[string][]byte
	left  int               // of operations that go well; 0: all
	put   func(name string) // before each Put
}

var errStore = errors.New("the store does not answer")

// spend is an operation.
func (m *memory) spend() error {
	if m.left == 0 {
		return nil
	}
	if m.left == 1 {
		return errStore
	}
	m.left--
	return nil
}

func (m *memory) Put(ctx context.Context, name string, body io.Reader, size int64, media string) error {
	if m.put != nil {
		m.put(name)
	}
	m.Lock()
	defer m.Unlock()
	if err := errors.Join(ctx.Err(), blob.CheckName(name), m.spend()); err != nil {
		return err
	}
	all, err := io.ReadAll(body)
	if err != nil || int64(len(all)) != size || media != "image/jpeg" {
		return errors.Join(err, blob.ErrSize)
	}
	m.files[name] = all
	return nil
}

func (m *memory) Open(_ context.Context, name string) (io.ReadCloser, blob.Info, error) {
	m.Lock()
	defer m.Unlock()
	file, there := m.files[name]
	if !there {
		return nil, blob.Info{}, blob.ErrAbsent
	}
	return io.NopCloser(bytes.NewReader(file)), blob.Info{Size: int64(len(file))}, m.spend()
}

func (m *memory) Delete(ctx context.Context, name string) error {
	m.Lock()
	defer m.Unlock()
	if err := errors.Join(ctx.Err(), m.spend()); err != nil {
		return err
	}
	delete(m.files, name)
	return nil
}

func (m *memory) Names(context.Context, string) iter.Seq2[blob.Entry, error] {
	return func(func(blob.Entry, error) bool) {}
}

// file is a small picture, another for each n.
func file(n int) io.Reader {
	img := image.NewRGBA(image.Rect(0, 0, 2, 2))
	for i := range 4 {
		img.Set(i%2, i/2, color.RGBA{R: uint8(n), A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return &b
}

// files are n of them.
func files(n int) iter.Seq2[io.Reader, error] {
	return func(yield func(io.Reader, error) bool) {
		for i := range n {
			if !yield(file(i), nil) {
				return
			}
		}
	}
}
