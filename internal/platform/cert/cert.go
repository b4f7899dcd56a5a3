// Package cert gets the certificates of the service from an authority that speaks
// ACME, and renews them.
//
// An Authority is asked for the names of the settings and no others, so that a
// stranger's handshake costs nobody anything. It looks for us where our names say
// (tls-alpn-01), so the certificates come by the listener that serves them.
package cert

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/idna"

	"zakup/internal/platform/config"
)

// Challenge is the protocol by which an authority asks at our listener, which must
// offer it.
const Challenge = acme.ALPNProto

// patience is how long the authority may take for one answer.
const patience = 30 * time.Second

// Authority is whom we have our certificates from.
type Authority struct {
	hosts   []string
	manager *autocert.Manager
	log     *slog.Logger
}

// New keeps keys and certificates in the folder, which only we can open. The
// authority's own server is believed as the system's authorities say. Its terms of
// service are agreed to: who names the hosts has done so.
func New(c config.ACME, folder string, log *slog.Logger) *Authority {
	a := &Authority{hosts: c.Hosts, log: log}
	a.manager = &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(folder), HostPolicy: a.ours, Email: c.Email,
		Client: &acme.Client{
			DirectoryURL: c.Directory,
			UserAgent:    "zakup",
			HTTPClient: &http.Client{Timeout: patience, Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, // weeks pass between two certificates
			}},
		},
	}
	return a
}

func (a *Authority) ours(_ context.Context, host string) error {
	if !slices.Contains(a.hosts, host) {
		return fmt.Errorf("cert: %.100q is not a name of this service", host)
	}
	return nil
}

// Get returns the certificate for a handshake: that of the name asked for, which
// the first to ask waits for, or what an authority looks for.
func (a *Authority) Get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c, err := a.manager.GetCertificate(hello)
	if err == nil {
		return c, nil
	}
	// Names of others are what strangers ask for all day.
	if host, bad := idna.Lookup.ToASCII(hello.ServerName); bad == nil && slices.Contains(a.hosts, host) {
		a.log.Warn("no certificate", "host", host, "error", err)
	}
	return nil, fmt.Errorf("cert: %w", err)
}
