package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

func TestPrint(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := read(t, nil).Print(&b); err != nil {
		t.Fatal(err)
	}
	want := `ZAKUP_ADDR=127.0.0.1:8080
ZAKUP_DATA_DIR=./data
ZAKUP_DATABASE_URL=sqlite:data/zakup.db
ZAKUP_BLOB_URL=
ZAKUP_TLS_CERT=
ZAKUP_TLS_KEY=
ZAKUP_CORS_ORIGINS=
ZAKUP_PUBLIC_URL=
ZAKUP_SMTP_URL=
ZAKUP_MAIL_FROM=Zakup <noreply@localhost>
ZAKUP_ADMIN_EMAIL=
ZAKUP_FETCH_ALLOW=
ZAKUP_LIMITS=on
ZAKUP_TRUSTED_PROXIES=
ZAKUP_SUPPLIER_APPROVAL=manual
ZAKUP_ADMIN_TOTP=optional
ZAKUP_SECRET_KEY=
ZAKUP_LOG=info text
ZAKUP_OAUTH_GOOGLE_ID=
ZAKUP_OAUTH_GOOGLE_SECRET=
ZAKUP_OAUTH_GITHUB_ID=
ZAKUP_OAUTH_GITHUB_SECRET=
ZAKUP_OAUTH_GITHUB_ISSUER=
ZAKUP_OAUTH_RETURN=
ZAKUP_OIDC=
ZAKUP_ACME_HOSTS=
ZAKUP_ACME_DIRECTORY=
ZAKUP_ACME_EMAIL=
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What Print writes is good as input, and means the same.
func TestPrintIsReadBack(t *testing.T) {
	t.Parallel()
	c := read(t, map[string]string{
		"ZAKUP_DATABASE_URL":      "sqlite:///var/lib/zakup/my file#1.db",
		"ZAKUP_BLOB_URL":          "s3://key:***@[::1]:7070/zakup/a/B.c?tls=off&style=path",
		"ZAKUP_PUBLIC_URL":        "http://127.0.0.1:8080/",
		"ZAKUP_SMTP_URL":          "smtp://[::1]:2525?tls=none",
		"ZAKUP_MAIL_FROM":         `"Zakup, Inc." <a@example.org>`,
		"ZAKUP_ADMIN_EMAIL":       "b@example.org",
		"ZAKUP_FETCH_ALLOW":       "127.0.0.1,fd00::/8",
		"ZAKUP_LIMITS":            "address=100/s register=off",
		"ZAKUP_TRUSTED_PROXIES":   "10.0.0.0/8,::1",
		"ZAKUP_SUPPLIER_APPROVAL": "auto",
		"ZAKUP_LOG":               "error json",
	})
	var b bytes.Buffer
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	again := map[string]string{}
	for line := range strings.Lines(b.String()) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		again[name] = value
	}
	if diff := cmp.Diff(c, read(t, again), byValue); diff != "" {
		t.Errorf("printed\n%sread back (-want +got):\n%s", b.String(), diff)
	}
}

func TestPrintTellsAFailure(t *testing.T) {
	t.Parallel()
	f, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := read(t, nil).Print(f); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want %v", err, os.ErrClosed)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	got := config.Unknown([]string{
		"PATH=/bin", "ZAKUP_SMPT_URL=x", "ZAKUP_ADDR=y", "ZAKUP_=1", "ZAKUP_ADDRESS=a=b",
		"ZAKUP_SMPT_URL=z", "zakup_addr=1", "MY_ZAKUP_X=1", "ZAKUP_LOG", "=C:=C:\\",
	})
	if diff := cmp.Diff([]string{"ZAKUP_", "ZAKUP_ADDRESS", "ZAKUP_SMPT_URL"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := config.Unknown([]string{"ZAKUP_ADDR=y", "HOME=/"}); len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
}
