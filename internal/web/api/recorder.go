package api

import (
	"bytes"
	"maps"
	"net/http"
	"slices"

	"zakup/internal/platform/once"
)

// maxKept is the longest answer that is kept, in bytes. The answers of unsafe
// operations are some kilobytes; a longer one goes out as it comes and its key
// is freed, so a repeat is worked on anew.
const maxKept = 1 << 20

// recorder holds an answer back until it is kept: what a client has seen is what
// its repeat will see, also when the process dies in between.
type recorder struct {
	http.ResponseWriter
	before  http.Header // what was set before the operation
	status  int
	body    bytes.Buffer
	through bool // nothing is held back any more
}

// WriteHeader notes the status; the first one counts.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write holds the bytes back, or passes them on when they are too many.
func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if !r.through && r.body.Len()+len(b) > maxKept {
		r.send()
	}
	if r.through {
		return r.ResponseWriter.Write(b)
	}
	return r.body.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// send lets the answer go, once.
func (r *recorder) send() {
	if r.through || r.status == 0 {
		return
	}
	r.through = true
	r.ResponseWriter.WriteHeader(r.status)
	_, _ = r.ResponseWriter.Write(r.body.Bytes()) // the client may have gone
}

// keeps tells whether the answer is the last word on the request: a failure of
// the service, a client that went away or one that came too often is none.
func (r *recorder) keeps() bool {
	switch {
	case r.through, r.status == statusClientGone, r.status == http.StatusTooManyRequests:
		return false
	}
	return r.status != 0 && r.status < http.StatusInternalServerError
}

// answer is what is kept: the headers are those that the operation has set.
func (r *recorder) answer() once.Answer {
	h := maps.Clone(r.Header())
	maps.DeleteFunc(h, func(name string, values []string) bool { return slices.Equal(values, r.before[name]) })
	return once.Answer{Status: r.status, Header: h, Body: r.body.Bytes()}
}
