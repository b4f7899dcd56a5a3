package oauth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zakup/internal/platform/config"
	"zakup/internal/platform/oauth"
)

// hub is a stand-in for GitHub, which can't be had here: the two paths of its
// sign-in and the two of its interface, with the answers that its documentation
// shows.
func hub(t *testing.T, user, emails string) oauth.Named {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login/oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.FormValue("code") != "the-code" || r.FormValue("code_verifier") != flow.Verifier || r.FormValue("client_secret") != "hush" {
			_, _ = w.Write([]byte(`{"error": "bad_verification_code"}`)) // GitHub says so with 200
			return
		}
		_, _ = w.Write([]byte(`{"access_token": "gho_1", "scope": "read:user,user:email", "token_type": "bearer"}`))
	})
	answer := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer gho_1" || text == "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(text))
		}
	}
	mux.HandleFunc("GET /api/v3/user", answer(user))
	mux.HandleFunc("GET /api/v3/user/emails", answer(emails))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p, ok := oauth.New([]config.Provider{{Name: config.GitHub, Title: "GitHub", Issuer: s.URL, ID: "zakup", Secret: "hush"}}).Find("github")
	if !ok {
		t.Fatal("not there")
	}
	return p
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	const (
		user   = `{"login": "octo", "id": 583231, "name": "Анна Орлова", "email": "public@example.com"}`
		emails = `[{"email": "old@example.com", "primary": false, "verified": true}, {"email": "anna@example.com", "primary": true, "verified": true}]`
	)
	anna := oauth.Identity{Provider: "github", Subject: "583231", Email: "anna@example.com", Verified: true, FirstName: "Анна", LastName: "Орлова"}
	got, err := hub(t, user, emails).Finish(t.Context(), callback, flow, "the-code", "")
	if err != nil || got != anna {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = hub(t, `{"login": "octo", "id": 1, "name": null}`, strings.ReplaceAll(emails, `"primary": true, "verified": true`, `"primary": true, "verified": false`)).
		Finish(t.Context(), callback, flow, "the-code", "")
	if want := (oauth.Identity{Provider: "github", Subject: "1", Email: "anna@example.com", FirstName: "octo"}); err != nil || got != want {
		t.Errorf("not verified: %+v, %v", got, err)
	}
	for name, try := range map[string]struct {
		user, emails, code, issuer string
		want                       error
	}{
		"a used code":        {user, emails, "used", "", oauth.Untrusted},
		"no user":            {"", emails, "the-code", "", oauth.Unreachable},
		"no addresses":       {user, "", "the-code", "", oauth.Unreachable},
		"no id":              {`{"login": "octo"}`, emails, "the-code", "", oauth.Untrusted},
		"no JSON":            {"<html>", emails, "the-code", "", oauth.Unreachable},
		"another's callback": {user, emails, "the-code", "https://accounts.google.com", oauth.Untrusted},
	} {
		if id, err := hub(t, try.user, try.emails).Finish(t.Context(), callback, flow, try.code, try.issuer); !errors.Is(err, try.want) || id.Subject != "" {
			t.Errorf("%s: %+v, %v", name, id, err)
		}
	}
	address, err := hub(t, user, emails).Begin(t.Context(), callback, flow)
	if err != nil || !strings.Contains(address, "/login/oauth/authorize?") || !strings.Contains(address, "code_challenge_method=S256") {
		t.Errorf("%s, %v", address, err)
	}
}
