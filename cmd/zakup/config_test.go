package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfigPrintsEverySetting(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		env  []string
		want string
	}{
		"an empty environment": {nil, `
ZAKUP_ADDR=127.0.0.1:8080
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
`},
		"everything set": {[]string{
			"ZAKUP_ADDR=0.0.0.0:80", "ZAKUP_DATA_DIR=/srv/zakup",
			"ZAKUP_DATABASE_URL=postgres://zakup:hunter2@db.example.org/zakup?sslmode=require",
			"ZAKUP_BLOB_URL=s3://key:hunter2@s3.example.org/zakup/pictures?style=host&region=test-1",
			"ZAKUP_PUBLIC_URL=https://zakup.example.org/", "ZAKUP_SMTP_URL=smtp://mailer:hunter2@mail.example.org:2525",
			"ZAKUP_MAIL_FROM=Закуп <zakup@example.org>", "ZAKUP_ADMIN_EMAIL=office@example.org",
			"ZAKUP_FETCH_ALLOW=127.0.0.1/32, 10.0.0.7", "ZAKUP_LIMITS=off", "ZAKUP_TRUSTED_PROXIES=10.1.2.3/16", "ZAKUP_SUPPLIER_APPROVAL=auto", "ZAKUP_LOG=debug json",
		}, `
ZAKUP_ADDR=0.0.0.0:80
ZAKUP_DATA_DIR=/srv/zakup
ZAKUP_DATABASE_URL=postgres://zakup:***@db.example.org/zakup?sslmode=require
ZAKUP_BLOB_URL=s3://key:***@s3.example.org/zakup/pictures?region=test-1&style=host
ZAKUP_TLS_CERT=
ZAKUP_TLS_KEY=
ZAKUP_CORS_ORIGINS=
ZAKUP_PUBLIC_URL=https://zakup.example.org
ZAKUP_SMTP_URL=smtp://mailer:***@mail.example.org:2525?tls=required
ZAKUP_MAIL_FROM=Закуп <zakup@example.org>
ZAKUP_ADMIN_EMAIL=office@example.org
ZAKUP_FETCH_ALLOW=127.0.0.1/32,10.0.0.7/32
ZAKUP_LIMITS=off
ZAKUP_TRUSTED_PROXIES=10.1.0.0/16
ZAKUP_SUPPLIER_APPROVAL=auto
ZAKUP_ADMIN_TOTP=optional
ZAKUP_SECRET_KEY=
ZAKUP_LOG=debug json
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
`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := zakup(t, c.env, "config").ok(t)
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got.stdout); diff != "" {
				t.Error(diff)
			}
			if got.stderr != "" {
				t.Errorf("stderr: %s", got.stderr)
			}
		})
	}
}

// Every command says all that is wrong at once, and begins nothing.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	wrong := map[string]string{
		"ZAKUP_ADDR": "8080", "ZAKUP_DATABASE_URL": "postgres://zakup:" + secret + "@db:99999/zakup",
		"ZAKUP_BLOB_URL": "s3://key:" + secret + "@s3.example.org", "ZAKUP_PUBLIC_URL": "https://zakup:" + secret + "@example.org", "ZAKUP_SMTP_URL": "smtp://mailer:" + secret + "@mail:x",
		"ZAKUP_MAIL_FROM": "nobody", "ZAKUP_ADMIN_EMAIL": "Office <office@example.org>", "ZAKUP_FETCH_ALLOW": "10.0.0.0/99", "ZAKUP_LIMITS": "many", "ZAKUP_TRUSTED_PROXIES": "all",
		"ZAKUP_SUPPLIER_APPROVAL": "maybe", "ZAKUP_LOG": "loud",
	}
	var env []string
	for name, value := range wrong {
		env = append(env, name+"="+value)
	}
	commands := [][]string{
		{"serve"},
		{"demo"},
		{"migrate"},
		{"config"},
		{"user", "add", "--email", "a@example.org", "--password", secret, "--type", "buyer"},
		{"import", "--shop-email", "a@example.org", "list.yaml"},
	}
	for _, args := range commands {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			got := zakup(t, env, args...)
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("%s", got)
			}
			for name := range wrong {
				if n := strings.Count(got.stderr, "\n  "+name+"="); n != 1 {
					t.Errorf("%s is named %d times in: %s", name, n, got.stderr)
				}
			}
			if strings.Contains(got.stderr, secret) {
				t.Errorf("a password is told: %s", got.stderr)
			}
		})
	}
}

func TestAnUnknownSettingIsTold(t *testing.T) {
	t.Parallel()
	got := zakup(t, []string{"ZAKUP_SMTP_ULR=smtp://mailer:hunter2@mail.example.org"}, "config").ok(t)
	if !strings.Contains(got.stderr, "ZAKUP_SMTP_ULR") || strings.Contains(got.stderr, "hunter2") {
		t.Errorf("stderr: %s", got.stderr)
	}
}

func TestWrongArguments(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"no command":           {},
		"unknown command":      {"sevre"},
		"unknown flag":         {"serve", "--no-job"},
		"too many arguments":   {"config", "all"},
		"half a command":       {"user"},
		"a flag is missing":    {"user", "add", "--email", "a@example.org", "--type", "buyer"},
		"no such type":         {"user", "add", "--email", "a@example.org", "--password", "Qwe#12345rty", "--type", "boss"},
		"no list":              {"import", "--shop-email", "a@example.org"},
		"nobody's list":        {"import", "list.yaml"},
		"a flag without value": {"user", "add", "--email"},
	}
	for name, args := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := zakup(t, nil, args...)
			if got.code != exitUsage || got.stdout != "" || !strings.HasPrefix(got.stderr, "zakup: error: ") {
				t.Errorf("%s", got)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	cases := []struct {
		args []string
		want []string
	}{
		{nil, []string{"serve", "demo", "migrate", "user add", "import", "openapi", "config"}},
		{[]string{"serve"}, []string{"--[no-]jobs"}},
		{[]string{"demo"}, nil},
		{[]string{"migrate"}, nil},
		{[]string{"user"}, []string{"user add"}},
		{[]string{"user", "add"}, []string{"--email", "--password", "--type", "--first-name", "--last-name"}},
		{[]string{"import"}, []string{"--shop-email", "FILE-or-URL"}},
		{[]string{"openapi"}, nil},
		{[]string{"config"}, nil},
	}
	for _, c := range cases {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			// Help is for those whose settings are wrong, too.
			got := zakup(t, []string{"ZAKUP_ADDR=wrong"}, append(c.args, "--help")...).ok(t)
			for _, want := range append(c.want, "Usage: zakup "+strings.Join(c.args, " ")) {
				if !strings.Contains(got.stdout, want) {
					t.Errorf("no %q in: %s", want, got.stdout)
				}
			}
		})
	}
}

func TestOpenAPIPrintsTheDocument(t *testing.T) {
	t.Parallel()
	got := zakup(t, nil, "openapi").ok(t)
	committed, err := os.ReadFile("../../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(committed), got.stdout); diff != "" {
		t.Errorf("docs/openapi.yaml is not what the program prints:\n%s", diff)
	}
}
