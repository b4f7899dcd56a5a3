package mail_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail"
)

// paper is a document of every byte, longer than a line of a letter.
func paper(lang string) mail.File {
	data := []byte(lang)
	for i := range 1024 {
		data = append(data, byte(i))
	}
	return mail.File{Name: "Накладная № 2026-000007 «ёж».pdf", Type: "application/pdf", Data: data}
}

// Attachments come as they were made, for the letter and in its language, beside
// what the letter says.
func TestAttachments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := (&server{}).start(t)
		o := open(t, d, transport(t, s.settings(config.TLSNone)))
		o.Attaches("note", func(_ context.Context, ref int64, lang string) ([]mail.File, error) {
			if ref != 7 {
				return nil, errors.New("asked for another letter")
			}
			return []mail.File{paper(lang), {Name: "order.txt", Type: "text/plain", Data: []byte("a\r\nb\nc")}}, nil
		})
		if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "note", Ref: 7, To: "ivan@example.com", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		o.work(t)
		o.idle(t)
		got := s.got()
		if len(got) != 1 {
			t.Fatalf("%d letters, %+v", len(got), o.records(t))
		}
		want := note(7)
		want.Files = []mail.File{paper("en"), {Name: "order.txt", Type: "text/plain", Data: []byte("a\r\nb\nc")}}
		p := parse(t, got[0].data)
		if diff := cmp.Diff(want, p.Letter); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if !slices.Equal(p.Types[:2], []string{"multipart/mixed", "multipart/alternative"}) {
			t.Errorf("parts %v", p.Types)
		}
		for line := range bytes.Lines(got[0].data) {
			if len(line) > 1000 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
	})
}

// An attachment that can't be made now is made later, with its letter.
func TestAnAttachmentThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &box{}
		o := open(t, d, b)
		tries := make(chan struct{}, 10)
		o.Attaches("note", func(context.Context, int64, string) ([]mail.File, error) {
			if tries <- struct{}{}; len(tries) == 1 {
				return nil, errors.New("the database is away")
			}
			return []mail.File{paper("")}, nil
		})
		o.queue(t, 1)
		o.work(t)
		o.idle(t)
		wantRecords(t, o, sent("note/1", 2))
		if got := b.got(); len(got) != 1 || len(got[0].Files) != 1 {
			t.Errorf("delivered %+v", got)
		}
	})
}

// The name of a file makes no header and no part.
func TestFileNamesAreNotInjected(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Накладная ", 10) + "к заказу.pdf"
	for evil, shown := range map[string]string{
		"a.pdf\"\r\nX-Evil: 1\r\n\r\n<script>": "a.pdf_ X-Evil_ 1 _script_",
		"Счёт\n\n; filename=\"b.exe\"":         "Счёт ; filename=_b.exe_",
		"../a\\b\x1b\".pdf":                    ".._a_b__.pdf",
		long:                                   long,
	} {
		e := first()
		e.Files = []mail.File{{Name: evil, Type: "application/pdf", Data: []byte("%PDF")}}
		p := written(t, e)
		want := e.Letter
		want.Files = []mail.File{{Name: shown, Type: "application/pdf", Data: []byte("%PDF")}}
		if diff := cmp.Diff(want, p.Letter); diff != "" {
			t.Errorf("%q (-want +got)\n%s", evil, diff)
		}
	}
}
