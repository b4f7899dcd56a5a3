package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// emptyPostgres is a database that nothing has been done to.
func emptyPostgres(t *testing.T) string {
	t.Helper()
	url := dbtest.Postgres(t)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Exec(t.Context(), `drop schema public cascade; create schema public`)
	if err = errors.Join(err, c.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	return url
}

var idLine = regexp.MustCompile(`^[1-9][0-9]*\n$`)

func TestUserAdd(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		p := serve(t, settings(url, t.TempDir()))
		add := func(more ...string) ended { return zakup(t, p.env, append([]string{"user", "add"}, more...)...) }

		for _, kind := range []string{"buyer", "shop", "admin"} {
			got := add("--email", kind+"@example.com", "--password", apptest.Password, "--type", kind).ok(t)
			if !idLine.MatchString(got.stdout) || got.stderr != "" {
				t.Errorf("%s: want an id and nothing else, got %s", kind, got)
			}
			// Active at once, by the program that already runs.
			who := p.login(t, kind+"@example.com")
			details := p.Get(t, who, "user/details").Want(t, 200).Object(t)
			if fmt.Sprintf("%v\n", details["id"]) != got.stdout {
				t.Errorf("printed %q for %v", got.stdout, details)
			}
		}
		// A shop is made approved; an administrator may do what others may not.
		if s := p.Get(t, p.login(t, "shop@example.com"), "partner/state").Want(t, 200).Object(t); s["state"] != true {
			t.Errorf("the shop: %v", s)
		}
		p.Get(t, p.login(t, "admin@example.com"), "admin/shops").Want(t, 200)
		p.Get(t, p.login(t, "buyer@example.com"), "admin/shops").Want(t, 403)

		for name, c := range map[string]struct {
			args []string
			want string
		}{
			"again":         {[]string{"--email", "BUYER@example.com", "--password", apptest.Password, "--type", "buyer"}, "BUYER@example.com: A user with this email address already exists"},
			"weak password": {[]string{"--email", "weak@example.com", "--password", "12345", "--type", "buyer"}, "password: "},
			"no address":    {[]string{"--email", "weak", "--password", apptest.Password, "--type", "buyer"}, "email: "},
		} {
			got := add(c.args...)
			if got.code != exitFailed || got.stdout != "" || !strings.Contains(got.stderr, c.want) {
				t.Errorf("%s: want %q, got %s", name, c.want, got)
			}
			if strings.Contains(got.stderr, apptest.Password) || strings.Contains(got.stderr, "12345") {
				t.Errorf("%s: a password is told: %s", name, got)
			}
		}
		p.stop(t)
	})
}

// People can be added while the program serves, many at once.
func TestUserAddBesideServe(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		p := serve(t, settings(url, t.TempDir()))
		const people = 10
		var wg sync.WaitGroup
		got := make([]ended, people)
		for i := range people {
			wg.Go(func() {
				got[i] = zakup(t, p.env, "user", "add", "--email", fmt.Sprintf("b%d@example.com", i),
					"--password", apptest.Password, "--type", "buyer")
			})
			wg.Go(func() {
				// The file is written by the program, too.
				p.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("email", fmt.Sprintf("r%d@example.com", i),
					"password", apptest.Password, "first_name", "Иван", "last_name", "Петров")).Want(t, 200)
			})
		}
		wg.Wait()
		ids := map[string]bool{}
		for _, e := range got {
			ids[e.ok(t).stdout] = true
		}
		if len(ids) != people {
			t.Errorf("%d different ids: %v", len(ids), ids)
		}
		for i := range people {
			p.login(t, fmt.Sprintf("b%d@example.com", i))
		}
		p.Letters(t, people)
		p.stop(t)
	})
}

// One address, many at once: one account, and the others are told.
func TestUserAddOnce(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		var wg sync.WaitGroup
		got := make([]ended, 5)
		for i := range got {
			wg.Go(func() {
				got[i] = zakup(t, env, "user", "add", "--email", "a@example.com", "--password", apptest.Password, "--type", "shop")
			})
		}
		wg.Wait()
		made := 0
		for _, e := range got {
			switch {
			case e.code == 0:
				made++
			case !strings.Contains(e.stderr, "already exists"):
				t.Error(e)
			}
		}
		if made != 1 {
			t.Errorf("%d accounts", made)
		}
	})
}
