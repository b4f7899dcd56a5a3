package main

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zakup/internal/apptest"
)

// eachEmpty runs f on a database of each kind that nothing has been done to.
func eachEmpty(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, "sqlite:"+filepath.Join(t.TempDir(), "new", "zakup.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, emptyPostgres(t))
	})
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, url string) {
		env := settings(url, t.TempDir())
		for range 2 {
			got := zakup(t, env, "migrate").ok(t)
			if !strings.HasPrefix(got.stdout, "the database is current: ") || got.stderr != "" {
				t.Errorf("%s", got)
			}
		}
		addUser(t, env, "buyer@example.com", "buyer")
		zakup(t, env, "migrate").ok(t)
		p := serve(t, env)
		p.login(t, "buyer@example.com") // what was there, stays
		p.stop(t)
	})
}

// Instances that are started together migrate together.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, url string) {
		env := settings(url, t.TempDir())
		var wg sync.WaitGroup
		got := make([]ended, 5)
		for i := range got {
			wg.Go(func() { got[i] = zakup(t, env, "migrate") })
		}
		wg.Wait()
		for _, e := range got {
			e.ok(t)
		}
		serve(t, env).stop(t)
	})
}

// The commands that need the schema say how to get it.
func TestUnmigratedPostgres(t *testing.T) {
	t.Parallel()
	env := settings(emptyPostgres(t), t.TempDir())
	for _, args := range [][]string{
		{"serve"},
		{"demo"},
		{"user", "add", "--email", "a@example.com", "--password", apptest.Password, "--type", "buyer"},
		{"import", "--shop-email", "a@example.com", "list.yaml"},
	} {
		got := zakup(t, env, args...)
		if got.code != exitFailed || got.stdout != "" || !strings.Contains(got.stderr, "run `zakup migrate`") {
			t.Errorf("%s: %s", args[0], got)
		}
	}
}

func TestNoDatabase(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for name, url := range map[string]string{
		"nobody listens": "postgres://zakup:" + secret + "@127.0.0.1:1/zakup",
		"not a folder":   "sqlite:/dev/null/zakup.db",
	} {
		got := zakup(t, settings(url, t.TempDir()), "migrate")
		if got.code != exitFailed || got.stdout != "" || !strings.HasPrefix(got.stderr, "zakup: ") || strings.Contains(got.stderr, secret) {
			t.Errorf("%s: %s", name, got)
		}
	}
}
