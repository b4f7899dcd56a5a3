package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"zakup/internal/apptest"
)

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "zakup-e2e-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "zakup")
	if out, err := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	// The tests mostly wait, for processes and for time to pass.
	if err := flag.Set("test.parallel", "4"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// limit is how long a process may take that is to end by itself.
const limit = time.Minute

// eventually waits until a condition holds that may take as long as the jobs of
// a killed process need to be given to another, and to be done beside other tests.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.After(3 * limit)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-end:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// ended is a process that has ended.
type ended struct {
	code           int // -1: by a signal
	stdout, stderr string
}

func (e ended) String() string {
	return fmt.Sprintf("exit code %d\nstdout: %s\nstderr: %s", e.code, e.stdout, e.stderr)
}

// ok ends the test unless the command did its work.
func (e ended) ok(t *testing.T) ended {
	t.Helper()
	if e.code != 0 {
		t.Fatal(e)
	}
	return e
}

// zakup runs a command to its end, with these settings and no others.
func zakup(t *testing.T, env []string, args ...string) ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env, cmd.Dir = only(env), t.TempDir()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("zakup %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return ended{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// only is an environment that is not this process's own, even when it is empty.
func only(env []string) []string { return append([]string{}, env...) }

// settings are those of a process that serves on a free port of this machine.
func settings(databaseURL, dataDir string, more ...string) []string {
	return append([]string{
		"ZAKUP_ADDR=127.0.0.1:0", "ZAKUP_DATABASE_URL=" + databaseURL, "ZAKUP_DATA_DIR=" + dataDir,
		"ZAKUP_ADMIN_EMAIL=office@example.com", "ZAKUP_LIMITS=off", "ZAKUP_FETCH_ALLOW=127.0.0.1/32",
	}, more...)
}

// process is a `zakup serve` that runs. The App in it has its address and data
// folder only, for requests and letters.
type process struct {
	*apptest.App
	env    []string
	stdout *apptest.Log
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has ended
}

// serve starts `zakup serve` and waits until it answers. It is killed when the
// test ends, if it is still there.
func serve(t *testing.T, env []string, flags ...string) *process {
	t.Helper()
	return start(t, t.TempDir(), env, append([]string{"serve"}, flags...)...)
}

var servingAt = regexp.MustCompile(`msg"?[=:]"?serving\b.*\baddress"?[=:]"?([0-9.]+:[0-9]+)[" ]`)

// start runs a serving command in a folder.
func start(t *testing.T, dir string, env []string, args ...string) *process {
	t.Helper()
	p := &process{
		App: &apptest.App{DataDir: filepath.Join(dir, "data"), Log: &apptest.Log{}},
		env: env, stdout: &apptest.Log{}, exited: make(chan struct{}),
	}
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "ZAKUP_DATA_DIR="); ok {
			p.DataDir = v
		}
	}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), binary, args...)
	p.cmd.Env, p.cmd.Dir = only(env), dir
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.Log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the code is looked at where it matters
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the log of %s:\n%s", strings.Join(args, " "), p.Log)
		}
	})
	apptest.Until(t, "serving", func() bool {
		select {
		case <-p.exited:
			t.Fatalf("it ended: %s", p.end(t))
		default:
		}
		if at := servingAt.FindStringSubmatch(p.Log.String()); at != nil {
			p.URL = "http://" + at[1]
		}
		return p.URL != ""
	})
	return p
}

// kill ends the process as a crash does, and waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // an error says that it has ended
	<-p.exited
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// stop ends the process as an operator does.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	p.end(t).ok(t)
}

// end waits for the end of the process.
func (p *process) end(t *testing.T) ended {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(limit):
		t.Fatal("the process does not end")
	}
	return ended{p.cmd.ProcessState.ExitCode(), p.stdout.String(), p.Log.String()}
}
