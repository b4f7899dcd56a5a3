package config_test

import (
	"errors"
	"log/slog"
	"net/mail"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zakup/internal/platform/config"
	"zakup/internal/platform/limit"
)

var byValue = cmpopts.EquateComparable(netip.Prefix{})

// env is a getenv with these variables only.
func env(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

// read is FromEnv that must succeed.
func read(t *testing.T, m map[string]string) config.Config {
	t.Helper()
	c, err := config.FromEnv(env(m))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refused is FromEnv that must fail; it returns what is wrong.
func refused(t *testing.T, m map[string]string) *config.Error {
	t.Helper()
	c, err := config.FromEnv(env(m))
	var bad *config.Error
	if !errors.As(err, &bad) {
		t.Fatalf("%v: got %+v, %v; want an *Error", m, c, err)
	}
	return bad
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	want := config.Config{
		Addr:             "127.0.0.1:8080",
		DataDir:          "./data",
		Database:         config.Database{Kind: config.SQLite, Path: "data/zakup.db", URL: "sqlite:data/zakup.db"},
		MailFrom:         mail.Address{Name: "Zakup", Address: "noreply@localhost"},
		SupplierApproval: config.ApprovalManual,
		AdminTOTP:        config.TOTPOptional,
		Limits:           limit.Standard(),
		LogLevel:         slog.LevelInfo,
		LogFormat:        config.LogText,
	}
	if diff := cmp.Diff(want, read(t, nil), byValue); diff != "" {
		t.Errorf("nothing set (-want +got):\n%s", diff)
	}
	blank := map[string]string{"ZAKUP_ADDR": " ", "ZAKUP_DATABASE_URL": "\n", "ZAKUP_SMTP_URL": "", "ZAKUP_LOG": "\t"}
	if diff := cmp.Diff(want, read(t, blank), byValue); diff != "" {
		t.Errorf("all blank (-want +got):\n%s", diff)
	}
}

func TestEverythingSet(t *testing.T) {
	t.Parallel()
	got := read(t, map[string]string{
		"ZAKUP_ADDR":              " [::1]:0 ",
		"ZAKUP_DATA_DIR":          "/srv/zakup",
		"ZAKUP_DATABASE_URL":      "postgresql://zakup:se%40cret@db1:5432,db2:5433/zakup?sslmode=disable",
		"ZAKUP_BLOB_URL":          "s3://key:s%2Fecret@s3.example.org:9000/zakup/a/b/?region=test-1",
		"ZAKUP_PUBLIC_URL":        "https://shop.example.org/zakup//",
		"ZAKUP_SMTP_URL":          "smtp://robot:p%3Aw@mail.example.org",
		"ZAKUP_MAIL_FROM":         "Закупки <zakup@example.org>",
		"ZAKUP_ADMIN_EMAIL":       "admin@example.org",
		"ZAKUP_FETCH_ALLOW":       "127.0.0.1, 10.1.2.3/8,::1,::ffff:192.168.0.0/112,",
		"ZAKUP_LIMITS":            "Account=100/s, register=off login=3+1/h",
		"ZAKUP_TRUSTED_PROXIES":   "10.1.2.3/8",
		"ZAKUP_SUPPLIER_APPROVAL": "Auto",
		"ZAKUP_LOG":               "JSON, warn",
	})
	url := "postgresql://zakup:se%40cret@db1:5432,db2:5433/zakup?sslmode=disable"
	rules := limit.Standard()
	rules.Account, rules.Register = limit.Rate{Count: 100, Per: time.Second}, limit.Rule{}
	rules.Login = limit.Rule{Free: 3, Forget: time.Hour}
	want := config.Config{
		Addr:      "[::1]:0",
		DataDir:   "/srv/zakup",
		Database:  config.Database{Kind: config.Postgres, URL: url},
		Blob:      &config.S3{Host: "s3.example.org:9000", Key: "key", Secret: "s/ecret", Bucket: "zakup", Prefix: "a/b", Region: "test-1"},
		PublicURL: "https://shop.example.org/zakup",
		SMTP: &config.SMTP{
			Host: "mail.example.org", Port: 587, User: "robot", Password: "p:w", TLS: config.TLSRequired,
		},
		MailFrom:   mail.Address{Name: "Закупки", Address: "zakup@example.org"},
		AdminEmail: "admin@example.org",
		FetchAllow: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"),
			netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("192.168.0.0/16"),
		},
		Limits:           rules,
		TrustedProxies:   []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		SupplierApproval: config.ApprovalAuto,
		AdminTOTP:        config.TOTPOptional,
		LogLevel:         slog.LevelWarn,
		LogFormat:        config.LogJSON,
	}
	if diff := cmp.Diff(want, got, byValue); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	type pair struct {
		Level  slog.Level
		Format config.LogFormat
	}
	for in, want := range map[string]pair{
		"debug":      {slog.LevelDebug, config.LogText},
		"error":      {slog.LevelError, config.LogText},
		"json":       {slog.LevelInfo, config.LogJSON},
		"text,debug": {slog.LevelDebug, config.LogText},
		"warn  json": {slog.LevelWarn, config.LogJSON},
	} {
		c := read(t, map[string]string{"ZAKUP_LOG": in})
		if got := (pair{c.LogLevel, c.LogFormat}); got != want {
			t.Errorf("%q: got %v, want %v", in, got, want)
		}
	}
}

// Every wrong value is refused by its own setting alone.
func TestWrongValues(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"ZAKUP_ADDR": {
			"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "host:65536", "host:-1", "a b:80",
			"http://127.0.0.1:8080", "::1:8080",
		},
		"ZAKUP_LIMITS": {
			"yes", "on off", "address", "address=", "address=10", "address=0/m", "address=-1/m", "address=10/0s", "address=1/2w",
			"address=10/31d", "login=5", "login=5/15m", "login=5+2/15m", "login=0+1/m", "login=5+1/", "logins=5+1/m",
			"key=5+1/m key=off", "address=99999999999999999999/m", "address=10/99999999999999999999d",
		},
		"ZAKUP_TRUSTED_PROXIES": {"all", "10.0.0.0/33", "unix"},
		"ZAKUP_DATABASE_URL": {
			"zakup.db", "mysql://u:p@host/db", "sqlite://data/zakup.db", "sqlite::memory:",
			"sqlite:zakup.db?mode=ro", "sqlite:data/", "postgres:zakup", "postgres://host:port/db",
			"postgres://host:0/db", "postgres://host:99999/db", "postgres://h1:x,h2:5432/db", "postgres://h1,,h2/db",
			"postgres://host/db#part", "postgres://host/db?a=%zz", "host=localhost user=zakup",
		},
		"ZAKUP_PUBLIC_URL": {
			"example.org", "/zakup", "ftp://example.org", "https://", "https://example.org?a=1",
			"https://example.org?", "https://example.org/#top", "https://u@example.org", "https://exa mple.org",
			"https://example.org:0", "https://example.org:", "https:example.org", "http://:8080",
		},
		"ZAKUP_SMTP_URL": {
			"mail.example.org", "http://mail.example.org", "smtp://", "smtp:mail.example.org",
			"smtp://mail.example.org:x", "smtp://mail.example.org:0", "smtp://mail.example.org/inbox",
			"smtp://mail.example.org?tls=maybe", "smtp://mail.example.org?tls=", "smtp://mail.example.org?TLS=none",
			"smtp://mail.example.org?tls=none&tls=required", "smtp://mail.example.org#x", "smtp://user@mail.example.org",
			"smtp://:password@mail.example.org", "smtp://user:@mail.example.org", "smtp://u%0a:p@mail.example.org",
			"smtps://mail.example.org?tls=none", "smtps://mail.example.org?tls=opportunistic",
			"smtp://u:p@mail.example.org?tls=none", "smtp://u:p@mail.example.org?tls=opportunistic",
			"smtp://u:p@10.0.0.1?tls=none", "smtp://u:p@localhost.example.org?tls=none",
		},
		"ZAKUP_BLOB_URL": {
			"pictures", "file:///srv/pictures", "https://k:s@s3.example.org/zakup", "s3:zakup", "s3://zakup", "s3://k:s@", "s3://k:s@/zakup",
			"s3://s3.example.org/zakup", "s3://k@s3.example.org/zakup", "s3://k:@s3.example.org/zakup", "s3://:s@s3.example.org/zakup",
			"s3://k:s%0a@s3.example.org/zakup", "s3://k%20:s@s3.example.org/zakup", "s3://k:s@s3.example.org", "s3://k:s@s3.example.org/",
			"s3://k:s@s3.example.org:x/zakup", "s3://k:s@s3.example.org:0/zakup", "s3://k:s@s3.example.org:/zakup",
			"s3://k:s@s3.example.org/Zakup", "s3://k:s@s3.example.org/za", "s3://k:s@s3.example.org/za..kup", "s3://k:s@s3.example.org/zakup/../a",
			"s3://k:s@s3.example.org/zakup/.a", "s3://k:s@s3.example.org/zakup/a//b", "s3://k:s@s3.example.org/zakup/a%20b",
			"s3://k:s@s3.example.org/zakup/" + strings.Repeat("a", 201), "s3://k:s@s3.example.org/zakup#a", "s3://k:s@s3.example.org/zakup?",
			"s3://k:s@s3.example.org/zakup?tls=on", "s3://k:s@s3.example.org/zakup?tls=", "s3://k:s@s3.example.org/zakup?tls=off&tls=off",
			"s3://k:s@s3.example.org/zakup?style=dns", "s3://k:s@s3.example.org/zakup?region=", "s3://k:s@s3.example.org/zakup?region=a%20b",
			"s3://k:s@s3.example.org/zakup?a=%zz", "s3://k:s@s3.example.org/zakup?secret=s", "s3://k:s@10.0.0.1/zakup?style=host",
		},
		"ZAKUP_MAIL_FROM":         {"Zakup", "a@b, c@d", "Zakup <>", "=?utf-8?q?a=0Ab?= <a@b>"},
		"ZAKUP_ADMIN_EMAIL":       {"admin", "Admin <admin@example.org>", "a@b,c@d", "<a@b>"},
		"ZAKUP_FETCH_ALLOW":       {"localhost", "10.0.0.0/33", "10.0.0.1/8,256.1.1.1", "10.0.0.1;10.0.0.2"},
		"ZAKUP_SUPPLIER_APPROVAL": {"yes", "manual auto"},
		"ZAKUP_LOG":               {"loud", "info debug", "json text", "info info"},
	} {
		for _, value := range values {
			bad := refused(t, map[string]string{name: value})
			if len(bad.Problems) != 1 || bad.Problems[0].Name != name || bad.Problems[0].Wrong == "" {
				t.Errorf("%s=%s: got %+v, want one problem of that name", name, value, bad.Problems)
				continue
			}
			// The example in the message must be a good value.
			read(t, map[string]string{name: bad.Problems[0].Example})
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	bad := refused(t, map[string]string{
		"ZAKUP_ADDR":              "8080",
		"ZAKUP_DATABASE_URL":      "mysql://root:Tr0ub4dor@db/zakup",
		"ZAKUP_FETCH_ALLOW":       "127.0.0.1,intranet,10.0.0.0/99",
		"ZAKUP_SUPPLIER_APPROVAL": "auto",
		"ZAKUP_LOG":               strings.Repeat("x", 1000),
	})
	want := `wrong settings:
  ZAKUP_ADDR="8080": not host:port; a good one: ZAKUP_ADDR=127.0.0.1:8080
  ZAKUP_DATABASE_URL="mysql://root:***@db/zakup": begins neither with sqlite: nor with postgres://; ` +
		`a good one: ZAKUP_DATABASE_URL=postgres://zakup:password@127.0.0.1:5432/zakup
  ZAKUP_FETCH_ALLOW="127.0.0.1,intranet,10.0.0.0/99": neither an IP address nor a CIDR: "intranet", "10.0.0.0/99"; ` +
		`a good one: ZAKUP_FETCH_ALLOW=127.0.0.1/32,10.20.0.0/16
  ZAKUP_LOG="` + strings.Repeat("x", 100) + `…": a word that is neither a level (debug, info, warn, error) ` +
		`nor a format (text, json); a good one: ZAKUP_LOG=debug json`
	if diff := cmp.Diff(want, bad.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
