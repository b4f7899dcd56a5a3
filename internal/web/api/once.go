package api

import (
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/once"
)

const (
	// keyHeader is the header by which a client makes a request one.
	keyHeader = "Idempotency-Key"
	// replayedHeader tells that an answer is the first one's.
	replayedHeader = "Idempotent-Replayed"
	// keyPatience is how long a repeat waits for the first request.
	keyPatience = 10 * time.Second
)

// takesKey tells whether the operation changes things. The exchange of 1C does,
// but has sessions of its own and sends no key.
func takesKey(method, path string) bool {
	return method != http.MethodGet && path != exchangePath
}

// keyParameter describes the header.
var keyParameter = &huma.Param{
	Name: keyHeader, In: "header",
	Description: "Makes the request one: for 24 hours a repeat with the same key and the same bytes gets the first answer, " +
		"with the header `" + replayedHeader + ": true`; anything else under the key is a 422. Take a new random UUID for each new request. " +
		"An answer of 429 or 500 and above is not kept",
	Schema: &huma.Schema{Type: huma.TypeString, MinLength: new(1), MaxLength: new(255), Pattern: "^[!-~]+$"},
}

// once has a request with a key worked on once. It stands behind the
// authentication, so what is refused there is not kept.
func (a *API) once(raw bool) func(huma.Context, func(huma.Context)) {
	limit := int64(maxBody)
	if raw {
		limit = pricelist.MaxBytes + maxBody
	}
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		given := r.Header.Values(keyHeader)
		if len(given) == 0 {
			next(ctx)
			return
		}
		if len(given) > 1 {
			a.refuse(ctx, once.BadKey)
			return
		}
		key, err := once.KeyOf(int64(callerOf(ctx.Context()).ID), given[0])
		if err != nil {
			a.refuse(ctx, err)
			return
		}
		if err := a.keep(ctx.Context()); err != nil {
			a.refuse(ctx, err)
			return
		}
		sum := key.Hash()
		_, _ = fmt.Fprintf(sum, "%q %q %q %q %q\n", r.Method, r.URL.EscapedPath(), r.URL.RawQuery,
			r.Header.Get("Content-Type"), r.Header.Values("If-Match"))
		claim, past, err := a.Keys.Claim(ctx.Context(), key, keyPatience, a.Stopping)
		switch {
		case err != nil:
			if errors.Is(err, once.InProgress) {
				w.Header().Set("Retry-After", "1")
			}
			a.refuse(ctx, err)
		case past != nil:
			if err := replay(w, r, past, sum, limit, raw); err != nil {
				a.refuse(ctx, err)
			}
		default:
			a.first(ctx, next, claim, sum)
		}
	}
}

// first works on the request, keeps its answer and lets it go.
func (a *API) first(ctx huma.Context, next func(huma.Context), claim *once.Claim, sum hash.Hash) {
	r, w := humago.Unwrap(ctx)
	body := &summed{ReadCloser: r.Body, sum: sum}
	rec := &recorder{ResponseWriter: w, before: w.Header().Clone()}
	r = r.WithContext(ctx.Context()) // which knows who calls
	r.Body = body
	kept := false
	func() {
		defer func() { // also when the operation panics
			if !kept {
				a.noteKey(ctx, claim.Free(ctx.Context()))
			}
		}()
		next(humago.NewContext(ctx.Operation(), r, rec))
		if rec.keeps() && body.rest(infoOf(r.Context()).body) {
			err := claim.Keep(ctx.Context(), sum.Sum(nil), rec.answer())
			a.noteKey(ctx, err)
			kept = err == nil
		}
	}()
	rec.send()
}

// noteKey logs a failure that takes nothing from the answer.
func (a *API) noteKey(ctx huma.Context, err error) {
	if err != nil {
		a.Log.Warn("a repeat would be worked on anew", "request", infoOf(ctx.Context()).id, "error", err)
	}
}

// replay answers a repeat, if it is one: its whole body is read first.
func replay(w http.ResponseWriter, r *http.Request, past *once.Past, sum hash.Hash, limit int64, raw bool) error {
	if raw {
		uploadDeadlines(w, r)
	}
	_, err := io.Copy(sum, http.MaxBytesReader(w, r.Body, limit+maxBody)) // the first one's rest was at most maxBody
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return once.Reused // longer than any that is kept
	}
	if err != nil {
		return bodyError(err)
	}
	answer, err := past.Answer(sum.Sum(nil))
	if err != nil {
		return err
	}
	h := w.Header()
	for name, values := range answer.Header {
		h[name] = values
	}
	h.Set(replayedHeader, "true")
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // the client may have gone
	return nil
}

// summed is a body that goes into the sum as it is read, so that it is kept nowhere.
type summed struct {
	io.ReadCloser
	sum   hash.Hash
	ended bool
}

func (b *summed) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	_, _ = b.sum.Write(p[:n]) // a hash takes everything
	b.ended = b.ended || errors.Is(err, io.EOF)
	return n, err
}

// rest reads what the handler left of the body, and tells whether that was all
// of it: the answer to a body of which a megabyte or more was not wanted, such
// as a price list that was refused unread, is not kept.
func (b *summed) rest(p *paced) bool {
	if b.ended {
		return true
	}
	p.leave()
	_, err := io.CopyN(io.Discard, b, maxBody)
	return errors.Is(err, io.EOF)
}
