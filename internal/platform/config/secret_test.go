package config_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zakup/internal/platform/config"
)

func TestPasswordsAreMasked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, want string }{
		{"ZAKUP_DATABASE_URL", "postgres://zakup:Hunter@db:5432/zakup?sslmode=disable", "postgres://zakup:***@db:5432/zakup?sslmode=disable"},
		{"ZAKUP_DATABASE_URL", "postgres://db/zakup?user=u&password=Hunter", "postgres://db/zakup?user=u&password=***"},
		{"ZAKUP_DATABASE_URL", "postgres://db/zakup?%70assword=Hunter&sslPassword=Hunter", "postgres://db/zakup?%70assword=***&sslPassword=***"},
		{"ZAKUP_DATABASE_URL", "postgresql:///zakup?host=/run/postgresql", "postgresql:///zakup?host=/run/postgresql"},
		{"ZAKUP_SMTP_URL", "smtp://robot:Hunter@mail.example.org", "smtp://robot:***@mail.example.org:587?tls=required"},
		{"ZAKUP_SMTP_URL", "smtp://robot%40example.org:Hunt@er@mail.example.org:25", "smtp://robot%40example.org:***@mail.example.org:25?tls=required"},
		{"ZAKUP_SMTP_URL", "smtps://robot:Hunter@mail.example.org/", "smtps://robot:***@mail.example.org:465"},
		{"ZAKUP_BLOB_URL", "s3://key:Hunt%2Fer@s3.example.org/zakup?tls=off", "s3://key:***@s3.example.org/zakup?tls=off"},
		{"ZAKUP_SECRET_KEY", "Hunter-Hunter-Hunter-Hunter-Hunter-Hunter-Hunter", "***"},
	} {
		cfg := read(t, map[string]string{c.name: c.value})
		var b bytes.Buffer
		if err := cfg.Print(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), c.name+"="+c.want+"\n") {
			t.Errorf("%s=%s: want %s in\n%s", c.name, c.value, c.want, b.String())
		}
		for _, text := range []string{b.String(), fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", &cfg)} {
			if strings.Contains(text, "Hunt") {
				t.Errorf("%s=%s: the password is in\n%s", c.name, c.value, text)
			}
		}
	}
}

func TestNoPasswordInAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, want string }{
		// An address that is split, and refused for another reason.
		{"ZAKUP_SMTP_URL", "http://robot:Secret@mail.example.org", "http://robot:***@mail.example.org"},
		{"ZAKUP_SMTP_URL", "smtp://:Secret@mail.example.org", "smtp://:***@mail.example.org"},
		{"ZAKUP_DATABASE_URL", "mysql://db/zakup?user=u&passwd=Secret", "mysql://db/zakup?user=u&passwd=***"},
		{"ZAKUP_PUBLIC_URL", "https://me:Secret@example.org", "https://me:***@example.org"},
		{"ZAKUP_BLOB_URL", "s3://key:Secret@s3.example.org", "s3://key:***@s3.example.org"},
		{"ZAKUP_BLOB_URL", "s3://s3.example.org/zakup?key=k&SECRET_key=Secret", "s3://s3.example.org/zakup?key=k&SECRET_key=***"},
		// One that can't be split: unescaped characters, no host, no scheme.
		{"ZAKUP_SMTP_URL", "smtp://robot:Secret", "smtp://***"},
		{"ZAKUP_SMTP_URL", "smtp://robot:Sec/ret@mail.example.org", "smtp://***"},
		{"ZAKUP_SMTP_URL", "smtp://robot:12#Secret@mail.example.org", "smtp://***"},
		{"ZAKUP_SMTP_URL", "smtp://robot:Se@cr/Secret@mail.example.org", "smtp://***"},
		{"ZAKUP_SMTP_URL", "smtp://robot:Secret%@mail.example.org", "smtp://***"},
		{"ZAKUP_BLOB_URL", "s3://key:Sec/ret+Secret@s3.example.org/zakup", "s3://***"},
		{"ZAKUP_SMTP_URL", "robot:Secret@mail.example.org", "***"},
		{"ZAKUP_SMTP_URL", "smtp:robot:Secret@mail.example.org", "***"},
		{"ZAKUP_DATABASE_URL", "postgres://u:12?Secret@db/zakup", "postgres://***"},
		{"ZAKUP_DATABASE_URL", "postgres://u:Secret@db:port/zakup", "postgres://***"},
		{"ZAKUP_DATABASE_URL", "host=db user=u password='Se Secret'", "***"},
		{"ZAKUP_PUBLIC_URL", "https://me:1/Secret@example.org?", "https://***"},
		// One without room for a password is shown.
		{"ZAKUP_DATABASE_URL", "zakup.db", "zakup.db"},
		{"ZAKUP_BLOB_URL", "pictures", "pictures"},
		{"ZAKUP_PUBLIC_URL", "example.org:8080", "example.org:8080"},
	} {
		bad := refused(t, map[string]string{c.name: c.value})
		if got := bad.Problems[0].Value; got != c.want {
			t.Errorf("%s=%s: shown as %q, want %q", c.name, c.value, got, c.want)
		}
		if strings.Contains(bad.Error(), "Sec") {
			t.Errorf("%s=%s: the password is in\n%s", c.name, c.value, bad.Error())
		}
	}
}

// Whatever the password, before an @ it is in no text, be the value good or bad.
func TestNoPasswordInAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringOfN(rapid.RuneFrom([]rune("Qw7:/?#@%&=; '\\[]é")), 1, 12, -1).Draw(t, "password")
		name := rapid.SampledFrom([]string{"ZAKUP_DATABASE_URL", "ZAKUP_SMTP_URL", "ZAKUP_BLOB_URL"}).Draw(t, "name")
		scheme := rapid.SampledFrom([]string{"postgres", "smtp", "smtps", "s3", "mysql"}).Draw(t, "scheme")
		value := scheme + "://robot:Kq" + password + "Kq@db.example.org"
		c, err := config.FromEnv(env(map[string]string{name: value}))
		text := fmt.Sprint(c)
		if err != nil {
			text = err.Error()
		}
		if strings.Contains(text, "Kq") {
			t.Fatalf("%s=%s: the password is in\n%s", name, value, text)
		}
	})
}
