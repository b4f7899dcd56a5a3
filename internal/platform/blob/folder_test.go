package blob_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zakup/internal/platform/blob"
)

// files are all files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(name string, found os.DirEntry, err error) error {
		if err == nil && !found.IsDir() {
			name, err = filepath.Rel(dir, name)
			list = append(list, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const crashing = "ZAKUP_TEST_CRASHING_FOLDER"

// TestCrash kills a process between two pieces of a body: what was there stays, and
// what it has left is seen by nobody, and removed once it is old.
func TestCrash(t *testing.T) {
	if dir := os.Getenv(crashing); dir != "" {
		killed(t, dir)
		return
	}
	t.Parallel()
	dir := t.TempDir()
	f := folder(t, dir)
	put(t, f, "ab/x", "old")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), crashing+"="+dir)
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("it was not killed: %v\n%s", err, out)
	}
	left := files(t, dir)
	if len(left) != 2 || !strings.HasPrefix(left[0], ".unfinished/") {
		t.Fatalf("files: %q, want an unfinished one", left)
	}
	if got := names(t, f, ""); get(t, f, "ab/x") != "old" || !slices.Equal(got, []string{"ab/x"}) {
		t.Errorf("%q are listed, and there is %q", got, get(t, f, "ab/x"))
	}

	folder(t, dir)
	if len(files(t, dir)) != 2 {
		t.Error("a file that may still be written is removed")
	}
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(filepath.Join(dir, left[0]), long, long); err != nil {
		t.Fatal(err)
	}
	folder(t, dir)
	if got := files(t, dir); !slices.Equal(got, []string{"ab/x"}) {
		t.Errorf("an hour later there are %q", got)
	}
}

// killed is the process of TestCrash.
func killed(t *testing.T, dir string) {
	f, err := blob.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	body := &suicidal{after: 100}
	err = f.Put(t.Context(), "ab/x", body, 10<<20, "")
	t.Fatalf("still alive: %v", err)
}

type suicidal struct{ after int }

func (s *suicidal) Read(p []byte) (int, error) {
	if s.after--; s.after == 0 {
		return 0, syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return len(p), nil
}

// Nothing half written stays when a body ends early.
func TestNothingIsLeftOfAFailure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := folder(t, dir)
	if err := f.Put(t.Context(), "ab/x", strings.NewReader("abc"), 10, ""); err == nil {
		t.Error("no failure")
	}
	put(t, f, "a", "x")
	if err := f.Put(t.Context(), "a/b", strings.NewReader("abc"), 3, ""); err == nil {
		t.Error("a/b is put below a")
	}
	if got := files(t, dir); !slices.Equal(got, []string{"a"}) {
		t.Errorf("files: %q", got)
	}
}

// Links that lead out of the folder are followed neither for reading nor for
// writing, and nothing outside is deleted.
func TestLinksLeadNowhere(t *testing.T) {
	t.Parallel()
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := folder(t, dir)
	put(t, f, "ab/x", "x")
	for link, to := range map[string]string{"file": secret, "tree": outside, "up": "../" + filepath.Base(outside)} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"file", "tree/secret", "up/secret"} {
		if body, _, err := f.Open(t.Context(), name); err == nil {
			body.Close()
			t.Errorf("%s is opened", name)
		}
	}
	for _, name := range []string{"tree/new", "up/new", "tree/secret"} {
		if err := f.Put(t.Context(), name, strings.NewReader("new"), 3, ""); err == nil {
			t.Errorf("%s is put", name)
		}
		if err := f.Delete(t.Context(), name); err == nil {
			t.Errorf("%s is deleted", name)
		}
	}
	put(t, f, "file", "mine") // in place of the link
	if err := f.Delete(t.Context(), "file"); err != nil {
		t.Error(err)
	}
	if got := names(t, f, ""); !slices.Equal(got, []string{"ab/x"}) {
		t.Errorf("listed %q", got)
	}
	if got, err := os.ReadFile(secret); string(got) != "secret" || err != nil || len(files(t, outside)) != 1 {
		t.Errorf("outside there is %q, %v, in %q", got, err, files(t, outside))
	}
}

func TestAFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.NewFolder(filepath.Join(file, "pictures")); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}
