package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/platform/audit"
)

// Access is who may call an operation.
type Access string

// The accesses. An operation without one is not registered.
const (
	Public     Access = "public"      // anyone, but a bad token is refused
	PublicMute Access = "public-mute" // anyone, whatever the Authorization header says
	SignedIn   Access = "signed-in"   // any person
	ShopOnly   Access = "shop"        // suppliers
	AdminOnly  Access = "admin"       // administrators
)

// op declares an operation.
type op struct {
	method, path string
	id, summary  string
	tag          string
	access       Access
	scope        account.Scope         // what the key of a machine needs; "": keys may not call it
	least        account.Role          // of who acts for a shop; by default a viewer for GET, else a manager
	raw          bool                  // the handler reads the body itself
	shared       bool                  // the answer is everybody's: it may be kept, and has a tag
	secret       bool                  // takes a mailed secret: wrong ones are limited
	fields       bool                  // missing arguments are told field by field
	answer       any                   // a value of the type of the answer, where the handler writes bytes
	fails        []int                 // statuses of its own rules, beside those of failures.go
	more         func(*huma.Operation) // describes what huma does not see
}

// none is the input of an operation that takes nothing.
type none struct{}

// add is the one door by which operations come in.
func add[I, O any](a *API, o op, f func(ctx context.Context, who account.User, in *I) (*O, error)) {
	humaErrors()
	switch o.access {
	case Public, PublicMute, SignedIn, ShopOnly, AdminOnly:
	default:
		panic("api: " + o.method + " " + o.path + " does not say who may call it")
	}
	o.least = leastOf(o)
	path := Prefix + "/" + o.path
	if strings.HasPrefix(o.path, "/") {
		path = o.path
	}
	body := &bodies{api: a, fields: o.fields}
	h := huma.Operation{
		OperationID: o.id, Method: o.method, Path: path, Summary: o.summary, Tags: []string{o.tag},
		SkipValidateBody: true, // bodies checks, in the specification's words
		BodyReadTimeout:  -1,   // the server's holds; huma's would cut the whole request off
		Middlewares:      huma.Middlewares{a.authenticate(o)},
		Description:      strings.TrimSpace(o.aboutRole() + o.aboutKeys()),
	}
	if takesKey(o.method, path) {
		h.Middlewares = append(h.Middlewares, a.once(o.raw))
	}
	if !o.raw {
		h.Middlewares = append(h.Middlewares, body.read)
	}
	if o.access == SignedIn || o.access == ShopOnly || o.access == AdminOnly {
		h.Security = []map[string][]string{{"token": {}}}
		if o.scope != "" {
			h.Security = append(h.Security, map[string][]string{"key": {string(o.scope)}})
		}
	}
	if o.shared {
		h.Middlewares = append(h.Middlewares, shared)
	}
	if o.answer != nil {
		schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(o.answer), true, "")
		h.Responses = map[string]*huma.Response{"200": {
			Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}},
		}, "default": a.failureResponse()}
	}
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		try, err := a.guess(ctx, o)
		if err != nil {
			return nil, a.tell(infoOf(ctx), err)
		}
		out, err := f(ctx, callerOf(ctx), in)
		if err == nil {
			err = try.Passed(ctx)
		}
		if err != nil {
			return nil, a.tell(infoOf(ctx), err)
		}
		return out, nil
	})
	described := a.document(body, o, path)
	a.failures(described, o)
	if o.shared {
		describeShared(described)
	}
	a.ops = append(a.ops, Operation{Method: o.method, Path: path, Access: o.access, Scope: o.scope, Least: o.least})
	a.methods[path] = append(a.methods[path], o.method)
}

// aboutRole says what a member needs, for readers.
func (o op) aboutRole() string {
	if o.least == "" {
		return ""
	}
	return "The least role in the shop: " + string(o.least) + ". "
}

// aboutKeys says what the key of a machine needs, for readers.
func (o op) aboutKeys() string {
	switch {
	case o.scope != "":
		return "The key of a machine needs the scope `" + string(o.scope) + "`."
	case o.access == PublicMute:
		return ""
	}
	return "Keys of machines may not call it."
}

