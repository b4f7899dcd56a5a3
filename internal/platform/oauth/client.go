package oauth

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// callTime is how long one call of a provider may take, body and all.
	callTime = 10 * time.Second
	// maxAnswer is the longest answer of a provider, in bytes.
	maxAnswer = 1 << 20
)

var errTooLong = errors.New("oauth: the answer of the provider is too long")

// newClient makes what calls providers. It follows nobody elsewhere: the
// addresses are those of the settings and of the provider's own document.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       callTime,
		Transport:     bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded ends an answer that is too long, whoever reads it.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = &short{resp.Body, maxAnswer}
	}
	return resp, err
}

type short struct {
	io.ReadCloser
	left int64
}

func (s *short) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if s.left -= int64(n); s.left < 0 {
		return 0, errTooLong
	}
	return n, err
}
