package mail_test

import (
	"fmt"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail"
)

// Many letters are queued at once, each key once, whatever their number.
func TestSendMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		var notes []mail.Note
		for i := range 250 {
			notes = append(notes, mail.Note{
				Key: fmt.Sprint("note/", i+1), Kind: "note", Ref: int64(i + 1), To: fmt.Sprintf("n%d@example.com", i+1),
			})
		}
		send := func(notes ...mail.Note) (statements int64) {
			t.Helper()
			err := d.InTx(t.Context(), func(tx db.Tx) error {
				before := d.Statements()
				err := o.Send(t.Context(), tx, notes...)
				statements = d.Statements() - before
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return statements
		}
		if n := send(); n != 0 {
			t.Errorf("no letter costs %d statements", n)
		}
		if n := send(notes[4]); n != 1 {
			t.Errorf("one letter costs %d statements", n)
		}
		// 1 to 100, two of which are there or come twice.
		if n := send(append(notes[:99:99], notes[0])...); n != 1 {
			t.Errorf("100 letters cost %d statements", n)
		}
		if n := send(notes...); n != 3 {
			t.Errorf("250 letters cost %d statements", n)
		}
		if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "unknown", To: "ivan@example.com"}); err == nil {
			t.Error("queued what nobody writes")
		}
		o.work(t)
		if states := o.idle(t); states["completed"] != 250 || len(states) != 1 {
			t.Errorf("jobs %v", states)
		}
		refs := map[string]int{}
		for _, e := range b.got() {
			refs[e.To+" "+e.Subject]++
		}
		for _, n := range notes {
			if refs[n.To+" "+note(n.Ref).Subject] != 1 {
				t.Errorf("letter %s came %d times", n.Key, refs[n.To+" "+note(n.Ref).Subject])
			}
		}
	})
}
