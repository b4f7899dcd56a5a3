package api

import (
	"context"
	"errors"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/platform/fault"
)

const tagUser = "user"

// done is the answer of what just succeeded.
type done struct {
	Body struct {
		Status bool `json:"Status" example:"true"`
	}
}

func ok() *done {
	var d done
	d.Body.Status = true
	return &d
}

type registerIn struct {
	Body struct {
		FirstName string  `json:"first_name" maxLength:"150" example:"Иван"`
		LastName  string  `json:"last_name" maxLength:"150" example:"Петров"`
		Email     string  `json:"email" maxLength:"254" example:"buyer@example.com"`
		Password  string  `json:"password" minLength:"8" example:"Qwe#12345rty"`
		Company   *string `json:"company,omitempty" maxLength:"40" example:"ООО Ромашка"`
		Position  *string `json:"position,omitempty" maxLength:"40" example:"менеджер"`
		Type      *string `json:"type,omitempty" enum:"buyer,shop" default:"buyer" doc:"A shop stays closed until an administrator approves it"`
		Language  *string `json:"language,omitempty" enum:"ru,en" doc:"Of letters; by default en when Accept-Language prefers it, else ru"`
	}
}

type emailIn struct {
	Body struct {
		Email string `json:"email" example:"buyer@example.com"`
	}
}

type confirmIn struct {
	Body struct {
		Email string `json:"email" example:"buyer@example.com"`
		Token string `json:"token" doc:"From the letter"`
	}
}

// person is how a user sees themselves.
type person struct {
	ID        account.ID   `json:"id"`
	FirstName string       `json:"first_name"`
	LastName  string       `json:"last_name"`
	Email     string       `json:"email"`
	Company   string       `json:"company"`
	Position  string       `json:"position"`
	Type      account.Type `json:"type" enum:"buyer,shop,admin"`
	Language  string       `json:"language" enum:"ru,en" doc:"Of letters"`
	Shortages bool         `json:"accept_shortages" doc:"A buyer: what a supplier has less of than was ordered is accepted at once"`
	NewEmail  string       `json:"new_email,omitempty" doc:"The address that was asked for: it takes the place of the other when both have agreed"`
	Contacts  []contact    `json:"contacts" nullable:"false"`
	Avatar    *Picture     `json:"avatar,omitempty" doc:"Absent: there is none"`
	Member    *membership  `json:"member,omitempty" doc:"Of who acts for the shop of somebody else"`
}

// membership is for whom a person acts, and what they may do.
type membership struct {
	Owner account.ID   `json:"owner" doc:"The supplier whose shop it is; 0 while they are blocked"`
	Role  account.Role `json:"role" enum:"manager,viewer"`
}

// membershipOf is nil of who acts for themselves.
func membershipOf(u account.User) *membership {
	if u.Member == 0 {
		return nil
	}
	return &membership{u.Owner, u.Role}
}

type personOut struct{ Body person }

type detailsIn struct {
	Body struct {
		FirstName *string `json:"first_name,omitempty" maxLength:"150"`
		LastName  *string `json:"last_name,omitempty" maxLength:"150"`
		Email     *string `json:"email,omitempty" maxLength:"254" doc:"Another address is asked for only: letters go to both, and it changes when both have agreed, by user/email/confirm"`
		Company   *string `json:"company,omitempty" maxLength:"40"`
		Position  *string `json:"position,omitempty" maxLength:"40"`
		Password  *string `json:"password,omitempty" doc:"Ends every sign-in; the answer carries a new token"`
		Language  *string `json:"language,omitempty" enum:"ru,en" doc:"Of letters"`
		Shortages *bool   `json:"accept_shortages,omitempty" doc:"A buyer: accept at once what a supplier has less of than was ordered"`
	}
}

type detailsOut struct {
	Body struct {
		Status bool   `json:"Status" example:"true"`
		Token  string `json:"Token,omitempty" doc:"In place of the one that the new password ended"`
		Note   string `json:"note,omitempty" doc:"What is still to be done"`
	}
}

// lettersNote says how an address changes.
var lettersNote = fault.Text{
	RU: "Отправлены письма на прежний и на новый адрес; он сменится, когда согласятся оба",
	EN: "Letters went to the old address and to the new one; it changes when both have agreed",
}

type agreeIn struct {
	Body struct {
		Token string `json:"token" doc:"From the letter to the old address, or from that to the new one"`
	}
}

type agreeOut struct {
	Body struct {
		Status  bool `json:"Status" example:"true"`
		Changed bool `json:"changed" doc:"Both have agreed; else the other one has still to"`
	}
}

// languageOf is the language that a new person says, or that the request is in.
func languageOf(said *string, preferred string) *string {
	if said == nil || *said == "" {
		said = &preferred
	}
	if *said == "" {
		return nil
	}
	return said
}

