package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// place is an address, phoneOnly a record without one.
func place(street string) ContactEdit {
	return ContactEdit{City: new("Москва"), Street: &street, Phone: new("+7 999")}
}

func phoneOnly(phone string) ContactEdit { return ContactEdit{Phone: &phone} }

func (a *accounts) contact(t *testing.T, who User, e ContactEdit) ContactID {
	t.Helper()
	id, err := a.AddContact(t.Context(), who.ID, e)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (a *accounts) contacts(t *testing.T, who User) []Contact {
	t.Helper()
	list, err := a.Contacts(t.Context(), who.ID)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestContactRules(t *testing.T) {
	long := func(n int) *string { return new(strings.Repeat("ж", n)) }
	blank, full := new(" "), place("Тверская")
	cases := []struct {
		name    string
		contact ContactEdit
		missing []string // else
		fields  []string
	}{
		{"nothing", ContactEdit{}, []string{"phone", "city", "street"}, nil},
		{"no phone", ContactEdit{City: full.City, Street: full.Street}, []string{"phone"}, nil},
		{"a city alone", ContactEdit{City: full.City}, []string{"phone", "street"}, nil},
		{"no city", ContactEdit{Street: full.Street, Phone: full.Phone}, []string{"city"}, nil},
		{"no street", ContactEdit{City: full.City, Phone: full.Phone}, []string{"street"}, nil},
		{"blank city", ContactEdit{City: blank, Street: full.Street, Phone: full.Phone}, nil, []string{"city: This field may not be blank."}},
		{"blank street", ContactEdit{City: full.City, Street: blank, Phone: full.Phone}, nil, []string{"street: This field may not be blank."}},
		{"all blank", ContactEdit{City: blank, Street: blank, Phone: blank}, nil, []string{
			"city: This field may not be blank.", "phone: This field may not be blank.", "street: This field may not be blank.",
		}},
		{"no address of a letter", ContactEdit{Phone: full.Phone, Email: new("ivan")}, nil, []string{"email: Enter a valid email address."}},
		{"all too long", ContactEdit{
			LastName: long(151), FirstName: long(151), Patronymic: long(151), Phone: long(21), City: long(51), Street: long(101),
			House: long(16), Structure: long(16), Building: long(16), Apartment: long(16), Email: new(strings.Repeat("a", 250) + "@b.ru"),
		}, nil, []string{
			"apartment: Ensure this field has no more than 15 characters.", "building: Ensure this field has no more than 15 characters.",
			"city: Ensure this field has no more than 50 characters.", "email: Ensure this field has no more than 254 characters.",
			"first_name: Ensure this field has no more than 150 characters.", "house: Ensure this field has no more than 15 characters.",
			"last_name: Ensure this field has no more than 150 characters.", "patronymic: Ensure this field has no more than 150 characters.",
			"phone: Ensure this field has no more than 20 characters.", "street: Ensure this field has no more than 100 characters.",
			"structure: Ensure this field has no more than 15 characters.",
		}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		for _, c := range cases {
			_, err := a.AddContact(t.Context(), u.ID, c.contact)
			code, facts := fault.BadArguments, map[string]any(nil)
			if c.missing != nil {
				code, facts = fault.Missing, map[string]any{"Missing": c.missing}
			}
			if !is(err, code) {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if diff := cmp.Diff(facts, fault.As(err).Facts); diff != "" {
				t.Errorf("%s (-want +got)\n%s", c.name, diff)
			}
			if diff := cmp.Diff(append([]string{}, c.fields...), fields(err)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", c.name, diff)
			}
		}
		if list := a.contacts(t, u); len(list) != 0 {
			t.Errorf("kept %+v", list)
		}
	})
}

func TestContacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		whole := Contact{
			LastName: "Петров", FirstName: "Иван", Patronymic: "Сергеевич", Email: "home@example.com", Phone: "+7 999",
			City: "Москва", Street: "Тверская", House: "5", Structure: "1", Building: "2", Apartment: "12",
		}
		whole.ID = a.contact(t, u, ContactEdit{
			LastName: new(" Петров "), FirstName: &whole.FirstName, Patronymic: &whole.Patronymic, Email: &whole.Email, Phone: &whole.Phone,
			City: &whole.City, Street: &whole.Street, House: &whole.House, Structure: &whole.Structure,
			Building: &whole.Building, Apartment: &whole.Apartment,
		})
		phone := Contact{ID: a.contact(t, u, phoneOnly("112")), Phone: "112"}
		foreign := a.contact(t, other, place("Невский"))
		if diff := cmp.Diff([]Contact{whole, phone}, a.contacts(t, u)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		// What is said changes, the rest stays, and so does the order.
		if err := a.EditContact(t.Context(), u.ID, whole.ID, ContactEdit{House: new("7"), Email: new("")}); err != nil {
			t.Fatal(err)
		}
		whole.House, whole.Email = "7", ""
		if diff := cmp.Diff([]Contact{whole, phone}, a.contacts(t, u)); diff != "" {
			t.Errorf("after an edit (-want +got)\n%s", diff)
		}
		for name, e := range map[string]ContactEdit{
			"blank phone": {Phone: new("")}, "blank city": {City: new("")}, "blank street": {Street: new(" ")},
			"bad address": {Email: new("home"), House: new("8")},
		} {
			err := a.EditContact(t.Context(), u.ID, whole.ID, e)
			if !is(err, fault.BadArguments) || len(fields(err)) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		// A contact of another person is as one that is not there.
		for _, id := range []ContactID{foreign, 0, -1, 1 << 60} {
			want(t, a.EditContact(t.Context(), u.ID, id, ContactEdit{Phone: new("666")}), fault.Absent)
			err := d.InTx(t.Context(), func(tx db.Tx) error {
				_, err := ContactOf(t.Context(), tx, u.ID, id)
				return err
			})
			want(t, err, fault.Absent)
		}
		if n, err := a.DeleteContacts(t.Context(), u.ID, []ContactID{foreign, 1 << 60, phone.ID, phone.ID}); n != 1 || err != nil {
			t.Errorf("deleted %d, %v", n, err)
		}
		if diff := cmp.Diff([]Contact{whole}, a.contacts(t, u)); diff != "" {
			t.Errorf("after deletion (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]Contact{{ID: foreign, Phone: "+7 999", City: "Москва", Street: "Невский"}}, a.contacts(t, other)); diff != "" {
			t.Errorf("another person's (-want +got)\n%s", diff)
		}
	})
}

func TestContactLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ctx := t.Context()
		u := a.person(t, "ivan@example.com")
		var addresses []ContactID
		for range maxAddresses {
			addresses = append(addresses, a.contact(t, u, place("Тверская")))
		}
		_, err := a.AddContact(ctx, u.ID, place("Шестая"))
		want(t, err, TooManyContacts)
		phone := a.contact(t, u, phoneOnly("112"))
		_, err = a.AddContact(ctx, u.ID, phoneOnly("113"))
		want(t, err, TooManyContacts)

		// At the limit everything can be edited that stays what it is.
		if err := a.EditContact(ctx, u.ID, addresses[2], place("Новая")); err != nil {
			t.Errorf("an address at the limit: %v", err)
		}
		if err := a.EditContact(ctx, u.ID, phone, ContactEdit{Phone: new("02"), City: new(""), Street: new("")}); err != nil {
			t.Errorf("the phone at the limit: %v", err)
		}
		want(t, a.EditContact(ctx, u.ID, phone, place("Шестая")), TooManyContacts)
		want(t, a.EditContact(ctx, u.ID, addresses[0], ContactEdit{City: new(""), Street: new("")}), TooManyContacts)

		// A place that is free is used again.
		if n, err := a.DeleteContacts(ctx, u.ID, addresses[1:2]); n != 1 || err != nil {
			t.Fatalf("deleted %d, %v", n, err)
		}
		a.contact(t, u, place("Вторая"))
		_, err = a.AddContact(ctx, u.ID, place("Шестая"))
		want(t, err, TooManyContacts)
		other := a.person(t, "other@example.com")
		a.contact(t, other, place("Невский"))
	})
}

