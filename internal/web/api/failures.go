package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// failures names in the document the statuses that an operation fails with. Most
// follow from what it declares anyway; op.fails adds those of its own rules. What
// is not named is a failure of the service, the answer default.
func (a *API) failures(h *huma.Operation, o op) {
	if h.Responses["default"] == nil {
		return // it has an envelope of its own
	}
	unsafe, body := takesKey(o.method, h.Path), h.RequestBody != nil
	named := func(p *huma.Param) bool { return p.Name == "page" }
	argument := func(p *huma.Param) bool { return p.In != "path" }
	for status, fails := range map[int]bool{
		http.StatusBadRequest:            body || slices.ContainsFunc(h.Parameters, argument),
		http.StatusUnauthorized:          o.access != PublicMute,
		http.StatusForbidden:             o.access != PublicMute, // also a key without the scope
		http.StatusNotFound:              o.access == ShopOnly || strings.Contains(h.Path, "{") || slices.ContainsFunc(h.Parameters, named),
		http.StatusNotAcceptable:         !givesFiles(h.Path),
		http.StatusConflict:              unsafe, // the first request with its key is still worked on
		http.StatusRequestEntityTooLarge: body,
		http.StatusUnsupportedMediaType:  body,
		http.StatusUnprocessableEntity:   unsafe,
		http.StatusTooManyRequests:       !unlimited[h.Path],
	} {
		if fails || slices.Contains(o.fails, status) {
			h.Responses[strconv.Itoa(status)] = a.failureOf(status)
		}
	}
	for _, status := range o.fails {
		h.Responses[strconv.Itoa(status)] = a.failureOf(status)
	}
}

// failureOf is a reference to the answer of a status, which stands in the
// document once.
func (a *API) failureOf(status int) *huma.Response {
	all := a.huma.OpenAPI().Components
	if all.Responses == nil {
		all.Responses = map[string]*huma.Response{}
	}
	name := strings.ReplaceAll(http.StatusText(status), " ", "")
	if all.Responses[name] == nil {
		r := a.failureResponse()
		r.Description = http.StatusText(status)
		switch status {
		case http.StatusUnauthorized:
			r.Headers = header("WWW-Authenticate", "Token", huma.TypeString)
		case http.StatusTooManyRequests:
			r.Headers = limitHeaders()
		case http.StatusServiceUnavailable:
			r.Headers = header("Retry-After", "Seconds to wait", huma.TypeInteger)
		}
		all.Responses[name] = r
	}
	return &huma.Response{Ref: "#/components/responses/" + name}
}

func header(name, doc, schemaType string) map[string]*huma.Header {
	return map[string]*huma.Header{name: {Description: doc, Schema: &huma.Schema{Type: schemaType}}}
}

func (a *API) failureResponse() *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Failure](), true, "")
	return &huma.Response{
		Description: "Failure", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}},
	}
}
