// Package dbtest gives tests real databases: each test a fresh one, migrated.
//
// SQLite is always there. PostgreSQL is the server of ZAKUP_TEST_POSTGRES, a
// superuser's address (scripts/with-postgres provides one); without it those
// tests are skipped, which is a failure when REQUIRE names postgres.
package dbtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// Each runs f as a subtest on each database.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { f(t, open(t, url)) })
}

// EachURL is Each for tests that open the database themselves.
func EachURL(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite makes a migrated file and returns its address.
func SQLite(t *testing.T) string {
	t.Helper()
	file, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	path := filepath.Join(t.TempDir(), "zakup.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return "sqlite:" + path
}

// Postgres makes a migrated database and returns its address. It is dropped
// when the test ends.
func Postgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("ZAKUP_TEST_POSTGRES")
	if server == "" {
		Missing(t, "postgres", "ZAKUP_TEST_POSTGRES is not set; scripts/with-postgres sets it")
	}
	template, err := postgresTemplate()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	name := fmt.Sprintf("zakup_%d_%d", os.Getpid(), rand.Int64()) //nolint:gosec // a name
	if err := exec(server, `create database `+name+` template `+template); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := exec(server, `drop database `+name+` with (force)`); err != nil {
			t.Errorf("dbtest: %v", err)
		}
	})
	return in(server, name)
}

// Missing skips the test for want of a thing, or fails it when REQUIRE, a
// comma list, names it.
func Missing(t *testing.T, thing, why string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("REQUIRE"), ","), thing) {
		t.Fatalf("%s is required: %s", thing, why)
	}
	t.Skipf("no %s: %s", thing, why)
}

func open(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("dbtest: close: %v", err)
		}
	})
	return d
}

// The templates are migrated once a process and copied for each test.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "zakup-dbtest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // our own file
})

var postgresTemplate = sync.OnceValues(func() (string, error) {
	server := os.Getenv("ZAKUP_TEST_POSTGRES")
	name := fmt.Sprintf("zakup_template_%d", os.Getpid())
	if err := exec(server, `drop database if exists `+name); err != nil {
		return "", err
	}
	if err := exec(server, `create database `+name); err != nil {
		return "", err
	}
	return name, migrate(in(server, name))
})

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := jobs.Migrate(ctx, d); err != nil {
		return err
	}
	return d.Close()
}

func exec(server, statement string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	_, err = c.Exec(ctx, statement)
	return err
}

// in is the address of another database on the same server.
func in(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}
