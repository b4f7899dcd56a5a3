// Package mailtest compares letters with files that a person has read:
// testdata/NAME.txt, the subject and the text, and testdata/NAME.html; the names
// of English ones end in _en. A test
// run with -update writes them anew.
package mailtest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden fails the test unless the letter is the one in the files.
func Golden(t *testing.T, name string, l mail.Letter) {
	t.Helper()
	golden(t, name+".txt", "Subject: "+l.Subject+"\n\n"+l.Text)
	golden(t, name+".html", l.HTML)
}

// Both has the template write about data in both languages, and compares.
func Both(t *testing.T, name string, template *mail.Template, data any) {
	t.Helper()
	for lang, suffix := range map[string]string{mail.Russian: "", mail.English: "_en"} {
		t.Run(name+suffix, func(t *testing.T) {
			t.Parallel()
			letter, err := template.Render(lang, data)
			if err != nil {
				t.Fatal(err)
			}
			Golden(t, name+suffix, letter)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatalf("mailtest: %v", err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatalf("mailtest: %v", err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // a test's own file
	if err != nil {
		t.Fatalf("mailtest: %v; -update makes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-file +letter):\n%s", path, diff)
	}
}
