package api_test

import (
	"regexp"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// checkForm tells whether an answer is JSON and, when it is a failure, the
// envelope of failures.
func checkForm(t *testing.T, r apptest.Answer) {
	t.Helper()
	got := r.Header.Get("Content-Type")
	if got == "text/plain; charset=utf-8" && r.Status == 200 {
		return // the exchange with 1C has an envelope of its own
	}
	if strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment;") && r.Status == 200 {
		return // a file
	}
	if got != "application/json" {
		t.Errorf("Content-Type %q of %d: %.300s", got, r.Status, r.Text)
		return
	}
	if r.Status < 400 {
		return
	}
	body := r.Object(t)
	sentence, _ := body["Error"].(string)
	code, _ := body["Code"].(string)
	if body["Status"] != false || sentence == "" || body["Errors"] == nil || !snake.MatchString(code) {
		t.Errorf("%d is not in the envelope: %.300s", r.Status, r.Text)
	}
}
