package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Provider is by whom people may sign in.
type Provider struct {
	Name   string // in paths: google, github, or as the setting says
	Title  string // for people
	Issuer string // of OpenID Connect; of GitHub, where it is
	ID     string // by which the provider knows us
	Secret string
}

// Format writes who it is, whatever the verb, and never the secret.
func (p Provider) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "%s (%s)", p.Name, p.Issuer) }

// The providers that have names of their own.
const (
	Google = "google"
	GitHub = "github"
	// GitHubAddress is where GitHub is, unless an Enterprise Server is meant.
	GitHubAddress = "https://github.com"
	googleIssuer  = "https://accounts.google.com"
)

// maxProviders is how many there may be beside Google and GitHub.
const maxProviders = 10

// providerName is the form of a name in ZAKUP_OIDC.
var providerName = regexp.MustCompile(`^[a-z][a-z0-9]{0,31}$`)

// providerNames reads the names of the further providers.
func providerNames(v string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(v, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case !providerName.MatchString(name):
			return nil, errors.New("a name is letters and digits, and begins with a letter")
		case name == Google || name == GitHub:
			return nil, fmt.Errorf("%s has a meaning of its own", name)
		case slices.Contains(names, name):
			return nil, fmt.Errorf("%s stands there twice", name)
		}
		names = append(names, name)
	}
	if len(names) > maxProviders {
		return nil, fmt.Errorf("more than %d", maxProviders)
	}
	return names, nil
}

// provider finds the provider of the name, and makes it where there is none.
func (c *Config) provider(name string) *Provider {
	for i := range c.Providers {
		if c.Providers[i].Name == name {
			return &c.Providers[i]
		}
	}
	p := Provider{Name: name, Title: strings.ToUpper(name[:1]) + name[1:]}
	switch name {
	case Google:
		p.Issuer = googleIssuer
	case GitHub:
		p.Issuer, p.Title = GitHubAddress, "GitHub"
	}
	c.Providers = append(c.Providers, p)
	return &c.Providers[len(c.Providers)-1]
}

// providerSettings are those of one provider: its variables begin with start.
func providerSettings(name, start string) []setting {
	get := func(c Config) Provider {
		for _, p := range c.Providers {
			if p.Name == name {
				return p
			}
		}
		return Provider{}
	}
	text := func(to func(*Provider) *string) func(*Config, string) error {
		return func(c *Config, v string) error { *to(c.provider(name)) = v; return nil }
	}
	list := []setting{
		{
			name: start + "_ID", example: "zakup",
			read: text(func(p *Provider) *string { return &p.ID }),
			show: func(c Config) string { return get(c).ID },
		},
		{
			name: start + "_SECRET", example: "…",
			read: text(func(p *Provider) *string { return &p.Secret }),
			show: func(c Config) string { return maskAll(get(c).Secret) },
			mask: maskAll, secret: true,
		},
	}
	if name == Google {
		return list
	}
	example := "https://id.example.org/realms/chain"
	if name == GitHub {
		example = GitHubAddress
	}
	list = append(list, setting{
		name: start + "_ISSUER", example: example,
		read: func(c *Config, v string) (err error) { c.provider(name).Issuer, err = issuer(v); return },
		show: func(c Config) string { return get(c).Issuer },
		mask: maskedUser,
	})
	if name == GitHub {
		return list
	}
	return append(list, setting{
		name: start + "_TITLE", example: "Keycloak",
		read: text(func(p *Provider) *string { return &p.Title }),
		show: func(c Config) string { return get(c).Title },
	})
}

func maskAll(secret string) string {
	if secret == "" {
		return ""
	}
	return hidden
}

// issuer accepts an address as the provider itself writes it, to the letter.
func issuer(v string) (string, error) {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("not an absolute https:// address")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("no user, no ? and no # belong here")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", errors.New("not encrypted: write https://")
	}
	return v, checkHost(u)
}

// returns reads where browsers may be sent with the result of a sign-in.
func returns(v string) ([]string, error) {
	var list []string
	for address := range strings.SplitSeq(v, ",") {
		address = strings.TrimSpace(address)
		u, err := url.Parse(address)
		switch {
		case err != nil || u.Scheme == "" || u.Host == "" && u.Path == "" && u.Opaque == "":
			return nil, fmt.Errorf("not an address: %.100q", address)
		case slices.Contains([]string{"javascript", "data", "file", "blob", "vbscript"}, strings.ToLower(u.Scheme)):
			return nil, fmt.Errorf("no place to send anybody: %.100q", address)
		case u.User != nil || u.Fragment != "" || u.Query().Has("code") || u.Query().Has("error"):
			return nil, fmt.Errorf("no user, no # and neither code nor error may be in it: %.100q", address)
		case u.Scheme == "http" && !isLoopback(u.Hostname()):
			return nil, fmt.Errorf("not encrypted: %.100q", address)
		}
		list = append(list, address)
	}
	return list, nil
}

// checkProviders names what is missing of providers that are half there.
func (c Config) checkProviders(bad *Error) {
	for _, p := range c.Providers {
		start := startOf(p.Name)
		for _, part := range []struct{ name, value, example string }{
			{"_ID", p.ID, "zakup"}, {"_SECRET", p.Secret, "…"}, {"_ISSUER", p.Issuer, "https://id.example.org/realms/chain"},
		} {
			if part.value == "" {
				bad.Problems = append(bad.Problems, Problem{start + part.name, "", "the provider " + p.Name + " needs it", part.example})
			}
		}
	}
	if len(c.Providers) > 0 && c.PublicURL == "" {
		bad.Problems = append(bad.Problems, Problem{
			"ZAKUP_PUBLIC_URL", "", "providers of sign-ins send browsers back to it", "https://zakup.example.org",
		})
	}
	if len(c.OAuthReturn) > 0 && len(c.Providers) == 0 {
		bad.Problems = append(bad.Problems, Problem{
			"ZAKUP_OAUTH_RETURN", strings.Join(c.OAuthReturn, ","), "there is no provider of sign-ins", "(unset)",
		})
	}
}

// startOf begins the names of a provider's variables.
func startOf(name string) string {
	if name == Google || name == GitHub {
		return prefix + "OAUTH_" + strings.ToUpper(name)
	}
	return prefix + "OIDC_" + strings.ToUpper(name)
}

// furtherProviders has settings of its own for each name in it.
var furtherProviders = setting{
	name: prefix + "OIDC", example: "keycloak,azure",
	read: func(c *Config, v string) error {
		names, err := providerNames(v)
		for _, name := range names {
			c.provider(name)
		}
		return err
	},
	show: func(c Config) string {
		var names []string
		for _, p := range c.Providers {
			if p.Name != Google && p.Name != GitHub {
				names = append(names, p.Name)
			}
		}
		return strings.Join(names, ",")
	},
}

// allSettings are the settings where the further providers have these names.
func allSettings(names []string) []setting {
	list := slices.Clone(settings)
	for _, name := range names {
		list = append(list, providerSettings(name, startOf(name))...)
	}
	return list
}

// listed reads the names of the further providers; none when they are wrong.
func listed(value string) []string {
	names, err := providerNames(value)
	if err != nil {
		return nil
	}
	return names
}
