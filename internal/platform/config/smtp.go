package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// TLSMode is how the connection to the mail server is encrypted.
type TLSMode string

// The modes, from the weakest to the strongest.
const (
	TLSNone          TLSMode = "none"          // never
	TLSOpportunistic TLSMode = "opportunistic" // by STARTTLS when the server offers it
	TLSRequired      TLSMode = "required"      // by STARTTLS, or no letter goes out
	TLSImplicit      TLSMode = "implicit"      // from the first byte (smtps)
)

// SMTP is the server that letters are handed to.
type SMTP struct {
	Host     string
	Port     int
	User     string // "" when there is no login
	Password string
	TLS      TLSMode
}

// String returns the URL of the server with its password masked; "" for nil.
func (s *SMTP) String() string {
	if s == nil {
		return ""
	}
	u := url.URL{Scheme: "smtp", Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port))}
	if s.User != "" {
		u.User = url.UserPassword(s.User, s.Password)
	}
	if s.TLS == TLSImplicit {
		u.Scheme = "smtps"
	} else {
		u.RawQuery = "tls=" + string(s.TLS)
	}
	return maskURL(&u)
}

func smtp(v string) (*SMTP, error) {
	u, err := parse(v)
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return nil, errors.New("begins neither with smtp:// nor with smtps://")
	case u.Path != "" && u.Path != "/" || u.Fragment != "":
		return nil, errors.New("nothing but ?tls= may follow the host")
	}
	if err := checkHost(u); err != nil {
		return nil, err
	}
	s := &SMTP{Host: u.Hostname(), Port: 587}
	if u.Scheme == "smtps" {
		s.Port = 465
	}
	if u.Port() != "" {
		s.Port, _ = strconv.Atoi(u.Port()) // checkHost has seen that it is a number
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
		if s.User == "" || s.Password == "" {
			return nil, errors.New("a user without a password, or a password without a user")
		}
		if strings.ContainsFunc(s.User+s.Password, unicode.IsControl) {
			return nil, errors.New("control characters in the user or the password")
		}
	}
	asked, err := askedTLS(u)
	if err != nil {
		return nil, err
	}
	s.TLS, err = tlsMode(u.Scheme, asked, s.User != "" && !isLoopback(s.Host))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// askedTLS returns the mode in the query; "" when there is none.
func askedTLS(u *url.URL) (TLSMode, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("the parameters after ? can't be read")
	}
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return "", errors.New("there is one parameter, tls, given at most once")
		}
	}
	switch mode := TLSMode(query.Get("tls")); mode {
	case TLSNone, TLSOpportunistic, TLSRequired:
		return mode, nil
	case "":
		if !query.Has("tls") {
			return "", nil
		}
	}
	return "", errors.New("tls is none, opportunistic or required")
}

// tlsMode is the mode that is used; exposed says that a password would cross a
// network.
func tlsMode(scheme string, asked TLSMode, exposed bool) (TLSMode, error) {
	weak := asked == TLSNone || asked == TLSOpportunistic
	switch {
	case scheme == "smtps" && weak:
		return "", errors.New("smtps is always encrypted; leave tls out, or write smtp://")
	case scheme == "smtps":
		return TLSImplicit, nil
	case exposed && weak:
		return "", errors.New("the password would be sent unencrypted; leave tls out, or write tls=required")
	case asked != "":
		return asked, nil
	case exposed:
		return TLSRequired, nil
	}
	return TLSOpportunistic, nil
}

// isLoopback tells whether host is this machine by its very name.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return strings.EqualFold(host, "localhost")
	}
	return ip.Unmap().IsLoopback()
}
