package apptest

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Letter is a letter that was delivered.
type Letter struct {
	To, Subject, Text, HTML string
	Kind                    string // from the name of its file
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// step is how often a test looks.
const step = 10 * time.Millisecond

// Until waits until a condition holds, and ends the test when it does not.
func Until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(step)
	defer tick.Stop()
	for !holds() {
		select {
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// Letters waits for at least n letters and returns all there are, oldest first.
func (a *App) Letters(t *testing.T, n int) []Letter {
	t.Helper()
	var names []string
	Until(t, "letters", func() bool {
		var err error
		if names, err = filepath.Glob(filepath.Join(a.MailDir(), "*.eml")); err != nil {
			t.Fatalf("apptest: %v", err)
		}
		return len(names) >= n
	})
	slices.Sort(names)
	list := make([]Letter, len(names))
	for i, name := range names {
		list[i] = ReadLetter(t, name)
	}
	return list
}

// To returns the letters to an address.
func To(list []Letter, address string) []Letter {
	return slices.DeleteFunc(slices.Clone(list), func(l Letter) bool { return l.To != address })
}

var secret = regexp.MustCompile(`(?m)^[0-9a-f]{40}$`)

// Token is the secret that a letter carries, or "".
func (l Letter) Token() string { return secret.FindString(l.Text) }

// ReadLetter reads an .eml file as a mail program would.
func ReadLetter(t *testing.T, path string) Letter {
	t.Helper()
	f, err := os.Open(path) //nolint:gosec // a test's own file
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	defer func() { _ = f.Close() }()
	l, err := parseLetter(f)
	if err != nil {
		t.Fatalf("apptest: %s: %v", path, err)
	}
	_, l.Kind, _ = strings.Cut(strings.TrimSuffix(filepath.Base(path), ".eml"), "-")
	return l
}

func parseLetter(r io.Reader) (l Letter, err error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return l, err
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		return l, err
	}
	l.To = to[0].Address
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		// Raw: the transfer encoding is undone here.
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		var body io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return l, err
		}
		clean := strings.ReplaceAll(string(text), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.HTML = clean
		} else {
			l.Text = clean
		}
	}
}
