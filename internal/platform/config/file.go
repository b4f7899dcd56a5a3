package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// fileSuffix ends the name of the variable that names the file of a secret.
const fileSuffix = "_FILE"

// maxSecret is the longest file of a secret, in bytes.
const maxSecret = 64 << 10

// given is what is set for the setting: in the environment or, of a secret, in
// the file that the environment names. Blanks around it don't count.
func (s setting) given(getenv func(string) string) (string, *Problem) {
	value := strings.TrimSpace(getenv(s.name))
	if !s.secret {
		return value, nil
	}
	path := strings.TrimSpace(getenv(s.name + fileSuffix))
	if path == "" {
		return value, nil
	}
	problem := func(wrong string) *Problem {
		return &Problem{s.name + fileSuffix, path, wrong, "/run/secrets/" + strings.ToLower(s.name)}
	}
	if value != "" {
		return "", problem(s.name + " is set too; one of them is enough")
	}
	value, err := readSecret(path)
	if err != nil {
		return "", problem(err.Error())
	}
	return value, nil
}

// readSecret reads a file. Nothing of what is in it is in the error.
func readSecret(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // whoever sets the program up may name any file
	if err != nil {
		return "", unread(err)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return "", unread(err)
	}
	value := strings.TrimSpace(string(text))
	switch {
	case len(text) > maxSecret:
		return "", fmt.Errorf("the file is longer than %d bytes", maxSecret)
	case value == "":
		return "", errors.New("the file is empty")
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return "", errors.New("the file is no text")
	}
	return value, nil
}

// unread tells why a file was not read, without its name, which stands beside it.
func unread(err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		err = where.Err
	}
	return fmt.Errorf("the file can't be read: %w", err)
}

// names are those of the variables that the setting is read from.
func (s setting) names() []string {
	if s.secret {
		return []string{s.name, s.name + fileSuffix}
	}
	return []string{s.name}
}
