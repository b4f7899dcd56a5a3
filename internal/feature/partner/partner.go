// Package partner owns suppliers' shops: their names, whether they are
// approved, and whether they accept orders. It is also where an administrator
// blocks people and changes who is a supplier, since that closes shops.
//
// A shop is open when an administrator approved it and its supplier accepts
// orders. A closed shop can be neither seen nor ordered from.
package partner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"zakup/internal/feature/account"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// ShopID names a shop.
type ShopID int64

// Shop is a supplier's shop.
type Shop struct {
	ID        ShopID
	Owner     account.ID
	Name      string
	URL       string
	Approved  bool // by an administrator
	Accepting bool // the supplier's own switch
	Open      bool // both
	// MinOrder is the least sum of a part of an order; 0: any.
	MinOrder money.Kopecks
}

// maxShopName is the longest name, in characters.
const maxShopName = 100

// maxMinOrder is the highest MinOrder.
const maxMinOrder money.Kopecks = 1_000_000_000_000

// The faults of this feature.
var (
	NotApproved = fault.New(fault.Conflict, "shop_not_approved",
		"Магазин ещё не одобрен администратором", "The shop has not been approved by an administrator yet")
	Closed = fault.New(fault.Conflict, "shop_closed",
		"Магазин не принимает заказы", "The shop does not accept orders")
	OwnerGone = fault.New(fault.Conflict, "shop_owner_gone",
		"Владелец магазина заблокирован или больше не поставщик", "The owner of the shop is blocked or is no supplier any more")
	NoShop = fault.New(fault.NotFound, "no_shop",
		"У вас нет магазина", "You have no shop")
)

// Shops is the feature.
type Shops struct {
	db    *db.DB
	trail *audit.Log
	auto  bool
	now   func() time.Time
}

// New makes the feature; auto approves new shops at once.
func New(d *db.DB, trail *audit.Log, auto bool, now func() time.Time) *Shops {
	return &Shops{db: d, trail: trail, auto: auto, now: now}
}

// Joined makes the shop of a new supplier, or lets the shop of one who was a
// supplier before open as a new one does; an approval that there is stays. It is
// called for everybody who becomes active.
func (s *Shops) Joined(ctx context.Context, tx db.Tx, u account.User, vouched bool) error {
	if u.Type != account.Shop {
		return nil
	}
	name := u.Company
	if name == "" {
		name = u.Name()
	}
	if name == "" {
		name = fmt.Sprintf("Магазин %d", u.ID)
	}
	_, err := tx.Exec(ctx, `
		insert into shops (user_id, name, named, url, approved, accepting, created_at)
		values ($1, $2, $3, '', $4, $5, $6)
		on conflict (user_id) do update set approved = shops.approved or excluded.approved`, u.ID, clip(name), false, s.auto || vouched, true, s.now())
	if err != nil {
		return fmt.Errorf("partner: new shop: %w", err)
	}
	return nil
}

func clip(name string) string {
	if r := []rune(name); len(r) > maxShopName {
		return string(r[:maxShopName])
	}
	return name
}

const selectShop = `select id, user_id, name, url, approved, accepting, open, min_order from shops`

func scanShop(r db.Row) (s Shop, err error) {
	return s, r.Scan(&s.ID, &s.Owner, &s.Name, &s.URL, &s.Approved, &s.Accepting, &s.Open, &s.MinOrder)
}

// Of returns the shop of a supplier; NoShop when there is none.
func (s *Shops) Of(ctx context.Context, who account.ID) (Shop, error) { return ofOwner(ctx, s.db, who) }

func ofOwner(ctx context.Context, q db.Queryer, who account.ID) (Shop, error) {
	shop, err := scanShop(q.QueryRow(ctx, selectShop+` where user_id = $1`, who))
	if errors.Is(err, db.ErrNoRows) {
		return Shop{}, NoShop
	}
	return shop, err
}

// ByID returns a shop; fault.Absent when there is none.
func (s *Shops) ByID(ctx context.Context, id ShopID) (Shop, error) { return Find(ctx, s.db, id) }

