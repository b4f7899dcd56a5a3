package config

// TLS is where the certificate of the service is, when it's in files.
type TLS struct {
	Cert string // file of the chain, PEM, our own certificate first
	Key  string // file of its key, PEM
}

// tls makes the setting where there is none. On a copy it makes it for that only.
func (c *Config) tls() *TLS {
	if c.TLS == nil {
		c.TLS = &TLS{}
	}
	return c.TLS
}

// checkTLS names the file that is missing.
func (c Config) checkTLS(bad *Error) {
	if c.TLS == nil {
		return
	}
	for _, x := range []struct{ name, value, other, example string }{
		{"ZAKUP_TLS_CERT", c.TLS.Cert, "ZAKUP_TLS_KEY", "/etc/zakup/cert.pem"},
		{"ZAKUP_TLS_KEY", c.TLS.Key, "ZAKUP_TLS_CERT", "/etc/zakup/key.pem"},
	} {
		if x.value == "" {
			bad.Problems = append(bad.Problems, Problem{x.name, "", x.other + " needs it", x.example})
		}
	}
}
