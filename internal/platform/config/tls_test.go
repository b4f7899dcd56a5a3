package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/config"
)

// A certificate and its key come together.
func TestTLS(t *testing.T) {
	t.Parallel()
	got := read(t, map[string]string{"ZAKUP_TLS_CERT": "cert.pem", "ZAKUP_TLS_KEY": "key.pem"}).TLS
	if diff := cmp.Diff(&config.TLS{Cert: "cert.pem", Key: "key.pem"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := read(t, nil).TLS; got != nil {
		t.Errorf("without: %v", got)
	}
	for given, missing := range map[string]string{"ZAKUP_TLS_CERT": "ZAKUP_TLS_KEY", "ZAKUP_TLS_KEY": "ZAKUP_TLS_CERT"} {
		if bad := refused(t, map[string]string{given: "a.pem"}); len(bad.Problems) != 1 || bad.Problems[0].Name != missing {
			t.Errorf("only %s: %v", given, bad)
		}
	}
}
