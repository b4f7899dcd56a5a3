package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"zakup/internal/feature/picture"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/client"
)

// requestInfo is what is known of a request before anything is read.
type requestInfo struct {
	id     string
	lang   string
	method string
	path   string
	gone   func() bool // whether the client has gone away
	body   *paced
}

type infoKey struct{}

func infoOf(ctx context.Context) requestInfo {
	info, _ := ctx.Value(infoKey{}).(requestInfo)
	if info.gone == nil {
		info.gone = func() bool { return false }
	}
	return info
}

// around is what every request goes through: an id, a line in the log, safe
// headers, and an answer even when something panics.
func (a *API) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		info := requestInfo{
			id: rand.Text(), lang: preferred(r.Header.Get("Accept-Language")),
			method: r.Method, path: a.shownPath(r.URL.Path),
			gone: func() bool { return errors.Is(r.Context().Err(), context.Canceled) },
		}
		info.body = pacedBody(w, r, a.Pace)
		from := a.Proxies.Of(r)
		ctx := client.With(context.WithValue(r.Context(), infoKey{}, info), from)
		r = r.WithContext(audit.With(ctx, audit.Actor{
			Address: client.Text(from), Request: info.id, Agent: r.UserAgent(),
		}))
		s := &statusWriter{ResponseWriter: w, body: info.body}
		a.safeHeaders(w.Header(), r, info.id)
		if strings.HasPrefix(r.URL.Path, Prefix+"/") {
			w.Header().Add("Vary", "Accept-Language, Authorization")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // the very value is the signal
					panic(p)
				}
				err := panicked(p)
				a.Log.Error("panic", "request", info.id, "error", err, "stack", string(debug.Stack()))
				if s.status == 0 {
					a.resetHeaders(w.Header(), r, info.id)
					a.answer(s, r, err)
				}
			}
			a.Log.Info("request", "request", info.id, "method", r.Method, "path", info.path,
				"client", client.Text(from), "status", s.status, "ms", time.Since(start).Milliseconds())
		}()
		if err := a.often(s, r, from); err != nil {
			a.holdOff(s, r, err)
			return
		}
		next.ServeHTTP(s, r)
	})
}

// acceptable refuses who does not take what we give.
func (a *API) acceptable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !givesFiles(r.URL.Path) && !accepts(r.Header.Values("Accept")) {
			a.answer(w, r, notAcceptable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// panicked is what the log is told of a panic. Its value may hold anything that a
// client has sent, so only texts of the language itself are repeated; where it
// was, the stack tells.
func panicked(p any) error {
	if err, ok := p.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", err)
	}
	return fmt.Errorf("panic with a %T", p)
}

// givesFiles tells whether the path answers with something else than JSON.
func givesFiles(path string) bool {
	return path == exchangePath || strings.HasPrefix(path, exportFiles) || strings.HasPrefix(path, picture.Root) || strings.HasSuffix(path, invoiceFiles)
}

// accepts tells whether JSON will do. A browser that asks for a page gets it too.
func accepts(headers []string) bool {
	all := strings.TrimSpace(strings.Join(headers, ","))
	if all == "" {
		return true
	}
	for item := range strings.SplitSeq(all, ",") {
		media, params, _ := strings.Cut(item, ";")
		refused := strings.ReplaceAll(params, " ", "") == "q=0"
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "*/*", "application/*", "application/json", "text/html", "text/*":
			if !refused {
				return true
			}
		}
	}
	return false
}

// statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
	body   *paced // of the request
}

func (w *statusWriter) WriteHeader(status int) {
	w.begin(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.begin(http.StatusOK)
	return w.ResponseWriter.Write(b)
}

func (w *statusWriter) begin(status int) {
	if w.status == 0 {
		w.status = status
		if status >= http.StatusBadRequest {
			w.Header().Set("Cache-Control", "no-store") // which the server of files takes away
		}
		w.body.leave()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
