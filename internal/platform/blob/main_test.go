package blob_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"zakup/internal/platform/blob"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
)

// A proxy in the environment would break every request to a store: there is
// nothing on that port.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// each runs a test against every store.
func each(t *testing.T, test func(*testing.T, blob.Store)) {
	t.Parallel()
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		test(t, folder(t, t.TempDir()))
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		test(t, bucket(t, settings(t)))
	})
}

func folder(t *testing.T, dir string) *blob.Folder {
	t.Helper()
	f, err := blob.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// settings are those of the real store, with a prefix of the test's own.
func settings(t *testing.T) config.S3 {
	t.Helper()
	url := os.Getenv("ZAKUP_TEST_S3")
	if url == "" {
		dbtest.Missing(t, "s3", "ZAKUP_TEST_S3 is not set; scripts/with-s3 sets it")
	}
	cfg := parse(t, url)
	cfg.Prefix = "tests/" + rand.Text()
	return cfg
}

func parse(t *testing.T, url string) config.S3 {
	t.Helper()
	cfg, err := config.FromEnv(func(name string) string {
		if name == "ZAKUP_BLOB_URL" {
			return url
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return *cfg.Blob
}

func bucket(t *testing.T, cfg config.S3, opts ...blob.Option) *blob.S3 {
	t.Helper()
	s, err := blob.NewS3(cfg, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t *testing.T, s blob.Store, name, text string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(text), int64(len(text)), "text/plain"); err != nil {
		t.Fatal(err)
	}
}

// get reads all of it, and compares what is read with what was said of it.
func get(t *testing.T, s blob.Store, name string) string {
	t.Helper()
	body, info, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	all, err := io.ReadAll(body)
	if err != nil || int64(len(all)) != info.Size {
		t.Fatalf("%s: %d bytes, %v; %d were said", name, len(all), err, info.Size)
	}
	return string(all)
}

func absent(t *testing.T, s blob.Store, name string) {
	t.Helper()
	body, _, err := s.Open(t.Context(), name)
	if err == nil {
		body.Close()
	}
	if !errors.Is(err, blob.ErrAbsent) {
		t.Errorf("%s: got %v, want %v", name, err, blob.ErrAbsent)
	}
}

// names are all that a store lists.
func names(t *testing.T, s blob.Store, prefix string) []string {
	t.Helper()
	var list []string
	for entry, err := range s.Names(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, entry.Name)
	}
	slices.Sort(list)
	return list
}

// noise is what no compression makes smaller.
func noise(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.Read(b)
	return b
}

// stream hides all but Read.
func stream(b []byte) io.Reader { return io.MultiReader(bytes.NewReader(b)) }
