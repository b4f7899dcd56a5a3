package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// A letter is sent again as another letter; one on its way is not.
func TestAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "note", Ref: 5, To: "ivan@example.com", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		o.queue(t, 1) // another letter is none of its business
		refused := func(id int64, want *fault.Error) {
			t.Helper()
			if _, err := o.Again(t.Context(), id); !errors.Is(err, want) {
				t.Errorf("letter %d: %v, want %s", id, err, want.Code)
			}
		}
		refused(1, mail.AlreadyQueued)
		refused(99, fault.Absent)
		o.work(t)
		o.idle(t)
		for n, id := range []int64{1, 3, 1} { // the third is a sending of the first
			r, err := o.Again(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want := mail.Record{ID: int64(n + 3), Kind: "note", To: "ivan@example.com", Lang: "en", State: mail.Queued, Created: now()}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			o.idle(t)
		}
		wantRecords(t, o, sent("k", 1), sent("note/1", 1), sent("k#again-1", 1), sent("k#again-2", 1), sent("k#again-3", 1))
		if got := b.got(); len(got) != 5 || got[4].To != "ivan@example.com" || got[4].Subject != note(5).Subject {
			t.Errorf("delivered %+v", got)
		}
	})
}

// Many want a letter sent again at once: it goes out once.
func TestRaceToSendAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.queue(t, 1)
		// No jobs run: what one of them queues stays queued.
		if err := d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `update letters set state = 'sent'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		failures := make([]error, 30)
		start := make(chan struct{})
		var running sync.WaitGroup
		for i := range failures {
			running.Go(func() {
				<-start
				_, failures[i] = o.Again(t.Context(), 1)
			})
		}
		close(start)
		running.Wait()
		done := 0
		for _, err := range failures {
			if err == nil {
				done++
			} else if !errors.Is(err, mail.AlreadyQueued) {
				t.Error(err)
			}
		}
		if done != 1 || len(o.records(t)) != 2 {
			t.Errorf("%d were done; letters %+v", done, o.records(t))
		}
		var queued int
		if err := d.QueryRow(t.Context(), `select count(*) from river_job where kind = 'letter'`).Scan(&queued); err != nil || queued != 2 {
			t.Errorf("%d jobs, %v", queued, err)
		}
	})
}

// Who looked before another one's sending was there, and queues after it, is told
// so.
func TestAgainBesideAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, &box{})
		o.queue(t, 1)
		late := make(chan error, 1)
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `update letters set state = 'sent'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.InTx(t.Context(), func(tx db.Tx) error {
			if err := o.Send(t.Context(), tx, mail.Note{Key: "note/1#again-1", Kind: "note", Ref: 1, To: "ivan@example.com"}); err != nil {
				return err
			}
			go func() {
				_, err := o.Again(t.Context(), 1)
				late <- err
			}()
			if d.Dialect() == db.Postgres { // SQLite has one writer: it looks when this has ended
				until(t, "the late one at our row", func() bool {
					var waiting int
					err := tx.QueryRow(t.Context(), `select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`).
						Scan(&waiting)
					return err == nil && waiting > 0
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-late; !errors.Is(err, mail.AlreadyQueued) || len(o.records(t)) != 2 {
			t.Errorf("the late one: %v; letters %+v", err, o.records(t))
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{fail: func(e mail.Envelope, _ int) error {
			if e.ID%3 == 0 {
				return jobs.Cancel(errors.New("550 no such user"))
			}
			return nil
		}}
		o := open(t, d, b)
		o.Writes("other", func(_ context.Context, ref int64, _ string) (mail.Letter, error) { return note(ref), nil })
		for i := range 9 {
			n := mail.Note{Key: fmt.Sprint(i), Kind: []string{"note", "other"}[i%2], To: fmt.Sprintf("n%d@example.com", i/3)}
			if err := o.send(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		ids := func(f mail.Filter, before int64, limit int) (all []int64) {
			t.Helper()
			list, err := o.List(t.Context(), f, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				all = append(all, r.ID)
			}
			return all
		}
		want := func(f mail.Filter, before int64, limit int, want ...int64) {
			t.Helper()
			if diff := cmp.Diff(want, ids(f, before, limit)); diff != "" {
				t.Errorf("%+v before %d (-want +got)\n%s", f, before, diff)
			}
		}
		want(mail.Filter{State: mail.Queued}, 0, 4, 9, 8, 7, 6)
		o.work(t)
		o.idle(t)
		want(mail.Filter{}, 0, 4, 9, 8, 7, 6)
		want(mail.Filter{}, 6, 4, 5, 4, 3, 2)
		want(mail.Filter{}, 2, 4, 1)
		want(mail.Filter{}, 1, 4)
		want(mail.Filter{State: mail.Queued}, 0, 10)
		want(mail.Filter{State: mail.Failed}, 0, 10, 9, 6, 3)
		want(mail.Filter{State: mail.Sent}, 8, 10, 7, 5, 4, 2, 1)
		want(mail.Filter{To: "n1@example.com"}, 0, 10, 6, 5, 4)
		want(mail.Filter{Kind: "other"}, 0, 10, 8, 6, 4, 2)
		want(mail.Filter{State: mail.Failed, To: "n1@example.com", Kind: "other"}, 0, 10, 6)
		want(mail.Filter{To: "nobody@example.com"}, 0, 10)
		list, err := o.List(t.Context(), mail.Filter{}, 0, 2)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]mail.Record{
			{ID: 9, Kind: "note", To: "n2@example.com", Lang: "ru", State: mail.Failed, Tries: 1, Error: "550 no such user", Created: now()},
			{ID: 8, Kind: "other", To: "n2@example.com", Lang: "ru", State: mail.Sent, Tries: 1, Created: now(), Sent: new(now())},
		}, list); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// A letter that is for one address alone goes to no other.
func TestALetterForOneAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.Writes("note", func(_ context.Context, ref int64, _ string) (mail.Letter, error) {
			l := note(ref)
			l.Only = "new@example.com"
			return l, nil
		})
		for _, to := range []string{"old@example.com", "new@example.com"} {
			if err := o.send(t.Context(), mail.Note{Key: to, Kind: "note", Ref: 1, To: to}); err != nil {
				t.Fatal(err)
			}
		}
		o.work(t)
		o.idle(t)
		wantRecords(t, o, record{Key: "old@example.com", State: "failed", Tries: 1, Error: "mail: the person has another address now"}, sent("new@example.com", 1))
		if got := b.got(); len(got) != 1 || got[0].To != "new@example.com" {
			t.Errorf("delivered %+v", got)
		}
	})
}

// A mail server that repeats in its refusal what the letter says gives no secret
// away.
func TestAServerThatQuotes(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef01234567"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &server{answer: func(command string, _ int) error {
			if command != "DATA" {
				return nil
			}
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "looks like spam: " + secret}
		}}
		o := open(t, d, transport(t, s.start(t).settings(config.TLSNone)))
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		got := o.records(t)[0]
		if got.State != "failed" || strings.Contains(got.Error, secret) || !strings.Contains(got.Error, "looks like spam: ***") {
			t.Errorf("the letter is %+v", got)
		}
		var all string
		if err := d.QueryRow(t.Context(), `select cast(errors as text) from river_job`).Scan(&all); err != nil || strings.Contains(all, secret) {
			t.Errorf("the job says %s, %v", all, err)
		}
	})
}
