package app

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"zakup/internal/platform/cert"
	"zakup/internal/platform/config"
)

// tlsConfig is how browsers and machines speak to us, nil without TLS.
func tlsConfig(cfg config.Config, log *slog.Logger) (*tls.Config, error) {
	secure := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	switch {
	case cfg.ACME != nil:
		secure.GetCertificate = cert.New(*cfg.ACME, filepath.Join(cfg.DataDir, "acme"), log).Get
		secure.NextProtos = append(secure.NextProtos, cert.Challenge)
	case cfg.TLS != nil:
		c := &certificate{files: *cfg.TLS, log: log}
		if err := c.read(); err != nil {
			return nil, err
		}
		secure.GetCertificate = c.get
	default:
		return nil, nil //nolint:nilnil // there is none
	}
	return secure, nil
}

// certificate is that of the files, read anew when they have changed, so that a
// renewed one needs no restart.
type certificate struct {
	files config.TLS
	log   *slog.Logger

	mu    sync.Mutex
	stamp stamp // of the files that were tried last
	good  *tls.Certificate
}

// stamp tells whether files have changed.
type stamp struct {
	cert, key         time.Time
	certSize, keySize int64
}

func (c *certificate) stampNow() (s stamp, err error) {
	cert, err := os.Stat(c.files.Cert)
	if err != nil {
		return s, fmt.Errorf("app: certificate: %w", err)
	}
	key, err := os.Stat(c.files.Key)
	if err != nil {
		return s, fmt.Errorf("app: key of the certificate: %w", err)
	}
	return stamp{cert.ModTime(), key.ModTime(), cert.Size(), key.Size()}, nil
}

// read reads the files, if they are others than those that were tried last.
func (c *certificate) read() error {
	now, err := c.stampNow()
	if err != nil || now == c.stamp {
		return err
	}
	c.stamp = now
	pair, err := tls.LoadX509KeyPair(c.files.Cert, c.files.Key)
	if err != nil {
		return fmt.Errorf("app: certificate: %w", err)
	}
	c.good = &pair
	return nil
}

// get serves the certificate of now. Files that are half written, or gone, change
// nothing: the last good certificate is served until there is another.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.read(); err != nil {
		c.log.Warn("the certificate is not read anew", "error", err)
	}
	return c.good, nil
}
