package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zakup/internal/app"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db/dbtest"
)

const ourName = "zakup.example.org"

// serveACME runs the program where the authority looks for it, until the function
// returned is called.
func serveACME(t *testing.T, dir, directory string) (stop func()) {
	t.Helper()
	env := map[string]string{
		"ZAKUP_DATA_DIR": dir, "ZAKUP_ADDR": os.Getenv("ZAKUP_TEST_ACME_ADDR"), "ZAKUP_ACME_HOSTS": ourName,
		"ZAKUP_ACME_DIRECTORY": directory, "ZAKUP_ACME_EMAIL": "admin@example.org",
	}
	cfg, err := config.FromEnv(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", cfg.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx, l, false) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// shakeAt is one handshake with the program; none older than the version.
func shakeAt(t *testing.T, c *tls.Config) (*x509.Certificate, error) {
	t.Helper()
	c.InsecureSkipVerify, c.NextProtos = true, []string{"h2", "http/1.1"} // the authority's root is asked for apart
	d := tls.Dialer{Config: c}
	conn, err := d.DialContext(t.Context(), "tcp", os.Getenv("ZAKUP_TEST_ACME_ADDR"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	state := conn.(*tls.Conn).ConnectionState() //nolint:errcheck,forcetypeassert // a Dialer of TLS makes no other
	if state.NegotiatedProtocol != "http/1.1" {
		t.Errorf("%q is spoken", state.NegotiatedProtocol)
	}
	return state.PeerCertificates[0], nil
}

// roots are those that the authority of the tests signs by.
func roots(t *testing.T) *x509.CertPool {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, os.Getenv("ZAKUP_TEST_ACME_ISSUER"), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(text) {
		t.Fatalf("%s: %q, %v", resp.Status, text, err)
	}
	return pool
}

// The program gets its certificate by itself, keeps it over a restart, and asks
// for none in the name of others.
func TestACME(t *testing.T) {
	t.Parallel()
	directory := os.Getenv("ZAKUP_TEST_ACME")
	if directory == "" {
		dbtest.Missing(t, "acme", "ZAKUP_TEST_ACME is not set; scripts/with-acme sets it")
	}
	dir := t.TempDir()
	stop := serveACME(t, dir, directory)
	addr := os.Getenv("ZAKUP_TEST_ACME_ADDR")
	trusted := roots(t)
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
		TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+ourName+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
	first, err := shakeAt(t, &tls.Config{ServerName: ourName, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other.example.org", "sub." + ourName, "example.org", ""} {
		if c, err := shakeAt(t, &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}); err == nil {
			t.Errorf("%q has a certificate: %v", name, c.DNSNames)
		}
	}
	if _, err := shakeAt(t, &tls.Config{ServerName: ourName, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	stop()
	files, err := os.ReadDir(filepath.Join(dir, "acme"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), "acme_account") && f.Name() != ourName {
			t.Errorf("the folder has %s", f.Name())
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "acme")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}

	// Whoever asked again would ask nobody: there is no authority any more.
	stop = serveACME(t, dir, "https://127.0.0.1:1/dir")
	defer stop()
	again, err := shakeAt(t, &tls.Config{ServerName: ourName, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	if !again.Equal(first) {
		t.Errorf("another certificate after a restart: %v, before %v", again.SerialNumber, first.SerialNumber)
	}
}