// An address becomes a phone only when both of its parts are blanked, and an
// address again when both are said; the limits see it as what it is.
func TestContactTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ctx := t.Context()
		u := a.person(t, "ivan@example.com")
		id := a.contact(t, u, place("Тверская"))
		if err := a.EditContact(ctx, u.ID, id, ContactEdit{City: new(""), Street: new("")}); err != nil {
			t.Fatal(err)
		}
		_, err := a.AddContact(ctx, u.ID, phoneOnly("112"))
		want(t, err, TooManyContacts)
		var more []ContactID
		for range maxAddresses {
			more = append(more, a.contact(t, u, place("Новая")))
		}
		for _, half := range []ContactEdit{{City: new("Тверь")}, {Street: new("Невский")}} {
			want(t, a.EditContact(ctx, u.ID, id, half), fault.BadArguments)
		}
		want(t, a.EditContact(ctx, u.ID, id, place("Тверская")), TooManyContacts)
		if _, err := a.DeleteContacts(ctx, u.ID, more[:1]); err != nil {
			t.Fatal(err)
		}
		if err := a.EditContact(ctx, u.ID, id, place("Тверская")); err != nil {
			t.Fatal(err)
		}
		_, err = a.AddContact(ctx, u.ID, place("Шестая"))
		want(t, err, TooManyContacts)
		a.contact(t, u, phoneOnly("112"))
	})
}

func TestRaceForContacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		kept := a.contact(t, u, place("Тверская"))
		added := 0
		all := atOnce(20, func(i int) error {
			switch {
			case i%4 == 0:
				_, err := a.AddContact(t.Context(), u.ID, phoneOnly("112"))
				return err
			case i == 1: // an edit among them
				return a.EditContact(t.Context(), u.ID, kept, place("Новая"))
			}
			_, err := a.AddContact(t.Context(), u.ID, place("Невский"))
			return err
		})
		for _, err := range all {
			if err == nil {
				added++
				continue
			}
			want(t, err, TooManyContacts)
		}
		if added != 4+1+1 {
			t.Errorf("%d succeeded; want four addresses, a phone and an edit", added)
		}
		phones := 0
		list := a.contacts(t, u)
		for _, c := range list {
			if c.City == "" {
				phones++
			}
		}
		if len(list) != maxAddresses+1 || phones != 1 {
			t.Errorf("%d contacts, %d with a phone only", len(list), phones)
		}
	})
}

// Many turns at once leave at most one record with a phone only.
func TestRaceToTurnContacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		var ids []ContactID
		for range maxAddresses {
			ids = append(ids, a.contact(t, u, place("Тверская")))
		}
		oneOf(t, a.crowd(t, "contacts", len(ids), func(i int) error {
			return a.EditContact(t.Context(), u.ID, ids[i], ContactEdit{City: new(""), Street: new("")})
		}), TooManyContacts)
	})
}
