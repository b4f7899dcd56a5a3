// Package fetch owns downloads from addresses that people give us. Nothing else
// in the program requests a URL that came from outside.
//
// It promises that only http and https are spoken, that no connection is made to
// an address that is not public (nor allowed by the administrator), whatever the
// name, the redirect or the DNS answer says, and that every download is bounded
// in size and time. No proxy, cookie or credential is ever used.
package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"zakup/internal/platform/fault"
)

// Times are the limits of one download.
type Times struct {
	Dial   time.Duration // resolving the name and connecting, for each hop
	TLS    time.Duration // the TLS handshake
	Header time.Duration // from the request to the end of the answer's header
	Idle   time.Duration // waiting for the next bytes of the body
	Whole  time.Duration // everything, from Get to the end of the body
}

// DefaultTimes returns the limits of a Client that is told nothing else.
func DefaultTimes() Times {
	return Times{
		Dial:   5 * time.Second,
		TLS:    5 * time.Second,
		Header: 15 * time.Second,
		Idle:   15 * time.Second,
		Whole:  60 * time.Second,
	}
}

const (
	maxRedirects = 5
	maxHeader    = 64 << 10 // bytes of an answer's header
)

// Client downloads. It is safe for concurrent use and keeps no connection open
// after a download; one that is being dialed may try on until Times.Dial is over.
type Client struct {
	guard  guard
	times  Times
	dialer *net.Dialer
	http   *http.Client
}

// Option changes a Client that is being made.
type Option func(*Client)

// WithTimes replaces the limits of time; all of them must be set.
func WithTimes(t Times) Option { return func(c *Client) { c.times = t } }

// WithResolver replaces the system's own way of finding the addresses of a name.
func WithResolver(r *net.Resolver) Option { return func(c *Client) { c.dialer.Resolver = r } }

// New makes a Client that reaches public addresses and those in allow.
func New(allow []netip.Prefix, opts ...Option) *Client {
	c := &Client{guard: guard{slices.Clone(allow)}, times: DefaultTimes(), dialer: &net.Dialer{}}
	for _, o := range opts {
		o(c)
	}
	c.dialer.Timeout = c.times.Dial
	c.dialer.ControlContext = c.guard.control
	c.http = &http.Client{
		CheckRedirect: checkRedirect,
		Transport: &http.Transport{
			// Proxy stays nil: the environment must not decide who is asked.
			DialContext:            c.dialer.DialContext,
			TLSHandshakeTimeout:    c.times.TLS,
			ResponseHeaderTimeout:  c.times.Header,
			MaxResponseHeaderBytes: maxHeader,
			// A connection is never used twice, so each hop passes the guard.
			DisableKeepAlives: true,
		},
	}
	return c
}

// Response is a download whose body is still to be read.
type Response struct {
	Body        io.ReadCloser // must be closed; its errors are as those of Get
	ContentType string        // the header as it came, "" when absent
	FinalURL    string        // after redirects
	FileName    string        // a base name, safe to show, "" when there is none; not safe as a path of ours
	Version     Version       // for GetIfChanged
}

// Get requests rawURL and answers when the header of a success (status 200) is
// there. The body gives at most limit bytes: one more is TooLarge. A transfer
// compressed with gzip is unpacked on the way and limit counts unpacked bytes,
// so that a small answer can't become a big one.
//
// Failures are the faults of this package. Only when ctx itself ends, which is
// the caller's doing, the error wraps that of ctx. Cancelling ctx also ends the
// reading of the body.
func (c *Client) Get(ctx context.Context, rawURL string, limit int64) (*Response, error) {
	return c.get(ctx, rawURL, limit, Version{})
}

func (c *Client) get(ctx context.Context, rawURL string, limit int64, known Version) (*Response, error) {
	if err := CheckURL(rawURL); err != nil {
		return nil, err
	}
	limit = max(limit, 0)
	d := begin(ctx, c.times)
	req, err := http.NewRequestWithContext(d.ctx, http.MethodGet, rawURL, nil)
	if err != nil {
		d.end()
		return nil, BadURL // the text of err may hold a password
	}
	req.Header.Set("User-Agent", "zakup")
	known.ask(req.Header)
	resp, err := c.http.Do(req)
	if err != nil {
		d.end()
		return nil, d.explain(err, req.URL.Hostname())
	}
	if resp.StatusCode == http.StatusNotModified && known != (Version{}) {
		_ = resp.Body.Close()
		d.end()
		return nil, ErrUnchanged
	}
	body, err := d.accept(resp, limit)
	if err != nil {
		_ = resp.Body.Close()
		d.end()
		return nil, err
	}
	return &Response{
		Body:        body,
		ContentType: resp.Header.Get("Content-Type"),
		FinalURL:    resp.Request.URL.String(),
		FileName:    fileName(resp),
		Version:     versionOf(resp.Header),
	}, nil
}

// accept checks the header of an answer and bounds its body.
func (d *download) accept(resp *http.Response, limit int64) (io.ReadCloser, error) {
	host := resp.Request.URL.Hostname()
	if resp.StatusCode != http.StatusOK {
		return nil, Failed.Saying(
			fmt.Sprintf("Сервер %s ответил кодом %d", host, resp.StatusCode),
			fmt.Sprintf("The server %s answered with status %d", host, resp.StatusCode),
		).Fact("status", resp.StatusCode)
	}
	if e := resp.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return nil, Failed.Saying(
			fmt.Sprintf("Сервер %s прислал ответ в сжатии, которого не просили", host),
			fmt.Sprintf("The server %s answered in a compression that was not asked for", host),
		)
	}
	if resp.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	return newBody(d, resp.Body, host, limit), nil
}

// checkRedirect applies to a redirect the rules of a first request.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return Failed.Saying(
			fmt.Sprintf("Больше %d перенаправлений", maxRedirects),
			fmt.Sprintf("More than %d redirects", maxRedirects),
		)
	}
	if before := via[len(via)-1].URL; before.Scheme == "https" && req.URL.Scheme == "http" {
		return BadURL.Saying("Сервер перенаправил с https:// на http://", "The server redirected from https:// to http://")
	}
	// The address before may hold a secret in its query.
	req.Header.Del("Referer")
	if err := checkURL(req.URL); err != nil {
		return BadURL.Saying("Сервер перенаправил на недопустимый адрес",
			"The server redirected to an address that is not allowed").Because(err)
	}
	return nil
}

// CheckURL tells what can be told without a connection: nil, or BadURL when raw
// is not an absolute http or https address, names a user or a password, or has a
// host in other than the usual spelling. Whether its address is a public one
// shows at the download.
func CheckURL(raw string) error {
	if len(raw) > maxURL {
		return BadURL.Saying(
			fmt.Sprintf("Адрес длиннее %d байт", maxURL),
			fmt.Sprintf("The address is longer than %d bytes", maxURL),
		)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return BadURL // the text of err may hold a password
	}
	return checkURL(u)
}

func tooLarge(limit int64) *fault.Error {
	return TooLarge.Saying(
		fmt.Sprintf("Файл по этому адресу больше %d байт", limit),
		fmt.Sprintf("The file at this address is larger than %d bytes", limit),
	)
}