// document adds to the registered operation what huma does not know, such as
// that its body may come in three encodings.
func (a *API) document(b *bodies, o op, path string) *huma.Operation {
	item := a.huma.OpenAPI().Paths[path]
	h := map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete,
	}[o.method]
	if takesKey(o.method, path) {
		h.Parameters = append(h.Parameters, keyParameter)
	}
	if o.more != nil {
		o.more(h)
		return h
	}
	if h.RequestBody == nil || h.RequestBody.Content["application/json"] == nil {
		return h
	}
	b.schema = resolve(a.huma, h.RequestBody.Content["application/json"].Schema)
	b.schema.AdditionalProperties = true // names that nobody knows are ignored
	h.RequestBody.Required = len(b.schema.Required) > 0
	for _, media := range []string{formMedia, multipartMedia} {
		h.RequestBody.Content[media] = h.RequestBody.Content["application/json"]
	}
	return h
}

func resolve(api huma.API, s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

type callerKey struct{}

// caller is who makes a request, and by which token.
type caller struct {
	account.SignIn
	token string
}

func signInOf(ctx context.Context) account.SignIn {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c.SignIn
}

func callerOf(ctx context.Context) account.User { return signInOf(ctx).User }

func tokenOf(ctx context.Context) string {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c.token
}

// authenticate finds out who calls and whether they may.
func (a *API) authenticate(o op) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		var c caller
		if o.access != PublicMute {
			var err error
			if c, err = a.identify(ctx); err == nil {
				err = a.oftenBy(ctx, c.User)
			}
			if err == nil {
				err = o.admit(c.SignIn)
			}
			if err == nil && o.access == AdminOnly {
				err = a.Accounts.Administers(ctx.Context(), c.User.ID)
			}
			if err != nil {
				a.refuse(ctx, err)
				return
			}
		}
		next(huma.WithContext(ctx, audit.As(context.WithValue(ctx.Context(), callerKey{}, c), int64(c.User.ID))))
	}
}

// refuse answers from a middleware.
func (a *API) refuse(ctx huma.Context, err error) {
	r, w := humago.Unwrap(ctx)
	a.answer(w, r, err)
}

func (a *API) identify(ctx huma.Context) (caller, error) {
	token, err := bearer(ctx.Header("Authorization"))
	if err != nil || token == "" {
		return caller{}, err
	}
	s, err := a.Accounts.SignInOf(ctx.Context(), token)
	return caller{s, token}, err
}

// bearer takes the token out of the header; "" when there is none, or one of a
// scheme that is not ours.
func bearer(header string) (string, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	switch strings.ToLower(scheme) {
	case "token", "bearer":
	default:
		return "", nil
	}
	rest = strings.TrimSpace(rest)
	if rest == "" || strings.ContainsAny(rest, " \t") {
		return "", account.BadToken
	}
	return rest, nil
}

// leastOf is the least role that an operation wants of who acts for a shop; ""
// when it is not for shops.
func leastOf(o op) account.Role {
	switch {
	case o.access != ShopOnly:
		return ""
	case o.least != "":
		return o.least
	case o.method == http.MethodGet:
		return account.Viewer
	}
	return account.Manager
}

// admit refuses a key without the scope first, whoever it is of: what it may do
// is not told by what its person may.
func (o op) admit(s account.SignIn) error {
	switch u := s.User; {
	case !s.May(o.scope) && o.scope == "":
		return personsOnly
	case !s.May(o.scope):
		return lacksScope(o.scope)
	case o.access == Public:
		return nil
	case u.ID == 0:
		return loginRequired
	case o.access == ShopOnly && u.Type != account.Shop:
		return shopsOnly
	case o.access == ShopOnly && u.Owner == 0:
		return ownerBlocked
	case o.access == ShopOnly && !u.Role.Covers(o.least):
		return memberRole
	case o.access == AdminOnly && u.Type != account.Admin:
		return adminsOnly
	}
	return nil
}

func lacksScope(needs account.Scope) error {
	return keyScope.Saying("Ключу не хватает права "+string(needs), "The key lacks the scope "+string(needs)).Fact("Scope", needs)
}
