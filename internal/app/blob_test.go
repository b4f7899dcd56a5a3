package app_test

import (
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/app"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
)

// begin builds the program on these settings, and says where it has come to.
func begin(t *testing.T, given map[string]string) (*app.App, error) {
	t.Helper()
	given["ZAKUP_DATABASE_URL"] = dbtest.SQLite(t)
	cfg, err := config.FromEnv(func(name string) string { return given[name] })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return a, err
}

// keeps shows that the program has a store that works.
func keeps(t *testing.T, a *app.App) {
	t.Helper()
	name := "tests/" + strings.ToLower(rand.Text())
	if err := a.Blob.Put(t.Context(), name, strings.NewReader("x"), 1, "text/plain"); err != nil {
		t.Fatal(err)
	}
	body, info, err := a.Blob.Open(t.Context(), name)
	if err != nil || info.Size != 1 {
		t.Fatalf("%+v, %v", info, err)
	}
	body.Close()
	if err := a.Blob.Delete(t.Context(), name); err != nil {
		t.Error(err)
	}
}

func TestPicturesAreFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, err := begin(t, map[string]string{"ZAKUP_DATA_DIR": dir})
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, a)
	if _, err := os.Stat(filepath.Join(dir, "pictures", "tests")); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "other"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, filepath.Join(dir, "other", "pictures")); err != nil {
		t.Fatal(err)
	}
	_, err = begin(t, map[string]string{"ZAKUP_DATA_DIR": filepath.Join(dir, "other")})
	if err == nil || !strings.Contains(err.Error(), "ZAKUP_DATA_DIR") {
		t.Errorf("a folder that can't be: %v", err)
	}
}

// A store that can't be used stops the start, and the setting is named.
func TestPicturesAreInAStore(t *testing.T) {
	t.Parallel()
	url := os.Getenv("ZAKUP_TEST_S3")
	if url == "" {
		dbtest.Missing(t, "s3", "ZAKUP_TEST_S3 is not set; scripts/with-s3 sets it")
	}
	dir := t.TempDir()
	a, err := begin(t, map[string]string{"ZAKUP_DATA_DIR": dir, "ZAKUP_BLOB_URL": url})
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, a)
	if _, err := os.Stat(filepath.Join(dir, "pictures")); err == nil {
		t.Error("a folder is made all the same")
	}
	for wrong, change := range map[string]*strings.Replacer{
		"no bucket":  strings.NewReplacer("/zakup?", "/nobodys-own?"),
		"the key":    strings.NewReplacer("s3://zakup:", "s3://zakup:hunter2"),
		"connection": strings.NewReplacer("@127.0.0.1:", "@127.0.0.1:1/zakup/"),
	} {
		_, err := begin(t, map[string]string{"ZAKUP_DATA_DIR": dir, "ZAKUP_BLOB_URL": change.Replace(url)})
		if err == nil || !strings.HasPrefix(err.Error(), "ZAKUP_BLOB_URL: ") || !strings.Contains(err.Error(), wrong) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
