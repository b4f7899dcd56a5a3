package mail_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"zakup/internal/platform/config"
	"zakup/internal/platform/mail/mimetest"
)

// The one who may log in to the mail servers of these tests.
const user, userPassword = "zakup", "s3cret pass"

// server is a mail server on the loopback.
type server struct {
	// Set before it is started.
	tls      *tls.Config
	implicit bool // TLS from the first byte
	login    bool // it wants one
	// answer says what becomes of a command (MAIL, RCPT, DATA); n counts the
	// letters, from 1.
	answer func(command string, n int) error
	// hangUp closes the connection once a letter was taken.
	hangUp bool
	greet  func() // before a new connection is served, if set

	addr netip.AddrPort

	mu      sync.Mutex
	letters []received
	begun   int // letters
	guests  int // connections that are open
}

// received is a letter as the server got it.
type received struct {
	from, to string
	user     string // who was logged in
	secure   bool
	data     []byte
}

// start listens on the address, or a new one, until the test ends.
func (s *server) start(t *testing.T) *server {
	t.Helper()
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.guest(1)
		return &session{s: s, c: c}, nil
	}))
	srv.Domain, srv.ErrorLog, srv.AllowInsecureAuth = "mail.example", silent{}, true
	addr := "127.0.0.1:0"
	if s.addr.IsValid() {
		addr = s.addr.String()
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = netip.MustParseAddrPort(l.Addr().String())
	if s.greet != nil {
		l = slowListener{l, s.greet}
	}
	if s.implicit {
		l = tls.NewListener(l, s.tls)
	} else {
		srv.TLSConfig = s.tls
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() {
		srv.Close()
		l.Close() // Serve may not have told the server of it yet
		if err := <-served; err != nil {
			t.Errorf("mail server: %v", err)
		}
	})
	return s
}

// settings are how to reach the server.
func (s *server) settings(mode config.TLSMode) config.SMTP {
	c := config.SMTP{Host: s.addr.Addr().String(), Port: int(s.addr.Port()), TLS: mode}
	if s.login {
		c.User, c.Password = user, userPassword
	}
	return c
}

// got are the letters that were taken.
func (s *server) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.letters...)
}

func (s *server) guest(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guests += n
}

// alone tells whether all connections are closed.
func (s *server) alone() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.guests == 0
}

// reserve finds a port that nobody listens on.
func reserve(t *testing.T) netip.AddrPort {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

type slowListener struct {
	net.Listener
	greet func()
}

func (l slowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.greet()
	}
	return c, err
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// session is one connection.
type session struct {
	s      *server
	c      *smtp.Conn
	letter received
	n      int
	taken  bool
}

func (s *session) AuthMechanisms() []string {
	if !s.s.login {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if name != user || password != userPassword {
			return smtp.ErrAuthFailed
		}
		s.letter.user = name
		return nil
	}), nil
}

func (s *session) say(command string) error {
	if s.s.answer == nil {
		return nil
	}
	return s.s.answer(command, s.n)
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.s.login && s.letter.user == "" {
		return smtp.ErrAuthRequired
	}
	s.s.mu.Lock()
	s.s.begun++
	s.n = s.s.begun
	s.s.mu.Unlock()
	s.letter.from = from
	return s.say("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.to += to
	return s.say("RCPT")
}

func (s *session) Data(r io.Reader) (err error) {
	if s.letter.data, err = io.ReadAll(r); err != nil {
		return err
	}
	if err := s.say("DATA"); err != nil {
		return err
	}
	_, s.letter.secure = s.c.TLSConnectionState()
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.letters = append(s.s.letters, s.letter)
	s.taken = true
	return nil
}

func (s *session) Reset() {
	if s.taken && s.s.hangUp {
		_ = s.c.Conn().Close()
	}
	s.letter = received{user: s.letter.user}
}

func (s *session) Logout() error {
	s.s.guest(-1)
	return nil
}

func parse(t *testing.T, data []byte) mimetest.Message {
	t.Helper()
	m, err := mimetest.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
