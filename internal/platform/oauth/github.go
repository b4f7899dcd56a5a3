package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"golang.org/x/oauth2"

	"zakup/internal/platform/config"
)

// gitHub is github.com, or an Enterprise Server. It proves people by its own
// interface: https://docs.github.com/rest/users.
type gitHub struct {
	config.Provider
	api    string
	client *http.Client
}

func newGitHub(c config.Provider) *gitHub {
	g := &gitHub{Provider: c, api: "https://api.github.com", client: newClient()}
	if c.Issuer != config.GitHubAddress {
		g.api = c.Issuer + "/api/v3"
	}
	return g
}

func (g *gitHub) config(redirect string) oauth2.Config {
	return oauth2.Config{
		ClientID: g.ID, ClientSecret: g.Secret, RedirectURL: redirect, Scopes: []string{"read:user", "user:email"},
		Endpoint: oauth2.Endpoint{
			AuthURL: g.Issuer + "/login/oauth/authorize", TokenURL: g.Issuer + "/login/oauth/access_token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

func (g *gitHub) Begin(_ context.Context, redirect string, f Flow) (string, error) {
	c := g.config(redirect)
	return c.AuthCodeURL(f.State, oauth2.S256ChallengeOption(f.Verifier)), nil
}

func (g *gitHub) Finish(ctx context.Context, redirect string, f Flow, code, issuer string) (Identity, error) {
	if issuer != "" && issuer != g.Issuer+"/login/oauth" {
		return Identity{}, Untrusted.Because(fmt.Errorf("oauth: github: the callback is of the issuer %.100q", issuer))
	}
	t, err := exchange(ctx, g.config(redirect), g.client, f, code)
	if err != nil {
		return Identity{}, err
	}
	var user struct {
		ID    int64  `json:"id"`
		Name  string `json:"name"`
		Login string `json:"login"`
	}
	if err := g.get(ctx, t, "/user", &user); err != nil {
		return Identity{}, err
	}
	var emails []struct {
		Email    string `json:"email"`
		Primary  bool   `json:"primary"`
		Verified bool   `json:"verified"`
	}
	if err := g.get(ctx, t, "/user/emails?per_page=100", &emails); err != nil {
		return Identity{}, err
	}
	if user.ID <= 0 {
		return Identity{}, Untrusted.Because(fmt.Errorf("oauth: github: no id"))
	}
	id := Identity{Provider: g.Name, Subject: strconv.FormatInt(user.ID, 10)}
	if id.FirstName, id.LastName = names("", "", user.Name); id.FirstName == "" {
		id.FirstName = user.Login
	}
	for _, e := range emails {
		if e.Primary {
			id.Email, id.Verified = e.Email, e.Verified
		}
	}
	return id, nil
}

func (g *gitHub) get(ctx context.Context, t *oauth2.Token, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.api+path, nil)
	if err != nil {
		return fmt.Errorf("oauth: github: %w", err)
	}
	r.Header.Set("Accept", "application/vnd.github+json")
	t.SetAuthHeader(r)
	resp, err := g.client.Do(r)
	if err != nil {
		return Unreachable.Because(fmt.Errorf("oauth: github: %w", err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return Unreachable.Because(fmt.Errorf("oauth: github: %s answers %d", path, resp.StatusCode))
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return Unreachable.Because(fmt.Errorf("oauth: github: %s: %w", path, err))
	}
	return nil
}
