package config

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// ACME is how the service gets certificates by itself.
type ACME struct {
	Hosts     []string // for which, as in DNS
	Directory string   // URL of the authority's directory
	Email     string   // to whom the authority may write; "": nobody
}

// LetsEncrypt is the directory of the authority that is asked when none is set.
const LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// maxHosts is how many names the service may have.
const maxHosts = 50

const acmeHosts = "ZAKUP_ACME_HOSTS"

// acmeSettings are without a standard value: set alone they would be ACME.
var acmeSettings = []setting{
	{
		name: acmeHosts, example: "zakup.example.org",
		read: func(c *Config, v string) (err error) { c.acme().Hosts, err = hosts(v); return },
		show: func(c Config) string { return strings.Join(c.acme().Hosts, ",") },
	},
	{
		name: "ZAKUP_ACME_DIRECTORY", example: LetsEncrypt,
		read: func(c *Config, v string) (err error) { c.acme().Directory, err = issuer(v); return },
		show: func(c Config) string { return c.acme().Directory },
		mask: maskedUser,
	},
	{
		name: "ZAKUP_ACME_EMAIL", example: "admin@example.org",
		read: func(c *Config, v string) (err error) { c.acme().Email, err = bareEmail(v); return },
		show: func(c Config) string { return c.acme().Email },
	},
}

// acme makes the setting where there is none. On a copy it makes it for that only.
func (c *Config) acme() *ACME {
	if c.ACME == nil {
		c.ACME = &ACME{}
	}
	return c.ACME
}

// hosts reads a comma list of names that an authority can look up.
func hosts(v string) ([]string, error) {
	var list []string
	for entry := range strings.SplitSeq(v, ",") {
		entry = strings.TrimSpace(entry)
		host, err := idna.Lookup.ToASCII(entry)
		switch {
		case err != nil || !isHost(host) || slices.Contains(strings.Split(host, "."), ""):
			return nil, fmt.Errorf("%.100q is not a host name; there are no wildcards", entry)
		case !strings.Contains(host, "."):
			return nil, fmt.Errorf("%.100q has no dot: no authority knows it", entry)
		}
		if _, err := netip.ParseAddr(host); err == nil {
			return nil, fmt.Errorf("%.100q is an address; certificates are for names", entry)
		}
		if !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	if len(list) > maxHosts {
		return nil, fmt.Errorf("more than %d", maxHosts)
	}
	return list, nil
}

// checkACME names what can't be together, and what is missing.
func (c *Config) checkACME(bad *Error) {
	if c.ACME == nil {
		return
	}
	var err error
	switch {
	case len(c.ACME.Hosts) == 0:
		err = errors.New("ZAKUP_ACME_DIRECTORY and ZAKUP_ACME_EMAIL need it")
	case c.TLS != nil:
		err = errors.New("ZAKUP_TLS_CERT is set too; the certificate is either got from an authority or read from files")
	}
	if err != nil {
		bad.Problems = append(bad.Problems, Problem{acmeHosts, strings.Join(c.ACME.Hosts, ","), err.Error(), "zakup.example.org"})
	}
	if c.ACME.Directory == "" {
		c.ACME.Directory = LetsEncrypt
	}
}

// Secure tells whether the service speaks TLS itself.
func (c Config) Secure() bool { return c.TLS != nil || c.ACME != nil }
