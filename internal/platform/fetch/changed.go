package fetch

import (
	"context"
	"errors"
	"net/http"
)

// ErrUnchanged answers GetIfChanged when the server has nothing newer.
var ErrUnchanged = errors.New("fetch: what the address gives has not changed")

// Version is how a server names the state of what it gave; the zero value is
// none that is known.
type Version struct {
	ETag         string
	LastModified string
}

// maxVersion is the longest text of a version that is kept, in bytes.
const maxVersion = 512

// GetIfChanged is Get for somebody who has a version already: ErrUnchanged when
// the server says that it is still the same. A server that does not compare
// versions answers as to Get.
func (c *Client) GetIfChanged(ctx context.Context, rawURL string, limit int64, known Version) (*Response, error) {
	return c.get(ctx, rawURL, limit, known)
}

// ask makes a request one for what is newer.
func (v Version) ask(h http.Header) {
	if v.ETag != "" {
		h.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		h.Set("If-Modified-Since", v.LastModified)
	}
}

// versionOf is the version of an answer, as far as it may be sent back.
func versionOf(h http.Header) Version {
	return Version{ETag: sendable(h.Get("ETag")), LastModified: sendable(h.Get("Last-Modified"))}
}

// sendable returns s when it is short and printable ASCII, else "".
func sendable(s string) string {
	if len(s) > maxVersion {
		return ""
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return ""
		}
	}
	return s
}
