// Package api owns the REST interface: its paths, its JSON and its answers to
// failures.
//
// It keeps what the ready specification promises to clients. Every operation
// comes in by one door, which makes it say who may call it. Bodies are read as
// JSON, urlencoded and multipart alike. It knows no rules: features have them.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/invoice"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/client"
	"zakup/internal/platform/limit"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/once"
)

// Prefix is where all paths of the specification begin.
const Prefix = "/api/v1"

// Deps is what the interface serves.
type Deps struct {
	Accounts  *account.Accounts
	Shops     *partner.Shops
	Pictures  *picture.Pictures
	Catalog   *catalog.Catalog
	Lists     *pricelist.Lists
	Baskets   *basket.Baskets
	Orders    *order.Orders
	Invoices  *invoice.Invoices
	Trail     *audit.Log
	Letters   *mail.Post
	Keys      *once.Keys
	Requests  *limit.Requests                 // how many an address and an account may make
	Guard     *limit.Guard                    // of tries that may fail
	Proxies   client.Proxies                  // whose word on the address of a client counts
	JobsPage  http.Handler                    // of all below jobsui.Path
	Ready     func(ctx context.Context) error // tells whether requests can be served
	Stopping  <-chan struct{}                 // closed when requests should end their waiting
	PublicURL string                          // for links; empty: as the client called us
	Origins   []string                        // whose pages may call us
	Pace      Pace                            // of the bodies of requests
	Log       *slog.Logger
}

// API is the interface. It is an http.Handler.
type API struct {
	Deps
	huma    huma.API
	mux     *http.ServeMux
	methods map[string][]string // of each path
	words   map[string]bool     // of all paths
	ops     []Operation
	handler http.Handler
}

// New builds the interface and all its operations.
func New(d Deps) *API {
	if d.Pace == (Pace{}) {
		d.Pace = StandardPace()
	}
	a := &API{Deps: d, mux: http.NewServeMux(), methods: map[string][]string{}}
	a.huma = humago.New(a.mux, humaConfig())
	a.users()
	a.ownData()
	a.leaving()
	a.pictures()
	a.sessions()
	a.tokens()
	a.oauth()
	a.totp()
	a.contacts()
	a.requisites()
	a.members()
	a.invitations()
	a.catalogue()
	a.matching()
	a.parameters()
	a.offerPictures()
	a.basket()
	a.orders()
	a.orderChanges()
	a.partnerOrders()
	a.adminOrders()
	a.invoices()
	a.partner()
	a.priceLists()
	a.importRecords()
	a.profile()
	a.exports()
	a.schedule()
	a.exchange()
	a.admin()
	a.people()
	a.trail()
	a.letters()
	a.service()
	a.fallbacks()
	a.noteWords()
	a.handler = a.around(a.crossOrigin(a.acceptable(a.mux)))
	return a
}

// ServeHTTP serves one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// humaConfig is huma without what it adds on its own: schema links in answers,
// a documentation page from elsewhere, answers in other formats.
func humaConfig() huma.Config {
	c := huma.DefaultConfig("Zakup", Version)
	c.CreateHooks = nil
	c.DocsPath, c.OpenAPIPath, c.SchemasPath = "", "", ""
	c.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	c.Info.Description = "Purchasing for retail chains: one catalogue of many suppliers' price lists, orders over several suppliers.\n\n" +
		"Sign in with `POST " + Prefix + "/user/login` and send `Authorization: Token <key>`. Bodies are read as JSON, " +
		"`application/x-www-form-urlencoded` and `multipart/form-data` alike, on every method that has one. " +
		"Any unsafe request may carry `Idempotency-Key`: its repeats get the first answer. " +
		"A failure has its true HTTP status and the envelope of the schema `Failure`."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "apiKey", In: "header", Name: "Authorization", Description: "`Token <key>`; `Bearer <key>` works too"},
		"key": {
			Type: "apiKey", In: "header", Name: "Authorization",
			Description: "The key of a machine, made by `POST " + Prefix + "/user/tokens`, in place of the token of a sign-in: it needs the scope that the operation names",
		},
	}
	return c
}

// Version of the interface.
const Version = "1.0.0"

// Operation is what the tests must know of an operation.
type Operation struct {
	Method, Path string
	Access       Access
	Scope        account.Scope // that the key of a machine needs; "": it may not call it
	Least        account.Role  // of who acts for a shop
}

// Operations lists all that were registered.
func (a *API) Operations() []Operation { return a.ops }

// OpenAPI writes the document of the interface.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().YAML() }

// fallbacks answer what no operation does: 404 and 405 in the envelope.
func (a *API) fallbacks() {
	for path, methods := range a.methods {
		if slices.Contains(methods, http.MethodGet) {
			methods = append(methods, http.MethodHead) // the mux serves it
		}
		allow := strings.Join(append(methods, http.MethodOptions), ", ")
		refuse := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", allow)
			if r.Method == http.MethodOptions {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			a.answer(w, r, notAllowed.Saying(
				"Метод "+r.Method+" здесь не поддерживается", `Method "`+r.Method+`" not allowed.`))
		}
		if !a.beside(path) {
			a.mux.HandleFunc(path, refuse)
			continue
		}
		for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
			if !slices.Contains(methods, m) {
				a.mux.HandleFunc(m+" "+path, refuse)
			}
		}
	}
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { a.answer(w, r, noPath) })
}

// beside tells whether an id could stand where the path has a name, such as
// products/facets beside products/{id}: the mux wants to know the methods of it.
func (a *API) beside(path string) bool {
	names := strings.Split(path, "/")
	for other := range a.methods {
		parts := strings.Split(other, "/")
		if other == path || len(parts) != len(names) {
			continue
		}
		if !slices.EqualFunc(parts, names, func(p, n string) bool { return p == n || strings.HasPrefix(p, "{") && !strings.HasPrefix(n, "{") }) {
			continue
		}
		return true
	}
	return false
}

// waitLimit is the longest time that a request may wait for a slow task.
const waitLimit = 30 * time.Second
