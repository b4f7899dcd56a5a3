package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"unsafe"

	"zakup/internal/apptest"
)

// terminal opens a pseudo-terminal: what a program writes to inner comes out of
// outer.
func terminal(t *testing.T) (outer, inner *os.File) {
	t.Helper()
	outer, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = outer.Close() })
	var locked, n uint32
	for _, c := range []struct {
		request uintptr
		arg     *uint32
	}{{syscall.TIOCSPTLCK, &locked}, {syscall.TIOCGPTN, &n}} {
		if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, outer.Fd(), c.request, uintptr(unsafe.Pointer(c.arg))); e != 0 {
			t.Fatal(e)
		}
	}
	inner, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return outer, inner
}

var bar = regexp.MustCompile(`\r\[={30}\] applied +500 goods\r\n$`)

// A person at a terminal sees the bar; the summary goes to stdout all the same.
func TestImportShowsTheBarOnATerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := settings("sqlite:"+filepath.Join(dir, "zakup.db"), dir)
	addUser(t, env, shopEmail, "shop")
	outer, inner := terminal(t)
	cmd := exec.CommandContext(t.Context(), binary, "import", "--shop-email", shopEmail, listFile(t, apptest.List("Чайная", "Чай", 500)))
	var stdout bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &stdout, inner
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = inner.Close() // the program has its own
	var shown bytes.Buffer
	_, _ = shown.ReadFrom(outer) // ends with EIO when the program has gone
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, shown.String())
	}
	if !bar.MatchString(shown.String()) {
		t.Errorf("the terminal shows %q", shown.String())
	}
	if want := "import 1 is applied: 500 new, 0 changed, 0 unchanged, 0 withdrawn; 0 warnings\n"; stdout.String() != want {
		t.Errorf("stdout: %q, want %q", stdout.String(), want)
	}
}
