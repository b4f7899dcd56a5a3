package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// What is exported is imported again, and changes nothing.
func TestExport(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		env := settings(url, t.TempDir())
		addUser(t, env, shopEmail, "shop")
		zakup(t, env, "import", "--shop-email", shopEmail, listFile(t, apptest.List("Чайная", "Чай", 3))).ok(t)
		out := zakup(t, env, "export", "--shop-email", shopEmail).ok(t)
		if !strings.HasPrefix(out.stdout, "shop: \"Чайная\"\n") || strings.Count(out.stdout, "- id: \"") != 3 {
			t.Errorf("without a file: %s", out)
		}
		for n, format := range []string{"yaml", "json", "csv", "xlsx", "yml"} {
			dir := t.TempDir()
			path := filepath.Join(dir, "list")
			if n == 0 {
				path = listFile(t, "what was there before")
				dir = filepath.Dir(path)
			}
			got := zakup(t, env, "export", "--shop-email", shopEmail, "--format", format, path).ok(t)
			if got.stdout != "" || got.stderr != "3 goods are written to "+path+"\n" {
				t.Errorf("%s: %s", format, got)
			}
			if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
				t.Errorf("%s: %v, %v", format, files, err)
			}
			got = zakup(t, env, "import", "--shop-email", shopEmail, path).ok(t)
			if !strings.Contains(got.stdout, "is applied: 0 new, 0 changed, 3 unchanged, 0 withdrawn; 0 warnings\n") {
				t.Errorf("%s: %s", format, got)
			}
		}
	})
}

func TestExportFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := settings("sqlite:"+filepath.Join(dir, "zakup.db"), dir)
	addUser(t, env, shopEmail, "shop")
	addUser(t, env, "buyer@example.com", "buyer")
	cases := map[string]struct {
		args []string
		want string
	}{
		"an unknown address":  {[]string{"--shop-email", "nobody@example.com"}, "nobody@example.com: "},
		"somebody not a shop": {[]string{"--shop-email", "buyer@example.com"}, "buyer@example.com: You have no shop"},
		"an unknown format":   {[]string{"--shop-email", shopEmail, "--format", "pdf"}, "pdf"},
		"no such folder":      {[]string{"--shop-email", shopEmail, filepath.Join(dir, "absent", "list")}, "no such file"},
	}
	for name, c := range cases {
		got := zakup(t, env, append([]string{"export"}, c.args...)...)
		if got.code == 0 || got.stdout != "" || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: want %q, got %s", name, c.want, got)
		}
	}
}
