package mail_test

import (
	"context"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/mail/mimetest"
)

func folder(t *testing.T) (*mail.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data", "mail")
	f, err := mail.NewFolder(dir, sender, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

// files are the names in the folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// written delivers the letter into a folder and reads it.
func written(t *testing.T, e mail.Envelope) mimetest.Message {
	t.Helper()
	f, dir := folder(t)
	if err := f.Deliver(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, files(t, dir)[0]))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, data)
}

func TestMessage(t *testing.T) {
	t.Parallel()
	p := written(t, first())
	if diff := cmp.Diff(first().Letter, p.Letter); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"multipart/alternative", "text/plain; charset=UTF-8", "text/html; charset=UTF-8"}, p.Types); diff != "" {
		t.Errorf("parts (-want +got)\n%s", diff)
	}
	for name, want := range map[string]string{
		"Message-Id": "<letter-42.note@zakup.example>", "To": "<ivan@example.com>", "Auto-Submitted": "auto-generated",
		"Mime-Version": "1.0",
	} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	from, err := p.Header.AddressList("From")
	if err != nil || len(from) != 1 || *from[0] != sender {
		t.Errorf("from %v, %v", from, err)
	}
	if at, err := p.Header.Date(); err != nil || !at.Equal(now()) {
		t.Errorf("date %v, %v", at, err)
	}
}

func TestMessageOfTextAlone(t *testing.T) {
	t.Parallel()
	e := first()
	e.HTML = ""
	p := written(t, e)
	if diff := cmp.Diff([]string{"text/plain; charset=UTF-8"}, p.Types); diff != "" || p.Text != e.Text {
		t.Errorf("%q; parts (-want +got)\n%s", p.Text, diff)
	}
}

// What people named makes no header, no recipient and no part.
func TestMessageIsNotInjected(t *testing.T) {
	t.Parallel()
	names := func(p mimetest.Message) []string {
		var all []string
		for name := range p.Header {
			all = append(all, name)
		}
		slices.Sort(all)
		return all
	}
	plain := names(written(t, first()))
	for evil, shown := range map[string]string{
		"Иван\r\nBcc: victim@example.com":                "Иван Bcc: victim@example.com",
		"Ivan\r\nBcc: victim@example.com":                "Ivan Bcc: victim@example.com",
		"Ivan\nX-Evil: 1\n\n<script>":                    "Ivan X-Evil: 1 <script>",
		"Ivan\rBcc: victim@example.com\r\n":              "Ivan Bcc: victim@example.com",
		"Ivan\u2028Bcc: victim@example.com":              "Ivan Bcc: victim@example.com",
		"Заказ =?utf-8?q?Ivan=0D=0ABcc:_v@example.com?=": "Заказ =?utf-8?q?Ivan=0D=0ABcc:_v@example.com?=",
	} {
		e := first()
		e.Subject = evil
		p := written(t, e)
		if p.Subject != shown {
			t.Errorf("%q is shown as %q", evil, p.Subject)
		}
		if diff := cmp.Diff(plain, names(p)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", evil, diff)
		}
		if to, err := p.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "ivan@example.com" {
			t.Errorf("%q: to %v, %v", evil, to, err)
		}
		if p.Text != e.Text || p.HTML != e.HTML {
			t.Errorf("%q changed the parts", evil)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	for _, e := range []mail.Envelope{
		{ID: 7, Kind: "confirm", To: "a@example.com", At: now(), Letter: note(7)},
		{ID: 1234567, Kind: "order", To: "b@example.com", At: now(), Letter: note(2)},
		{ID: 7, Kind: "confirm", To: "a@example.com", At: now().Add(time.Hour), Letter: note(8)}, // again: it replaces
	} {
		if err := f.Deliver(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"000007-confirm.eml", "1234567-order.eml"}, files(t, dir)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	data, err := os.ReadFile(filepath.Join(dir, "000007-confirm.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if p := parse(t, data); p.Subject != note(8).Subject {
		t.Errorf("subject %q", p.Subject)
	}
	if !strings.Contains(string(data), longLine) {
		t.Error("the text can't be read as it is")
	}
}

// A letter is in the folder whole or not at all.
func TestFolderWithoutRoom(t *testing.T) {
	t.Parallel()
	f, dir := folder(t)
	// A file can't be written, or not be put in its place.
	if err := os.Mkdir(filepath.Join(dir, "000042-note.eml.part"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "000043-note.eml", "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, id := range []int64{42, 43} {
		e := first()
		e.ID = id
		if err := f.Deliver(context.Background(), e); err == nil || jobs.Cancelled(err) {
			t.Errorf("%d: %v", id, err)
		}
	}
	whole, err := filepath.Glob(filepath.Join(dir, "000042*.eml"))
	if err != nil || len(whole) != 0 {
		t.Errorf("letters %v, %v", whole, err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mail.NewFolder(filepath.Join(file, "mail"), netmail.Address{}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a folder in a file")
	}
}