// selfOf shows the signed-in person to themselves.
func (a *API) selfOf(ctx context.Context, who account.User) (person, error) {
	list, err := a.Accounts.Contacts(ctx, who.ID)
	if err != nil {
		return person{}, err
	}
	change, err := a.Accounts.EmailChange(ctx, who.ID)
	if err != nil && !errors.Is(err, fault.Absent) {
		return person{}, err
	}
	avatar, err := a.avatarOf(ctx, who.ID)
	if err != nil {
		return person{}, err
	}
	return person{
		Avatar: avatar,
		ID:     who.ID, FirstName: who.FirstName, LastName: who.LastName, Email: who.Email,
		Company: who.Company, Position: who.Position, Type: who.Type,
		Language: who.Language, Shortages: who.AcceptShortages, NewEmail: change.Email, Contacts: contactsOf(list), Member: membershipOf(who),
	}, nil
}

func (a *API) users() {
	add(a, op{
		method: http.MethodPost, path: "user/register", id: "register", tag: tagUser, access: Public,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Register; a letter brings the token that confirms the address. The answer does not tell whether the address is known",
	}, func(ctx context.Context, _ account.User, in *registerIn) (*done, error) {
		b := &in.Body
		t := account.Buyer
		if b.Type != nil && *b.Type != "" {
			t = account.Type(*b.Type)
		}
		return ok(), a.Accounts.Register(ctx, account.Profile{
			FirstName: &b.FirstName, LastName: &b.LastName, Email: &b.Email, Password: &b.Password,
			Company: b.Company, Position: b.Position, Language: languageOf(b.Language, infoOf(ctx).lang),
		}, t)
	})
	add(a, op{
		method: http.MethodPost, path: "user/register/confirm", id: "confirm-registration", tag: tagUser, access: Public, secret: true,
		summary: "Confirm the address with the token from the letter",
	}, func(ctx context.Context, _ account.User, in *confirmIn) (*done, error) {
		return ok(), a.Accounts.Confirm(ctx, in.Body.Email, in.Body.Token)
	})
	add(a, op{
		method: http.MethodPost, path: "user/register/resend", id: "resend-confirmation", tag: tagUser, access: Public,
		summary: "Send the confirming letter again; the answer does not tell whether the address is known",
	}, func(ctx context.Context, _ account.User, in *emailIn) (*done, error) {
		return ok(), a.Accounts.Resend(ctx, in.Body.Email)
	})
	add(a, op{
		method: http.MethodGet, path: "user/details", id: "get-details", tag: tagUser, access: SignedIn,
		summary: "The signed-in person",
	}, func(ctx context.Context, who account.User, _ *none) (*personOut, error) {
		p, err := a.selfOf(ctx, who)
		return &personOut{p}, err
	})
	add(a, op{
		method: http.MethodPost, path: "user/details", id: "edit-details", tag: tagUser, access: SignedIn,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Change any of the details; nothing is saved when one is wrong",
	}, func(ctx context.Context, who account.User, in *detailsIn) (*detailsOut, error) {
		b := &in.Body
		token, err := a.Accounts.Update(ctx, who.ID, account.Profile{
			FirstName: b.FirstName, LastName: b.LastName, Email: b.Email, Company: b.Company, Position: b.Position,
			Password: b.Password, Language: b.Language, AcceptShortages: b.Shortages,
		})
		if err != nil {
			return nil, err
		}
		out := &detailsOut{}
		out.Body.Status, out.Body.Token = true, token
		if b.Email == nil {
			return out, nil
		}
		switch _, err := a.Accounts.EmailChange(ctx, who.ID); {
		case err == nil:
			out.Body.Note = lettersNote.In(infoOf(ctx).lang)
		case !errors.Is(err, fault.Absent):
			return nil, err
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodPost, path: "user/email/confirm", id: "confirm-email", tag: tagUser, access: Public,
		summary: "Agree to a change of address with the token from the letter; it changes when the old and the new one have agreed",
	}, func(ctx context.Context, _ account.User, in *agreeIn) (*agreeOut, error) {
		changed, err := a.Accounts.ConfirmEmail(ctx, in.Body.Token)
		out := &agreeOut{}
		out.Body.Status, out.Body.Changed = true, changed
		return out, err
	})
	add(a, op{
		method: http.MethodDelete, path: "user/email", id: "withdraw-email", tag: tagUser, access: SignedIn,
		fails:   []int{http.StatusNotFound},
		summary: "Withdraw a change of address that waits",
	}, func(ctx context.Context, who account.User, _ *none) (*done, error) {
		return ok(), a.Accounts.WithdrawEmail(ctx, who.ID)
	})
}
