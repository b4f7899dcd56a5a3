package config_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

// provided are good settings of every kind of provider.
func provided() map[string]string {
	return map[string]string{
		"ZAKUP_PUBLIC_URL":       "https://zakup.example.org",
		"ZAKUP_OAUTH_GOOGLE_ID":  "g-id",
		"ZAKUP_OAUTH_RETURN":     "https://shop.example.org/in, org.example.app:/in",
		"ZAKUP_OIDC":             "Keycloak, azure",
		"ZAKUP_OIDC_AZURE_ID":    "a-id",
		"ZAKUP_OIDC_AZURE_TITLE": "Azure AD",

		"ZAKUP_OAUTH_GOOGLE_SECRET":  "g-hush",
		"ZAKUP_OAUTH_GITHUB_ID":      "h-id",
		"ZAKUP_OAUTH_GITHUB_SECRET":  "h-hush",
		"ZAKUP_OIDC_KEYCLOAK_ID":     "k-id",
		"ZAKUP_OIDC_KEYCLOAK_SECRET": "k-hush",
		"ZAKUP_OIDC_KEYCLOAK_ISSUER": "https://id.example.org/realms/chain",
		"ZAKUP_OIDC_AZURE_SECRET":    "a-hush",
		"ZAKUP_OIDC_AZURE_ISSUER":    "http://127.0.0.1:9000/",
	}
}

func TestProviders(t *testing.T) {
	t.Parallel()
	c := read(t, provided())
	want := []config.Provider{
		{Name: "google", Title: "Google", Issuer: "https://accounts.google.com", ID: "g-id", Secret: "g-hush"},
		{Name: "github", Title: "GitHub", Issuer: "https://github.com", ID: "h-id", Secret: "h-hush"},
		{Name: "keycloak", Title: "Keycloak", Issuer: "https://id.example.org/realms/chain", ID: "k-id", Secret: "k-hush"},
		{Name: "azure", Title: "Azure AD", Issuer: "http://127.0.0.1:9000/", ID: "a-id", Secret: "a-hush"},
	}
	if diff := cmp.Diff(want, c.Providers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if want := []string{"https://shop.example.org/in", "org.example.app:/in"}; !slices.Equal(c.OAuthReturn, want) {
		t.Errorf("returns %q", c.OAuthReturn)
	}
	var b bytes.Buffer
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "hush") || !strings.Contains(b.String(), "ZAKUP_OIDC_AZURE_SECRET=***\n") {
		t.Errorf("secrets are printed:\n%s", b.String())
	}
	environ := []string{"ZAKUP_OIDC_AZUR_ID=x"}
	for name, value := range provided() {
		environ = append(environ, name+"="+value)
	}
	if got := config.Unknown(environ); !slices.Equal(got, []string{"ZAKUP_OIDC_AZUR_ID"}) {
		t.Errorf("unknown: %q", got)
	}
}

func TestBadProviders(t *testing.T) {
	t.Parallel()
	const gone = "\x00"
	for _, try := range []struct{ name, value, wrong string }{
		{"ZAKUP_PUBLIC_URL", gone, "ZAKUP_PUBLIC_URL"},
		{"ZAKUP_OAUTH_GOOGLE_ID", gone, "ZAKUP_OAUTH_GOOGLE_ID"},
		{"ZAKUP_OAUTH_GITHUB_SECRET", gone, "ZAKUP_OAUTH_GITHUB_SECRET"},
		{"ZAKUP_OIDC_KEYCLOAK_ISSUER", gone, "ZAKUP_OIDC_KEYCLOAK_ISSUER"},
		{"ZAKUP_OIDC_KEYCLOAK_ISSUER", "http://id.example.org", "ZAKUP_OIDC_KEYCLOAK_ISSUER"},
		{"ZAKUP_OIDC_KEYCLOAK_ISSUER", "https://me:hush@id.example.org", "ZAKUP_OIDC_KEYCLOAK_ISSUER"},
		{"ZAKUP_OAUTH_GITHUB_ISSUER", "ftp://github.com", "ZAKUP_OAUTH_GITHUB_ISSUER"},
		{"ZAKUP_OIDC", "azure,Google", "ZAKUP_OIDC"},
		{"ZAKUP_OIDC", "azure,azure", "ZAKUP_OIDC"},
		{"ZAKUP_OIDC", "a/b", "ZAKUP_OIDC"},
		{"ZAKUP_OIDC", "a,b,c,d,e,f,g,h,i,j,k", "ZAKUP_OIDC"},
		{"ZAKUP_OAUTH_RETURN", "javascript:alert(1)", "ZAKUP_OAUTH_RETURN"},
		{"ZAKUP_OAUTH_RETURN", "http://shop.example.org/", "ZAKUP_OAUTH_RETURN"},
		{"ZAKUP_OAUTH_RETURN", "https://shop.example.org/?code=1", "ZAKUP_OAUTH_RETURN"},
		{"ZAKUP_OAUTH_RETURN", "https://shop.example.org/#in", "ZAKUP_OAUTH_RETURN"},
		{"ZAKUP_OAUTH_RETURN", "/in", "ZAKUP_OAUTH_RETURN"},
	} {
		m := maps.Clone(provided())
		if m[try.name] = try.value; try.value == gone {
			delete(m, try.name)
		}
		bad := refused(t, m)
		if !slices.ContainsFunc(bad.Problems, func(p config.Problem) bool { return p.Name == try.wrong }) {
			t.Errorf("%s=%q: %v", try.name, try.value, bad)
		}
		if strings.Contains(bad.Error(), "hush") {
			t.Errorf("%s=%q: a secret is told: %v", try.name, try.value, bad)
		}
	}
	_ = refused(t, map[string]string{"ZAKUP_OAUTH_RETURN": "https://shop.example.org/in"})
}
