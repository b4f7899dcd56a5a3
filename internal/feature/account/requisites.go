package account

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// Requisites are what documents say of a person's organisation. Any may be "".
type Requisites struct {
	Name          string
	INN, KPP      string // of the taxpayer
	Address       string
	Bank, BIK     string
	Account       string // in the bank
	Correspondent string // the bank's own account
}

// The longest texts, in characters.
const (
	maxOrganisation = 255
	maxPostal       = 500
)

// RequisitesOf returns the requisites of those people who have said any, by one
// statement.
func RequisitesOf(ctx context.Context, q db.Queryer, ids []ID) (map[ID]Requisites, error) {
	all := make(map[ID]Requisites, len(ids))
	if len(ids) == 0 {
		return all, nil
	}
	list, args := db.In(nil, ids)
	rows, err := q.Query(ctx, `
		select user_id, name, inn, kpp, address, bank, bik, account, correspondent
		from requisites where user_id in (`+list+`)`, args...)
	_, err = db.Collect(rows, err, func(row db.Row) (id ID, err error) {
		var r Requisites
		err = row.Scan(&id, &r.Name, &r.INN, &r.KPP, &r.Address, &r.Bank, &r.BIK, &r.Account, &r.Correspondent)
		all[id] = r
		return id, err
	})
	if err != nil {
		return nil, fmt.Errorf("account: requisites: %w", err)
	}
	return all, nil
}

// Requisites returns those of a person; empty when they have said none.
func (a *Accounts) Requisites(ctx context.Context, who ID) (Requisites, error) {
	all, err := RequisitesOf(ctx, a.db, []ID{who})
	return all[who], err
}

// SetRequisites replaces all requisites of the person. Nothing is saved when any
// is wrong.
func (a *Accounts) SetRequisites(ctx context.Context, who ID, r Requisites) error {
	r = r.trimmed()
	if err := r.check(); err != nil {
		return err
	}
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		n, err := tx.Exec(ctx, `
			insert into requisites (user_id, name, inn, kpp, address, bank, bik, account, correspondent)
			select id, $2, $3, $4, $5, $6, $7, $8, $9 from users where id = $1 and active`+db.ForShare(tx)+`
			on conflict (user_id) do update set name = excluded.name, inn = excluded.inn, kpp = excluded.kpp,
				address = excluded.address, bank = excluded.bank, bik = excluded.bik,
				account = excluded.account, correspondent = excluded.correspondent`,
			who, r.Name, r.INN, r.KPP, r.Address, r.Bank, r.BIK, r.Account, r.Correspondent)
		if err == nil && n == 0 { // they have left meanwhile
			err = BadToken
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("account: set requisites: %w", err)
	}
	return nil
}

func (r Requisites) trimmed() Requisites {
	for _, f := range []*string{&r.Name, &r.INN, &r.KPP, &r.Address, &r.Bank, &r.BIK, &r.Account, &r.Correspondent} {
		*f = strings.TrimSpace(*f)
	}
	return r
}

// check names every wrong field.
func (r Requisites) check() error {
	bad := fault.BadArguments
	wrong := func(field, ru, en string) { bad = bad.With(field, ru, en) }
	for _, f := range []struct {
		name, value string
		limit       int
	}{{"name", r.Name, maxOrganisation}, {"address", r.Address, maxPostal}, {"bank", r.Bank, maxOrganisation}} {
		if utf8.RuneCountInString(f.value) > f.limit {
			bad = bad.WithText(f.name, fault.TooLong(f.limit))
		}
	}
	if r.INN != "" {
		switch {
		case !isDigits(r.INN) || len(r.INN) != innOrganisation && len(r.INN) != innPerson:
			wrong("inn", "ИНН — это 10 цифр у организации или 12 у предпринимателя.", "An INN is 10 digits of an organisation or 12 of an entrepreneur.")
		case !goodINN(r.INN):
			wrong("inn", "В ИНН ошибка: контрольное число не сходится.", "The INN has a mistake: its check digits do not match.")
		}
	}
	switch {
	case r.KPP == "":
	case !goodKPP(r.KPP):
		wrong("kpp", "КПП — это 9 знаков: четыре цифры (не с 00), две цифры или заглавные латинские буквы, три цифры.",
			"A KPP is 9 characters: four digits (not from 00), two digits or capital Latin letters, three digits.")
	case len(r.INN) == innPerson:
		wrong("kpp", "У предпринимателя (ИНН из 12 цифр) КПП не бывает.", "An entrepreneur (an INN of 12 digits) has no KPP.")
	}
	bik := goodBIK(r.BIK)
	if r.BIK != "" && !bik {
		wrong("bik", "БИК — это 9 цифр, первые две — 01 или 04.", "A BIK is 9 digits, the first two are 01 or 04.")
	}
	for _, f := range []struct {
		name, value string
		matches     func(bik, account string) bool
	}{{"account", r.Account, accountMatches}, {"correspondent", r.Correspondent, correspondentMatches}} {
		switch {
		case f.value == "":
		case !isDigits(f.value) || len(f.value) != accountDigits:
			wrong(f.name, "Номер счёта — это 20 цифр.", "An account number is 20 digits.")
		case bik && !f.matches(r.BIK, f.value):
			wrong(f.name, "Счёт не подходит к этому БИК: контрольное число не сходится.", "The account does not belong to this BIK: its check digit does not match.")
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}
