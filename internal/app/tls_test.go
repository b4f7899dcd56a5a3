package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zakup/internal/app"
	"zakup/internal/apptest"
	"zakup/internal/platform/config"
)

// pair writes a certificate of the number, and its key, into the folder.
func pair(t *testing.T, dir string, number int64) config.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{
		SerialNumber: big.NewInt(number), DNSNames: []string{"zakup.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	files := config.TLS{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	write(t, files.Cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})), number)
	write(t, files.Key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), number)
	return files
}

// write writes a file whose time tells it from the one before, on any file system.
func write(t *testing.T, path, text string, number int64) {
	t.Helper()
	err := os.WriteFile(path, []byte(text), 0o600)
	if err == nil {
		at := time.Now().Add(time.Duration(number) * time.Second)
		err = os.Chtimes(path, at, at)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// shake is one handshake; it returns the number of the certificate.
func shake(t *testing.T, a *apptest.App, c *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	c.InsecureSkipVerify, c.ServerName = true, "zakup.example" // it has signed itself; its number is looked at
	conn := tls.Client(dial(t, a), c)
	err := conn.HandshakeContext(t.Context())
	return conn.ConnectionState(), err
}

func withTLS(files *config.TLS) apptest.Option {
	return apptest.With(func(c *config.Config) { c.TLS = files })
}

// The program speaks TLS itself, none older than 1.2, and tells browsers to.
func TestTLS(t *testing.T) {
	t.Parallel()
	files := pair(t, t.TempDir(), 1)
	a := apptest.SQLite(t, apptest.NoJobs(), withTLS(&files), apptest.Bounds(hasty))
	for name, x := range map[string]struct {
		lowest, highest uint16
		good            bool
	}{
		"1.3": {tls.VersionTLS13, tls.VersionTLS13, true},
		"1.2": {tls.VersionTLS12, tls.VersionTLS12, true},
		"1.1": {tls.VersionTLS10, tls.VersionTLS11, false},
	} {
		state, err := shake(t, a, &tls.Config{MinVersion: x.lowest, MaxVersion: x.highest, NextProtos: []string{"h2", "http/1.1"}})
		if (err == nil) != x.good {
			t.Errorf("TLS %s: %v", name, err)
		}
		if err == nil && state.NegotiatedProtocol != "http/1.1" {
			t.Errorf("TLS %s: %q is spoken", name, state.NegotiatedProtocol)
		}
	}
	roots := x509.NewCertPool()
	text, err := os.ReadFile(files.Cert)
	if err != nil || !roots.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots, ServerName: "zakup.example", MinVersion: tls.VersionTLS12},
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(a.URL, "http:", "https:", 1)+"/healthz", http.NoBody)
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
	plain := dial(t, a)
	if _, err := io.WriteString(plain, request("GET /healthz", "")); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(plain); err != nil || !strings.HasPrefix(string(text), "HTTP/1.0 400 ") {
		t.Errorf("without TLS: %q, %v", text, err)
	}
	silent := dial(t, a)
	if _, err := io.ReadAll(silent); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("a client that never shakes hands is still there")
	}
}

// A renewed certificate is served without a restart; one that can't be read
// takes nothing away.
func TestTheCertificateIsReadAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := pair(t, dir, 1)
	a := apptest.SQLite(t, apptest.NoJobs(), withTLS(&files))
	want := func(number int64) {
		t.Helper()
		state, err := shake(t, a, &tls.Config{MinVersion: tls.VersionTLS12})
		if err != nil {
			t.Fatal(err)
		}
		if got := state.PeerCertificates[0].SerialNumber.Int64(); got != number {
			t.Errorf("the certificate of number %d, want %d", got, number)
		}
	}
	want(1)
	pair(t, dir, 2)
	want(2)
	write(t, files.Cert, "half a certificate", 3)
	want(2)
	if err := os.Remove(files.Key); err != nil {
		t.Fatal(err)
	}
	want(2)
	pair(t, dir, 4)
	want(4)
	other := t.TempDir()
	key := pair(t, other, 5).Key
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, files.Key, string(text), 6) // of another certificate
	want(4)
}

// A program whose certificate can't be read does not start.
func TestWithoutACertificate(t *testing.T) {
	t.Parallel()
	files := pair(t, t.TempDir(), 1)
	write(t, files.Key, "no key", 2)
	dir := t.TempDir()
	cfg, err := config.FromEnv(func(name string) string {
		return map[string]string{"ZAKUP_DATA_DIR": dir, "ZAKUP_TLS_CERT": files.Cert, "ZAKUP_TLS_KEY": files.Key}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Serve(t.Context(), l, false); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("it served: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}
