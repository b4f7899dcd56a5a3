package mail_test

import (
	"sync/atomic"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail"
)

// refusing is a mail server that answers every letter with a code until mended.
func refusing(t *testing.T, code int) (s *server, mended *atomic.Bool) {
	t.Helper()
	mended = &atomic.Bool{}
	s = &server{answer: func(command string, _ int) error {
		if command != "RCPT" || mended.Load() {
			return nil
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 3, 2}, Message: "not today"}
	}}
	return s.start(t), mended
}

// hurry has the next tries now, which would come up to ten minutes later.
func (o *office) hurry(t *testing.T) {
	t.Helper()
	err := o.d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), `update river_job set state = 'available', scheduled_at = created_at where state = 'retryable'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The mail server takes nothing for a day: every letter waits, and goes out once
// when it does.
func TestADayOfTrouble(t *testing.T) {
	const letters, tries = 5, 8
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, mended := refusing(t, 451)
		o := open(t, d, transport(t, s.settings(config.TLSNone)))
		o.queue(t, letters)
		o.work(t)
		until(t, "many tries of every letter", func() bool {
			o.hurry(t)
			for _, r := range o.records(t) {
				if r.State != "queued" {
					t.Fatalf("the letter is %+v", r)
				}
				if r.Tries < tries {
					return false
				}
			}
			return true
		})
		if n := len(s.got()); n != 0 {
			t.Fatalf("%d letters", n)
		}
		mended.Store(true)
		until(t, "the letters", func() bool {
			o.hurry(t)
			return len(s.got()) >= letters
		})
		if diff := cmp.Diff(map[string]int{"completed": letters}, o.idle(t)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
		came := map[string]int{}
		for _, l := range s.got() {
			came[parse(t, l.data).Subject]++
		}
		want := map[string]int{}
		for i, r := range o.records(t) {
			want[note(int64(i+1)).Subject] = 1
			if r.State != "sent" || r.Tries <= tries || r.Error != "" {
				t.Errorf("the letter is %+v", r)
			}
		}
		if diff := cmp.Diff(want, came); diff != "" {
			t.Errorf("letters (-want +got)\n%s", diff)
		}
	})
}

// A letter that was refused for good is seen, and can be sent when the reason is
// gone. It is another letter to the server then.
func TestARefusedLetterIsSentAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, mended := refusing(t, 550)
		o := open(t, d, transport(t, s.settings(config.TLSNone)))
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		list, err := o.List(t.Context(), mail.Filter{State: mail.Failed}, 0, 10)
		if err != nil || len(list) != 1 || list[0].Error == "" || list[0].Tries != 1 {
			t.Fatalf("failed: %+v, %v", list, err)
		}
		mended.Store(true)
		again, err := o.Again(t.Context(), list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		o.idle(t)
		got := s.got()
		if len(got) != 1 {
			t.Fatalf("%d letters", len(got))
		}
		if id := parse(t, got[0].data).Header.Get("Message-Id"); id != "<letter-2.note@zakup.example>" || again.ID != 2 {
			t.Errorf("Message-ID %s of letter %d", id, again.ID)
		}
		wantRecords(t, o, record{Key: "note/1", State: "failed", Tries: 1, Error: list[0].Error}, sent("note/1#again-1", 1))
	})
}
