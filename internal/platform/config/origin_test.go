package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOrigins(t *testing.T) {
	t.Parallel()
	got := read(t, map[string]string{"ZAKUP_CORS_ORIGINS": "https://shop.example.org, http://127.0.0.1:3000,https://shop.example.org,http://[::1]:1"}).CORSOrigins
	if diff := cmp.Diff([]string{"https://shop.example.org", "http://127.0.0.1:3000", "http://[::1]:1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, v := range []string{
		"*", "null", "https://*.example.org", "https://*", "shop.example.org", "https://shop.example.org/", "https://shop.example.org/x",
		"https://shop.example.org?x", "https://shop.example.org#x", "https://u@shop.example.org", "https://Shop.example.org", "HTTPS://shop.example.org",
		"https://shop.example.org:443", "http://shop.example.org:80", "https://shop.example.org:", "https://shop.example.org:99999", "https://",
		"file:///x", "javascript:alert(1)", "https://a.example,,https://b.example", "https://a.example https://b.example",
	} {
		if bad := refused(t, map[string]string{"ZAKUP_CORS_ORIGINS": v}); bad.Problems[0].Name != "ZAKUP_CORS_ORIGINS" {
			t.Errorf("%q: %v", v, bad)
		}
	}
}
