package mail_test

import (
	"context"
	"crypto/tls"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

func transport(t *testing.T, s config.SMTP) *mail.SMTP {
	t.Helper()
	smtp, err := mail.NewSMTP(s, sender)
	if err != nil {
		t.Fatal(err)
	}
	return smtp
}

// first is a letter on its way.
func first() mail.Envelope {
	return mail.Envelope{ID: 42, Kind: "note", To: "ivan@example.com", At: now(), Letter: note(1)}
}

// trusting skips the test where the system, not a file, says whom to trust.
func trusting(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the test can't add an authority to this system's")
	}
}

func TestSMTPDelivers(t *testing.T) {
	for _, c := range []struct {
		name   string
		server *server
		mode   config.TLSMode
		secure bool
	}{
		{"plain", &server{}, config.TLSNone, false},
		{"plain although it could", &server{tls: show(trusted)}, config.TLSNone, false},
		{"plain with a login", &server{login: true}, config.TLSNone, false},
		{"opportunistic, not offered", &server{}, config.TLSOpportunistic, false},
		{"opportunistic, not offered, with a login", &server{login: true}, config.TLSOpportunistic, false},
		{"opportunistic", &server{tls: show(trusted)}, config.TLSOpportunistic, true},
		{"opportunistic with a login", &server{tls: show(trusted), login: true}, config.TLSOpportunistic, true},
		{"required", &server{tls: show(trusted)}, config.TLSRequired, true},
		{"required with a login", &server{tls: show(trusted), login: true}, config.TLSRequired, true},
		{"implicit with a login", &server{tls: show(trusted), implicit: true, login: true}, config.TLSImplicit, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.secure {
				trusting(t)
			}
			s := c.server.start(t)
			if err := transport(t, s.settings(c.mode)).Deliver(t.Context(), first()); err != nil {
				t.Fatal(err)
			}
			got := s.got()
			if len(got) != 1 {
				t.Fatalf("%d letters", len(got))
			}
			l := got[0]
			if l.from != sender.Address || l.to != "ivan@example.com" || l.secure != c.secure || (l.user == user) != s.login {
				t.Errorf("from %q to %q, login %q, encrypted %v", l.from, l.to, l.user, l.secure)
			}
			p := parse(t, l.data)
			if diff := cmp.Diff(first().Letter, p.Letter); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func show(c tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}
}

// A letter, and above all a password, goes out as safely as the settings say or
// not at all; the letter waits until that is mended.
func TestSMTPInsists(t *testing.T) {
	for _, c := range []struct {
		name   string
		server *server
		mode   config.TLSMode
		change func(s *config.SMTP)
	}{
		{"no STARTTLS", &server{}, config.TLSRequired, nil},
		{"no STARTTLS, with a login", &server{login: true}, config.TLSRequired, nil},
		{"not trusted", &server{tls: show(foreign)}, config.TLSRequired, nil},
		{"not trusted, opportunistic", &server{tls: show(foreign)}, config.TLSOpportunistic, nil},
		{"not trusted, implicit", &server{tls: show(foreign), implicit: true}, config.TLSImplicit, nil},
		{"trusted under another name", &server{tls: show(trusted)}, config.TLSRequired, func(s *config.SMTP) { s.Host = "localhost" }},
		{"not implicit", &server{tls: show(trusted)}, config.TLSImplicit, nil},
		{"wrong password", &server{login: true}, config.TLSNone, func(s *config.SMTP) { s.Password = "wrong" }},
		{"login not offered", &server{}, config.TLSNone, func(s *config.SMTP) { s.User, s.Password = user, userPassword }},
		{"login wanted", &server{login: true}, config.TLSNone, func(s *config.SMTP) { s.User = "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.server.start(t)
			settings := s.settings(c.mode)
			if c.change != nil {
				c.change(&settings)
			}
			err := transport(t, settings).Deliver(t.Context(), first())
			if err == nil || len(s.got()) != 0 {
				t.Errorf("%d letters, %v", len(s.got()), err)
			}
			if strings.Contains(err.Error(), userPassword) {
				t.Errorf("the password is in the error: %v", err)
			}
			if jobs.Cancelled(err) {
				t.Errorf("given up for good: %v", err)
			}
			until(t, "the end of the connection", s.alone)
		})
	}
}

// A letter that the server refuses for good is given up, all else is for
// another try; a sender that it refuses can be mended in the settings.
func TestSMTPRefusals(t *testing.T) {
	for _, command := range []string{"MAIL", "RCPT", "DATA"} {
		for _, code := range []int{421, 450, 451, 452, 550, 552, 554} {
			hopeless := code >= 500 && command != "MAIL"
			t.Run(command, func(t *testing.T) {
				s := &server{answer: func(at string, _ int) error {
					if at != command {
						return nil
					}
					return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
				}}
				err := transport(t, s.start(t).settings(config.TLSNone)).Deliver(t.Context(), first())
				if err == nil || jobs.Cancelled(err) != hopeless || len(s.got()) != 0 {
					t.Errorf("%d: given up %v, %v", code, jobs.Cancelled(err), err)
				}
			})
		}
	}
	t.Run("down", func(t *testing.T) {
		s := &server{addr: reserve(t)}
		if err := transport(t, s.settings(config.TLSNone)).Deliver(t.Context(), first()); err == nil || jobs.Cancelled(err) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("bad address", func(t *testing.T) {
		s := (&server{}).start(t)
		e := first()
		e.To = "ivan@example.com>\r\nBcc: <victim@example.com"
		if err := transport(t, s.settings(config.TLSNone)).Deliver(t.Context(), e); !jobs.Cancelled(err) || len(s.got()) != 0 {
			t.Errorf("%d letters, %v", len(s.got()), err)
		}
	})
}

// A delivery that is called off ends at once, however long the server thinks.
func TestSMTPIsCalledOff(t *testing.T) {
	for _, command := range []string{"CONNECT", "MAIL", "DATA"} {
		for _, mode := range []config.TLSMode{config.TLSNone, config.TLSImplicit} {
			t.Run(command+" "+string(mode), func(t *testing.T) {
				if mode == config.TLSImplicit {
					trusting(t)
				}
				thinking, answer := make(chan struct{}), make(chan struct{})
				think := func(at string, _ int) error { //nolint:unparam // the server's own type
					if at == command {
						close(thinking)
						<-answer
					}
					return nil
				}
				s := &server{answer: think, tls: show(trusted), implicit: mode == config.TLSImplicit}
				if command == "CONNECT" {
					s.greet = func() { _ = think(command, 0) }
				}
				s.start(t)
				defer close(answer)
				ctx, callOff := context.WithCancel(t.Context())
				go func() {
					<-thinking
					callOff()
				}()
				began := time.Now()
				err := transport(t, s.settings(mode)).Deliver(ctx, first())
				if err == nil || jobs.Cancelled(err) || time.Since(began) > time.Minute {
					t.Errorf("after %v: %v", time.Since(began), err)
				}
			})
		}
	}
}

// A letter that the server took is sent, however the connection ends.
func TestSMTPGoodbye(t *testing.T) {
	s := (&server{hangUp: true}).start(t)
	if err := transport(t, s.settings(config.TLSNone)).Deliver(t.Context(), first()); err != nil || len(s.got()) != 1 {
		t.Errorf("%d letters, %v", len(s.got()), err)
	}
}
