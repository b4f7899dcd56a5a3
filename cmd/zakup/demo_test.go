package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// startDemo starts `zakup demo` and returns it with what it printed.
func startDemo(t *testing.T, dir string, env []string) (*process, string) {
	t.Helper()
	p := start(t, dir, env, "demo")
	apptest.Until(t, "the walk-through", func() bool { return strings.Contains(p.stdout.String(), "\nCtrl-C stops it.") })
	text := p.stdout.String()
	if !strings.Contains(text, "Zakup is ready: "+p.URL+" ") {
		t.Fatalf("it serves at %s and prints: %s", p.URL, text)
	}
	return p, text
}

var passwordLine = regexp.MustCompile(`(?m)^  password +(\S{8,})  `)

func demoPassword(t *testing.T, text string) string {
	t.Helper()
	m := passwordLine.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no password in: %s", text)
	}
	return m[1]
}

// commandsOf are the commands of a walk-through, as they are printed.
func commandsOf(text string) []string {
	_, text, _ = strings.Cut(text, "in another terminal:\n")
	var list []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "  #") {
			list = append(list, line)
		}
	}
	return list
}

// follow runs the commands one after another in one shell, as a person does, and
// returns what each prints.
func follow(t *testing.T, commands []string) []string {
	t.Helper()
	const mark = "\n--- next ---\n"
	if _, err := exec.LookPath("curl"); err != nil {
		dbtest.Missing(t, "curl", err.Error())
	}
	cmd := exec.CommandContext(t.Context(), "bash")
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH")}
	cmd.Stdin = strings.NewReader(strings.Join(commands, `printf '\n--- next ---\n'`+"\n"))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v %s\n%s", err, stderr.String(), out)
	}
	return strings.Split(string(out), mark)
}

// The walk-through works as it is printed, and again after a restart.
func TestDemo(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T) []string{
		"sqlite":   func(*testing.T) []string { return nil },
		"postgres": func(t *testing.T) []string { return []string{"ZAKUP_DATABASE_URL=" + dbtest.Postgres(t)} },
	}
	for name, database := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, env := t.TempDir(), append(database(t), "ZAKUP_ADDR=127.0.0.1:0")
			p, text := startDemo(t, dir, env)
			testWalkthrough(t, p, text, 1)
			p.signal(t, syscall.SIGINT) // Ctrl-C
			p.end(t).ok(t)

			again, text2 := startDemo(t, dir, env)
			if diff := cmp.Diff(strings.ReplaceAll(text, p.URL, again.URL), text2); diff != "" {
				t.Errorf("the second start prints otherwise: %s", diff)
			}
			if n := len(again.offers(t)); n != 8 {
				t.Errorf("%d offers after the second start", n)
			}
			testWalkthrough(t, again, text2, 2)
			again.stop(t)
		})
	}
}

// testWalkthrough follows what is printed; it is the nth time.
func testWalkthrough(t *testing.T, p *process, text string, nth int) {
	t.Helper()
	password := demoPassword(t, text)
	commands := commandsOf(text)
	if len(commands) != 7 || strings.Count(strings.Join(commands, ""), "curl ") != 6 {
		t.Fatalf("the commands: %q", commands)
	}
	got := follow(t, commands)
	placed := apptest.Answer{Text: got[5]}.Object(t)
	if placed["Status"] != true || placed["total_sum"] != 2*24990+2150.75 {
		t.Fatalf("the order: %v; all: %q", placed, got)
	}
	for _, i := range []int{0, 3, 4} { // they fill variables
		if strings.TrimSpace(got[i]) != "" {
			t.Errorf("%s prints %q", commands[i], got[i])
		}
	}
	if products := (apptest.Answer{Text: got[1]}).Array(t); len(products) != 8 {
		t.Errorf("%d products", len(products))
	}
	if basket := (apptest.Answer{Text: got[2]}).Object(t); basket["Status"] != true {
		t.Errorf("the basket: %v", basket)
	}
	var to []string
	for _, l := range p.Letters(t, 4*nth)[4*(nth-1):] {
		to = append(to, l.To)
	}
	slices.Sort(to)
	want := []string{"admin@example.com", "buyer@example.com", "elektromir@example.com", "optsnab@example.com"}
	if diff := cmp.Diff(want, to); diff != "" {
		t.Errorf("letters: %s", diff)
	}
	if files := strings.Fields(follow(t, commands[6:])[0]); len(files) != 4*nth {
		t.Errorf("ls shows %q", files)
	}
	for _, who := range want {
		p.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", who, "password", password)).Want(t, 200)
	}
}

// A first start that is broken off at any moment is gone on with.
func TestDemoGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	env := []string{"ZAKUP_ADDR=127.0.0.1:0"}
	p, text := startDemo(t, dir, env)
	p.stop(t)
	// The folder of a start that came as far as the password.
	password, err := os.ReadFile(filepath.Join(data, "demo-password"))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "demo-password"), password, 0o600); err != nil {
		t.Fatal(err)
	}
	p, text2 := startDemo(t, dir, env)
	if demoPassword(t, text2) != demoPassword(t, text) {
		t.Error("the password is another")
	}
	testWalkthrough(t, p, text2, 1)
	p.stop(t)
}

// The demonstration leaves real data alone.
func TestDemoBesideRealData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"ZAKUP_ADDR=127.0.0.1:0", "ZAKUP_DATA_DIR=" + dir}
	addUser(t, env, "Buyer@example.com", "buyer")
	got := zakup(t, env, "demo")
	if got.code != exitFailed || got.stdout != "" || !strings.Contains(got.stderr, "a data folder and a database of its own") {
		t.Error(got)
	}
	addUser(t, env, "admin@example.com", "admin") // nothing was made
}
