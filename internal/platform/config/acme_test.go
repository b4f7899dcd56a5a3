package config_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

func TestACME(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		given map[string]string
		want  *config.ACME
	}{
		"nothing": {nil, nil},
		"names": {
			map[string]string{"ZAKUP_ACME_HOSTS": " Zakup.example.org,закупки.рф, zakup.example.org"},
			&config.ACME{Hosts: []string{"zakup.example.org", "xn--80aneha3a1a.xn--p1ai"}, Directory: config.LetsEncrypt},
		},
		"all": {
			map[string]string{
				"ZAKUP_ACME_HOSTS": "zakup.example.org", "ZAKUP_ACME_DIRECTORY": "https://ca.example.org/acme/directory",
				"ZAKUP_ACME_EMAIL": "admin@example.org",
			},
			&config.ACME{
				Hosts: []string{"zakup.example.org"}, Directory: "https://ca.example.org/acme/directory", Email: "admin@example.org",
			},
		},
		"an authority of this machine": {
			map[string]string{"ZAKUP_ACME_HOSTS": "zakup.example.org", "ZAKUP_ACME_DIRECTORY": "http://127.0.0.1:14000/dir"},
			&config.ACME{Hosts: []string{"zakup.example.org"}, Directory: "http://127.0.0.1:14000/dir"},
		},
	} {
		c := read(t, x.given)
		if diff := cmp.Diff(x.want, c.ACME); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if c.Secure() != (x.want != nil) {
			t.Errorf("%s: secure is %t", name, c.Secure())
		}
		var b bytes.Buffer
		if err := c.Print(&b); err != nil {
			t.Fatal(err)
		}
		printed := map[string]string{}
		for line := range strings.Lines(b.String()) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			printed[name] = value
		}
		if diff := cmp.Diff(x.want, read(t, printed).ACME); diff != "" {
			t.Errorf("%s, printed and read back (-want +got):\n%s", name, diff)
		}
	}
}

func TestWrongACME(t *testing.T) {
	t.Parallel()
	const hosts = "ZAKUP_ACME_HOSTS"
	many := make([]string, 51)
	for i := range many {
		many[i] = strings.Repeat("a", i+1) + ".example"
	}
	for name, values := range map[string][]string{
		hosts: {
			"zakup", "localhost", "*.example.org", "127.0.0.1", "[::1]", "::1", "zakup.example.org:443", "https://zakup.example.org",
			"zakup..org", "zakup.example.org.", ".", "a b.example.org", "a.example.org;b.example.org", ",", strings.Join(many, ","),
		},
		"ZAKUP_ACME_DIRECTORY": {
			"ca.example.org", "http://ca.example.org/directory", "https://", "https://u:p@ca.example.org/", "https://ca.example.org/?a",
		},
		"ZAKUP_ACME_EMAIL": {"admin", "Admin <admin@example.org>"},
	} {
		for _, value := range values {
			given := map[string]string{hosts: "zakup.example.org"}
			given[name] = value
			bad := refused(t, given)
			if len(bad.Problems) != 1 || bad.Problems[0].Name != name || bad.Problems[0].Wrong == "" {
				t.Errorf("%s=%s: %v", name, value, bad)
				continue
			}
			given[name] = bad.Problems[0].Example
			read(t, given)
		}
	}
	for name, x := range map[string]struct {
		given map[string]string
		names []string
	}{
		"a directory for nobody": {
			map[string]string{"ZAKUP_ACME_DIRECTORY": config.LetsEncrypt}, []string{hosts, "ZAKUP_ACME_DIRECTORY"},
		},
		"two certificates": {
			map[string]string{hosts: "zakup.example.org", "ZAKUP_TLS_CERT": "cert.pem", "ZAKUP_TLS_KEY": "key.pem"},
			[]string{hosts, "ZAKUP_TLS_CERT"},
		},
	} {
		bad := refused(t, x.given)
		for _, word := range x.names {
			if len(bad.Problems) != 1 || !strings.Contains(bad.Error(), word) {
				t.Errorf("%s: %v, want it to name %s", name, bad, word)
			}
		}
	}
}
