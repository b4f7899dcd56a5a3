package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"

	gomail "github.com/wneessen/go-mail"

	"zakup/internal/platform/config"
	"zakup/internal/platform/jobs"
)

// SMTP hands letters to a mail server, one connection a letter.
type SMTP struct {
	client *gomail.Client
	from   mail.Address
}

// NewSMTP makes a transport to the server of s. It does not connect yet.
func NewSMTP(s config.SMTP, from mail.Address) (*SMTP, error) {
	opts := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTLSPolicy(gomail.TLSMandatory)}
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
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &SMTP{client: client, from: from}, nil
}

// Deliver sends the letter. What the server refuses for good is cancelled.
func (s *SMTP) Deliver(ctx context.Context, e Envelope) error {
	m, err := message(s.from, e, gomail.EncodingQP)
	if err != nil {
		return err
	}
	// Dialing with a client that several jobs share would share its connection.
	conn, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	sendErr := s.client.SendWithSMTPClient(conn, m)
	closeErr := s.client.CloseWithSMTPClient(conn)
	var refused *gomail.SendError
	if errors.As(sendErr, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return jobs.Cancel(fmt.Errorf("mail: %w", sendErr))
	}
	if sendErr != nil {
		return fmt.Errorf("mail: %w", errors.Join(sendErr, closeErr))
	}
	return nil // a letter that was taken is sent, whatever the goodbye was
}
