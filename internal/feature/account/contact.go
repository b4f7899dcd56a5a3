package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// ContactID names a contact.
type ContactID int64

// Contact is where goods go and whom to call. One with no city and no street
// is a phone only.
type Contact struct {
	ID                                    ContactID
	LastName, FirstName, Patronymic       string
	Email, Phone                          string
	City, Street                          string
	House, Structure, Building, Apartment string
}

// ContactEdit is what is said of a contact; nil fields are not said.
type ContactEdit struct {
	LastName, FirstName, Patronymic       *string
	Email, Phone                          *string
	City, Street                          *string
	House, Structure, Building, Apartment *string
}

// maxAddresses is how many addresses a person may have; the schema knows it as
// the slots 1 to 5, slot 0 being the record with a phone only.
const maxAddresses = 5

type contactField struct {
	name  string
	said  *string
	value *string
	limit int
}

func (c *Contact) fields(e ContactEdit) []contactField {
	return []contactField{
		{"last_name", e.LastName, &c.LastName, maxName},
		{"first_name", e.FirstName, &c.FirstName, maxName},
		{"patronymic", e.Patronymic, &c.Patronymic, maxName},
		{"email", e.Email, &c.Email, maxEmail},
		{"phone", e.Phone, &c.Phone, 20},
		{"city", e.City, &c.City, 50},
		{"street", e.Street, &c.Street, 100},
		{"house", e.House, &c.House, 15},
		{"structure", e.Structure, &c.Structure, 15},
		{"building", e.Building, &c.Building, 15},
		{"apartment", e.Apartment, &c.Apartment, 15},
	}
}

