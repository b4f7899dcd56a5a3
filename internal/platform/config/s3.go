package config

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// S3Style is where a request names the bucket.
type S3Style string

// The styles.
const (
	S3Auto S3Style = ""     // as the host is known to want it; in the path when it is not known
	S3Path S3Style = "path" // in the path
	S3Host S3Style = "host" // before the host
)

// S3 is a store that speaks S3.
type S3 struct {
	Host   string // host[:port]
	Key    string // the name of the key
	Secret string
	Bucket string
	Prefix string // what the names of all objects begin with, without slashes around; "" for none
	Region string // "": the store is asked
	Plain  bool   // without TLS
	Style  S3Style
}

// String returns the URL of the store with its secret masked; "" for nil.
func (s *S3) String() string {
	if s == nil {
		return ""
	}
	u := url.URL{Scheme: "s3", User: url.UserPassword(s.Key, s.Secret), Host: s.Host, Path: "/" + s.Bucket}
	if s.Prefix != "" {
		u.Path += "/" + s.Prefix
	}
	query := url.Values{}
	for name, value := range map[string]string{"region": s.Region, "style": string(s.Style)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if s.Plain {
		query.Set("tls", "off")
	}
	u.RawQuery = query.Encode()
	return maskURL(&u)
}

var (
	bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	prefixForm = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)
)

// maxPrefix leaves room for names in the 1024 bytes of a key.
const maxPrefix = 200

func s3(v string) (*S3, error) {
	u, err := parse(v)
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "s3":
		return nil, errors.New("does not begin with s3://")
	case u.Fragment != "" || u.ForceQuery:
		return nil, errors.New("nothing but parameters may follow the bucket")
	}
	if err := checkHost(u); err != nil {
		return nil, err
	}
	s := &S3{Host: u.Host, Key: u.User.Username()}
	s.Secret, _ = u.User.Password()
	if s.Key == "" || s.Secret == "" || strings.ContainsFunc(s.Key+s.Secret, notKey) {
		return nil, errors.New("the name of a key and its secret stand before the host: KEY:SECRET@")
	}
	s.Bucket, s.Prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	switch {
	case !bucketForm.MatchString(s.Bucket) || strings.Contains(s.Bucket, ".."):
		return nil, errors.New("no bucket after the host, or not the name of one")
	case s.Prefix != "" && (len(s.Prefix) > maxPrefix || !prefixForm.MatchString(s.Prefix)):
		return nil, errors.New("what follows the bucket is not made of letters, digits and . _ - between slashes")
	}
	return s, s.options(u)
}

func notKey(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }

// options reads the parameters.
func (s *S3) options(u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("the parameters after ? can't be read")
	}
	for name, values := range query {
		value := values[0]
		switch {
		case len(values) != 1:
			return errors.New("a parameter is given more than once")
		case name == "region" && regionForm.MatchString(value):
			s.Region = value
		case name == "tls" && value == "off":
			s.Plain = true
		case name == "style" && (value == string(S3Path) || value == string(S3Host)):
			s.Style = S3Style(value)
		default:
			return errors.New("the parameters are region=…, tls=off, and style=path or style=host")
		}
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil && s.Style == S3Host {
		return errors.New("style=host needs the name of a host, not an address")
	}
	return nil
}
