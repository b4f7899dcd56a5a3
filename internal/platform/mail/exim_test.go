package mail_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/mail/mimetest"
)

// exim is the settings for the mail server of scripts/with-mail, whose URL is in
// the variable; without it the test is skipped.
func exim(t *testing.T, variable string) config.SMTP {
	t.Helper()
	trusting(t)
	url := os.Getenv(variable)
	if url == "" {
		dbtest.Missing(t, "smtp", variable+" is not set; scripts/with-mail sets it")
	}
	c, err := config.FromEnv(func(name string) string {
		if name == "ZAKUP_SMTP_URL" {
			return url
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return *c.SMTP
}

// stranger is an address that no other test writes to.
func stranger() string { return fmt.Sprintf("n%d@example.com", rand.Int64()) }

// arrived are the letters to an address that the server has put away.
func arrived(t *testing.T, to string) (list []mimetest.Message) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(os.Getenv("ZAKUP_TEST_SMTP_MAIL"), "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("Envelope-to: "+to+"\n")) {
			list = append(list, parse(t, data))
		}
	}
	return list
}

// withPaper opens an office whose letters have an attachment.
func withPaper(t *testing.T, d *db.DB, s config.SMTP) *office {
	t.Helper()
	o := open(t, d, transport(t, s))
	o.Attaches("note", func(_ context.Context, _ int64, lang string) ([]mail.File, error) {
		return []mail.File{paper(lang)}, nil
	})
	return o
}

// A mail server as others run it takes our letters and passes them on whole.
func TestEximDelivers(t *testing.T) {
	for _, variable := range []string{"ZAKUP_TEST_SMTP", "ZAKUP_TEST_SMTPS"} {
		t.Run(variable, func(t *testing.T) {
			s, to := exim(t, variable), stranger()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o, to := withPaper(t, d, s), string(d.Dialect())+to
				if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "note", Ref: 7, To: to, Lang: "en"}); err != nil {
					t.Fatal(err)
				}
				o.work(t)
				o.idle(t)
				wantRecords(t, o, sent("k", 1))
				until(t, "the letter", func() bool { return len(arrived(t, to)) > 0 })
				got := arrived(t, to)
				want := note(7)
				want.Files = []mail.File{paper("en")}
				if diff := cmp.Diff(want, got[0].Letter); diff != "" || len(got) != 1 {
					t.Errorf("%d letters (-want +got)\n%s", len(got), diff)
				}
				if id := got[0].Header.Get("Message-Id"); id != "<letter-1.note@zakup.example>" {
					t.Errorf("Message-ID %s", id)
				}
				if from := got[0].Header.Get("Return-path"); from != "<"+sender.Address+">" {
					t.Errorf("from %s", from)
				}
			})
		})
	}
}

// What the server refuses for settings that can be mended waits until they are;
// what it refuses for good is given up.
func TestEximRefuses(t *testing.T) {
	good := exim(t, "ZAKUP_TEST_SMTP")
	wrong, bare, plain := good, good, good
	wrong.Password = "wrong"
	bare.User, bare.Password = "", ""
	plain.TLS = config.TLSNone
	for _, c := range []struct {
		name, to, state string
		settings        config.SMTP
	}{
		{"wrong password", stranger(), "queued", wrong},
		{"no login", stranger(), "failed", bare}, // 550, as Exim says that the recipient is not for us
		{"no encryption", stranger(), "queued", plain},
		{"busy", "busy@example.com", "queued", good},
		{"nobody", "nobody@example.com", "failed", good},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o, to := withPaper(t, d, c.settings), c.to
				if c.settings != good {
					to = string(d.Dialect()) + to
				}
				if err := o.send(t.Context(), mail.Note{Key: "k", Kind: "note", Ref: 7, To: to}); err != nil {
					t.Fatal(err)
				}
				if err := o.q.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
				until(t, "the first try", func() bool { return o.records(t)[0].Tries > 0 })
				if err := o.q.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
				got := o.records(t)[0]
				if got.State != c.state || got.Error == "" || strings.Contains(got.Error, good.Password) {
					t.Errorf("the letter is %+v", got)
				}
				if n := len(arrived(t, to)); n != 0 {
					t.Errorf("%d letters", n)
				}
				if c.settings == good || c.state == "failed" {
					return
				}
				mended := withPaper(t, d, good)
				mended.work(t)
				until(t, "the letter", func() bool {
					mended.hurry(t)
					return len(arrived(t, to)) > 0
				})
				mended.idle(t)
			})
		})
	}
}
