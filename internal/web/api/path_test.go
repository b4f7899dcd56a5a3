package api_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// The log shows of a path what tells where a request went, and nothing that a
// client has made up.
func TestPathsInTheLog(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	for path, want := range map[string]string{
		"/api/v1/order/17":                          "path=/api/v1/order/17 ",
		"/api/v1/export/0123456789abcdef0123456789": "path=/api/v1/export/… ",
		"/api/v1/order/hunter2":                     "path=/api/v1/order/… ",
		"/api/v1/order/99999999999999999999":        "path=/api/v1/order/… ",
		"/api/v1/hunter2":                           "path=/api/v1/… ",
		"/hunter2/admin":                            "path=/…/admin ",
		"/admin/jobs/hunter2":                       "path=/admin/jobs/… ",
		"/docs/hunter2.js":                          "path=/docs/… ",
		"/a%0aSecond=line":                          "path=/… ",
		"/" + strings.Repeat("a/", 50):              "path=/…/…/…/…/…/…/…/…/…/…/…/… ",
	} {
		a.Get(t, apptest.Person{}, path)
		if !strings.Contains(a.Log.String(), want) {
			t.Errorf("%s: no %q in the log", path, want)
		}
	}
	if log := a.Log.String(); strings.Contains(log, "hunter2") || strings.Contains(log, "Second") {
		t.Errorf("what a client made up is in the log: %s", log)
	}
}
