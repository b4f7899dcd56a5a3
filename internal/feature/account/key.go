package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Scope is one thing that the key of a machine may do. None holds another.
type Scope string

// The scopes.
const (
	CatalogRead Scope = "catalog:read" // the catalogue, as everybody sees it
	PricesWrite Scope = "prices:write" // price lists: sending, deciding about, reading back
	OrdersRead  Scope = "orders:read"  // baskets, orders, contacts, documents
	OrdersWrite Scope = "orders:write" // changing baskets, orders, contacts
)

// Scopes are all of them, in the order in which they are told.
func Scopes() []Scope { return []Scope{CatalogRead, PricesWrite, OrdersRead, OrdersWrite} }

// The bounds of keys.
const (
	// KeyPrefix begins every key, so that what looks for secrets in texts finds it.
	KeyPrefix = "zk_"
	// MaxKeys is how many keys a person may have; the schema knows it as the
	// slots 1 to 20.
	MaxKeys = 20
	// KeyDays is how long a key lasts that says nothing else, MaxKeyDays how
	// long it lasts at most.
	KeyDays    = 365
	MaxKeyDays = 730

	maxKeyName = 100 // characters
)

// TooManyKeys tells that one must be revoked first.
var TooManyKeys = fault.New(fault.Conflict, "too_many_keys",
	fmt.Sprintf("Больше ключей сделать нельзя: не больше %d", MaxKeys), fmt.Sprintf("No more keys: at most %d", MaxKeys))

// NewKey is what a person says of a key.
type NewKey struct {
	Name   string
	Scopes []Scope
	Days   *int // until it expires
}

// checked trims the name, puts the scopes in order, and names every wrong field.
func (k NewKey) checked() (NewKey, error) {
	bad := fault.BadArguments
	k.Name = strings.TrimSpace(k.Name)
	switch {
	case k.Name == "":
		bad = bad.WithText("name", fault.Blank())
	case utf8.RuneCountInString(k.Name) > maxKeyName:
		bad = bad.WithText("name", fault.TooLong(maxKeyName))
	}
	var scopes []Scope
	for _, s := range Scopes() {
		if slices.Contains(k.Scopes, s) {
			scopes = append(scopes, s)
		}
	}
	unknown := slices.ContainsFunc(k.Scopes, func(s Scope) bool { return !slices.Contains(scopes, s) })
	if k.Scopes = scopes; unknown || len(scopes) == 0 {
		bad = bad.WithText("scopes", fault.NotOneOf([]any{CatalogRead, PricesWrite, OrdersRead, OrdersWrite}))
	}
	if k.Days == nil {
		k.Days = new(KeyDays)
	}
	switch {
	case *k.Days < 1:
		bad = bad.WithText("days", fault.TooSmall(1))
	case *k.Days > MaxKeyDays:
		bad = bad.WithText("days", fault.TooBig(MaxKeyDays))
	}
	if len(bad.Fields) > 0 {
		return k, bad
	}
	return k, nil
}

// AddKey makes a key of a person who is signed in by a session, and returns it:
// nobody can see it again. It ends with its time, by Revoke, and by whatever
// ends all sign-ins. TooManyKeys; BadToken when the session has ended meanwhile.
func (a *Accounts) AddKey(ctx context.Context, s SignIn, k NewKey) (key string, t Token, err error) {
	if k, err = k.checked(); err != nil {
		return "", Token{}, err
	}
	secret, _ := newToken()
	key = KeyPrefix + secret
	who := s.User.ID
	now := a.o.Now()
	client := audit.ActorOf(ctx)
	t = Token{
		Kind: Key, Name: k.Name, Scopes: k.Scopes, CreatedAt: now, ExpiresAt: now.Add(time.Duration(*k.Days) * 24 * time.Hour),
		Agent: clipped(client.Agent, maxAgent), Address: clipped(client.Address, maxAddress),
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		if err := tx.Serialize(ctx, fmt.Sprintf("keys/%d", who)); err != nil {
			return err
		}
		if err := a.dropExpired(ctx, tx, who); err != nil {
			return err
		}
		slot, err := freeKey(ctx, tx, who)
		if err != nil {
			return err
		}
		// What ends all sign-ins holds the person's row first, as this does, and
		// then deletes the session: no key is left over by one that ends meanwhile.
		err = db.About(tx, int64(who)).QueryRow(ctx, `
			insert into tokens (user_id, kind, slot, name, scopes, hash, created_at, expires_at, agent, address)
			select u.id, 'key', $3, $4, $5, $6, $7, $8, $9, $10
			from users u join tokens t on t.user_id = u.id
			where u.id = $1 and u.active and not u.blocked and t.id = $2 and t.kind = 'session'`+db.ForShare(tx)+`
			returning id`,
			who, s.Token, slot, t.Name, scopesText(t.Scopes), hashToken(key), t.CreatedAt, t.ExpiresAt, t.Agent, t.Address).Scan(&t.ID)
		if errors.Is(err, db.ErrNoRows) {
			return BadToken
		}
		if err != nil {
			return err
		}
		return a.trail.Record(ctx, tx, audit.Entry{Action: "key.add", Subject: keySubject(t.ID), Details: t.Name + ": " + scopesText(t.Scopes)})
	})
	if err != nil {
		return "", Token{}, fmt.Errorf("account: add key: %w", err)
	}
	return key, t, nil
}

// freeKey returns a slot that no key of the person holds.
func freeKey(ctx context.Context, tx db.Tx, who ID) (int64, error) {
	rows, err := tx.Query(ctx, `select slot from tokens where user_id = $1 and kind = 'key'`, who)
	taken, err := db.Collect(rows, err, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return 0, err
	}
	for slot := int64(1); slot <= MaxKeys; slot++ {
		if !slices.Contains(taken, slot) {
			return slot, nil
		}
	}
	return 0, TooManyKeys
}

func scopesText(list []Scope) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return strings.Join(texts, " ")
}

func scopesOf(text string) (list []Scope) {
	for s := range strings.FieldsSeq(text) {
		list = append(list, Scope(s))
	}
	return list
}
