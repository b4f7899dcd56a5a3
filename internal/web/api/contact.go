package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
)

// contact is where goods go.
type contact struct {
	ID         account.ContactID `json:"id"`
	LastName   string            `json:"last_name"`
	FirstName  string            `json:"first_name"`
	Patronymic string            `json:"patronymic"`
	Email      string            `json:"email"`
	City       string            `json:"city"`
	Street     string            `json:"street"`
	House      string            `json:"house"`
	Structure  string            `json:"structure"`
	Building   string            `json:"building"`
	Apartment  string            `json:"apartment"`
	Phone      string            `json:"phone"`
}

func contactOf(c account.Contact) contact {
	return contact{
		ID: c.ID, LastName: c.LastName, FirstName: c.FirstName, Patronymic: c.Patronymic, Email: c.Email,
		City: c.City, Street: c.Street, House: c.House, Structure: c.Structure, Building: c.Building,
		Apartment: c.Apartment, Phone: c.Phone,
	}
}

func contactsOf(list []account.Contact) []contact {
	out := make([]contact, len(list))
	for i, c := range list {
		out[i] = contactOf(c)
	}
	return out
}

type contactsOut struct {
	Body []contact `nullable:"false"`
}

// ContactFields are the arguments that describe a contact.
type ContactFields struct {
	LastName   *string `json:"last_name,omitempty" maxLength:"150"`
	FirstName  *string `json:"first_name,omitempty" maxLength:"150"`
	Patronymic *string `json:"patronymic,omitempty" maxLength:"150"`
	Email      *string `json:"email,omitempty" maxLength:"254"`
	Phone      *string `json:"phone,omitempty" maxLength:"20" example:"+79990000001" doc:"Obligatory in a new contact"`
	City       *string `json:"city,omitempty" maxLength:"50" example:"Москва" doc:"City and street go together; without them it is a phone only"`
	Street     *string `json:"street,omitempty" maxLength:"100" example:"Тверская"`
	House      *string `json:"house,omitempty" maxLength:"15"`
	Structure  *string `json:"structure,omitempty" maxLength:"15"`
	Building   *string `json:"building,omitempty" maxLength:"15"`
	Apartment  *string `json:"apartment,omitempty" maxLength:"15"`
}

func (f ContactFields) edit() account.ContactEdit {
	return account.ContactEdit{
		LastName: f.LastName, FirstName: f.FirstName, Patronymic: f.Patronymic, Email: f.Email, Phone: f.Phone,
		City: f.City, Street: f.Street, House: f.House, Structure: f.Structure, Building: f.Building, Apartment: f.Apartment,
	}
}

type newContactIn struct{ Body ContactFields }

type newContactOut struct {
	Body struct {
		Status bool              `json:"Status" example:"true"`
		ID     account.ContactID `json:"id" doc:"The new contact"`
	}
}

type editContactIn struct {
	Body struct {
		ID account.ContactID `json:"id"`
		ContactFields
	}
}

// idsIn is a list of ids, real or separated by commas.
type idsIn struct {
	Body struct {
		Items []int64 `json:"items" nullable:"false" doc:"Ids: an array, or a string with commas"`
	}
}

type deletedOut struct {
	Body struct {
		Status  bool  `json:"Status" example:"true"`
		Deleted int64 `json:"Удалено объектов"`
	}
}

func deleted(n int64) *deletedOut {
	out := &deletedOut{}
	out.Body.Status, out.Body.Deleted = true, n
	return out
}

func idsOf[N ~int64](list []int64) []N {
	out := make([]N, len(list))
	for i, n := range list {
		out[i] = N(n)
	}
	return out
}

func (a *API) contacts() {
	const path = "user/contact"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-contacts", tag: tagUser, access: SignedIn, scope: account.OrdersRead,
		summary: "The person's contacts, oldest first: at most five addresses and one phone",
	}, func(ctx context.Context, who account.User, _ *none) (*contactsOut, error) {
		list, err := a.Accounts.Contacts(ctx, who.ID)
		return &contactsOut{contactsOf(list)}, err
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "add-contact", tag: tagUser, access: SignedIn, scope: account.OrdersWrite,
		summary: "Add a contact",
	}, func(ctx context.Context, who account.User, in *newContactIn) (*newContactOut, error) {
		id, err := a.Accounts.AddContact(ctx, who.ID, in.Body.edit())
		out := &newContactOut{}
		out.Body.Status, out.Body.ID = true, id
		return out, err
	})
	add(a, op{
		method: http.MethodPut, path: path, id: "edit-contact", tag: tagUser, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
		summary: "Change what is said of a contact",
	}, func(ctx context.Context, who account.User, in *editContactIn) (*done, error) {
		return ok(), a.Accounts.EditContact(ctx, who.ID, in.Body.ID, in.Body.edit())
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "delete-contacts", tag: tagUser, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
		summary: "Delete contacts; placed orders keep their copies",
	}, func(ctx context.Context, who account.User, in *idsIn) (*deletedOut, error) {
		n, err := a.Accounts.DeleteContacts(ctx, who.ID, idsOf[account.ContactID](in.Body.Items))
		return deleted(n), err
	})
}
