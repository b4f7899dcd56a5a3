// Package config owns the settings of the program: their names, defaults and
// rules.
//
// FromEnv promises a Config in which every field is usable as it is, or one
// error that names everything wrong at once. A password appears in none of the
// texts that this package makes.
package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"net/netip"
	"slices"
	"strings"

	"zakup/internal/platform/limit"
)

// Config is all settings. The zero value is not usable; FromEnv makes one.
type Config struct {
	Addr             string         // host:port to listen on
	DataDir          string         // folder of the SQLite database, pictures, letters
	Database         Database       // where the data is
	Blob             *S3            // where pictures are; nil: files under DataDir
	TLS              *TLS           // nil: not from files
	ACME             *ACME          // nil: not from an authority
	CORSOrigins      []string       // whose pages may call the interface; none: nobody's
	PublicURL        string         // how people reach the service, without a slash at the end; "" when not set
	SMTP             *SMTP          // nil: letters become files under DataDir
	MailFrom         mail.Address   // the sender of every letter
	AdminEmail       string         // who gets the invoice of every order; "" is nobody
	FetchAllow       []netip.Prefix // private addresses that price lists may be fetched from
	Limits           limit.Rules    // how often something may be done
	TrustedProxies   []netip.Prefix // proxies whose X-Forwarded-For is believed
	SupplierApproval Approval       // how a new supplier's shop opens
	AdminTOTP        Demand         // whether administrators need a second factor
	SecretKey        string         // what seals secrets that must be read again; "": none is set
	Providers        []Provider     // by whom people may sign in, beside a password
	OAuthReturn      []string       // where browsers may be sent with the result of such a sign-in
	LogLevel         slog.Level     // the lowest level that is logged
	LogFormat        LogFormat      // how a line of the log is written
}

// Approval is how a new supplier's shop opens.
type Approval string

// The two ways.
const (
	ApprovalManual Approval = "manual" // an administrator approves it
	ApprovalAuto   Approval = "auto"   // at once
)

// Demand is whether something is asked for.
type Demand string

// The two demands.
const (
	TOTPOptional Demand = "optional"
	TOTPRequired Demand = "required"
)

// LogFormat is how a line of the log is written.
type LogFormat string

// The two formats.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// prefix is what the names of all settings begin with.
const prefix = "ZAKUP_"

// setting is one variable of the environment.
type setting struct {
	name     string
	standard string                      // read when the variable is unset or blank; "" leaves the zero value
	example  string                      // a good value, for the message about a bad one
	read     func(*Config, string) error // sets the field, or says what is wrong
	show     func(Config) string         // the effective value, secrets masked
	mask     func(string) string         // hides the secret in a bad value; nil when there can be none
	secret   bool                        // it holds a secret, which may be in a file: see given
}

