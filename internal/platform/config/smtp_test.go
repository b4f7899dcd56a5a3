package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

func TestSMTP(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]config.SMTP{
		"smtp://mail.example.org":                   {Host: "mail.example.org", Port: 587, TLS: config.TLSOpportunistic},
		"SMTP://mail.example.org:25/":               {Host: "mail.example.org", Port: 25, TLS: config.TLSOpportunistic},
		"smtp://mail.example.org?tls=none":          {Host: "mail.example.org", Port: 587, TLS: config.TLSNone},
		"smtp://mail.example.org?tls=required":      {Host: "mail.example.org", Port: 587, TLS: config.TLSRequired},
		"smtps://mail.example.org":                  {Host: "mail.example.org", Port: 465, TLS: config.TLSImplicit},
		"smtps://mail.example.org:587?tls=required": {Host: "mail.example.org", Port: 587, TLS: config.TLSImplicit},
		"smtps://u:p@[2001:db8::1]": {
			Host: "2001:db8::1", Port: 465, User: "u", Password: "p", TLS: config.TLSImplicit,
		},
		"smtp://u%40x.org:p%2Fw%20@mail.example.org": {
			Host: "mail.example.org", Port: 587, User: "u@x.org", Password: "p/w ", TLS: config.TLSRequired,
		},
		"smtp://u:p@mail.example.org?tls=required": {
			Host: "mail.example.org", Port: 587, User: "u", Password: "p", TLS: config.TLSRequired,
		},
		// A password does not leave the machine.
		"smtp://u:p@localhost:2525": {
			Host: "localhost", Port: 2525, User: "u", Password: "p", TLS: config.TLSOpportunistic,
		},
		"smtp://u:p@127.0.0.2?tls=none": {
			Host: "127.0.0.2", Port: 587, User: "u", Password: "p", TLS: config.TLSNone,
		},
		"smtp://u:p@[::1]?tls=required": {
			Host: "::1", Port: 587, User: "u", Password: "p", TLS: config.TLSRequired,
		},
	} {
		got := read(t, map[string]string{"ZAKUP_SMTP_URL": in}).SMTP
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	lite := func(path string) config.Database {
		return config.Database{Kind: config.SQLite, Path: path, URL: "sqlite:" + path}
	}
	post := func(url string) config.Database { return config.Database{Kind: config.Postgres, URL: url} }
	for in, want := range map[string]config.Database{
		"":                                 lite("/srv/wh?at/zakup.db"),
		"sqlite:":                          lite("/srv/wh?at/zakup.db"),
		"sqlite:other.db":                  lite("other.db"),
		"SQLite:./a b/c%20#d.db":           lite("./a b/c%20#d.db"),
		"sqlite:/var/lib/zakup.db":         lite("/var/lib/zakup.db"),
		"sqlite:///var/lib/zakup.db":       lite("/var/lib/zakup.db"),
		"postgres://127.0.0.1/zakup":       post("postgres://127.0.0.1/zakup"),
		"POSTGRES://u:p@[::1]:5432/zakup":  post("postgres://u:p@[::1]:5432/zakup"),
		"postgresql:///zakup?host=/run/pg": post("postgresql:///zakup?host=/run/pg"),
		"postgres://u:p@h1,h2:5433/zakup":  post("postgres://u:p@h1,h2:5433/zakup"),
	} {
		got := read(t, map[string]string{"ZAKUP_DATA_DIR": "/srv/wh?at", "ZAKUP_DATABASE_URL": in}).Database
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}
