package mail_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// box is a transport that keeps letters.
type box struct {
	mu  sync.Mutex
	all []mail.Envelope
	// fail says what becomes of a letter; n counts the tries, from 1.
	fail  func(e mail.Envelope, n int) error
	tries int
}

func (b *box) Deliver(_ context.Context, e mail.Envelope) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tries++
	if b.fail != nil {
		if err := b.fail(e, b.tries); err != nil {
			return err
		}
	}
	b.all = append(b.all, e)
	return nil
}

// got are the letters in the order of their ids.
func (b *box) got() []mail.Envelope {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.SortedFunc(slices.Values(b.all), func(x, y mail.Envelope) int { return int(x.ID - y.ID) })
}

func sent(key string, tries int) record {
	return record{Key: key, State: "sent", Tries: tries, Sent: true}
}

func wantRecords(t *testing.T, o *office, want ...record) {
	t.Helper()
	if diff := cmp.Diff(want, o.records(t)); diff != "" {
		t.Errorf("letters (-want +got)\n%s", diff)
	}
}

func TestSend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.queue(t, 2)
		wantRecords(t, o, record{Key: "note/1", State: "queued"}, record{Key: "note/2", State: "queued"})
		o.work(t)
		o.idle(t)
		if diff := cmp.Diff([]mail.Envelope{
			{ID: 1, Kind: "note", To: "ivan@example.com", At: now(), Letter: note(1)},
			{ID: 2, Kind: "note", To: "ivan@example.com", At: now(), Letter: note(2)},
		}, b.got()); diff != "" {
			t.Errorf("delivered (-want +got)\n%s", diff)
		}
		wantRecords(t, o, sent("note/1", 1), sent("note/2", 1))

		// A key is one letter for ever, so also when it was sent.
		o.queue(t, 1)
		o.idle(t)
		if len(b.got()) != 2 {
			t.Errorf("%d letters", len(b.got()))
		}
	})
}

// A letter goes out if the transaction that gives its reason commits, and never
// otherwise.
func TestSendInATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.work(t)
		boom := errors.New("boom")
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			if err := o.Send(t.Context(), tx, mail.Note{Key: "lost", Kind: "note", Ref: 1, To: "ivan@example.com"}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "unknown", To: "ivan@example.com"}); err == nil {
			t.Error("queued what nobody writes")
		}
		o.queue(t, 1)
		o.idle(t)
		wantRecords(t, o, sent("note/1", 1))
		if len(b.got()) != 1 {
			t.Errorf("%d letters", len(b.got()))
		}
	})
}

func TestRaceForALetter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.work(t)
		failures := make([]error, 50)
		start := make(chan struct{})
		var running sync.WaitGroup
		for i := range failures {
			running.Go(func() {
				<-start
				failures[i] = o.send(t.Context(), mail.Note{Key: "order/7", Kind: "note", Ref: 7, To: "ivan@example.com"})
			})
		}
		close(start)
		running.Wait()
		if err := errors.Join(failures...); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(map[string]int{"completed": 1}, o.idle(t)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
		wantRecords(t, o, sent("order/7", 1))
		if len(b.got()) != 1 {
			t.Errorf("%d letters", len(b.got()))
		}
	})
}

func TestALetterThatFails(t *testing.T) {
	busy, refused := errors.New("451 busy"), jobs.Cancel(errors.New("550 no such user"))
	for _, c := range []struct {
		name string
		fail func(e mail.Envelope, n int) error
		last bool // the first try is the last
		want record
	}{
		{"for a while", func(_ mail.Envelope, n int) error {
			if n == 1 {
				return busy
			}
			return nil
		}, false, sent("note/1", 2)},
		{"for good", func(mail.Envelope, int) error { return refused }, false, record{
			Key: "note/1", State: "failed", Tries: 1, Error: refused.Error(),
		}},
		{"to the last", func(mail.Envelope, int) error { return busy }, true, record{
			Key: "note/1", State: "failed", Tries: 1, Error: busy.Error(),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				b := &box{fail: c.fail}
				o := open(t, d, b)
				o.queue(t, 1)
				if c.last {
					err := d.InTx(t.Context(), func(tx db.Tx) error {
						_, err := tx.Exec(t.Context(), `update river_job set max_attempts = 1`)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				o.work(t)
				o.idle(t)
				wantRecords(t, o, c.want)
				if b.tries != c.want.Tries {
					t.Errorf("tried %d times", b.tries)
				}
			})
		})
	}
}

// A letter that fails keeps no other from going out.
func TestALetterThatFailsIsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{fail: func(e mail.Envelope, _ int) error {
			if e.ID%2 == 0 {
				return jobs.Cancel(errors.New("550 no such user"))
			}
			return nil
		}}
		o := open(t, d, b)
		o.queue(t, 10)
		o.work(t)
		if diff := cmp.Diff(map[string]int{"completed": 5, "cancelled": 5}, o.idle(t)); diff != "" || len(b.got()) != 5 {
			t.Errorf("%d letters, jobs (-want +got)\n%s", len(b.got()), diff)
		}
	})
}

