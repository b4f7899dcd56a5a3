package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// hidden stands in place of a secret.
const hidden = "***"

// Errors of net/url quote the address, so their texts are never used.
var (
	errNotURL = errors.New("not a URL; mind the port, and write special characters of the password as %XX")
	errAt     = errors.New("@ after the host; write / ? # @ in the password as %2F %3F %23 %40")
)

// parse splits a URL of the form scheme://… that can carry a password.
func parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return nil, errNotURL
	}
	// An unescaped / ? or # ends the host early: what looks like a path is then
	// the rest of a password.
	if strings.Contains(u.EscapedPath()+u.RawQuery+u.Fragment, "@") {
		return nil, errAt
	}
	return u, nil
}

// masked hides the password in a value that was refused. Of one that can't be
// split for certain only the scheme remains, as the password may be anywhere.
func masked(raw string) string {
	if u, err := parse(raw); err == nil {
		return maskURL(u)
	}
	if !strings.ContainsAny(raw, ":@=") {
		return raw
	}
	if scheme, _, ok := strings.Cut(raw, "://"); ok && schemeForm.MatchString(scheme) {
		return scheme + "://" + hidden
	}
	return hidden
}

// maskedUser is masked for an address that should carry no password.
func maskedUser(raw string) string {
	if strings.Contains(raw, "@") {
		return masked(raw)
	}
	return raw
}

var schemeForm = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*$`)

// maskURL writes u with its password, and the values of query parameters that
// are named like one, hidden.
func maskURL(u *url.URL) string {
	var b strings.Builder
	b.WriteString(u.Scheme + "://")
	if u.User != nil {
		b.WriteString(url.User(u.User.Username()).String())
		if _, has := u.User.Password(); has {
			b.WriteString(":" + hidden)
		}
		b.WriteString("@")
	}
	b.WriteString(u.Host + u.EscapedPath())
	if u.RawQuery != "" {
		pairs := strings.Split(u.RawQuery, "&")
		for i, pair := range pairs {
			name, _, _ := strings.Cut(pair, "=")
			plain, err := url.QueryUnescape(name)
			if plain = strings.ToLower(plain); err != nil || strings.Contains(plain, "pass") || strings.Contains(plain, "secret") {
				pairs[i] = name + "=" + hidden
			}
		}
		b.WriteString("?" + strings.Join(pairs, "&"))
	}
	return b.String()
}

// publicURL accepts the absolute address of the service; a slash at its end is
// dropped, so that a path can be put behind it.
func publicURL(v string) (string, error) {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("not an absolute http:// or https:// address")
	case u.User != nil:
		return "", errors.New("a user or a password does not belong here")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("nothing may follow the path: no ? and no #")
	}
	if err := checkHost(u); err != nil {
		return "", err
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// checkHost refuses a URL without a host or with a port out of range.
func checkHost(u *url.URL) error {
	if !isHost(u.Hostname()) {
		return errors.New("no host, or not a host name")
	}
	if strings.HasSuffix(u.Host, ":") {
		return errors.New("no port after the colon")
	}
	if u.Port() != "" && !isPort(u.Port(), 1) {
		return errors.New("the port is not between 1 and 65535")
	}
	return nil
}

// listenAddress accepts host:port; the host may be absent (every interface), and
// the port 0 (any free one).
func listenAddress(v string) (string, error) {
	host, port, err := net.SplitHostPort(v)
	switch {
	case err != nil:
		return "", errors.New("not host:port")
	case host != "" && !isHost(host):
		return "", errors.New("not a host name or an IP address before the port")
	case !isPort(port, 0):
		return "", errors.New("the port is not between 0 and 65535")
	}
	return v, nil
}

// isHost tells whether s is an IP address, or looks like a name.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return s != "" && len(s) <= 253 && !strings.ContainsAny(s, ":,/\\@?#[]%\"'<>()") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// isPort tells whether s is a number between lowest and 65535.
func isPort(s string, lowest uint64) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n >= lowest
}
