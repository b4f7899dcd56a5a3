package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// trusted and foreign are what a mail server on this machine shows: the first is
// signed by the one authority that this process trusts, beside the certificate of
// the mail server that scripts/with-mail runs.
var trusted, foreign tls.Certificate

func TestMain(m *testing.M) {
	var authority tls.Certificate
	authority, trusted = certificates()
	_, foreign = certificates()
	dir, err := os.MkdirTemp("", "zakup-mail")
	must(err)
	// The standard library reads these when the first certificate is checked.
	roots := filepath.Join(dir, "roots.pem")
	trust := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate[0]})
	if file := os.Getenv("ZAKUP_TEST_SMTP_CERT"); file != "" {
		own, err := os.ReadFile(file)
		must(err)
		trust = append(trust, own...)
	}
	must(os.WriteFile(roots, trust, 0o600))
	must(os.Setenv("SSL_CERT_FILE", roots))
	must(os.Setenv("SSL_CERT_DIR", filepath.Join(dir, "none")))
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		must(os.RemoveAll(dir))
		os.Exit(code)
	}))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// certificates makes an authority and what it signed for this machine.
func certificates() (authority, server tls.Certificate) {
	sign := func(template *x509.Certificate, by tls.Certificate) tls.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(err)
		template.SerialNumber = big.NewInt(1)
		template.Subject = pkix.Name{CommonName: "test"}
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		parent, signer := template, any(key)
		if by.Leaf != nil {
			parent, signer = by.Leaf, by.PrivateKey
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		must(err)
		leaf, err := x509.ParseCertificate(der)
		must(err)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	}
	authority = sign(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, tls.Certificate{})
	server = sign(&x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority)
	return authority, server
}

// sender is who writes the letters of these tests.
var sender = netmail.Address{Name: "Закупки", Address: "noreply@zakup.example"}

// office is a post office on a database; its letters are of the kind "note".
type office struct {
	*mail.Post
	d *db.DB
	q *jobs.Queue

	trail *audit.Log
}

func open(t *testing.T, d *db.DB, transport mail.Transport) *office {
	t.Helper()
	q, err := jobs.New(d, slog.New(slog.DiscardHandler), jobs.All())
	if err != nil {
		t.Fatal(err)
	}
	trail := audit.New(d, now)
	o := &office{mail.New(d, q, transport, trail, now), d, q, trail}
	o.Writes("note", func(_ context.Context, ref int64, _ string) (mail.Letter, error) { return note(ref), nil })
	return o
}

func now() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// note is the letter about ref.
func note(ref int64) mail.Letter {
	return mail.Letter{
		Subject: fmt.Sprintf("Письмо № %d — «ёж»", ref),
		Text:    "Здравствуйте!\n\n.точка в начале строки = и «кавычки»\n" + longLine + "\n",
		HTML:    "<!doctype html>\n<html><body><p>Здравствуйте, &lt;b&gt; = 1 ₽!</p></body></html>\n",
	}
}

const longLine = "очень длинная строка, очень длинная строка, очень длинная строка, очень длинная строка, очень длинная строка"

// work runs the jobs until the test ends.
func (o *office) work(t *testing.T) {
	t.Helper()
	if err := o.q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.q.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
}

// send queues a note in a transaction of its own.
func (o *office) send(ctx context.Context, n mail.Note) error {
	return o.d.InTx(ctx, func(tx db.Tx) error { return o.Send(ctx, tx, n) })
}

// queue queues notes with refs from 1.
func (o *office) queue(t *testing.T, n int) {
	t.Helper()
	for ref := range n {
		must := mail.Note{Key: fmt.Sprint("note/", ref+1), Kind: "note", Ref: int64(ref + 1), To: "ivan@example.com"}
		if err := o.send(t.Context(), must); err != nil {
			t.Fatal(err)
		}
	}
}

// record is what the table knows of a letter.
type record struct {
	Key, State string
	Tries      int
	Error      string
	Sent       bool
}

func (o *office) records(t *testing.T) []record {
	t.Helper()
	rows, err := o.d.Query(t.Context(), `select key, state, tries, error, sent_at is not null from letters order by id`)
	list, err := db.Collect(rows, err, func(r db.Row) (l record, err error) {
		return l, r.Scan(&l.Key, &l.State, &l.Tries, &l.Error, &l.Sent)
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// until waits until a condition holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// idle waits until every job ended, and returns their number by state.
func (o *office) idle(t *testing.T) map[string]int {
	t.Helper()
	var states map[string]int
	until(t, "the end of the jobs", func() bool {
		states = map[string]int{}
		rows, err := o.d.Query(t.Context(), `select cast(state as text) from river_job`)
		list, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			states[s]++
		}
		return states["available"]+states["running"]+states["retryable"]+states["scheduled"] == 0
	})
	return states
}
