package oauth_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"zakup/internal/platform/config"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/oauth"
)

var flow = oauth.Flow{State: "the-state", Nonce: "the-nonce", Verifier: oauth2.GenerateVerifier()}

const callback = "https://zakup.example/callback"

func TestOpenID(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	l.nonce = flow.Nonce
	p := l.provider()
	address, err := p.Begin(t.Context(), callback, flow)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, l.URL+"/auth?") {
		t.Fatalf("%s: %v", address, err)
	}
	want := url.Values{
		"client_id": {"zakup"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid email profile"},
		"state": {flow.State}, "nonce": {flow.Nonce},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(flow.Verifier)}, "code_challenge_method": {"S256"},
	}
	if diff := cmp.Diff(want, u.Query()); diff != "" {
		t.Errorf("the address (-want +got)\n%s", diff)
	}
	anna := oauth.Identity{Provider: "liar", Subject: "42", Email: "anna@example.com", Verified: true, FirstName: "Анна", LastName: "Орлова"}
	for name, try := range map[string]struct {
		claims, userinfo map[string]any
		want             oauth.Identity
	}{
		"all":             {want: anna},
		"a text for true": {claims: map[string]any{"email_verified": "true"}, want: anna},
		"not verified": {
			claims: map[string]any{"email_verified": false},
			want:   oauth.Identity{Provider: "liar", Subject: "42", Email: "anna@example.com", FirstName: "Анна", LastName: "Орлова"},
		},
		"nothing said of it": {
			claims: map[string]any{"email_verified": nil, "given_name": nil, "family_name": nil, "name": "Анна Орлова"},
			want:   oauth.Identity{Provider: "liar", Subject: "42", Email: "anna@example.com", FirstName: "Анна", LastName: "Орлова"},
		},
		"a number for true": {
			claims: map[string]any{"email_verified": 1},
			want:   oauth.Identity{Provider: "liar", Subject: "42", Email: "anna@example.com", FirstName: "Анна", LastName: "Орлова"},
		},
		"from userinfo": {
			claims:   map[string]any{"email": nil, "email_verified": nil, "given_name": nil, "family_name": nil},
			userinfo: map[string]any{"sub": "42", "email": "anna@example.com", "email_verified": true, "given_name": "Анна", "family_name": "Орлова"},
			want:     anna,
		},
		"two audiences": {claims: map[string]any{"aud": []string{"zakup", "other"}, "azp": "zakup"}, want: anna},
	} {
		l.claims, l.userinfo = try.claims, try.userinfo
		got, err := p.Finish(t.Context(), callback, flow, "the-code", "")
		if err != nil || got != try.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if l.asked[0] != "the-code "+flow.Verifier {
		t.Errorf("the code was asked for with %q", l.asked[0])
	}
}

// What is not exactly as it must be is not believed.
func TestOpenIDLies(t *testing.T) {
	t.Parallel()
	past := time.Now().Add(-time.Hour).Unix()
	for name, lie := range map[string]func(*liar){
		"another nonce":            func(l *liar) { l.claims = map[string]any{"nonce": "other"} },
		"no nonce":                 func(l *liar) { l.claims = map[string]any{"nonce": nil} },
		"another audience":         func(l *liar) { l.claims = map[string]any{"aud": "other"} },
		"another party":            func(l *liar) { l.claims = map[string]any{"azp": "other"} },
		"two audiences, no party":  func(l *liar) { l.claims = map[string]any{"aud": []string{"zakup", "other"}} },
		"another issuer":           func(l *liar) { l.claims = map[string]any{"iss": "https://accounts.google.com"} },
		"expired":                  func(l *liar) { l.claims = map[string]any{"exp": past} },
		"no subject":               func(l *liar) { l.claims = map[string]any{"sub": ""} },
		"a long subject":           func(l *liar) { l.claims = map[string]any{"sub": strings.Repeat("x", 256)} },
		"unsigned":                 func(l *liar) { l.alg = "none" },
		"signed by a public value": func(l *liar) { l.alg = "HS256" },
		"no token":                 func(l *liar) { l.raw = "x" },
		"a broken signature":       func(l *liar) { l.raw = l.token(nil)[:40] + "." },
		"the code was used":        func(l *liar) { l.status = http.StatusBadRequest },
		"another's userinfo": func(l *liar) {
			l.claims = map[string]any{"email": nil}
			l.userinfo = map[string]any{"sub": "43", "email": "eve@example.com", "email_verified": true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLiar(t)
			l.nonce = flow.Nonce
			lie(l)
			id, err := l.provider().Finish(t.Context(), callback, flow, "the-code", "")
			if id != (oauth.Identity{}) || !errors.Is(err, oauth.Untrusted) {
				t.Errorf("%+v, %v", id, err)
			}
		})
	}
}

// The issuer of the callback is the flow's own (RFC 9207), when it is said, and
// when the provider promises to say it.
func TestMixUp(t *testing.T) {
	t.Parallel()
	for _, promised := range []bool{false, true} {
		l := newLiar(t)
		l.nonce, l.saysIss = flow.Nonce, promised
		for issuer, good := range map[string]bool{"": !promised, l.URL: true, "https://evil.example": false, l.URL + "/": false} {
			_, err := l.provider().Finish(t.Context(), callback, flow, "the-code", issuer)
			if (err == nil) != good || err != nil && !errors.Is(err, oauth.Untrusted) {
				t.Errorf("promised %v, issuer %q: %v", promised, issuer, err)
			}
		}
	}
}

// A provider that is down, or answers without end, fails its own sign-ins; the
// next one asks again.
func TestProviderTrouble(t *testing.T) {
	t.Parallel()
	down := true
	l := newLiar(t)
	l.nonce = flow.Nonce
	good := l.Config.Handler
	l.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		good.ServeHTTP(w, r)
	})
	p := l.provider()
	if _, err := p.Begin(t.Context(), callback, flow); !errors.Is(err, oauth.Unreachable) {
		t.Errorf("down: %v", err)
	}
	down = false
	if _, err := p.Begin(t.Context(), callback, flow); err != nil {
		t.Errorf("up again: %v", err)
	}
	l.status = http.StatusInternalServerError
	if _, err := p.Finish(t.Context(), callback, flow, "the-code", ""); !errors.Is(err, oauth.Unreachable) {
		t.Errorf("its tokens are down: %v", err)
	}
	l.status, l.raw = 0, strings.Repeat("x", 2<<20)
	if _, err := p.Finish(t.Context(), callback, flow, "the-code", ""); !errors.Is(err, oauth.Unreachable) {
		t.Errorf("an endless answer: %v", err)
	}
	for _, code := range []string{"", strings.Repeat("x", 5000)} {
		if _, err := p.Finish(t.Context(), callback, flow, code, ""); !errors.Is(err, oauth.Untrusted) {
			t.Errorf("a code of %d bytes: %v", len(code), err)
		}
	}
	gone := oauth.New([]config.Provider{{Name: "gone", Issuer: "http://127.0.0.1:1", ID: "a", Secret: "b"}})
	if _, err := gone[0].Begin(t.Context(), callback, flow); !errors.Is(err, oauth.Unreachable) || fault.As(err) == nil {
		t.Errorf("nobody there: %v", err)
	}
}
