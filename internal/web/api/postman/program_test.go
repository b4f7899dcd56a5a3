package postman

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long the program may take for anything.
const patience = 30 * time.Second

// program is the real program, as a process.
type program struct {
	file string
	env  []string
	url  string // once it serves
	data string
}

// build makes the program.
func build(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "zakup")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", file, "zakup/cmd/zakup").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return file
}

// newProgram prepares a program with a folder of its own; an empty address of
// the database is the SQLite one in that folder.
func newProgram(t *testing.T, file, databaseURL string) *program {
	t.Helper()
	data := t.TempDir()
	return &program{file: file, data: data, env: append(ordinary(), "ZAKUP_DATA_DIR="+data, "ZAKUP_DATABASE_URL="+databaseURL,
		"ZAKUP_ADDR=127.0.0.1:0", "ZAKUP_FETCH_ALLOW=127.0.0.1/32", "ZAKUP_ADMIN_EMAIL=office@example.com",
		"ZAKUP_SECRET_KEY=of-the-test-and-of-nothing-but-the-test-0123456789")}
}

// ordinary is the environment without settings of the program.
func ordinary() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ZAKUP_") })
}

// run runs one command to its end and returns what it printed.
func (p *program) run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.CommandContext(t.Context(), p.file, args...)
	c.Env, c.Stdout, c.Stderr = p.env, &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("zakup %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

// addUser makes an account with the password of the collections.
func (p *program) addUser(t *testing.T, email, kind string) {
	t.Helper()
	p.run(t, "user", "add", "--email", email, "--password", "Qwe#12345rty", "--type", kind,
		"--first-name", "Пётр", "--last-name", "Обухов")
}

var serving = regexp.MustCompile(`msg=serving address=(\S+)`)

// serve starts the program on a free port and stops it when the test ends, as a
// person does.
func (p *program) serve(t *testing.T) {
	t.Helper()
	ctx, kill := context.WithCancel(context.WithoutCancel(t.Context()))
	c := exec.CommandContext(ctx, p.file, "serve")
	c.Env = p.env
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var log logged
	address := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(stderr)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			log.add(lines.Text())
			if match := serving.FindStringSubmatch(lines.Text()); match != nil {
				address <- match[1]
			}
		}
	}()
	t.Cleanup(func() {
		defer kill()
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("stop: %v", err)
		}
		limit := time.AfterFunc(patience, kill)
		<-read // all of it, before Wait closes the pipe
		if err := c.Wait(); err != nil {
			t.Errorf("the program ended: %v", err)
		}
		limit.Stop()
		if t.Failed() {
			t.Logf("the log of the program:\n%s", log.text())
		}
	})
	select {
	case a := <-address:
		p.url = "http://" + a
	case <-read:
		t.Fatal("the program ended before it served")
	case <-time.After(patience):
		t.Fatal("the program does not serve")
	}
}

// logged is what a process wrote, line by line.
type logged struct {
	mu    sync.Mutex
	lines []string
}

func (l *logged) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// letter says which letter has a token: the nth of a kind to a person.
type letter struct {
	to, kind string
	n        int
}

var errNoLetter = errors.New("the letter did not come")

var secret = regexp.MustCompile(`(?m)^([0-9a-f]{40})\r?$`)

// token waits for a letter and returns the token in it.
func (p *program) token(ctx context.Context, want letter) (string, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		names, err := filepath.Glob(filepath.Join(p.data, "mail", "*-"+want.kind+".eml"))
		if err != nil {
			return "", err
		}
		slices.Sort(names)
		n := 0
		for _, name := range names {
			to, token, err := readLetter(name)
			if err != nil {
				return "", err
			}
			if to != want.to {
				continue
			}
			if n++; n == want.n {
				return token, nil
			}
		}
		select {
		case <-ctx.Done():
			return "", errNoLetter
		case <-tick.C:
		}
	}
}

func readLetter(name string) (to, token string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return "", "", err
	}
	list, err := m.Header.AddressList("To")
	if err != nil {
		return "", "", err
	}
	text, err := io.ReadAll(m.Body)
	if match := secret.FindSubmatch(text); match != nil {
		token = string(match[1])
	}
	return list[0].Address, token, err
}
