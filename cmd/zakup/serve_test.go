package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

func TestServe(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		p := serve(t, settings(url, t.TempDir()))
		for _, path := range []string{"/healthz", "/readyz"} {
			if s := p.Get(t, apptest.Person{}, path).Want(t, 200).Object(t)["status"]; s != "ok" {
				t.Errorf("%s: status %v", path, s)
			}
		}
		if page := p.Get(t, apptest.Person{}, "/docs", "Accept", "text/html").Want(t, 200).Text; !strings.Contains(page, "<html") {
			t.Errorf("the page of the documentation: %s", page)
		}
		p.stop(t)
		if out := p.stdout.String(); out != "" {
			t.Errorf("stdout: %s", out)
		}
	})
}

// SQLite needs no other command, nor a folder.
func TestServeMakesItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, dir, []string{"ZAKUP_ADDR=127.0.0.1:0"}, "serve")
	p.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("email", "buyer@example.com",
		"password", apptest.Password, "first_name", "Иван", "last_name", "Петров")).Want(t, 200)
	if to := p.Letters(t, 1)[0].To; to != "buyer@example.com" {
		t.Errorf("a letter to %s", to)
	}
	p.stop(t)
	if files, err := filepath.Glob(filepath.Join(dir, "data", "zakup.db")); err != nil || len(files) != 1 {
		t.Errorf("no database in the folder: %v", err)
	}
}

func TestServeOnAPortInUse(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address := l.Addr().String()
	for _, command := range []string{"serve", "demo"} {
		got := zakup(t, []string{"ZAKUP_ADDR=" + address}, command)
		if got.code != exitFailed || got.stdout != "" ||
			!strings.Contains(got.stderr, address) || !strings.Contains(got.stderr, "address already in use") {
			t.Errorf("%s: %s", command, got)
		}
	}
}
