package api

import (
	"maps"
	"net/http"
	"strings"
)

const (
	// dataPolicy is that of every answer that is no page: a browser that shows one
	// loads nothing for it, and no site may frame it. Pages set their own.
	dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	// permissions takes from our pages what they never need.
	permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " +
		"microphone=(), midi=(), payment=(), usb=()"
	// httpsOnly keeps browsers from coming by http for a year. Other hosts of the
	// domain are not ours to speak for.
	httpsOnly = "max-age=31536000"
)

// safeHeaders are those of every answer, whatever it is.
func (a *API) safeHeaders(h http.Header, r *http.Request, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", dataPolicy)
	h.Set("Permissions-Policy", permissions)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // files of pages set their own
	if r.TLS != nil || strings.HasPrefix(a.PublicURL, "https:") {
		h.Set("Strict-Transport-Security", httpsOnly)
	}
	if !strings.HasPrefix(r.URL.Path, Prefix+"/") {
		h.Set("Cross-Origin-Opener-Policy", "same-origin") // a sign-in in a window of its own passes by the interface
	}
}

// resetHeaders takes away what an answer had set that did not come about.
func (a *API) resetHeaders(h http.Header, r *http.Request, id string) {
	maps.DeleteFunc(h, func(name string, _ []string) bool {
		return name != "Vary" && !strings.HasPrefix(name, "Access-Control-")
	})
	a.safeHeaders(h, r, id)
}
