package account

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/argon2"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// password is good for everybody in these tests.
const password = "Qwe#12345rty"

// accounts is the feature on a database, with a clock that can be moved and
// passwords that cost little. Letters stay queued; the tests write them.
type accounts struct {
	*Accounts
	d     *db.DB
	trail *audit.Log
	moved atomic.Int64
	// joined are the people that the hook was told of.
	joined []string
	refuse error // what the hook answers
}

func open(t *testing.T, d *db.DB) *accounts {
	t.Helper()
	q, err := jobs.New(d, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &accounts{d: d}
	a.trail = audit.New(d, a.now)
	a.Accounts = New(d, q, mail.New(d, q, nil, a.trail, a.now), a.trail, Options{
		Cost: Cost{KiB: 64, Passes: 1},
		Now:  a.now, PublicURL: "https://zakup.example",
		Joined: func(_ context.Context, _ db.Tx, u User, vouched bool) error {
			a.joined = append(a.joined, fmt.Sprint(u.Email, " ", u.Type, " ", vouched))
			return a.refuse
		},
	})
	a.hasher.key = cheap
	return a
}

func cheap(password, salt []byte, _, _ uint32, _ uint8, length uint32) []byte {
	return argon2.IDKey(password, salt, 1, 8, 1, length)
}

func (a *accounts) now() time.Time {
	return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(a.moved.Load()))
}

func (a *accounts) move(d time.Duration) { a.moved.Add(int64(d)) }

// profile is what a person of the address says who says everything well.
func profile(email string) Profile {
	return Profile{FirstName: new("Иван"), LastName: new("Петров"), Email: &email, Password: new(password)}
}

