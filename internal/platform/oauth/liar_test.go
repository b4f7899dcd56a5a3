package oauth_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"zakup/internal/platform/config"
	"zakup/internal/platform/oauth"
)

// liar is a stand-in for an OpenID provider: a real one can't be made to lie. Its
// tokens are signed, and say what the test wants.
type liar struct {
	*httptest.Server
	claims   map[string]any // of the next id token, over good ones
	userinfo map[string]any
	alg      string
	raw      string // in place of the token
	saysIss  bool
	status   int // of the token endpoint; 0: 200
	nonce    string
	asked    []string
}

var liarKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newLiar(t *testing.T) *liar {
	t.Helper()
	l := &liar{alg: "RS256"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"userinfo_endpoint": l.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
			"authorization_response_iss_parameter_supported": l.saysIss,
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		k := liarKey().PublicKey
		writeJSON(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig",
			"n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		l.asked = append(l.asked, r.FormValue("code")+" "+r.FormValue("code_verifier"))
		if l.status != 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(l.status)
			_, _ = w.Write([]byte(`{"error": "invalid_grant"}`))
			return
		}
		token := l.raw
		if token == "" {
			token = l.token(t)
		}
		writeJSON(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": token})
	})
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, l.userinfo) })
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	return l
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token signs the claims; one of nil is left out.
func (l *liar) token(t *testing.T) string {
	now := time.Now()
	all := map[string]any{
		"iss": l.URL, "sub": "42", "aud": "zakup", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": l.nonce,
		"email": "anna@example.com", "email_verified": true, "given_name": "Анна", "family_name": "Орлова",
	}
	for name, value := range l.claims {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	body, err := json.Marshal(all)
	if err != nil {
		t.Error(err)
	}
	text := b64(fmt.Appendf(nil, `{"alg":%q,"kid":"1","typ":"JWT"}`, l.alg)) + "." + b64(body)
	if l.alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, liarKey(), crypto.SHA256, sum[:])
	if err != nil {
		t.Error(err)
	}
	return text + "." + b64(sig)
}

// provider is the liar as the program knows it.
func (l *liar) provider() oauth.Named {
	return oauth.New([]config.Provider{{Name: "liar", Title: "Liar", Issuer: l.URL, ID: "zakup", Secret: "hush"}})[0]
}