// settings are in the order in which they are read and printed: a later one may
// build on an earlier one.
var settings = slices.Concat([]setting{
	{
		name: "ZAKUP_ADDR", standard: "127.0.0.1:8080", example: "127.0.0.1:8080",
		read: func(c *Config, v string) (err error) { c.Addr, err = listenAddress(v); return },
		show: func(c Config) string { return c.Addr },
	},
	{
		name: "ZAKUP_DATA_DIR", standard: "./data", example: "./data",
		read: func(c *Config, v string) error { c.DataDir = v; return nil },
		show: func(c Config) string { return c.DataDir },
	},
	{
		name: "ZAKUP_DATABASE_URL", standard: "sqlite:", example: "postgres://zakup:password@127.0.0.1:5432/zakup",
		read: func(c *Config, v string) (err error) { c.Database, err = database(v, c.DataDir); return },
		show: func(c Config) string { return c.Database.String() },
		mask: masked, secret: true,
	},
	{
		name: "ZAKUP_BLOB_URL", example: "s3://key:secret@s3.example.org/zakup?region=us-east-1",
		read: func(c *Config, v string) (err error) { c.Blob, err = s3(v); return },
		show: func(c Config) string { return c.Blob.String() },
		mask: masked, secret: true,
	},
	{
		name: "ZAKUP_TLS_CERT", example: "/etc/zakup/cert.pem",
		read: func(c *Config, v string) error { c.tls().Cert = v; return nil },
		show: func(c Config) string { return c.tls().Cert },
	},
	{
		name: "ZAKUP_TLS_KEY", example: "/etc/zakup/key.pem",
		read: func(c *Config, v string) error { c.tls().Key = v; return nil },
		show: func(c Config) string { return c.tls().Key },
	},
	{
		name: "ZAKUP_CORS_ORIGINS", example: "https://shop.example.org",
		read: func(c *Config, v string) (err error) { c.CORSOrigins, err = origins(v); return },
		show: func(c Config) string { return strings.Join(c.CORSOrigins, ",") },
	},
	{
		name: "ZAKUP_PUBLIC_URL", example: "https://zakup.example.org",
		read: func(c *Config, v string) (err error) { c.PublicURL, err = publicURL(v); return },
		show: func(c Config) string { return c.PublicURL },
		mask: maskedUser,
	},
	{
		name: "ZAKUP_SMTP_URL", example: "smtp://user:password@mail.example.org:587",
		read: func(c *Config, v string) (err error) { c.SMTP, err = smtp(v); return },
		show: func(c Config) string { return c.SMTP.String() },
		mask: masked, secret: true,
	},
	{
		name: "ZAKUP_MAIL_FROM", standard: "Zakup <noreply@localhost>", example: "Zakup <noreply@example.org>",
		read: func(c *Config, v string) (err error) { c.MailFrom, err = sender(v); return },
		show: func(c Config) string { return addressText(c.MailFrom) },
	},
	{
		name: "ZAKUP_ADMIN_EMAIL", example: "admin@example.org",
		read: func(c *Config, v string) (err error) { c.AdminEmail, err = bareEmail(v); return },
		show: func(c Config) string { return c.AdminEmail },
	},
	{
		name: "ZAKUP_FETCH_ALLOW", example: "127.0.0.1/32,10.20.0.0/16",
		read: func(c *Config, v string) (err error) { c.FetchAllow, err = networks(v); return },
		show: func(c Config) string { return join(c.FetchAllow) },
	},
	{
		name: "ZAKUP_LIMITS", standard: "on", example: "address=6000/m login=5+1/15m",
		read: func(c *Config, v string) (err error) { c.Limits, err = limit.Parse(v); return },
		show: func(c Config) string { return c.Limits.String() },
	},
	{
		name: "ZAKUP_TRUSTED_PROXIES", example: "127.0.0.1/32,10.20.0.0/16",
		read: func(c *Config, v string) (err error) { c.TrustedProxies, err = networks(v); return },
		show: func(c Config) string { return join(c.TrustedProxies) },
	},
	{
		name: "ZAKUP_SUPPLIER_APPROVAL", standard: string(ApprovalManual), example: string(ApprovalAuto),
		read: func(c *Config, v string) (err error) { c.SupplierApproval, err = approval(v); return },
		show: func(c Config) string { return string(c.SupplierApproval) },
	},
	{
		name: "ZAKUP_ADMIN_TOTP", standard: string(TOTPOptional), example: string(TOTPRequired),
		read: func(c *Config, v string) (err error) { c.AdminTOTP, err = demand(v); return },
		show: func(c Config) string { return string(c.AdminTOTP) },
	},
	{
		name: "ZAKUP_SECRET_KEY", example: "…",
		read: func(c *Config, v string) (err error) { c.SecretKey, err = secretKey(v); return },
		show: func(c Config) string { return maskAll(c.SecretKey) },
		mask: maskAll,
	},
	{
		name: "ZAKUP_LOG", standard: "info text", example: "debug json",
		read: func(c *Config, v string) (err error) { c.LogLevel, c.LogFormat, err = logging(v); return },
		show: func(c Config) string { return strings.ToLower(c.LogLevel.String()) + " " + string(c.LogFormat) },
	},
}, providerSettings(Google, startOf(Google)), providerSettings(GitHub, startOf(GitHub)), []setting{
	{
		name: "ZAKUP_OAUTH_RETURN", example: "https://shop.example.org/signed-in,org.example.app:/signed-in",
		read: func(c *Config, v string) (err error) { c.OAuthReturn, err = returns(v); return },
		show: func(c Config) string { return strings.Join(c.OAuthReturn, ",") },
	},
	furtherProviders,
}, acmeSettings)

// FromEnv reads all settings. getenv is os.Getenv or like it; blanks around a
// value don't count, and an empty one is as good as none. The error is an *Error.
func FromEnv(getenv func(string) string) (Config, error) {
	var c Config
	var bad Error
	for _, s := range allSettings(listed(getenv(furtherProviders.name))) {
		value, problem := s.given(getenv)
		if problem != nil {
			bad.Problems = append(bad.Problems, *problem)
			continue
		}
		if value == "" {
			value = s.standard
		}
		if value == "" {
			continue
		}
		if err := s.read(&c, value); err != nil {
			if s.mask != nil {
				value = s.mask(value)
			}
			bad.Problems = append(bad.Problems, Problem{s.name, value, err.Error(), s.example})
		}
	}
	if len(bad.Problems) == 0 {
		c.checkProviders(&bad)
		c.checkTLS(&bad)
		c.checkACME(&bad)
	}
	if len(bad.Problems) > 0 {
		return Config{}, &bad
	}
	return c, nil
}

// Print writes the effective settings, one NAME=value a line. Passwords are
// written as ***.
func (c Config) Print(w io.Writer) error {
	for _, s := range allSettings(listed(furtherProviders.show(c))) {
		if _, err := fmt.Fprintf(w, "%s=%s\n", s.name, s.show(c)); err != nil {
			return fmt.Errorf("config: print: %w", err)
		}
	}
	return nil
}

// Format writes what Print does, whatever the verb, so that no secret gets into a
// log by accident.
func (c Config) Format(f fmt.State, _ rune) { _ = c.Print(f) }

// Unknown returns the names in environ (as of os.Environ) that look like a
// setting and are none, sorted.
func Unknown(environ []string) []string {
	var names, further []string
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, furtherProviders.name+"="); ok {
			further = listed(value)
		}
	}
	all := allSettings(further)
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		known := slices.ContainsFunc(all, func(s setting) bool { return slices.Contains(s.names(), name) })
		if strings.HasPrefix(name, prefix) && !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
