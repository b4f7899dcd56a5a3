package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/blob"
)

func TestKeeps(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		absent(t, s, "ab/abc.jpg")
		put(t, s, "ab/abc.jpg", "one")
		put(t, s, "ab/abd.jpg", "")
		put(t, s, "top", "three")
		if got := get(t, s, "ab/abc.jpg") + "," + get(t, s, "ab/abd.jpg") + "," + get(t, s, "top"); got != "one,,three" {
			t.Errorf("kept %q", got)
		}
		put(t, s, "ab/abc.jpg", "another")
		put(t, s, "ab/abc.jpg", "two")
		if got := get(t, s, "ab/abc.jpg"); got != "two" {
			t.Errorf("in place of it %q", got)
		}
		for range 2 {
			if err := s.Delete(t.Context(), "ab/abc.jpg"); err != nil {
				t.Error(err)
			}
			absent(t, s, "ab/abc.jpg")
		}
		if got := names(t, s, ""); !slices.Equal(got, []string{"ab/abd.jpg", "top"}) {
			t.Errorf("left %q", got)
		}
	})
}

// A name that others begin with is nothing itself, and can't be deleted.
func TestFoldersAreNothing(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "ab/cd/x", "x")
		if err := s.Delete(t.Context(), "ab/cd/x"); err != nil {
			t.Error(err)
		}
		put(t, s, "ab/cd2/x", "x")
		for _, name := range []string{"ab", "ab/cd", "ab/cd2", "ab/cd2/x/y", "ab/cd/x"} {
			absent(t, s, name)
			if err := s.Delete(t.Context(), name); err != nil {
				t.Errorf("delete %s: %v", name, err)
			}
		}
		put(t, s, "ab/cd/x", "again")
		if got := names(t, s, ""); !slices.Equal(got, []string{"ab/cd/x", "ab/cd2/x"}) {
			t.Errorf("listed %q", got)
		}
	})
}

func TestNames(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		begun := time.Now().Add(-5 * time.Second) // a disk's clock is a little behind
		if got := names(t, s, ""); len(got) != 0 {
			t.Errorf("an empty store lists %q", got)
		}
		all := []string{"a", "ab.x", "ab/1", "ab/2", "ab/cd/3", "abc/4", "b/5"}
		for _, name := range all {
			put(t, s, name, name)
		}
		for prefix, want := range map[string][]string{
			"": all, "ab": all[1:6], "ab/": all[2:5], "ab/c": {"ab/cd/3"}, "ab/cd/": {"ab/cd/3"}, "ab/1": {"ab/1"}, "no/such": nil, "a/b": nil,
		} {
			if diff := cmp.Diff(want, names(t, s, prefix)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", prefix, diff)
			}
		}
		for entry, err := range s.Names(t.Context(), "") {
			if err != nil || entry.Changed.Before(begun) || entry.Changed.After(time.Now().Add(5*time.Second)) {
				t.Errorf("%+v, %v", entry, err)
			}
			if err := s.Delete(t.Context(), entry.Name); err != nil {
				t.Error(err)
			}
		}
		if got := names(t, s, ""); len(got) != 0 {
			t.Errorf("after the deletion of all: %q", got)
		}
		put(t, s, "x", "x")
		for entry, err := range s.Names(t.Context(), "") {
			if err != nil || entry.Name != "x" {
				t.Errorf("%+v, %v", entry, err)
			}
			break // and nothing is said any more
		}
	})
}