// apply sets what is said and names every wrong field.
func (c *Contact) apply(e ContactEdit) error {
	bad := fault.BadArguments
	for _, f := range c.fields(e) {
		if f.said == nil {
			continue
		}
		*f.value = strings.TrimSpace(*f.said)
		if utf8.RuneCountInString(*f.value) > f.limit {
			bad = bad.WithText(f.name, fault.TooLong(f.limit))
		}
	}
	if c.Email != "" && !goodEmail(c.Email) {
		bad = bad.WithText("email", fault.NotEmail())
	}
	if c.Phone == "" {
		bad = bad.WithText("phone", fault.Blank())
	}
	// Half an address delivers nothing. A contact that is there becomes a phone
	// only when both are blanked; a new one leaves both out.
	isNew := c.ID == 0
	if c.City == "" && (c.Street != "" || isNew && e.City != nil) {
		bad = bad.WithText("city", fault.Blank())
	}
	if c.Street == "" && (c.City != "" || isNew && e.Street != nil) {
		bad = bad.WithText("street", fault.Blank())
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// missing names what a new contact lacks: a phone, or half of an address.
func (e ContactEdit) missing() (names []string) {
	if e.Phone == nil {
		names = append(names, "phone")
	}
	if e.City == nil && (e.Street != nil || e.Phone == nil) {
		names = append(names, "city")
	}
	if e.Street == nil && (e.City != nil || e.Phone == nil) {
		names = append(names, "street")
	}
	return names
}

func (c *Contact) phoneOnly() bool { return c.City == "" && c.Street == "" }

const contactColumns = `last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment`

func scanContact(r db.Row) (c Contact, err error) {
	return c, r.Scan(&c.ID, &c.LastName, &c.FirstName, &c.Patronymic, &c.Email, &c.Phone,
		&c.City, &c.Street, &c.House, &c.Structure, &c.Building, &c.Apartment)
}

// Contacts returns the person's contacts, oldest first: six at most.
func (a *Accounts) Contacts(ctx context.Context, who ID) ([]Contact, error) {
	rows, err := a.db.Query(ctx, `select id, `+contactColumns+` from contacts where user_id = $1 order by id`, who)
	list, err := db.Collect(rows, err, scanContact)
	if err != nil {
		return nil, fmt.Errorf("account: contacts: %w", err)
	}
	return list, nil
}

// ContactOf returns a contact of the person, for the transaction tx;
// fault.Absent when it is not there or not theirs.
func ContactOf(ctx context.Context, tx db.Tx, who ID, id ContactID) (Contact, error) {
	c, err := scanContact(tx.QueryRow(ctx, `select id, `+contactColumns+` from contacts where id = $1 and user_id = $2`, id, who))
	if errors.Is(err, db.ErrNoRows) {
		return Contact{}, fault.Absent.WithText("contact", fault.UnknownKey(int64(id)))
	}
	if err != nil {
		return Contact{}, fmt.Errorf("account: contact: %w", err)
	}
	return c, nil
}

// AddContact adds a contact. TooManyContacts at the limit.
func (a *Accounts) AddContact(ctx context.Context, who ID, e ContactEdit) (ContactID, error) {
	if missing := e.missing(); len(missing) > 0 {
		return 0, fault.Missing.Fact("Missing", missing)
	}
	var c Contact
	if err := c.apply(e); err != nil {
		return 0, err
	}
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		if err := tx.Serialize(ctx, fmt.Sprintf("contacts/%d", who)); err != nil {
			return err
		}
		slot, err := freeSlot(ctx, tx, who, c.phoneOnly())
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `
			insert into contacts (user_id, slot, `+contactColumns+`)
			select id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from users where id = $1 and active`+db.ForShare(tx)+`
			returning id`,
			who, slot, c.LastName, c.FirstName, c.Patronymic, c.Email, c.Phone,
			c.City, c.Street, c.House, c.Structure, c.Building, c.Apartment).Scan(&c.ID)
		if errors.Is(err, db.ErrNoRows) { // they have left meanwhile
			return BadToken
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("account: add contact: %w", err)
	}
	return c.ID, nil
}

// freeSlot returns a slot of the right kind that nothing of the person holds.
func freeSlot(ctx context.Context, tx db.Tx, who ID, phoneOnly bool) (int64, error) {
	rows, err := tx.Query(ctx, `select slot from contacts where user_id = $1`, who)
	used, err := db.Collect(rows, err, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return 0, err
	}
	taken := map[int64]bool{}
	for _, n := range used {
		taken[n] = true
	}
	if phoneOnly {
		if taken[0] {
			return 0, TooManyContacts
		}
		return 0, nil
	}
	for slot := int64(1); slot <= maxAddresses; slot++ {
		if !taken[slot] {
			return slot, nil
		}
	}
	return 0, TooManyContacts
}

// EditContact changes what is said of one contact; fault.Absent when it is not
// there or not theirs.
func (a *Accounts) EditContact(ctx context.Context, who ID, id ContactID, e ContactEdit) error {
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		if err := tx.Serialize(ctx, fmt.Sprintf("contacts/%d", who)); err != nil {
			return err
		}
		c, err := ContactOf(ctx, tx, who, id)
		if errors.Is(err, fault.Absent) {
			return fault.Absent.WithText("id", fault.UnknownKey(int64(id)))
		}
		if err != nil {
			return err
		}
		wasPhone := c.phoneOnly()
		if err := c.apply(e); err != nil {
			return err
		}
		slot := int64(-1) // keeps its slot
		if c.phoneOnly() != wasPhone {
			if slot, err = freeSlot(ctx, tx, who, c.phoneOnly()); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `
			update contacts set slot = case when $3 < 0 then slot else $3 end,
				last_name = $4, first_name = $5, patronymic = $6, email = $7, phone = $8,
				city = $9, street = $10, house = $11, structure = $12, building = $13, apartment = $14
			where id = $1 and user_id = $2`,
			id, who, slot, c.LastName, c.FirstName, c.Patronymic, c.Email, c.Phone,
			c.City, c.Street, c.House, c.Structure, c.Building, c.Apartment)
		return err
	})
	if err != nil {
		return fmt.Errorf("account: edit contact: %w", err)
	}
	return nil
}

// DeleteContacts deletes those of the contacts that are the person's and
// returns their number. Placed orders keep their copies.
func (a *Accounts) DeleteContacts(ctx context.Context, who ID, ids []ContactID) (n int64, err error) {
	list, args := db.In([]any{who}, ids)
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		n, err = tx.Exec(ctx, `delete from contacts where user_id = $1 and id in (`+list+`)`, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("account: delete contacts: %w", err)
	}
	return n, nil
}
