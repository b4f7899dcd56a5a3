package api

import (
	"net/http"
	"strings"

	"github.com/rs/cors"

	"zakup/internal/web/jobsui"
)

// crossOriginAge is how long a browser may remember what it was allowed, in seconds.
const crossOriginAge = 600

// crossOrigin lets pages of the origins that the administrator has named call
// the interface. Where none is named it is closed: no header says otherwise.
//
// Cookies are never let through: people are known by a token in a header, which
// no foreign page can make a browser send. What rests on a cookie is closed to
// foreign pages altogether.
func (a *API) crossOrigin(next http.Handler) http.Handler {
	if len(a.Origins) == 0 {
		return next
	}
	open := cors.New(cors.Options{
		AllowedOrigins: a.Origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete},
		AllowedHeaders: []string{"Accept", "Accept-Language", "Authorization", "Content-Type", keyHeader, "If-Match", "If-None-Match", "Prefer"},
		ExposedHeaders: []string{
			"Allow", "Content-Disposition", "ETag", replayedHeader, "Link", "Location", "Retry-After", "WWW-Authenticate", "X-Request-Id",
			"Searched-Instead", "Total-Count", "Total-Exact", "RateLimit", "RateLimit-Policy",
		},
		MaxAge: crossOriginAge,
	}).Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if byCookie(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		open.ServeHTTP(w, r)
	})
}

// byCookie tells whether what is at the path knows browsers by a cookie.
func byCookie(path string) bool {
	return path == exchangePath || path == jobsui.Path || strings.HasPrefix(path, jobsui.Path+"/") ||
		strings.HasPrefix(path, Prefix+"/"+oauthPath+"/") // the code is exchanged at oauthPath itself, without a cookie
}
