package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
)

// oauthPath begins the paths where browsers come by.
const oauthPath = "user/oauth"

type provider struct {
	Name  string `json:"name" example:"google"`
	Title string `json:"title" example:"Google"`
	URL   string `json:"url" doc:"Where a browser begins to sign in" example:"https://zakup.example.org/api/v1/user/oauth/google"`
}

type providersOut struct {
	Body []provider `nullable:"false"`
}

// beginIn is what a client puts into the address that it opens in a browser.
type beginIn struct {
	Provider  string `path:"provider" example:"google"`
	Return    string `query:"return" doc:"Where the browser goes with code=… or error=…: an address of the settings, to the letter. Absent: the answer is JSON"`
	Challenge string `query:"code_challenge" doc:"base64url of the SHA-256 of a random verifier that the client keeps (RFC 7636); obligatory with return"`
	request   *http.Request
}

// Resolve notes the request, for its cookie.
func (in *beginIn) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

// redirectOut sends a browser elsewhere.
type redirectOut struct {
	Status   int
	Location string `header:"Location"`
	Cookie   string `header:"Set-Cookie"`
}

type callbackIn struct {
	Provider string `path:"provider" example:"google"`
	State    string `query:"state"`
	Code     string `query:"code"`
	Issuer   string `query:"iss"`
	Error    string `query:"error"`
	request  *http.Request
}

// Resolve notes the request, for its cookie.
func (in *callbackIn) Resolve(ctx huma.Context) []error {
	in.request, _ = humago.Unwrap(ctx)
	return nil
}

type oauthCode struct {
	Status  bool   `json:"Status" example:"true"`
	Code    string `json:"code" doc:"For POST user/oauth or user/identities, once"`
	Expires int64  `json:"expires_in" doc:"Seconds" example:"300"`
}

type callbackOut struct {
	Status   int
	Location string `header:"Location"`
	Cookie   string `header:"Set-Cookie"`
	Body     *oauthCode
}

type proofIn struct {
	Body struct {
		Code     string `json:"code" doc:"From the end of the sign-in with a provider"`
		Verifier string `json:"code_verifier,omitempty" maxLength:"128" doc:"Whose code_challenge began the sign-in, if one did"`
		Second   string `json:"totp,omitempty" maxLength:"40" doc:"To sign in: the code of the authenticator, or a recovery code, of who has a second factor"`
	}
}

type identity struct {
	ID       account.IdentityID `json:"id"`
	Provider string             `json:"provider" example:"google"`
	Title    string             `json:"title" example:"Google"`
	Email    string             `json:"email" doc:"As the provider said it when it was linked; it may be another one there now"`
	LinkedAt time.Time          `json:"linked_at"`
}

type identitiesOut struct {
	Body []identity `nullable:"false"`
}