func TestBadNames(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, strings.Repeat("n", 200), "long")
		for _, name := range []string{
			"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "./a", "a/./b", ".hidden", "a/.hidden", "a..b", "A", "a b", "a\\b",
			"a\x00", "a\n", "ё", "%2e%2e/a", "a?b", "a#b", "a*", ".unfinished/a", strings.Repeat("n", 201), "c:a",
		} {
			_, _, opened := s.Open(t.Context(), name)
			for what, err := range map[string]error{
				"put":    s.Put(t.Context(), name, strings.NewReader("x"), 1, "text/plain"),
				"open":   opened,
				"delete": s.Delete(t.Context(), name),
			} {
				if !errors.Is(err, blob.ErrName) {
					t.Errorf("%s %q: %v", what, name, err)
				}
			}
		}
		for _, prefix := range []string{"/", "..", "../", "a/../", "a//", ".", "A", "a\n"} {
			for _, err := range s.Names(t.Context(), prefix) {
				if !errors.Is(err, blob.ErrName) {
					t.Errorf("list %q: %v", prefix, err)
				}
			}
		}
	})
}

// A body of another size than was said changes nothing.
func TestWrongSizes(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "kept", "kept")
		big := noise(1 << 20)
		broken := errors.New("the client has gone")
		for what, c := range map[string]struct {
			body io.Reader
			size int64
			want error
		}{
			"shorter":             {strings.NewReader("abc"), 4, blob.ErrSize},
			"longer":              {strings.NewReader("abc"), 2, blob.ErrSize},
			"not empty":           {strings.NewReader("abc"), 0, blob.ErrSize},
			"empty":               {strings.NewReader(""), 1, blob.ErrSize},
			"negative":            {strings.NewReader("abc"), -1, blob.ErrSize},
			"much shorter":        {bytes.NewReader(big), 5 << 20, blob.ErrSize},
			"longer at the end":   {stream(big), 1<<20 - 1, blob.ErrSize},
			"broken":              {io.MultiReader(bytes.NewReader(big), iotest.ErrReader(broken)), 1<<20 + 9, broken},
			"broken at the end":   {io.MultiReader(bytes.NewReader(big), iotest.ErrReader(broken)), 1 << 20, broken},
			"broken at beginning": {iotest.ErrReader(broken), 0, broken},
		} {
			if err := s.Put(t.Context(), "kept", c.body, c.size, "text/plain"); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", what, err, c.want)
			}
			if got := get(t, s, "kept"); got != "kept" {
				t.Errorf("%s: what was there is %.20q now", what, got)
			}
		}
		if got := names(t, s, ""); !slices.Equal(got, []string{"kept"}) {
			t.Errorf("listed %q", got)
		}
		for what, body := range map[string]io.Reader{
			"bytewise": iotest.OneByteReader(strings.NewReader("abc")), "end with data": iotest.DataErrReader(strings.NewReader("abc")),
		} {
			if err := s.Put(t.Context(), "kept", body, 3, ""); err != nil || get(t, s, "kept") != "abc" {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// Something large goes through in pieces: the memory that it takes is a fraction.
func TestLarge(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		const size = 20 << 20
		want, got := sha256.New(), sha256.New()
		var before, after runtime.MemStats
		body := io.TeeReader(io.LimitReader(&counter{}, size), want)
		runtime.ReadMemStats(&before)
		if err := s.Put(t.Context(), "large", body, size, "image/jpeg"); err != nil {
			t.Fatal(err)
		}
		opened, info, err := s.Open(t.Context(), "large")
		if err != nil || info.Size != size {
			t.Fatalf("%+v, %v", info, err)
		}
		defer opened.Close()
		if _, err := io.Copy(got, opened); err != nil || !bytes.Equal(want.Sum(nil), got.Sum(nil)) {
			t.Errorf("read back %x, %v; want %x", got.Sum(nil), err, want.Sum(nil))
		}
		runtime.ReadMemStats(&after)
		t.Logf("%d KiB were allocated in this process meanwhile", (after.TotalAlloc-before.TotalAlloc)>>10)
	})
}

// counter is an endless body that does not repeat soon.
type counter struct{ n uint32 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n = c.n*1664525 + 1013904223
		p[i] = byte(c.n >> 24)
	}
	return len(p), nil
}

