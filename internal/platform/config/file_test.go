package config_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

// secretFile writes a file and returns its path.
func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a file says is as good as what the environment says, and as hidden.
func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	others := map[string]string{
		"ZAKUP_PUBLIC_URL": "https://zakup.example", "ZAKUP_OAUTH_GOOGLE_ID": "a", "ZAKUP_OAUTH_GITHUB_ID": "b", "ZAKUP_OIDC": "chain",
		"ZAKUP_OIDC_CHAIN_ID": "c", "ZAKUP_OIDC_CHAIN_ISSUER": "https://id.example",
		"ZAKUP_OAUTH_GOOGLE_SECRET": "x", "ZAKUP_OAUTH_GITHUB_SECRET": "y", "ZAKUP_OIDC_CHAIN_SECRET": "z",
	}
	for name, value := range map[string]string{
		"ZAKUP_DATABASE_URL":        "postgres://zakup:Pw7x@db:5432/zakup",
		"ZAKUP_SMTP_URL":            "smtp://robot:Pw7x@mail.example.org",
		"ZAKUP_OAUTH_GOOGLE_SECRET": "Pw7x-google",
		"ZAKUP_OAUTH_GITHUB_SECRET": "Pw7x-github",
		"ZAKUP_OIDC_CHAIN_SECRET":   "Pw7x-chain",
	} {
		env := maps.Clone(others)
		env[name] = value
		want := read(t, env)
		delete(env, name)
		for _, around := range []string{"", "\n", "\r\n", " \n\n"} {
			env[name+"_FILE"] = secretFile(t, value+around)
			got := read(t, env)
			if diff := cmp.Diff(want, got, byValue); diff != "" {
				t.Errorf("%s with %q at the end (-want +got):\n%s", name, around, diff)
			}
			var b bytes.Buffer
			if err := got.Print(&b); err != nil || strings.Contains(b.String(), "Pw7x") || !strings.Contains(b.String(), name+"=") {
				t.Errorf("%s, %v", b.String(), err)
			}
		}
	}
}

func TestBadSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const smtp = "ZAKUP_SMTP_URL"
	for what, x := range map[string]struct {
		env         map[string]string
		name, wrong string
	}{
		"both": {
			map[string]string{smtp: "smtp://a:Pw7x@mail.example.org", smtp + "_FILE": secretFile(t, "smtp://b:Pw7x@mail.example.org")},
			smtp + "_FILE", "is set too",
		},
		"no file":   {map[string]string{smtp + "_FILE": filepath.Join(dir, "none")}, smtp + "_FILE", "no such file"},
		"a folder":  {map[string]string{smtp + "_FILE": dir}, smtp + "_FILE", "is a directory"},
		"nothing":   {map[string]string{smtp + "_FILE": secretFile(t, " \n")}, smtp + "_FILE", "is empty"},
		"no text":   {map[string]string{smtp + "_FILE": secretFile(t, "smtp://a:Pw7x\x00@b")}, smtp + "_FILE", "is no text"},
		"not UTF-8": {map[string]string{smtp + "_FILE": secretFile(t, "smtp://a:Pw7x\xff@b")}, smtp + "_FILE", "is no text"},
		"too long":  {map[string]string{smtp + "_FILE": secretFile(t, strings.Repeat("Pw7x", 30000))}, smtp + "_FILE", "longer than"},
		"bad value": {map[string]string{smtp + "_FILE": secretFile(t, "http://a:Pw7x@mail.example.org")}, smtp, "smtp://"},
	} {
		bad := refused(t, x.env)
		if len(bad.Problems) != 1 || bad.Problems[0].Name != x.name || !strings.Contains(bad.Error(), x.wrong) {
			t.Errorf("%s: %v", what, bad)
		}
		if strings.Contains(bad.Error(), "Pw7x") {
			t.Errorf("%s: the password is in\n%s", what, bad.Error())
		}
	}
}

// Only what holds a secret comes from a file: a file for anything else is a
// setting that is not known.
func TestOnlySecretsHaveFiles(t *testing.T) {
	t.Parallel()
	got := config.Unknown([]string{"ZAKUP_DATABASE_URL_FILE=a", "ZAKUP_SMTP_URL_FILE=b", "ZAKUP_ADDR_FILE=c", "ZAKUP_LOG_FILE=d"})
	if diff := cmp.Diff([]string{"ZAKUP_ADDR_FILE", "ZAKUP_LOG_FILE"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
