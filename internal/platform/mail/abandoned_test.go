package mail_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail"
)

func (o *office) exec(t *testing.T, statement string) {
	t.Helper()
	err := o.d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := tx.Exec(t.Context(), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A letter whose job was ended from outside is not on its way: it can be sent
// again, and is seen to have failed.
func TestAgainAfterItsJobWasEnded(t *testing.T) {
	for name, end := range map[string]string{
		"cancelled": `update river_job set state = 'cancelled', finalized_at = created_at`,
		"deleted":   `delete from river_job`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o := open(t, d, &box{})
				o.queue(t, 1)
				if _, err := o.Again(t.Context(), 1); !errors.Is(err, mail.AlreadyQueued) {
					t.Fatalf("with its job: %v", err)
				}
				o.exec(t, end)
				if _, err := o.Again(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				if _, err := o.Again(t.Context(), 1); !errors.Is(err, mail.AlreadyQueued) {
					t.Errorf("with a new job: %v", err)
				}
				o.work(t)
				o.idle(t)
				wantRecords(t, o,
					record{Key: "note/1", State: "failed", Error: "mail: its job was ended before it was sent"}, sent("note/1#again-1", 1))
			})
		})
	}
}

// A letter whose renderer panics has failed when its last try has.
func TestARendererThatPanics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, &box{})
		o.Writes("note", func(context.Context, int64, string) (mail.Letter, error) { panic("no such page") })
		o.queue(t, 1)
		o.exec(t, `update river_job set max_attempts = 1`)
		o.work(t)
		if diff := cmp.Diff(map[string]int{"discarded": 1}, o.idle(t)); diff != "" {
			t.Errorf("jobs (-want +got)\n%s", diff)
		}
		wantRecords(t, o, record{Key: "note/1", State: "failed", Tries: 1, Error: "mail: panic: no such page"})
	})
}

// Who sends a letter again is recorded with it, or it is not sent.
func TestSendingAgainIsRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d, &box{})
		o.queue(t, 1)
		o.exec(t, `update letters set state = 'sent'`)
		chief := audit.Actor{User: 7, Address: "203.0.113.5", Request: "R1"}
		if _, err := o.Again(audit.With(t.Context(), chief), 1); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Again(t.Context(), 1); !errors.Is(err, mail.AlreadyQueued) {
			t.Errorf("queued already: %v", err)
		}
		got, err := o.trail.List(t.Context(), audit.Filter{}, 0, 10)
		if err != nil || len(got) != 1 {
			t.Fatalf("recorded: %+v, %v", got, err)
		}
		want := audit.Record{
			ID: got[0].ID, At: now(), Actor: chief,
			Entry: audit.Entry{Action: "letter.send", Subject: "letter/2", Details: "letter/1 again: note"},
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		o.exec(t, `update letters set state = 'sent'`)
		o.exec(t, `drop table audit_log`)
		if _, err := o.Again(t.Context(), 1); err == nil || len(o.records(t)) != 2 {
			t.Errorf("not recorded: %v; letters %+v", err, o.records(t))
		}
	})
}
