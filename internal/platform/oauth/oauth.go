// Package oauth owns the talk with providers by whom people sign in: OpenID
// Connect ones, and GitHub, which is none.
//
// A provider proves a subject, which is theirs for ever; an address that comes
// with it is only as good as Verified says. Nothing of a provider is trusted
// before it is checked: the issuer, the signature, the audience, the nonce, the
// times. A provider that is down fails its own sign-ins and nothing else.
package oauth

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"zakup/internal/platform/config"
	"zakup/internal/platform/fault"
)

// The faults of providers.
var (
	Unreachable = fault.New(fault.Unavailable, "oauth_unreachable",
		"Сервис входа не отвечает: попробуйте позже или войдите по паролю",
		"The sign-in provider does not answer: try again later, or sign in by password")
	Untrusted = fault.New(fault.Unauthenticated, "oauth_untrusted",
		"Ответ сервиса входа не принят: начните вход сначала",
		"The answer of the sign-in provider was not accepted: begin the sign-in anew")
)

// Identity is what a provider proved of a person.
type Identity struct {
	Provider  string
	Subject   string // the provider's own id of the person: never empty, never changes
	Email     string // as the provider says it, if it does
	Verified  bool   // the provider says that the address is the person's
	FirstName string
	LastName  string
}

// Flow is what makes one sign-in one: State comes back in the address, Nonce in
// the id token, and Verifier proves that the code was asked for by us.
type Flow struct {
	State, Nonce, Verifier string
}

// Provider is by whom one signs in.
type Provider interface {
	// Begin returns the address at the provider where the person goes. Unreachable.
	Begin(ctx context.Context, redirect string, f Flow) (string, error)
	// Finish asks for what the code proves. issuer is the parameter iss of the
	// callback, "" when there was none. Unreachable, Untrusted.
	Finish(ctx context.Context, redirect string, f Flow, code, issuer string) (Identity, error)
}

// Named is a provider of the settings.
type Named struct {
	Provider
	Name  string // in paths and the database
	Title string // for people
}

// Providers are those of the settings, in their order.
type Providers []Named

// New makes the providers. None of them is called yet.
func New(list []config.Provider) Providers {
	all := make(Providers, len(list))
	for i, c := range list {
		all[i] = Named{Name: c.Name, Title: c.Title}
		if c.Name == config.GitHub {
			all[i].Provider = newGitHub(c)
		} else {
			all[i].Provider = newOpenID(c)
		}
	}
	return all
}

// Find returns the provider of the name.
func (p Providers) Find(name string) (Named, bool) {
	for _, one := range p {
		if one.Name == name {
			return one, true
		}
	}
	return Named{}, false
}

// Title is what people call the provider; its name when it is no longer there.
func (p Providers) Title(name string) string {
	if one, ok := p.Find(name); ok {
		return one.Title
	}
	return name
}

// maxCode is the longest code of a provider, in bytes.
const maxCode = 4096

// exchange trades the code for tokens. What the provider refuses is Untrusted:
// the code is of another flow, was used before, or is too old.
func exchange(ctx context.Context, c oauth2.Config, client *http.Client, f Flow, code string) (*oauth2.Token, error) {
	if code == "" || len(code) > maxCode {
		return nil, Untrusted
	}
	t, err := c.Exchange(context.WithValue(ctx, oauth2.HTTPClient, client), code, oauth2.VerifierOption(f.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return t, nil
	case errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError:
		// The text holds what the provider answered, which is for the log.
		return nil, Untrusted.Because(errors.New("the code was refused: " + refused.ErrorCode))
	}
	return nil, Unreachable.Because(err)
}

// names splits a full name where the provider does not tell the parts.
func names(first, last, full string) (string, string) {
	if first == "" && last == "" {
		first, last, _ = strings.Cut(strings.TrimSpace(full), " ")
	}
	return strings.TrimSpace(first), strings.TrimSpace(last)
}
