package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"

	gomail "github.com/wneessen/go-mail"

	"zakup/internal/platform/config"
	"zakup/internal/platform/jobs"
)

// SMTP hands letters to a mail server, one connection a letter.
type SMTP struct {
	server config.SMTP
	from   mail.Address
}

// logins are the ways to log in, the best first. The library sends a bare
// password, as the last two do, only encrypted or to this machine.
var logins = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256PLUS, gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1PLUS, gomail.SMTPAuthSCRAMSHA1,
	gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
}

// NewSMTP makes a transport to the server of s. It does not connect yet.
func NewSMTP(s config.SMTP, from mail.Address) (*SMTP, error) {
	t := &SMTP{server: s, from: from}
	if _, err := t.client(context.Background()); err != nil {
		return nil, err
	}
	return t, nil
}

// client is what sends one letter; its connection is closed when ctx ends.
func (t *SMTP) client(ctx context.Context) (*gomail.Client, error) {
	s := t.server
	opts := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTLSPolicy(gomail.TLSMandatory),
		gomail.WithTimeout(serverTimeout), gomail.WithDialContextFunc(t.dialer(ctx)),
	}
	switch s.TLS {
	case config.TLSImplicit:
		opts = append(opts, gomail.WithSSL())
	case config.TLSOpportunistic:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case config.TLSNone:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case config.TLSRequired:
	}
	if s.User != "" {
		opts = append(opts, gomail.WithOpportunisticSMTPAuth(logins...),
			gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return client, nil
}

// dialer makes connections that are closed when the context ends: the library
// itself asks it only while it connects, and leaves open what fails then.
func (t *SMTP) dialer(until context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dial := (&net.Dialer{}).DialContext
		if t.server.TLS == config.TLSImplicit {
			dial = (&tls.Dialer{Config: &tls.Config{ServerName: t.server.Host, MinVersion: tls.VersionTLS12}}).DialContext
		}
		conn, err := dial(ctx, network, address)
		if err == nil {
			context.AfterFunc(until, func() { _ = conn.Close() })
		}
		return conn, err
	}
}

// Deliver sends the letter. A letter or recipient that the server refuses for
// good is cancelled; a login or sender that it refuses is a matter of the
// settings, and the letter waits for better ones.
func (t *SMTP) Deliver(ctx context.Context, e Envelope) error {
	m, err := message(t.from, e, gomail.EncodingQP)
	if err != nil {
		return err
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	client, err := t.client(ctx)
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	sendErr := client.SendWithSMTPClient(conn, m)
	closeErr := client.CloseWithSMTPClient(conn)
	if m.IsDelivered() {
		return nil // a letter that was taken is sent, whatever the goodbye was
	}
	var refused *gomail.SendError
	if errors.As(sendErr, &refused) && refused.Reason != gomail.ErrSMTPMailFrom && refused.ErrorCode() >= 500 {
		return jobs.Cancel(fmt.Errorf("mail: %w", sendErr))
	}
	return fmt.Errorf("mail: %w", errors.Join(sendErr, closeErr))
}
