// Package seal owns the encryption of the few secrets that the program must read
// again, by a key that is kept outside of the database: a stolen copy of the
// database shows none of them.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Sealer seals and opens by one key. It is safe for concurrent use.
type Sealer struct{ aead cipher.AEAD }

// ErrOpen tells that the bytes were sealed by another key, for something else, or
// not at all.
var ErrOpen = errors.New("seal: not sealed by this key for this")

// New makes a sealer of any text with enough randomness in it.
func New(key string) (*Sealer, error) {
	sum := sha256.Sum256([]byte("zakup seal 1\x00" + key))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &Sealer{aead}, nil
}

// Seal encrypts a secret for one purpose, such as "totp/12": it opens for no other.
func (s *Sealer) Seal(secret []byte, purpose string) []byte {
	return s.aead.Seal(nil, nil, secret, []byte(purpose)) //nolint:gosec // the nonce is random, and the library's
}

// Open decrypts. ErrOpen.
func (s *Sealer) Open(sealed []byte, purpose string) ([]byte, error) {
	secret, err := s.aead.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return nil, ErrOpen
	}
	return secret, nil
}

// KeyFile reads a key from a file that only its owner may read, and makes it when
// there is none. Of processes that make it at once all get the same.
func KeyFile(name string) (string, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(name); err == nil || errors.Is(err, fs.ErrExist) {
			text, err = os.ReadFile(name) //nolint:gosec // the operator's own folder
		}
	}
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return "", fmt.Errorf("seal: %s is empty: restore it, or delete it and have second factors set up anew", name)
	}
	return key, nil
}

// makeKey gives the file its name when it is whole: others never see it empty, and
// no crash leaves it so. fs.ErrExist when another process was faster.
func makeKey(name string) error {
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(rand.Text() + rand.Text() + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Link(file.Name(), name)
	}
	return errors.Join(err, os.Remove(file.Name()))
}
