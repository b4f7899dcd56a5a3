package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zakup/internal/platform/limit"
	"zakup/internal/web/api"
	"zakup/internal/web/jobsui"
)

// What is bounded is the time to send a body, not the time to answer it.
func TestTheTimeToReadEndsNoAnswer(t *testing.T) {
	t.Parallel()
	const short = 50 * time.Millisecond
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-time.After(6 * short):
			w.WriteHeader(http.StatusNoContent)
		}
	})
	pace := api.StandardPace()
	pace.Body = short
	server := httptest.NewUnstartedServer(api.New(api.Deps{Requests: &limit.Requests{}, JobsPage: slow, Pace: pace, Log: slog.New(slog.DiscardHandler)}))
	server.Config.ReadTimeout = short
	server.Start()
	t.Cleanup(server.Close)
	for name, body := range map[string]io.Reader{"no body": nil, "a body": strings.NewReader("text"), "chunks": io.MultiReader(strings.NewReader("text"))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+jobsui.Path+"/", body)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusNoContent {
				t.Errorf("ended while it was answered: %s", resp.Status)
			}
		})
	}
}
