// Package apptest runs the whole program for tests: real HTTP on a loopback
// port, either database, real jobs, letters as files that can be read, and a
// clock that can be set.
package apptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zakup/internal/app"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

// cost of passwords: what signing in means is the same.
var cost = account.Cost{KiB: 64, Passes: 1}

// deaf finds no name but those of this machine: what price lists name is fetched
// from nobody.
var deaf = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("apptest: no name server is asked")
}}

// App is a running program.
type App struct {
	*app.App
	URL     string // of the service, without the prefix of the API
	DataDir string
	Clock   *Clock
	Log     *Log
}

// Option changes how the program is run.
type Option func(*setup)

type setup struct {
	cfg    config.Config
	bounds app.Bounds
	jobs   bool
}

// With changes the settings.
func With(f func(*config.Config)) Option { return func(s *setup) { f(&s.cfg) } }

// Bounds changes how much clients may take.
func Bounds(f func(*app.Bounds)) Option { return func(s *setup) { f(&s.bounds) } }

// NoJobs runs the program without its jobs.
func NoJobs() Option { return func(s *setup) { s.jobs = false } }

// Each runs f as a subtest with a program on each database.
func Each(t *testing.T, f func(t *testing.T, a *App), opts ...Option) {
	t.Helper()
	dbtest.EachURL(t, func(t *testing.T, url string) { f(t, New(t, url, opts...)) })
}

// SQLite runs one program on a SQLite database of its own, for tests that the
// database makes no difference to.
func SQLite(t *testing.T, opts ...Option) *App {
	t.Helper()
	return New(t, dbtest.SQLite(t), opts...)
}

// New runs a program on the database at the address, until the test ends.
func New(t *testing.T, databaseURL string, opts ...Option) *App {
	t.Helper()
	dir := t.TempDir()
	env := map[string]string{ //nolint:gosec // of nobody real
		"ZAKUP_DATA_DIR": dir, "ZAKUP_DATABASE_URL": databaseURL,
		"ZAKUP_LIMITS": "off", "ZAKUP_ADMIN_EMAIL": "office@example.com", "ZAKUP_MAIL_FROM": "Zakup <noreply@example.com>",
		"ZAKUP_SECRET_KEY": "a key of tests that is long enough",
	}
	cfg, err := config.FromEnv(func(name string) string { return env[name] })
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	cfg.FetchAllow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	s := &setup{cfg: cfg, bounds: app.StandardBounds(), jobs: true}
	for _, o := range opts {
		o(s)
	}
	a := &App{DataDir: dir, Clock: &Clock{}, Log: &Log{}}
	log := slog.New(slog.NewTextHandler(a.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a.App, err = app.New(t.Context(), s.cfg, app.Options{
		Log: log, Queues: jobs.All(), Now: a.Clock.Now, Bounds: s.bounds, Cost: cost,
		Fetch: []fetch.Option{fetch.WithResolver(deaf)},
	})
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	a.serve(t, s.jobs)
	return a
}

func (a *App) serve(t *testing.T, withJobs bool) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	a.URL = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l, withJobs) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("apptest: serve: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("apptest: close: %v", err)
		}
		if t.Failed() {
			t.Logf("the log of the program:\n%s", a.Log.String())
		}
	})
}

// MailDir is where the letters are.
func (a *App) MailDir() string { return filepath.Join(a.DataDir, "mail") }

// Password is the password of everybody that this package makes.
const Password = "Qwe#12345rty"

// Person is somebody with a token.
type Person struct {
	ID    account.ID
	Email string
	Token string
}

// Person makes an active account and signs it in.
func (a *App) Person(t *testing.T, email string, kind account.Type) Person {
	t.Helper()
	first, last, password := "Иван", "Петров", Password //nolint:gosec // of nobody real
	u, err := a.Accounts.AddActive(t.Context(), account.Profile{
		FirstName: &first, LastName: &last, Email: &email, Password: &password,
	}, kind)
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	token, err := a.Accounts.Login(t.Context(), email, Password, "")
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	return Person{ID: u.ID, Email: email, Token: token}
}

// Buyer makes a buyer.
func (a *App) Buyer(t *testing.T, email string) Person {
	t.Helper()
	return a.Person(t, email, account.Buyer)
}

// Shop makes a supplier with an open shop and imports a list for it.
func (a *App) Shop(t *testing.T, email, list string) Person {
	t.Helper()
	p := a.Person(t, email, account.Shop)
	if list != "" {
		a.Do(t, p, "POST", "partner/update", File("list.yaml", list)).Want(t, 200)
	}
	return p
}

// Member makes a member of the supplier, by the letter, and signs them in.
func (a *App) Member(t *testing.T, owner Person, email string, role account.Role) Person {
	t.Helper()
	if _, err := a.Accounts.Invite(t.Context(), owner.ID, email, role, ""); err != nil {
		t.Fatalf("apptest: %v", err)
	}
	var token string
	Until(t, "the invitation of "+email, func() bool {
		for _, l := range To(a.Letters(t, 1), email) {
			token = l.Token()
		}
		return token != ""
	})
	first, last, password := "Анна", "Сомова", Password //nolint:gosec // of nobody real
	id, err := a.Accounts.AcceptNew(t.Context(), token, account.Profile{FirstName: &first, LastName: &last, Password: &password})
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	if token, err = a.Accounts.Login(t.Context(), email, Password, ""); err != nil {
		t.Fatalf("apptest: %v", err)
	}
	return Person{ID: id, Email: email, Token: token}
}

// Clock is the time, moved by tests.
type Clock struct{ ahead atomic.Int64 }

// Now is the time of the program.
func (c *Clock) Now() time.Time {
	return time.Now().UTC().Add(time.Duration(c.ahead.Load())).Truncate(time.Microsecond)
}

// Move lets time pass.
func (c *Clock) Move(d time.Duration) { c.ahead.Add(int64(d)) }

// Log is what the program logged.
type Log struct {
	mu  sync.Mutex
	all []byte
}

// Write takes a line.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, b...)
	return len(b), nil
}

// String is all that was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}

var _ io.Writer = (*Log)(nil)

// List writes a price list of n goods of one category: ids from 1, prices of
// 100 rubles and the id in kopecks, ten pieces of each.
func List(shop, category string, n int) string {
	text := fmt.Sprintf("shop: %s\ncategories:\n  - id: 1\n    name: %s\ngoods:\n", shop, category)
	for i := 1; i <= n; i++ {
		text += fmt.Sprintf("  - {id: %d, category: 1, model: m/%d, name: %s %d, price: 100.%02d, price_rrc: 150, quantity: 10, parameters: {Цвет: синий}}\n",
			i, i, category, i, i%100)
	}
	return text
}
