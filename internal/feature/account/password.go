package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"zakup/internal/platform/fault"
)

// Cost is what a password check costs, whoever pays: the check, and who guesses.
type Cost struct {
	KiB, Passes uint32
}

// standard is about 35 ms of one core and 19 MiB, the first choice of OWASP's
// password storage advice.
var standard = Cost{KiB: 19 * 1024, Passes: 2}

const (
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// waiting is how many may wait for each that works. The last of them waits some
// nine seconds; who comes later is told to come again, so that a storm of
// sign-ins takes neither all memory nor the patience of those who came first.
const waiting = 128

// Busy says that too many passwords wait to be checked.
var Busy = fault.New(fault.Unavailable, "sign_ins_busy",
	"Слишком много входов одновременно: повторите через несколько секунд",
	"Too many people sign in at once: repeat it in some seconds")

// hasher bounds how many checks run at once, and how many wait to. While there
// are some that wait, it takes a third of the processors' time: readers of the
// catalogue keep the rest.
type hasher struct {
	cost  Cost
	slots chan struct{} // those that are worked on, and the rests after them
	line  chan struct{} // those that are worked on or wait
	rest  float64       // how long a slot rests, by the time that it worked
	decoy string        // for unknown addresses: the same work as for known ones
	// key is argon2.IDKey; tests count its runs.
	key func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte
}

func newHasher(c Cost) hasher {
	if c == (Cost{}) {
		c = standard
	}
	processors := runtime.GOMAXPROCS(0)
	slots := max(1, processors/2)
	return hasher{
		cost:  c,
		slots: make(chan struct{}, slots),
		line:  make(chan struct{}, slots*(1+waiting)),
		rest:  float64(3*slots)/float64(processors) - 1,
		decoy: c.encode(make([]byte, argonSalt), make([]byte, argonKey)),
		key:   argon2.IDKey,
	}
}

// encode writes the PHC string.
func (c Cost) encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.KiB, c.Passes, argonThreads, b64(salt), b64(key))
}

// work calls f when it is its turn, first come, first served; Busy when too many
// wait.
func (h hasher) work(ctx context.Context, f func()) error {
	select {
	case h.line <- struct{}{}:
		defer func() { <-h.line }()
	default:
		return Busy
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	began := time.Now()
	defer func() {
		if len(h.line) <= len(h.slots) { // nobody waits
			<-h.slots
			return
		}
		time.AfterFunc(time.Duration(h.rest*float64(time.Since(began))), func() { <-h.slots })
	}()
	f()
	return nil
}

func (h hasher) hash(ctx context.Context, password string) (string, error) {
	return h.hashLike(ctx, password, "")
}

// hashLike hashes with the salt of a PHC string that is there, so that the same
// password gives the same string, or with one of its own.
func (h hasher) hashLike(ctx context.Context, password, phc string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	if parts := strings.Split(phc, "$"); len(parts) == 6 {
		known, err := base64.RawStdEncoding.DecodeString(parts[4])
		if err != nil {
			return "", fmt.Errorf("account: unreadable password hash: %w", err)
		}
		salt = known
	}
	var key []byte
	err := h.work(ctx, func() { key = h.key([]byte(password), salt, h.cost.Passes, h.cost.KiB, argonThreads, argonKey) })
	if err != nil {
		return "", err
	}
	return h.cost.encode(salt, key), nil
}

// matches tells whether the password is the one of the PHC string; with an
// empty string it does the same work and says no.
func (h hasher) matches(ctx context.Context, phc, password string) (bool, error) {
	known := phc != ""
	if !known {
		phc = h.decoy
	}
	var version, memory, passes, threads int
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("account: unreadable password hash")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); err != nil {
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
	var got []byte
	err = h.work(ctx, func() {
		got = h.key([]byte(password), salt, uint32(passes), uint32(memory), uint8(threads), uint32(len(want))) //nolint:gosec // from our own table
	})
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}