// person makes an active buyer.
func (a *accounts) person(t *testing.T, email string) User {
	t.Helper()
	u, err := a.AddActive(t.Context(), profile(email), Buyer)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// registered makes an inactive buyer and returns the token of the letter.
func (a *accounts) registered(t *testing.T, email string) string {
	t.Helper()
	if err := a.Register(t.Context(), profile(email), Buyer); err != nil {
		t.Fatal(err)
	}
	return a.mailed(t, confirmLetter, email)
}

// login signs in and returns the token.
func (a *accounts) login(t *testing.T, email, password string) string {
	t.Helper()
	token, err := a.Login(t.Context(), email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// signedIn tells whether a token works.
func (a *accounts) signedIn(t *testing.T, token string) bool {
	t.Helper()
	_, err := a.Authenticate(t.Context(), token)
	if err != nil && !is(err, BadToken) {
		t.Fatal(err)
	}
	return err == nil
}

// resetToken asks for a reset and returns the token of the letter.
func (a *accounts) resetToken(t *testing.T, email string) string {
	t.Helper()
	if err := a.RequestReset(t.Context(), email); err != nil {
		t.Fatal(err)
	}
	return a.mailed(t, resetLetter, email)
}

var secretText = regexp.MustCompile(`(?m)^[0-9a-f]{40}$`)

// mailed writes the newest letter of a kind to the address and returns the
// token in it.
func (a *accounts) mailed(t *testing.T, kind, to string) string {
	t.Helper()
	a.work(t)
	var ref int64
	err := a.d.QueryRow(t.Context(), `select ref from letters where kind = $1 and recipient = $2 order by id desc limit 1`, kind, to).
		Scan(&ref)
	if err != nil {
		t.Fatalf("no letter %s to %s: %v", kind, to, err)
	}
	letter, err := map[string]mail.Renderer{
		confirmLetter: a.writeConfirm, resetLetter: a.writeReset, emailOldLetter: a.writeEmailOld, emailNewLetter: a.writeEmailNew,
		invitationLetter: a.writeInvitation,
	}[kind](t.Context(), ref, mail.Russian)
	if err != nil {
		t.Fatal(err)
	}
	token := secretText.FindString(letter.Text)
	if token == "" {
		t.Fatalf("no token in %s", letter.Text)
	}
	return token
}

// asked are the jobs of letters that were asked for, by their ids.
func (a *accounts) asked(t *testing.T) (ids []int64, list []letterAsked) {
	t.Helper()
	text := `cast(args as text)`
	if a.d.Dialect() == db.SQLite {
		text = `json(args)`
	}
	rows, err := a.d.Query(t.Context(), `select id, `+text+` from river_job where kind = 'letter_asked' order by id`)
	list, err = db.Collect(rows, err, func(r db.Row) (job letterAsked, err error) {
		var id int64
		var args string
		if err = r.Scan(&id, &args); err == nil {
			err = json.Unmarshal([]byte(args), &job)
		}
		ids = append(ids, id)
		return job, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, list
}

// work does those jobs.
func (a *accounts) work(t *testing.T) {
	t.Helper()
	ids, list := a.asked(t)
	for i, job := range list {
		if err := a.sendAsked(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		a.exec(t, `delete from river_job where id = $1`, ids[i])
	}
}

// letters are the letters that were queued, in order.
func (a *accounts) letters(t *testing.T) []string {
	t.Helper()
	a.work(t)
	rows, err := a.d.Query(t.Context(), `select kind, recipient from letters order by id`)
	list, err := db.Collect(rows, err, func(r db.Row) (string, error) {
		var kind, to string
		err := r.Scan(&kind, &to)
		return kind + " " + to, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// records are the records of the log, newest first, whose action has the text.
func (a *accounts) records(t *testing.T, text string) (list []string) {
	t.Helper()
	all, err := a.trail.List(t.Context(), audit.Filter{}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if strings.Contains(r.Action, text) {
			list = append(list, fmt.Sprintf("%s %s: %s by %d from %s", r.Action, r.Subject, r.Details, r.User, r.Address))
		}
	}
	return list
}

// count is the number that a query returns.
func (a *accounts) count(t *testing.T, query string) (n int64) {
	t.Helper()
	if err := a.d.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// exec changes what the feature offers no way to change.
func (a *accounts) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	err := a.d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// is tells whether the failure is the fault, and nothing else.
func is(err error, want *fault.Error) bool {
	got := fault.As(err)
	return got != nil && got.Is(want)
}

// want fails the test unless the failure is the fault.
func want(t *testing.T, err error, f *fault.Error) {
	t.Helper()
	if !is(err, f) {
		t.Errorf("got %v, want %s", err, f.Code)
	}
}

// fields are the sentences about single arguments, each "name: sentence", sorted.
func fields(err error) []string {
	list := []string{}
	if e := fault.As(err); e != nil {
		for _, f := range e.Fields {
			list = append(list, f.Name+": "+f.Text.EN)
		}
	}
	slices.Sort(list)
	return list
}

// atOnce runs f n times at once and returns the failures, nil for none.
func atOnce(n int, f func(i int) error) []error {
	all := make([]error, n)
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-start
			all[i] = f(i)
		})
	}
	close(start)
	running.Wait()
	return all
}

// crowd is atOnce with all held up at the rows of a table until several wait to
// change them, so that what they read before was true and is not any more.
// SQLite, which has one writer, needs no such help.
func (a *accounts) crowd(t *testing.T, table string, n int, f func(i int) error) []error {
	t.Helper()
	if a.d.Dialect() == db.SQLite {
		return atOnce(n, f)
	}
	held, all := make(chan struct{}), make(chan []error, 1)
	go func() {
		<-held
		all <- atOnce(n, f)
	}()
	err := a.d.InTx(t.Context(), func(tx db.Tx) error {
		rows, err := tx.Query(t.Context(), `select id from `+table+` for update`)
		if _, err = db.Collect(rows, err, func(r db.Row) (id int64, err error) { return id, r.Scan(&id) }); err != nil {
			return err
		}
		close(held)
		end, tick := time.After(30*time.Second), time.NewTicker(5*time.Millisecond)
		defer tick.Stop()
		for waiting := 0; waiting < 2; {
			select {
			case <-tick.C:
			case <-end:
				return fmt.Errorf("only %d came to the rows of %s", waiting, table)
			}
			err := tx.QueryRow(t.Context(), `select count(distinct pid) from pg_locks
				where not granted and (pg_backend_pid() = any(pg_blocking_pids(pid))
					or database = (select oid from pg_database where datname = current_database()))`).Scan(&waiting)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return <-all
}

// oneOf fails the test unless exactly one succeeded and all others met the fault.
func oneOf(t *testing.T, all []error, f *fault.Error) {
	t.Helper()
	won := 0
	for _, err := range all {
		if err == nil {
			won++
			continue
		}
		want(t, err, f)
	}
	if won != 1 {
		t.Errorf("%d succeeded", won)
	}
}
