package oauth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"zakup/internal/platform/config"
)

// discoveryLife is how long a provider's document about itself is kept.
const discoveryLife = time.Hour

// openID is a provider of OpenID Connect.
type openID struct {
	config.Provider
	client *http.Client

	mu    sync.Mutex
	known *discovered
}

// discovered is what a provider says of itself.
type discovered struct {
	*oidc.Provider
	at      time.Time
	saysIss bool // every callback has the parameter iss (RFC 9207)
}

func newOpenID(c config.Provider) *openID { return &openID{Provider: c, client: newClient()} }

// discover asks the provider for its document, once in a while. A failure is not
// kept.
func (p *openID) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil && time.Since(p.known.at) < discoveryLife {
		return p.known, nil
	}
	// The library keeps the client for the keys, and not the context.
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	if err != nil {
		return nil, Unreachable.Because(fmt.Errorf("oauth: %s: %w", p.Name, err))
	}
	var more struct {
		SaysIss bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, Unreachable.Because(fmt.Errorf("oauth: %s: %w", p.Name, err))
	}
	p.known = &discovered{found, time.Now(), more.SaysIss}
	return p.known, nil
}

func (p *openID) config(d *discovered, redirect string) oauth2.Config {
	return oauth2.Config{
		ClientID: p.ID, ClientSecret: p.Secret, Endpoint: d.Endpoint(), RedirectURL: redirect,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

func (p *openID) Begin(ctx context.Context, redirect string, f Flow) (string, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	c := p.config(d, redirect)
	return c.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

func (p *openID) Finish(ctx context.Context, redirect string, f Flow, code, issuer string) (Identity, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	if issuer != p.Issuer && (issuer != "" || d.saysIss) {
		return Identity{}, Untrusted.Because(fmt.Errorf("oauth: %s: the callback is of the issuer %.100q", p.Name, issuer))
	}
	t, err := exchange(ctx, p.config(d, redirect), p.client, f, code)
	if err != nil {
		return Identity{}, err
	}
	raw, _ := t.Extra("id_token").(string)
	token, err := d.VerifierContext(oidc.ClientContext(ctx, p.client), &oidc.Config{ClientID: p.ID}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, Untrusted.Because(fmt.Errorf("oauth: %s: %w", p.Name, err))
	}
	c, err := p.claims(token, f)
	if err == nil && c.Email == "" {
		err = p.ask(ctx, d, t, token.Subject, &c)
	}
	if err != nil {
		return Identity{}, err
	}
	first, last := names(c.First, c.Last, c.Name)
	return Identity{
		Provider: p.Name, Subject: token.Subject, Email: c.Email, Verified: bool(c.Verified), FirstName: first, LastName: last,
	}, nil
}

// claims are what a token or the provider's userinfo says.
type claims struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	First    string `json:"given_name"`
	Last     string `json:"family_name"`
	Name     string `json:"name"`
	Azp      string `json:"azp"`
}

// truth is a boolean, which some providers write as a string.
type truth bool

// UnmarshalJSON takes anything but a plain yes for a no.
func (t *truth) UnmarshalJSON(text []byte) error {
	*t = string(text) == `true` || string(text) == `"true"`
	return nil
}

// claims checks what the library leaves to us.
func (p *openID) claims(token *oidc.IDToken, f Flow) (c claims, err error) {
	if err := token.Claims(&c); err != nil {
		return c, Untrusted.Because(err)
	}
	switch {
	case f.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1:
		err = errors.New("the nonce is another one")
	case c.Azp != "" && c.Azp != p.ID, len(token.Audience) > 1 && c.Azp == "":
		err = errors.New("the token was given to another client")
	case token.Subject == "" || len(token.Subject) > maxSubject:
		err = errors.New("no subject")
	}
	if err != nil {
		return c, Untrusted.Because(fmt.Errorf("oauth: %s: %w", p.Name, err))
	}
	return c, nil
}

// maxSubject is the length of a subject, by OpenID Connect Core, 2.
const maxSubject = 255

// ask fills in from the provider's userinfo what the token does not say.
func (p *openID) ask(ctx context.Context, d *discovered, t *oauth2.Token, subject string, c *claims) error {
	if d.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := d.UserInfo(oidc.ClientContext(ctx, p.client), oauth2.StaticTokenSource(t))
	if err != nil {
		return Unreachable.Because(fmt.Errorf("oauth: %s: userinfo: %w", p.Name, err))
	}
	if info.Subject != subject { // OpenID Connect Core, 5.3.2: the library does not look
		return Untrusted.Because(fmt.Errorf("oauth: %s: userinfo is of another subject", p.Name))
	}
	if err := info.Claims(c); err != nil {
		return Untrusted.Because(fmt.Errorf("oauth: %s: userinfo: %w", p.Name, err))
	}
	return nil
}
