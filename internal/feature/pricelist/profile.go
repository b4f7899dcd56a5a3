package pricelist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Profile is how a supplier's lists are read and what of them is held.
type Profile struct {
	Layout   reading.Profile
	Limits   Limits
	GoodRows bool            // the error policy of lists that name none
	Found    *reading.Layout // how the last table was laid out; nil before there was one

	version int64 // counts the changes
}

// BadLimits names limits that no list could keep, or that mean nothing.
var BadLimits = fault.New(fault.Invalid, "bad_limits", "Неверные пределы", "Bad limits")

func (m Limits) validate() error {
	bad := BadLimits
	if m.WithdrawnPercent < 0 || m.WithdrawnPercent > 100 {
		bad = bad.With("withdrawn_percent", "От 0 до 100", "From 0 to 100")
	}
	if m.PricePercent < 101 || m.PricePercent > 100_000 {
		bad = bad.With("price_percent", "От 101 до 100000", "From 101 to 100000")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// ProfileOf returns the profile of the supplier's shop.
func (l *Lists) ProfileOf(ctx context.Context, who account.ID) (Profile, error) {
	var shop partner.ShopID
	err := l.db.QueryRow(ctx, `select id from shops where user_id = $1`, who).Scan(&shop)
	if errors.Is(err, db.ErrNoRows) {
		return Profile{}, fault.Absent
	}
	var p Profile
	if err == nil {
		p, err = profileOf(ctx, l.db, shop)
	}
	if err != nil {
		return Profile{}, fmt.Errorf("pricelist: profile: %w", err)
	}
	return p, nil
}

func profileOf(ctx context.Context, q db.Queryer, shop partner.ShopID) (Profile, error) {
	p := Profile{Limits: usual}
	var layout, found string
	err := q.QueryRow(ctx, `
		select version, layout, found, withdrawn_percent, price_percent, good_rows from price_profiles where shop_id = $1`, shop).
		Scan(&p.version, &layout, &found, &p.Limits.WithdrawnPercent, &p.Limits.PricePercent, &p.GoodRows)
	if errors.Is(err, db.ErrNoRows) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(layout), &p.Layout)
	}
	if err == nil && found != "" {
		err = json.Unmarshal([]byte(found), &p.Found)
	}
	return p, err
}

// SetProfile changes the profile of the supplier's shop for lists that are sent
// from now on. reading.BadProfile or BadLimits when it can't be used.
func (l *Lists) SetProfile(ctx context.Context, who account.ID, change func(*Profile)) (p Profile, err error) {
	err = l.db.InTx(ctx, func(tx db.Tx) error {
		var shop partner.ShopID
		if err := tx.QueryRow(ctx, `select id from shops where user_id = $1`+db.ForUpdate(tx), who).Scan(&shop); err != nil {
			return err
		}
		old, err := profileOf(ctx, tx, shop)
		if err != nil {
			return err
		}
		p = old
		p.Layout.Columns = slices.Clone(old.Layout.Columns)
		change(&p)
		if err := errors.Join(p.Layout.Validate(), p.Limits.validate()); err != nil || reflect.DeepEqual(p, old) {
			return err
		}
		p.version++
		layout, err := json.Marshal(p.Layout)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into price_profiles (shop_id, version, layout, found, withdrawn_percent, price_percent, good_rows)
			values ($1, $2, $3, '', $4, $5, $6)
			on conflict (shop_id) do update set version = $2, layout = $3, withdrawn_percent = $4, price_percent = $5, good_rows = $6`,
			shop, p.version, string(layout), p.Limits.WithdrawnPercent, p.Limits.PricePercent, p.GoodRows)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return Profile{}, fault.Absent
	}
	if err != nil {
		return Profile{}, fmt.Errorf("pricelist: set profile: %w", err)
	}
	return p, nil
}

// noteLayout keeps how a table was laid out, for the supplier to look at. It
// is no change of the profile.
func noteLayout(ctx context.Context, tx db.Tx, shop partner.ShopID, layout *reading.Layout) error {
	if layout == nil {
		return nil
	}
	found, err := json.Marshal(layout)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into price_profiles (shop_id, version, layout, found, withdrawn_percent, price_percent, good_rows)
		values ($1, 0, '{}', $2, $3, $4, false)
		on conflict (shop_id) do update set found = $2`, shop, string(found), usual.WithdrawnPercent, usual.PricePercent)
	return err
}
