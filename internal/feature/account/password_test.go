package account

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/argon2"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	const (
		short   = "This password is too short. It must contain at least 8 characters."
		long    = "This password is too long. It must contain at most 1024 characters."
		common  = "This password is too common."
		numeric = "This password is entirely numeric."
		similar = "The password is too similar to the "
	)
	me := Profile{
		FirstName: new("имя"), LastName: new("фамилия"), Email: new("user@example.com"), Company: new("ООО «Метеоритный дождь»"),
	}
	for password, bad := range map[string][]string{
		"qwer1234A":                     nil,
		"qwer1234Aasd":                  nil,
		"Qwe#12345rty":                  nil,
		"пять слонов":                   nil,
		strings.Repeat("ж", 8):          nil,
		strings.Repeat("жg", 512):       nil,
		strings.Repeat("жg", 512) + "!": {long},
		"":                              {short},
		"aB3#xyz":                       {short},
		"жёлтый!":                       {short},
		"123":                           {short, numeric},
		"83719462":                      {numeric},
		"٨٣٧١٩٤٦٢":                      {numeric},
		"password":                      {common},
		"PassWord1":                     {common},
		"qwertyuiop":                    {common},
		"Пароль123":                     {common},
		"йцукенгш":                      {common},
		"ФЫВАПРОЛД":                     {common},
		"ghbdtn123":                     {common}, // привет on the Latin layout
		"фамилия1":                      {similar + "last name."},
		"1ФАМИЛИЯ!":                     {similar + "last name."},
		"user@example.com":              {similar + "email address."},
		"example12":                     {similar + "email address."},
		"метеорит":                      {similar + "company."},
		"Метеоритный-дождь":             nil, // what is left beside a word is long
		"фамилия и ещё что-то":          nil,
		"имя и ещё":                     nil,
		"дождь":                         {short, similar + "company."},
		"фамилия user@example.com 12 раз": nil,
	} {
		var got, want []string
		if e := checkPassword(password, me); e != nil {
			got = fields(e)
		}
		for _, text := range bad {
			want = append(want, "password: "+text)
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%.40q: got %q, want %q", password, got, want)
		}
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	h := newHasher(Cost{})
	ctx := t.Context()
	phc, err := h.hash(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$`).FindStringSubmatch(phc)
	if parts == nil {
		t.Fatalf("not a PHC string: %s", phc)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	if key := argon2.IDKey([]byte(password), salt, 2, 19456, 1, 32); base64.RawStdEncoding.EncodeToString(key) != parts[2] {
		t.Error("not the argon2id of the password")
	}
	if again, err := h.hash(ctx, password); err != nil || again == phc {
		t.Errorf("the salt is the same again: %v", err)
	}
	for text, want := range map[string]bool{password: true, password + " ": false, strings.ToLower(password): false, "": false} {
		if got, err := h.matches(ctx, phc, text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := h.matches(ctx, "", "nobody"); err != nil || got {
		t.Errorf("the password of nobody: %v, %v", got, err)
	}
	// Cheaper hashes of an earlier time stay readable.
	old := "$argon2id$v=19$m=64,t=1,p=1$" + parts[1] + "$" + base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte("old"), salt, 1, 64, 1, 16))
	if got, err := h.matches(ctx, old, "old"); err != nil || !got {
		t.Errorf("an old hash: %v, %v", got, err)
	}
	for _, broken := range []string{"plain", "$argon2i$v=19$m=64,t=1,p=1$AA$AA", "$argon2id$v=19$m=64$AA$AA", "$argon2id$v=19$m=64,t=1,p=1$?$AA", "$argon2id$v=19$m=64,t=1,p=1$AA$?"} {
		if got, err := h.matches(ctx, broken, ""); err == nil || got {
			t.Errorf("%s: %v, %v", broken, got, err)
		}
	}
}

// At most N passwords are worked on at once and so many more wait; whoever comes
// then is told so at once, and who waits can leave.
func TestHasherIsBounded(t *testing.T) {
	t.Parallel()
	const slots, callers = 3, 20
	h := newHasher(Cost{})
	if cap(h.line) != cap(h.slots)*(1+waiting) {
		t.Errorf("%d may be in, of whom %d are worked on", cap(h.line), cap(h.slots))
	}
	h.slots, h.line = make(chan struct{}, slots), make(chan struct{}, callers+1)
	var now atomic.Int64
	var mu sync.Mutex
	var most int64
	entered, release := make(chan struct{}, callers), make(chan struct{})
	h.key = func(_, _ []byte, _, _ uint32, _ uint8, length uint32) []byte {
		n := now.Add(1)
		mu.Lock()
		most = max(most, n)
		mu.Unlock()
		entered <- struct{}{}
		<-release
		now.Add(-1)
		return make([]byte, length)
	}
	done := make(chan []error)
	go func() {
		done <- atOnce(callers, func(i int) (err error) {
			if i%2 == 0 {
				_, err = h.hash(t.Context(), password)
			} else {
				_, err = h.matches(t.Context(), "", password)
			}
			return err
		})
	}()
	for range slots {
		<-entered
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, password); !errors.Is(err, context.Canceled) {
		t.Errorf("hash after the caller left: %v", err)
	}
	if _, err := h.matches(ctx, "", password); !errors.Is(err, context.Canceled) {
		t.Errorf("matches after the caller left: %v", err)
	}
	for len(h.line) < callers {
		runtime.Gosched() // until all wait
	}
	h.line <- struct{}{} // one more
	if _, err := h.hash(t.Context(), password); !errors.Is(err, Busy) {
		t.Errorf("hash when too many wait: %v", err)
	}
	if _, err := h.matches(t.Context(), "", password); !errors.Is(err, Busy) {
		t.Errorf("matches when too many wait: %v", err)
	}
	<-h.line
	close(release)
	for _, err := range <-done {
		if err != nil {
			t.Error(err)
		}
	}
	if most != slots {
		t.Errorf("%d at once, want %d", most, slots)
	}
	if len(h.line) > 0 {
		t.Errorf("%d are still in", len(h.line))
	}
	for len(h.slots) > 0 {
		runtime.Gosched() // until the rests are over
	}
}

// Whoever is tried, a sign-in costs the same work, so that its time does not
// tell who is known.
func TestLoginCostsTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.person(t, "known@example.com")
		a.registered(t, "inactive@example.com")
		type work struct {
			time, memory uint32
			threads      uint8
			length       uint32
		}
		var runs []work
		a.hasher.key = func(password, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
			runs = append(runs, work{time, memory, threads, length})
			return cheap(password, salt, time, memory, threads, length)
		}
		for _, email := range []string{"known@example.com", "inactive@example.com", "unknown@example.com", ""} {
			for _, try := range []string{password, "wrong", ""} {
				runs = nil
				_, err := a.Login(t.Context(), email, try, "")
				if (err == nil) != (email == "known@example.com" && try == password) {
					t.Errorf("%s with %q: %v", email, try, err)
				}
				if !slices.Equal(runs, []work{{a.hasher.cost.Passes, a.hasher.cost.KiB, argonThreads, argonKey}}) {
					t.Errorf("%s with %q costs %v", email, try, runs)
				}
			}
		}
	})
}
