package postman

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db/dbtest"
)

// Both collections are run by newman against the real program: ours, and one
// that sends what clients of the ready specification send. NEWMAN is the path
// of newman; scripts/npm-install newman installs it.
func TestNewman(t *testing.T) {
	newman := os.Getenv("NEWMAN")
	if newman == "" {
		dbtest.Missing(t, "newman", "NEWMAN is not set; scripts/npm-install newman installs it")
	}
	file := build(t)
	t.Run("sqlite", func(t *testing.T) { collections(t, newman, newProgram(t, file, "")) })
	t.Run("postgres", func(t *testing.T) { collections(t, newman, newProgram(t, file, dbtest.Postgres(t))) })
}

func collections(t *testing.T, newman string, p *program) {
	openapi, err := os.ReadFile(filepath.Join(root, "docs", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if printed := p.run(t, "openapi"); printed != string(openapi) {
		t.Error("`zakup openapi` prints something else than docs/openapi.yaml: make gen")
	}
	p.addUser(t, "admin@example.com", "admin")
	p.addUser(t, "other@example.com", "shop")
	p.addUser(t, "lamps@example.com", "shop")
	p.serve(t)
	t.Run("ours", func(t *testing.T) {
		order := make([]string, len(scenario))
		for i, s := range scenario {
			order[i] = s.name
		}
		r := newRun(t, p, filepath.Join(root, "docs", "postman_collection.json"), map[string]letter{
			"confirm_token":      {"buyer@example.com", "confirm", 2},
			"shop_confirm_token": {"shop@example.com", "confirm", 1},
			"reset_token":        {"buyer@example.com", "reset", 1},
			"email_token":        {"fresh@example.com", "email_new", 1},

			"invitation_token":        {"member@example.com", "invitation", 1},
			"second_invitation_token": {"member@example.com", "invitation", 2},
		})
		r.sort(t, order)
		r.run(t, newman, "price_list_url", r.lists+"/elektromir.yaml")
	})
	t.Run("the specification's", func(t *testing.T) {
		r := newRun(t, p, filepath.Join("testdata", "specification.json"), map[string]letter{
			"confirm_token": {"canteen@example.com", "confirm", 1},
			"reset_token":   {"canteen@example.com", "reset", 1},
		})
		if len(r.items) != 24 {
			t.Errorf("%d requests, the specification has 24", len(r.items))
		}
		r.run(t, newman, "price_list_url", r.lists+"/lamps.yaml", "shop_token", p.login(t, "lamps@example.com"))
	})
}

// report is what newman says of a run.
type report struct {
	Run struct {
		Executions []struct {
			Item       struct{ Name string }
			Assertions []struct{ Assertion string }
			Response   struct{ Stream struct{ Data []int } } // the body, byte by byte
		}
		Failures []struct {
			Source struct{ Name string }
			Error  struct{ Message string }
		}
	}
}

// run runs the collection with the variables, names and values in turn, and
// wants every request sent and every test passed.
func (r *newmanRun) run(t *testing.T, newman string, variables ...string) {
	t.Helper()
	r.openLetters(t)
	r.whole["item"] = r.items
	text, err := json.Marshal(r.whole)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, out := filepath.Join(dir, "collection.json"), filepath.Join(dir, "report.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"run", file, "--bail", "--reporters", "cli,json", "--reporter-json-export", out, "--color", "off",
		"--working-dir", root, "--timeout-request", fmt.Sprint(patience.Milliseconds()), "--env-var", "base_url=" + r.baseURL,
	}
	for i := 0; i < len(variables); i += 2 {
		args = append(args, "--env-var", variables[i]+"="+variables[i+1])
	}
	said, err := exec.CommandContext(t.Context(), newman, args...).CombinedOutput()
	if err != nil {
		t.Errorf("newman: %v\n%s", err, said)
	}
	var done report
	if text, err = os.ReadFile(out); err == nil {
		err = json.Unmarshal(text, &done)
	}
	if err != nil {
		t.Fatalf("the report of newman: %v", err)
	}
	var sent []string
	answers := map[string][]byte{}
	for _, e := range done.Run.Executions {
		sent = append(sent, e.Item.Name)
		for _, b := range e.Response.Stream.Data {
			answers[e.Item.Name] = append(answers[e.Item.Name], byte(b))
		}
		if len(e.Assertions) == 0 {
			t.Errorf("%s: nothing was tested", e.Item.Name)
		}
	}
	for _, f := range done.Run.Failures {
		t.Errorf("%s: %s: %s", f.Source.Name, f.Error.Message, answers[f.Source.Name])
	}
	if diff := cmp.Diff(r.names(), sent); diff != "" {
		t.Errorf("what newman sent (-want +got):\n%s", diff)
	}
}

// login signs a person in, beside newman.
func (p *program) login(t *testing.T, email string) string {
	t.Helper()
	body := strings.NewReader(`{"email": "` + email + `", "password": "Qwe#12345rty"}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/api/v1/user/login", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Token == "" {
		t.Fatalf("sign in as %s: status %d, %v", email, resp.StatusCode, err)
	}
	return answer.Token
}
