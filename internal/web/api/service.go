package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/web/apidoc"
	"zakup/internal/web/jobsui"
)

const (
	tagService = "service"
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

type healthOut struct {
	Body struct {
		Status string `json:"status" example:"ok"`
	}
}

func healthy() *healthOut {
	var h healthOut
	h.Body.Status = "ok"
	return &h
}

func productSchema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Product](), true, "")
}

// service is what is asked by operators and readers of the documentation.
func (a *API) service() {
	add(a, op{
		method: http.MethodGet, path: healthPath, id: "health", tag: tagService, access: PublicMute,
		summary: "Whether the process lives",
	}, func(context.Context, account.User, *none) (*healthOut, error) { return healthy(), nil })
	add(a, op{
		method: http.MethodGet, path: readyPath, id: "ready", tag: tagService, access: PublicMute,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Whether requests can be served: the database answers",
	}, func(ctx context.Context, _ account.User, _ *none) (*healthOut, error) {
		if err := a.Ready(ctx); err != nil {
			return nil, notReady.Because(err)
		}
		return healthy(), nil
	})
	a.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, r *http.Request) {
		text, err := a.huma.OpenAPI().MarshalJSON()
		if err != nil {
			a.answer(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	})
	a.methods["/openapi.json"] = []string{http.MethodGet}
	a.mux.Handle("GET /docs", apidoc.Page("/openapi.json"))
	a.mux.Handle("GET /docs/", apidoc.Page("/openapi.json"))
	if a.JobsPage != nil { // it is no part of the document
		a.mux.Handle(jobsui.Path+"/", a.JobsPage)
	}
	a.methods["/docs"] = []string{http.MethodGet}
}
