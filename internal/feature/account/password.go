package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a password check: about 45 ms of one core and 19 MiB, the first
// choice of OWASP's password storage advice.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// hasher bounds how many checks run at once, so that a storm of sign-ins takes
// neither all cores nor all memory.
type hasher struct {
	slots chan struct{}
	decoy string // for unknown addresses: the same work as for known ones
	// key is argon2.IDKey; tests count its runs.
	key func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte
}

func newHasher() hasher {
	return hasher{
		slots: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		decoy: encode(make([]byte, argonSalt), make([]byte, argonKey)),
		key:   argon2.IDKey,
	}
}

// encode writes the PHC string.
func encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key))
}

func (h hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h hasher) leave() { <-h.slots }

func (h hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	return encode(salt, h.key([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)), nil
}

// matches tells whether the password is the one of the PHC string; with an
// empty string it does the same work and says no.
func (h hasher) matches(ctx context.Context, phc, password string) (bool, error) {
	known := phc != ""
	if !known {
		phc = h.decoy
	}
	var version, memory, time, threads int
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("account: unreadable password hash")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("account: unreadable password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("account: unreadable password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("account: unreadable password hash: %w", err)
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	got := h.key([]byte(password), salt, uint32(time), uint32(memory), uint8(threads), uint32(len(want))) //nolint:gosec // from our own table
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}
