package apptest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/platform/mail"
	"zakup/internal/platform/mail/mimetest"
)

// Letter is a letter that was delivered.
type Letter struct {
	mail.Letter

	To   string
	Kind string // from the name of its file
}

// patience is how long a test waits for what must come, beside all the others.
const patience = time.Minute

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
	m, err := mimetest.Read(f)
	if err != nil {
		t.Fatalf("apptest: %s: %v", path, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		t.Fatalf("apptest: %s: %v", path, err)
	}
	l := Letter{Letter: m.Letter, To: to[0].Address}
	_, l.Kind, _ = strings.Cut(strings.TrimSuffix(filepath.Base(path), ".eml"), "-")
	return l
}
