package once

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"strconv"
)

// maxKey is the length of the longest key, in bytes.
const maxKey = 255

// Key is the key of one caller.
type Key struct {
	hash    [sha256.Size]byte // by which it is found
	sealing [32]byte          // for AES-256-GCM
	request [32]byte          // for the hash of the request
}

// KeyOf returns the key of a caller, who is a person's id or 0 for anybody who
// has not signed in. A text that can't be a key is the fault BadKey.
func KeyOf(caller int64, text string) (Key, error) {
	if len(text) == 0 || len(text) > maxKey {
		return Key{}, BadKey
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return Key{}, BadKey
		}
	}
	who := "nobody"
	if caller != 0 {
		who = strconv.FormatInt(caller, 10)
	}
	k := Key{hash: sha256.Sum256([]byte(who + " " + text))}
	both, err := hkdf.Key(sha256.New, []byte(text), []byte(who), "zakup: first answers", len(k.sealing)+len(k.request))
	if err != nil {
		return Key{}, fmt.Errorf("once: derive: %w", err)
	}
	copy(k.request[:], both[copy(k.sealing[:], both):])
	return k, nil
}

// Hash is for the whole request: two are the same if their sums are. Whoever
// does not have the key can't try out bodies against a sum.
func (k Key) Hash() hash.Hash { return hmac.New(sha256.New, k.request[:]) }

// Answer is what was answered.
type Answer struct {
	Status int                 `json:"-"` // a column of its own
	Header map[string][]string `json:"header"`
	Body   []byte              `json:"body"`
}

// Past is the kept answer of the first request.
type Past struct {
	key             Key
	request, sealed []byte
	status          int
}

// Answer returns the answer if the request, as the sum of Key.Hash, is that of
// the first; else the fault is Reused.
func (p *Past) Answer(request []byte) (Answer, error) {
	if !hmac.Equal(request, p.request) {
		return Answer{}, Reused
	}
	gcm, err := p.key.gcm()
	if err != nil {
		return Answer{}, err
	}
	text, err := gcm.Open(nil, nil, p.sealed, p.key.bound(p.request, p.status))
	if err != nil {
		return Answer{}, fmt.Errorf("once: open an answer: %w", err)
	}
	a := Answer{Status: p.status}
	if err := json.Unmarshal(text, &a); err != nil {
		return Answer{}, fmt.Errorf("once: read an answer: %w", err)
	}
	return a, nil
}

func (k Key) seal(request []byte, a Answer) ([]byte, error) {
	gcm, err := k.gcm()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("once: write an answer: %w", err)
	}
	return gcm.Seal(nil, nil, text, k.bound(request, a.Status)), nil //nolint:gosec // the nonce is its own
}

// gcm puts a random nonce before what it seals: a key that was freed seals again.
func (k Key) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.sealing[:])
	if err != nil {
		return nil, fmt.Errorf("once: %w", err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("once: %w", err)
	}
	return gcm, nil
}

// bound is what an answer belongs to: in another row it does not open.
func (k Key) bound(request []byte, status int) []byte {
	return fmt.Appendf(nil, "%x %x %d", k.hash, request, status)
}