// Find returns a shop by id; fault.Absent when there is none.
func Find(ctx context.Context, q db.Queryer, id ShopID) (Shop, error) {
	shop, err := scanShop(q.QueryRow(ctx, selectShop+` where id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return Shop{}, fault.Absent
	}
	return shop, err
}

// Accept switches the acceptance of orders. NotApproved when the shop may not
// open yet.
func (s *Shops) Accept(ctx context.Context, who account.ID, accept bool) error {
	return s.change(ctx, who, func(tx db.Tx, shop Shop) error {
		if accept && !shop.Approved {
			return NotApproved
		}
		_, err := tx.Exec(ctx, `update shops set accepting = $2 where id = $1`, shop.ID, accept)
		return err
	})
}

// Describe changes the name, the address of the shop's site and the least sum of a
// part of an order; nil leaves one.
func (s *Shops) Describe(ctx context.Context, who account.ID, name, url *string, minOrder *money.Kopecks) error {
	if name != nil {
		name = new(strings.TrimSpace(*name))
		switch n := utf8.RuneCountInString(*name); {
		case n == 0:
			return fault.BadArguments.WithText("name", fault.Blank())
		case n > maxShopName:
			return fault.BadArguments.WithText("name", fault.TooLong(maxShopName))
		}
	}
	if minOrder != nil {
		switch {
		case *minOrder < 0:
			return fault.BadArguments.WithText("min_order", fault.TooSmall(0))
		case *minOrder > maxMinOrder:
			return fault.BadArguments.WithText("min_order", fault.TooBig(int64(maxMinOrder)/100))
		}
	}
	return s.change(ctx, who, func(tx db.Tx, shop Shop) error {
		_, err := tx.Exec(ctx, `
			update shops set name = coalesce($2, name), named = named or $3, url = coalesce($4, url), min_order = coalesce($5, min_order)
			where id = $1`, shop.ID, name, name != nil, url, minOrder)
		return err
	})
}

func (s *Shops) change(ctx context.Context, who account.ID, f func(tx db.Tx, shop Shop) error) error {
	err := s.db.InTx(ctx, func(tx db.Tx) error {
		shop, err := scanShop(tx.QueryRow(ctx, selectShop+` where user_id = $1`+db.ForUpdate(tx), who))
		if errors.Is(err, db.ErrNoRows) {
			return NoShop
		}
		if err != nil {
			return err
		}
		return f(tx, shop)
	})
	if err != nil {
		return fmt.Errorf("partner: %w", err)
	}
	return nil
}

// Approve lets a shop open, or closes it, by an administrator. OwnerGone when it
// may not open.
func (s *Shops) Approve(ctx context.Context, id ShopID, approved bool) error {
	return s.db.InTx(ctx, func(tx db.Tx) error {
		shop, err := Find(ctx, tx, id)
		if err != nil {
			return err
		}
		owner, err := account.Hold(ctx, tx, shop.Owner)
		if err != nil {
			return err
		}
		if approved && (owner.Blocked || owner.Type != account.Shop) {
			return OwnerGone
		}
		if _, err := tx.Exec(ctx, `update shops set approved = $2 where id = $1`, id, approved); err != nil {
			return fmt.Errorf("partner: approve: %w", err)
		}
		action := "shop.close"
		if approved {
			action = "shop.approve"
		}
		return s.trail.Record(ctx, tx, audit.Entry{Action: action, Subject: subject("shop", id), Details: shop.Name})
	})
}

// subject names a thing in the log.
func subject[N ~int64](kind string, id N) string { return fmt.Sprintf("%s/%d", kind, id) }

// NameByList gives the shop the name that its first price list says, unless a
// person named it. It returns the name that the shop has then.
func NameByList(ctx context.Context, tx db.Tx, id ShopID, name string) (string, error) {
	name = clip(strings.TrimSpace(name))
	_, err := tx.Exec(ctx, `update shops set name = $2, named = $3 where id = $1 and not named and $2 <> ''`, id, name, true)
	if err != nil {
		return "", fmt.Errorf("partner: name: %w", err)
	}
	shop, err := Find(ctx, tx, id)
	return shop.Name, err
}