func (a *API) oauth() {
	add(a, op{
		method: http.MethodGet, path: oauthPath, id: "list-providers", tag: tagUser, access: PublicMute,
		summary: "By whom one can sign in beside a password",
	}, func(context.Context, account.User, *none) (*providersOut, error) {
		out := &providersOut{Body: []provider{}}
		for _, p := range a.Accounts.Providers() {
			out.Body = append(out.Body, provider{p.Name, p.Title, a.PublicURL + Prefix + "/" + oauthPath + "/" + p.Name})
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodGet, path: oauthPath + "/{provider}", id: "begin-oauth", tag: tagUser, access: PublicMute,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Open this in a browser to sign in with a provider", more: describeRedirect,
	}, a.beginOAuth)
	add(a, op{
		method: http.MethodGet, path: oauthPath + "/{provider}/callback", id: "finish-oauth", tag: tagUser, access: PublicMute,
		fails:   []int{http.StatusUnauthorized, http.StatusServiceUnavailable},
		summary: "Where the provider sends the browser back", more: describeRedirect,
	}, a.finishOAuth)
	add(a, op{
		method: http.MethodPost, path: oauthPath, id: "sign-in-by-code", tag: tagUser, access: PublicMute, secret: true,
		fails:   []int{http.StatusUnauthorized, http.StatusForbidden},
		summary: "Sign in by the code of a provider's sign-in; somebody new becomes a buyer",
	}, func(ctx context.Context, _ account.User, in *proofIn) (*loginOut, error) {
		token, err := a.Accounts.SignInWith(ctx, in.Body.Code, in.Body.Verifier, in.Body.Second, infoOf(ctx).lang)
		out := &loginOut{}
		out.Body.Status, out.Body.Token = true, token
		return out, err
	})
	const identities = "user/identities"
	add(a, op{
		method: http.MethodGet, path: identities, id: "list-identities", tag: tagUser, access: SignedIn,
		summary: "The providers that the person can sign in with, oldest first",
	}, func(ctx context.Context, who account.User, _ *none) (*identitiesOut, error) {
		list, err := a.Accounts.Identities(ctx, who.ID)
		out := &identitiesOut{Body: make([]identity, len(list))}
		for i, l := range list {
			out.Body[i] = identity{l.ID, l.Provider, l.Title, l.Email, l.LinkedAt}
		}
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: identities, id: "link-identity", tag: tagUser, access: SignedIn,
		summary: "Link the code of a provider's sign-in with the signed-in person",
	}, func(ctx context.Context, who account.User, in *proofIn) (*done, error) {
		return ok(), a.Accounts.Link(ctx, who.ID, in.Body.Code, in.Body.Verifier)
	})
	add(a, op{
		method: http.MethodDelete, path: identities, id: "unlink-identities", tag: tagUser, access: SignedIn,
		fails:   []int{http.StatusNotFound},
		summary: "Unlink providers; the last one of a person without a password stays",
	}, func(ctx context.Context, who account.User, in *idsIn) (*deletedOut, error) {
		n, err := a.Accounts.Unlink(ctx, who.ID, idsOf[account.IdentityID](in.Body.Items))
		return deleted(n), err
	})
}

// callbackOf is where the provider sends browsers back to. It is never taken from
// a request, whose Host may be anybody's.
func (a *API) callbackOf(provider string) string {
	return a.PublicURL + Prefix + "/" + oauthPath + "/" + provider + "/callback"
}

func (a *API) beginOAuth(ctx context.Context, _ account.User, in *beginIn) (*redirectOut, error) {
	begun, err := a.Accounts.BeginOAuth(ctx, account.Begin{
		Provider: in.Provider, Return: in.Return, Challenge: in.Challenge,
		Browser: a.oauthBrowser(in.request), Callback: a.callbackOf(in.Provider),
	})
	if err != nil {
		return nil, err
	}
	return &redirectOut{http.StatusFound, begun.Address, a.oauthCookie(begun.Browser, begun.Life)}, nil
}

func (a *API) finishOAuth(ctx context.Context, _ account.User, in *callbackIn) (*callbackOut, error) {
	got, err := a.Accounts.FinishOAuth(ctx, account.Callback{
		Provider: in.Provider, State: in.State, Code: in.Code, Issuer: in.Issuer, Refused: in.Error,
		Browser: a.oauthBrowser(in.request), Callback: a.callbackOf(in.Provider),
	})
	if got.Return == "" {
		if err != nil {
			return nil, err
		}
		return &callbackOut{Status: http.StatusOK, Body: &oauthCode{true, got.Code, int64(got.Life / time.Second)}}, nil
	}
	result := url.Values{"code": {got.Code}}
	if err != nil {
		// The browser is the client's: it tells what was wrong in its own words.
		f := a.tell(infoOf(ctx), err)
		result = url.Values{"error": {f.code()}}
	}
	return &callbackOut{Status: http.StatusFound, Location: withQuery(got.Return, result)}, nil
}

// withQuery adds values to an address that may have a query already.
func withQuery(address string, values url.Values) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + values.Encode()
}

// oauthName is the name of the cookie that a sign-in is bound to: with https, one
// that no other host and no unencrypted page can have set.
func (a *API) oauthName() string {
	if strings.HasPrefix(a.PublicURL, "https:") {
		return "__Host-zakup_oauth"
	}
	return "zakup_oauth"
}

func (a *API) oauthBrowser(r *http.Request) string {
	c, err := r.Cookie(a.oauthName())
	if errors.Is(err, http.ErrNoCookie) {
		return ""
	}
	return c.Value
}

// oauthCookie: Lax, since the browser comes back from the provider's site.
func (a *API) oauthCookie(value string, life time.Duration) string {
	name := a.oauthName()
	c := http.Cookie{ //nolint:gosec // without https there is no Secure
		Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(name, "__Host-"), MaxAge: int(life / time.Second),
	}
	return c.String()
}

// code is that of the fault.
func (f *failure) code() string {
	code, _ := f.body["Code"].(string)
	return code
}

// describeRedirect documents the answer of a browser's way.
func describeRedirect(h *huma.Operation) {
	to := &huma.Response{Description: "The browser goes on", Headers: map[string]*huma.Param{
		"Location": {Schema: &huma.Schema{Type: huma.TypeString, Format: "uri"}},
	}}
	delete(h.Responses, "204")
	h.Responses["302"] = to
}
