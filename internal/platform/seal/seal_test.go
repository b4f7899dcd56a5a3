package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSeal(t *testing.T) {
	t.Parallel()
	one, err := New("one key")
	if err != nil {
		t.Fatal(err)
	}
	other, err := New("other key")
	if err != nil {
		t.Fatal(err)
	}
	sealed := one.Seal([]byte("hush"), "totp/1")
	if bytes.Contains(sealed, []byte("hush")) || bytes.Equal(sealed, one.Seal([]byte("hush"), "totp/1")) {
		t.Errorf("%x", sealed)
	}
	if got, err := one.Open(sealed, "totp/1"); err != nil || string(got) != "hush" {
		t.Errorf("%q, %v", got, err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1]++
	for name, open := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return other.Open(sealed, "totp/1") },
		"another purpose": func() ([]byte, error) { return one.Open(sealed, "totp/2") },
		"changed":         func() ([]byte, error) { return one.Open(changed, "totp/1") },
		"cut":             func() ([]byte, error) { return one.Open(sealed[:5], "totp/1") },
		"nothing":         func() ([]byte, error) { return one.Open(nil, "totp/1") },
	} {
		if got, err := open(); !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "secret.key")
	first, err := KeyFile(name)
	if err != nil || len(first) < 40 {
		t.Fatalf("%q, %v", first, err)
	}
	if again, err := KeyFile(name); err != nil || again != first {
		t.Errorf("read back: %q, %v", again, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Truncate(name, 0); err != nil {
		t.Fatal(err)
	}
	if key, err := KeyFile(name); err == nil {
		t.Errorf("an empty file is the key %q", key)
	}
	if key, err := KeyFile(filepath.Join(name, "x")); err == nil {
		t.Errorf("no folder: %q", key)
	}
}

// Programs that begin at once in a new folder use one key, whole.
func TestOneKeyFile(t *testing.T) {
	t.Parallel()
	for range 50 {
		folder := t.TempDir()
		keys := make(chan string)
		for range 8 {
			go func() {
				key, err := KeyFile(filepath.Join(folder, "secret.key"))
				if err != nil {
					t.Error(err)
				}
				keys <- key
			}()
		}
		first := <-keys
		for range 7 {
			if key := <-keys; key != first {
				t.Errorf("%q and %q", first, key)
			}
		}
		if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
			t.Errorf("%v, %v", files, err)
		}
	}
}