// What can't be written now is written later.
func TestARendererThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		tries := make(chan struct{}, 10)
		o.Writes("note", func(context.Context, int64, string) (mail.Letter, error) {
			if tries <- struct{}{}; len(tries) == 1 {
				return mail.Letter{}, errors.New("the database is away")
			}
			return note(1), nil
		})
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		wantRecords(t, o, sent("note/1", 2))
		if len(b.got()) != 1 {
			t.Errorf("%d letters", len(b.got()))
		}
	})
}

// A letter of a kind that only a newer program knows waits for it.
func TestALetterThatNobodyWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		newer, older := open(t, d, b), open(t, d, b)
		older.Writes("note", nil)
		newer.queue(t, 1)
		if err := older.q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, "the first try", func() bool { return older.records(t)[0].Tries > 0 })
		if err := older.q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := older.records(t)[0]; got.State != "queued" || !strings.Contains(got.Error, `"note"`) {
			t.Errorf("the letter is %+v", got)
		}
		newer.work(t)
		newer.idle(t)
		if got := newer.records(t)[0]; got.State != "sent" || len(b.got()) != 1 {
			t.Errorf("%d letters; the letter is %+v", len(b.got()), got)
		}
	})
}

// A mail server that refuses for good, that is busy, and that is down.
func TestMailServerTroubles(t *testing.T) {
	answers := func(code int, until int) func(string, int) error {
		return func(command string, n int) error {
			if command != "DATA" || n > until {
				return nil
			}
			return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name   string
			server *server
			late   bool // it is started when the first try has failed
			state  string
			tries  int
		}{
			{"refuses", &server{answer: answers(550, 99)}, false, "failed", 1},
			{"busy", &server{answer: answers(451, 1)}, false, "sent", 2},
			{"down", &server{addr: reserve(t)}, true, "sent", 2},
		} {
			t.Run(c.name, func(t *testing.T) {
				if !c.late {
					c.server.start(t)
				}
				o := open(t, d, transport(t, c.server.settings(config.TLSNone)))
				if err := o.send(t.Context(), mail.Note{Key: c.name, Kind: "note", Ref: 1, To: "ivan@example.com"}); err != nil {
					t.Fatal(err)
				}
				o.work(t)
				one := func() record { return o.records(t)[len(o.records(t))-1] }
				if c.late {
					until(t, "the first try", func() bool { return one().Tries > 0 })
					if got := one(); got.State != "queued" || got.Error == "" {
						t.Errorf("with no server the letter is %+v", got)
					}
					c.server.start(t)
				}
				o.idle(t)
				got, letters := one(), c.server.got()
				if got.State != c.state || got.Tries < c.tries || (got.Error == "") != got.Sent || len(letters) > 1 || (len(letters) == 1) != got.Sent {
					t.Errorf("the server took %d letters; the letter is %+v", len(letters), got)
				}
			})
		}
	})
}

// A process that dies after the letter was recorded and before its job was: the
// job runs again, the letter does not go out again.
func TestAJobThatRunsAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			n, err := tx.Exec(t.Context(), `update river_job set state = 'available', finalized_at = null where attempt = 1`)
			if err == nil && n != 1 {
				t.Errorf("%d jobs", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		o.idle(t)
		wantRecords(t, o, sent("note/1", 1))
		if len(b.got()) != 1 {
			t.Errorf("%d letters", len(b.got()))
		}
	})
}

// crashing is a process that dies once, between the server's yes and our record
// of it.
type crashing struct {
	mail.Transport
	once sync.Once
}

func (c *crashing) Deliver(ctx context.Context, e mail.Envelope) error {
	err := c.Transport.Deliver(ctx, e)
	c.once.Do(func() { panic("killed") })
	return err
}

// That letter comes again, and can be known again.
func TestCrashAfterDelivery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := (&server{}).start(t)
		o := open(t, d, &crashing{Transport: transport(t, s.settings(config.TLSNone))})
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		wantRecords(t, o, sent("note/1", 2))
		got := s.got()
		if len(got) != 2 {
			t.Fatalf("%d letters", len(got))
		}
		for _, l := range got {
			if id := parse(t, l.data).Header.Get("Message-Id"); id != "<letter-1.note@zakup.example>" {
				t.Errorf("Message-ID %s", id)
			}
		}
	})
}