// Of many that put one name at once, one is kept whole, and readers see no other.
func TestPutsOfOneName(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		const writers, size = 12, 300_000
		body := func(n int) []byte { return bytes.Repeat([]byte{byte('a' + n)}, size+n) }
		sound := func(all []byte) bool { return len(all) >= size && bytes.Equal(all, body(int(all[0]-'a'))) }
		if err := s.Put(t.Context(), "one", bytes.NewReader(body(0)), size, ""); err != nil {
			t.Fatal(err)
		}
		var work sync.WaitGroup
		for n := range writers {
			work.Go(func() {
				if err := s.Put(t.Context(), "one", stream(body(n)), int64(size+n), ""); err != nil {
					t.Error(err)
				}
			})
			work.Go(func() {
				opened, _, err := s.Open(t.Context(), "one")
				if err != nil {
					t.Error(err)
					return
				}
				defer opened.Close()
				if all, err := io.ReadAll(opened); err != nil || !sound(all) {
					t.Errorf("half of it is seen: %d bytes, %v", len(all), err)
				}
			})
		}
		work.Wait()
		if all := []byte(get(t, s, "one")); !sound(all) {
			t.Errorf("%d bytes are left", len(all))
		}
		if got := names(t, s, ""); !slices.Equal(got, []string{"one"}) {
			t.Errorf("listed %q", got)
		}
	})
}

// Who reads goes on when the name gets another content, or none.
func TestReadersGoOn(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		old := noise(3 << 20)
		if err := s.Put(t.Context(), "x", bytes.NewReader(old), int64(len(old)), ""); err != nil {
			t.Fatal(err)
		}
		opened, _, err := s.Open(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		put(t, s, "x", "new")
		if err := s.Delete(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(opened); err != nil || !bytes.Equal(all, old) {
			t.Errorf("%d bytes, %v", len(all), err)
		}
	})
}

func TestCancelled(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "x", "old")
		ctx, cancel := context.WithCancel(t.Context())
		body := io.MultiReader(strings.NewReader("new"), call(cancel), &counter{})
		if err := s.Put(ctx, "x", body, 5<<20, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("put, ended on the way: %v", err)
		}
		_, _, opened := s.Open(ctx, "x")
		var listed error
		for _, err := range s.Names(ctx, "") {
			listed = err
		}
		for what, err := range map[string]error{
			"put": s.Put(ctx, "x", strings.NewReader("new"), 3, ""), "open": opened, "delete": s.Delete(ctx, "x"), "list": listed,
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if got := get(t, s, "x"); got != "old" {
			t.Errorf("%q is there", got)
		}

		large := noise(3 << 20)
		if err := s.Put(t.Context(), "x", bytes.NewReader(large), int64(len(large)), ""); err != nil {
			t.Fatal(err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		defer cancel()
		reading, _, err := s.Open(ctx, "x")
		if err != nil {
			t.Fatal(err)
		}
		defer reading.Close()
		if _, err := io.ReadFull(reading, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		cancel()
		if n, err := io.Copy(io.Discard, reading); !errors.Is(err, context.Canceled) {
			t.Errorf("read on for %d bytes: %v", n, err)
		}
		if got := names(t, s, ""); !slices.Equal(got, []string{"x"}) {
			t.Errorf("listed %q", got)
		}
	})
}

// call is an empty body that does something when it is reached.
type call func()

func (c call) Read([]byte) (int, error) {
	c()
	return 0, io.EOF
}

// More names than one answer of a store holds.
func TestManyNames(t *testing.T) {
	t.Parallel()
	s := bucket(t, settings(t))
	const many = 1050
	var work sync.WaitGroup
	for worker := range 10 {
		work.Go(func() {
			for n := worker; n < many; n += 10 {
				if err := s.Put(t.Context(), fmt.Sprintf("%02x/%04x", n%256, n), strings.NewReader(""), 0, ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	if got := names(t, s, ""); len(slices.Compact(got)) != many {
		t.Errorf("%d are listed", len(got))
	}
}
