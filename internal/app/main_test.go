package app_test

import (
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The authority that scripts/with-acme runs is believed by this process: the
	// standard library reads this when the first certificate is checked.
	if root := os.Getenv("ZAKUP_TEST_ACME_ROOT"); root != "" {
		if err := os.Setenv("SSL_CERT_FILE", root); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(tests{m})
}

// tests leave no connection behind that is only kept for the next request.
type tests struct{ *testing.M }

func (t tests) Run() int {
	defer http.DefaultClient.CloseIdleConnections()
	return t.M.Run()
}
